/** NOT NULL of heirs, which from Postgres 18 on has a name and is inherited, the column's own, or both. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const since = 180000;

testFinds([
  {
    name: "an heir's column that is its own, too, has its NOT NULL from the parent alone",
    since,
    from: "create table p (a integer constraint nn not null); create table h (a integer not null) inherits (p)",
    to: `create table p (a integer constraint nn not null); create table h (a integer not null) inherits (p);
      create table c (a integer, b integer) inherits (p); create table d (a integer) inherits (c)`,
  },
  {
    name: "an heir has a NOT NULL of its own on a column that it only inherits",
    since,
    from: "create table p (a integer not null, b integer)",
    to: `create table p (a integer not null, b integer);
      create table c (constraint own not null a, constraint b_own not null b) inherits (p);
      create table d () inherits (p); alter table d alter a set not null`,
  },
  {
    name: "an heir's inherited NOT NULL becomes its own",
    since,
    from:
      "create table p (a integer constraint nn not null); create table c () inherits (p); create table d () inherits (c)",
    to:
      "create table p (a integer constraint nn not null); create table c () inherits (p); alter table c alter a set not null; create table d () inherits (c)",
  },
  {
    name: "a parent's NOT NULL comes and goes above heirs that have it, have it not, and have it under another name",
    since,
    from: `create table p (a integer, b integer); create table c (constraint c_own not null a) inherits (p);
      create table d () inherits (p); create table e (a integer not null) inherits (p);
      create table f (constraint old not null b) inherits (p)`,
    to: `create table p (a integer constraint nn not null, b integer constraint bb not null);
      create table c (constraint c_own not null a) inherits (p); create table d () inherits (p);
      create table e (a integer not null) inherits (p); create table f (constraint new not null b) inherits (p)`,
    rows: "insert into p values (1, 2); insert into c values (1, 2); insert into f values (2, 3)",
  },
  {
    name: "a parent's NOT NULL gets another name above heirs whose names differ",
    since,
    from: `create table p (a integer constraint one not null); create table c (constraint own not null a) inherits (p);
      create table d () inherits (p); create table e () inherits (d)`,
    to: `create table p (a integer constraint two not null); create table c (constraint own not null a) inherits (p);
      create table d () inherits (p); create table e () inherits (d)`,
    rows: "insert into p values (1); insert into c values (1); insert into e values (2)",
  },
  {
    name: "an heir's own NOT NULL becomes one that it only inherits",
    since,
    from: `create table p (a integer constraint nn not null); create table c (a integer not null) inherits (p);
      create table d () inherits (p)`,
    to: `create table p (a integer constraint nn not null); create table c (a integer) inherits (p);
      create table d () inherits (p)`,
  },
  {
    name: "a NOT NULL has a comment",
    since,
    from: `create table p (a integer not null, b integer not null); comment on constraint p_a_not_null on p is 'one'`,
    to: `create table p (a integer not null, b integer not null); comment on constraint p_a_not_null on p is 'two';
      comment on constraint p_b_not_null on p is 'three';
      create table q (a integer constraint nn not null); comment on constraint nn on q is 'four';
      create table r () inherits (q); comment on constraint nn on r is 'five'`,
  },
  {
    name: "two columns exchange the names of their NOT NULL",
    since,
    from: "create table t (a integer constraint x not null, b integer constraint y not null)",
    to: "create table t (a integer constraint y not null, b integer constraint x not null)",
  },
  {
    name: "two columns exchange the names of their NOT NULL, which differ only at the end of 63 bytes",
    since,
    from: `create table t (a integer constraint ${"n".repeat(62)}1 not null, b integer constraint ${
      "n".repeat(62)
    }2 not null)`,
    to: `create table t (a integer constraint ${"n".repeat(62)}2 not null, b integer constraint ${
      "n".repeat(62)
    }1 not null)`,
  },
  {
    name: "an heir goes to a parent whose NOT NULL has another name, or has one at all",
    since,
    from: `create table p (a integer not null, b integer); create table h () inherits (p);
      create table k (a integer primary key) inherits (p)`,
    to: `create table q (a integer not null, b integer constraint bb not null); create table h () inherits (q);
      create table p (a integer not null, b integer); create table k (a integer primary key) inherits (p)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check that an heir has from its parent gets another name with the parent's",
    from: "create table p (a integer constraint c check (a > 0)); create table h () inherits (p)",
    to: "create table p (a integer constraint d check (a > 0)); create table h () inherits (p)",
    renames: [["check", "public.p.c", "public.p.d"], ["check", "public.h.c", "public.h.d"]],
  },
  {
    name: "a partition's primary key goes, and its NOT NULL becomes its table's, and back",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table p1 partition of p for values in (1);
      create unique index k on p1 (a, b)`,
    to: `create table p (a integer, b integer) partition by list (a);
      create table p1 partition of p (constraint k primary key (a, b)) for values in (1)`,
    rows: "insert into p values (1, 1)",
  },
  {
    name: "a new generated column that is NULL for a row and may not be",
    from: "create table t (a integer)",
    to: "create table t (a integer, b integer not null generated always as (a + 1) stored)",
    rows: "insert into t values (null)",
    stops: true,
  },
  {
    name: "the name of a NOT NULL goes from one column to another, old or new",
    from:
      `create table t (a integer constraint nn not null, b integer); create table u (b integer constraint nn not null);
      create table v (a integer constraint n1 not null, b integer constraint n2 not null, c integer)`,
    to:
      `create table t (b integer constraint nn not null, a integer); create table u (b integer, a integer constraint nn not null default 1);
      create table v (a integer constraint n2 not null, b integer, c integer constraint n1 not null)`,
    rows: "insert into t values (1, 2); insert into v values (1, 2, 3)",
    since: 180000,
  },
  {
    name: "a table is renamed while its partition becomes a table",
    since: 180000,
    from: "create table p (a integer not null) partition by list (a); create table q partition of p default",
    to: "create table o (a integer not null) partition by list (a); create table q (a integer not null)",
    renames: [["table", "public.p", "public.o"]],
    rows: "insert into p values (1)",
  },
  {
    name: "a table is renamed while its heir leaves it",
    since: 180000,
    oneWay: true,
    from: "create table p (a integer not null); create table q () inherits (p)",
    to: "create table o (a integer not null); create table q (a integer not null)",
    renames: [["table", "public.p", "public.o"]],
    rows: "insert into q values (1)",
  },
  {
    name: "a table is renamed and its heir stays one",
    since: 180000,
    from: "create table p (a integer not null); create table q () inherits (p)",
    to: "create table o (a integer not null); create table q () inherits (o)",
    renames: [["table", "public.p", "public.o"]],
    rows: "insert into q values (1)",
  },
  {
    name: "a column is renamed while its table's heir leaves",
    since: 180000,
    from: "create table p (a integer not null); create table q () inherits (p)",
    to: "create table p (b integer not null); create table q (b integer not null)",
    renames: [["column", "public.p.a", "public.p.b"]],
    rows: "insert into q values (1)",
  },
  {
    name: "a table and its heir are renamed while the heir leaves",
    since: 180000,
    oneWay: true,
    from: "create table p (a integer not null); create table q () inherits (p)",
    to: "create table o (a integer not null); create table r (a integer not null)",
    renames: [["table", "public.p", "public.o"], ["table", "public.q", "public.r"]],
    rows: "insert into q values (1)",
  },
  {
    name: "a table is renamed while an heir of its heir leaves",
    since: 180000,
    oneWay: true,
    from: "create table p (a integer not null); create table q () inherits (p); create table r () inherits (q)",
    to: "create table o (a integer not null); create table q () inherits (o); create table r (a integer not null)",
    renames: [["table", "public.p", "public.o"]],
    rows: "insert into r values (1)",
  },
  {
    name:
      "an heir leaves the parent that named its NOT NULL for another, while one that it keeps gets the column under another name",
    since,
    from: `create table r (a integer constraint x not null); create table q (); create table h () inherits (r, q);
      create table g () inherits (h)`,
    to: `create table q (a integer constraint y not null); create table s (); create table h () inherits (q, s);
      create table g () inherits (h)`,
    rows: "insert into g values (1)",
  },
  {
    name: "an heir leaves the first of two parents whose NOT NULL have different names",
    since,
    from: `create table r (a integer constraint x not null); create table q (a integer constraint y not null);
      create table h () inherits (r, q); comment on constraint x on h is 'one'`,
    to: `create table r (a integer constraint x not null); create table q (a integer constraint y not null);
      create table h () inherits (q); comment on constraint y on h is 'one'`,
    rows: "insert into h values (1)",
  },
  {
    name: "an heir's parents exchange places, and the names of their NOT NULL",
    since,
    from: `create table r (a integer constraint x not null); create table q (a integer constraint y not null);
      create table h () inherits (r, q)`,
    to: `create table r (a integer constraint y not null); create table q (a integer constraint x not null);
      create table h () inherits (q, r)`,
    rows: "insert into h values (1)",
  },
  {
    name: "an heir's own NOT NULL becomes one that it only inherits, as its parents exchange places",
    since,
    from: `create table r (a integer constraint x not null); create table q (a integer constraint y not null);
      create table h (a integer constraint x not null) inherits (r, q)`,
    to: `create table r (a integer constraint x not null); create table q (a integer constraint y not null);
      create table h (a integer) inherits (q, r)`,
    rows: "insert into h values (1)",
  },
  {
    name:
      "an heir's own NOT NULL becomes one that it only inherits, as its parents exchange places and that parent's gets another name",
    since,
    from: `create table r (a integer); create table q (a integer constraint y not null);
      create table h (a integer constraint z not null) inherits (r, q)`,
    to: `create table r (a integer); create table q (a integer constraint y2 not null);
      create table h (a integer) inherits (q, r)`,
    rows: "insert into h values (1)",
  },
  {
    name: "two columns of an heir exchange the names of their NOT NULL as it goes from one parent to another",
    since,
    from: `create table r (a integer constraint x not null, b integer constraint y not null);
      create table q (a integer constraint y not null, b integer constraint x not null); create table h () inherits (r)`,
    to: `create table r (a integer constraint x not null, b integer constraint y not null);
      create table q (a integer constraint y not null, b integer constraint x not null); create table h () inherits (q)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a NOT NULL that stays is no longer one that all rows meet, also under another name",
    since: 180000,
    from: `create table t (a integer constraint n not null, b integer constraint o not null);
      comment on constraint n on t is 'x'`,
    to: `create table t (a integer, b integer); alter table t add constraint n not null a not valid,
      add constraint p not null b not valid; comment on constraint n on t is 'x'`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a NOT NULL that becomes NOT VALID does so in heirs and partitions, but for those that have their own",
    since: 180000,
    from: `create table t (a integer constraint n not null, b integer); create table h () inherits (t);
      create table k () inherits (h); create table g (a integer constraint n not null) inherits (t);
      create table p (a integer constraint n not null, b integer) partition by list (b); create table p1 partition of p default`,
    to: `create table t (a integer, b integer); create table h () inherits (t); create table k () inherits (h);
      create table g (a integer constraint n not null) inherits (t); alter table t add constraint n not null a not valid;
      create table p (a integer, b integer) partition by list (b); create table p1 partition of p default;
      alter table p add constraint n not null a not valid`,
    rows: "insert into h values (1); insert into g values (2); insert into p values (3, 3)",
  },
]);
