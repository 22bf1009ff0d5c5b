/** Heirs: what random pairs have found of columns and checks that come from parents. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";
testFinds([
  {
    name: "a collation that is made anew is altered in parents, and goes down to partitions and heirs of any name",
    from: `create collation c from "C"; create table p (k integer, t varchar(20) collate c) partition by list (k);
      create table a partition of p default partition by list (k); create table b partition of a default;
      alter table b alter t set storage external;
      create table h (t text collate c default 'p', u text collate c); create table g (u text collate c default 'x') inherits (h); create table z () inherits (g);
      alter table z alter t set storage main`,
    to:
      `create collation c (provider = libc, locale = 'POSIX'); create table p (k integer, t varchar(20) collate c) partition by list (k);
      create table a partition of p default partition by list (k); create table b partition of a default;
      alter table b alter t set storage external;
      create table h (t text collate c default 'p', u text collate c); create table g (u text collate c default 'x') inherits (h); create table z () inherits (g);
      alter table z alter t set storage main`,
    rows: "insert into p values (1, 'x'); insert into z values ('a', 'b')",
  },
  {
    name: "a column that an heir inherits comes from another of its parents, which change places",
    from: `create table b (n3 integer constraint nn not null); create table a (); create table c () inherits (a, b)`,
    to: `create table a (n3 integer constraint nn not null); create table b (); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "a column that an heir inherits comes from another of its parents",
    from: `create table b (n3 integer constraint nn not null); create table a (); create table c () inherits (a, b)`,
    to: `create table a (n3 integer constraint nn not null); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "an identity column that an heir inherits comes from another of its parents, which change places",
    from:
      `create table b (n3 integer constraint nn not null generated always as identity); create table a (); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer constraint nn not null generated always as identity); create table b (); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "an identity column that an heir inherits comes from another of its parents",
    from:
      `create table b (n3 integer constraint nn not null generated always as identity); create table a (); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer constraint nn not null generated always as identity); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "a check that an heir inherits comes from another of its parents, which change places",
    from: `create table b (n3 integer, check (n3 > 0)); create table a (n3 integer); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table b (n3 integer); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "a check that an heir inherits comes from another of its parents",
    from: `create table b (n3 integer, check (n3 > 0)); create table a (n3 integer); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table b (n3 integer); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what an heir inherits comes from a table that it joins, and its old parent stays one",
    from:
      `create table b (n3 integer, check (n3 > 0)); create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table c () inherits (b)`,
    to:
      `create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what an heir inherits comes from a table that it joins as its first parent",
    from:
      `create table b (n3 integer constraint nn not null, check (n3 > 0)); create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table c () inherits (b)`,
    to:
      `create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what an heir inherits comes from a new table",
    from: `create table b (n3 integer constraint nn not null, check (n3 > 0)); create table c () inherits (b)`,
    to:
      `create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what heirs of heirs inherit comes from another parent",
    from:
      `create table b (n3 integer constraint nn not null, check (n3 > 0)); create table a (); create table c () inherits (a, b); create table d () inherits (c)`,
    to:
      `create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (a, b); create table d () inherits (c)`,
    rows: "insert into c values (1), (2); insert into d values (1), (3)",
  },
  {
    name: "a column gets the name that an heir, which goes, has from another parent",
    from: `create table a (x integer); create table b (y int4range); create table c () inherits (b, a)`,
    to: `create table a (y integer); create table b (y int4range)`,
    rows: "insert into a values (1)",
    renames: [["column", "public.a.x", "public.a.y"]],
  },
  {
    name: "a column gets the name that another parent of its heir gives up",
    from: `create table a (x integer); create table b (y int4range); create table c () inherits (b, a)`,
    to: `create table a (y integer); create table b (z int4range); create table c () inherits (b, a)`,
    rows: "insert into a values (1); insert into c values ('[1,2)', 3)",
    renames: [["column", "public.a.x", "public.a.y"], ["column", "public.b.y", "public.b.z"]],
  },
  {
    name: "a column gets the name that an heir's own has that is dropped",
    from: `create table a (x integer); create table c (y text) inherits (a)`,
    to: `create table a (y integer); create table c () inherits (a)`,
    rows: "insert into a values (1); insert into c values (3, 'x')",
    renames: [["column", "public.a.x", "public.a.y"]],
  },
  {
    name: "a tsvector that the text of a time is not",
    from: `create table a (x text)`,
    to: `create table a (x tsvector)`,
    rows: "insert into a values ('2020-01-01 10:00:00+00')",
    stops: true,
  },
  {
    name: "a table that goes from one parent to another inherits as before",
    from:
      `create table p (a integer constraint nn not null check (a > 0), b text default 'p', c integer generated always as (a + 1) stored);
      create table t (d integer) inherits (p)`,
    to:
      `create table q (a integer constraint nn not null, b text default 'q', c integer generated always as (a + 1) stored,
      constraint p_a_check check (a > 0)); create table t (d integer) inherits (q); create table u (b text) inherits (q)`,
    rows: "insert into t values (1, 'x', default, 2)",
  },
  {
    name: "a table that joins a parent inherits its new columns and checks alone",
    from: `create table p (a text collate "C" not null default 'p', b integer not null, c integer check (c > b));
      create table t (b integer not null, own text); create table u () inherits (t);
      create table g (a integer, b integer); create table h (a integer)`,
    to: `create table p (a text collate "C" not null default 'p', b integer not null, c integer check (c > b));
      create table q (d integer primary key, e integer generated always as (b0 + 1) stored, b0 integer);
      create table t (b integer not null, own text) inherits (p, q); create table u () inherits (t);
      alter table t alter a set default 't'; alter table t alter c set not null; alter table t alter a set storage external;
      comment on column t.c is 'c'; 
      create table g (a integer, b integer check (b > a)); create table h (a integer) inherits (g)`,
    rows: "insert into p values ('a', 1, 2)",
  },
  {
    name: "the statistics target of a parent's column is not its heirs'",
    from: "create table a (x integer); create table b () inherits (a)",
    to:
      `create table a (x integer, y integer); alter table a alter y set statistics 5; alter table a alter x set statistics 7;
      create table b () inherits (a)`,
  },
  {
    name: "an inherited generated column is computed otherwise, and another that two parents have loses one of them",
    from: `create table p (a text, b integer generated always as (length(a)) stored); create table h () inherits (p);
      create table one (c integer, d integer); create table two (c integer); create table h2 () inherits (one, two);
      create table own (d integer) inherits (one)`,
    to: `create table p (a text, b integer generated always as (length(a) + 1) stored); create table h () inherits (p);
      create table one (d integer); create table two (c integer); create table h2 () inherits (one, two);
      create table own (d integer) inherits (one)`,
    rows: "insert into h values ('x'); insert into h2 values (1, 2)",
  },
  {
    name: "a check that rows need not meet is one that an heir's rows meet",
    from: "create table p (a integer); create table z () inherits (p); create table a () inherits (p)",
    to: `create table p (a integer); create table z () inherits (p); create table a () inherits (p);
      alter table p add constraint c check (a > 0) not valid; alter table a validate constraint c`,
  },
  {
    name: "an heir loses a column with one parent while it leaves another",
    from: "create table p (a integer, b integer); create table q (c integer); create table h () inherits (p, q)",
    to: "create table p (a integer); create table h () inherits (p)",
    rows: "insert into h values (1, 2, 3)",
  },
  {
    name: "an heir is made again under a CHECK that its parent has as one that is not valid",
    from:
      `create table p (a integer); create table f (); create table h () inherits (f, p); create table g () inherits (p);
      alter table p add constraint c check (a > 0) not valid; comment on constraint c on p is 'c'; alter table g validate constraint c`,
    to: `create table p (a integer); create table g () inherits (p);
      alter table p add constraint c check (a > 0) not valid; comment on constraint c on p is 'c'; alter table g validate constraint c`,
    rows: "insert into p values (-1); insert into g values (1)",
  },
  {
    name: "heirs of heirs come under a CHECK that is not valid: some as they are made, some have it validated",
    from:
      `create table p (a integer); create table m () inherits (p); alter table p add constraint c check (a > 0) not valid`,
    to:
      `create table p (a integer); create table m () inherits (p); create table h () inherits (m); create table k () inherits (m);
      create table l (b integer) inherits (k); create table z () inherits (p); alter table p add constraint c check (a > 0) not valid;
      alter table k validate constraint c; comment on constraint c on h is 'h'`,
    rows: "insert into p values (-1); insert into m values (-1)",
  },
  {
    name: "a table joins a new parent that has a CHECK that is not valid",
    from: "create table f (); create table t () inherits (f)",
    to: `create table p (a integer); create table f (); create table t () inherits (f, p);
      alter table p add constraint c check (a > 0) not valid`,
    rows: "insert into t default values",
  },
  {
    name: "tables join a parent and go from one to another under CHECKs that are not valid",
    from:
      `create table p (a integer); create table q (a integer); create table t (b integer) inherits (q); create table u (b integer);
      create table v () inherits (q); create table w ();
      alter table q add constraint c check (a > 0) not valid; alter table p add constraint c check (a > 0) not valid`,
    to:
      `create table p (a integer); create table q (a integer); create table t (b integer) inherits (p); create table u (b integer) inherits (p);
      create table v () inherits (p); create table w () inherits (p);
      alter table q add constraint c check (a > 0) not valid; alter table p add constraint c check (a > 0) not valid;
      alter table w validate constraint c`,
    rows: "insert into t values (-1, 1); insert into v values (-1)",
  },
  {
    name: "partitions come under a CHECK that is not valid",
    from: `create table p (a integer) partition by list (a); create table t (a integer);
      alter table p add constraint c check (a > 0) not valid`,
    to:
      `create table p (a integer) partition by list (a); create table t (a integer); create table n partition of p for values in (2);
      alter table p attach partition t for values in (1); alter table p add constraint c check (a > 0) not valid`,
    rows: "insert into t values (1)",
  },
  {
    name: "a table that goes to another parent inherits a column as another type",
    from: `create table p (a text[], b integer not null, c text default 'p', d text); create table t () inherits (p);
      alter table t alter c set default 't'; create table q (); create index i on t (d); create table u () inherits (t)`,
    to: `create table q (a varchar(30), b bigint not null, c varchar(9), d text collate "C");
      create table t () inherits (q); alter table t alter c set default 'u'; create index i on t (d); create table u () inherits (t)`,
    rows: "insert into t values (null, 1, 'c', 'd'); insert into u values (null, 1, 'c', 'd')",
  },
  {
    name: "a parent's CHECK is valid no more, and its heirs' are, one of them no more either",
    from:
      `create table p (a integer, constraint c check (a > 0)); create table h () inherits (p); create table k () inherits (h)`,
    to:
      `create table p (a integer); create table h () inherits (p); alter table p add constraint c check (a > 0) not valid;
      alter table h validate constraint c; create table k () inherits (h)`,
  },
  {
    name: "heirs' CHECKs become valid and cease to be so under that of their parent, which is not",
    from:
      `create table p (a integer); create table h () inherits (p); create table k () inherits (p); create table l () inherits (p);
      alter table p add constraint c check (a > 0) not valid; alter table h validate constraint c; comment on constraint c on l is 'l'`,
    to:
      `create table p (a integer); create table h () inherits (p); create table k () inherits (p); create table l () inherits (p);
      alter table p add constraint c check (a > 0) not valid; alter table k validate constraint c; comment on constraint c on l is 'l'`,
    rows: "insert into p values (-1)",
  },
  {
    name: "a column changes its type under CHECKs that heirs have as valid ones, or with a comment",
    from:
      `create table p (a integer, b integer, constraint d check (b > 0)); alter table p add constraint c check (a > 0) not valid;
      create table h () inherits (p); create table k () inherits (h); comment on constraint d on h is 'h'; comment on constraint c on k is 'k'`,
    to:
      `create table p (a bigint, b bigint, constraint d check (b > 0)); alter table p add constraint c check (a > 0) not valid;
      create table h () inherits (p); create table k () inherits (h); comment on constraint d on h is 'h'; comment on constraint c on k is 'k'`,
    rows: "insert into p values (-1, 1); insert into h values (1, 1)",
  },
  {
    name: "an inherited column becomes a computed one of the heir's own",
    from: `create table p (a integer); create table c (b integer) inherits (p); create table d () inherits (p)`,
    to:
      `create table p (); create table c (b integer, a integer generated always as (b + 1) stored) inherits (p); create table d () inherits (p)`,
    rows: "insert into c values (1, 2)",
    oneWay: true,
  },
  {
    name: "a column gets another type while its table leaves the second parent that it has it from, or that one goes",
    from:
      `create table p (a integer); create table q (a integer); create table r (a integer); create table h () inherits (p, q);
      create table k () inherits (p, r); create table g (b integer); create table n (b integer); create table i () inherits (g);
      create table j () inherits (i, n)`,
    to:
      `create table p (a bigint); create table q (a integer); create table h () inherits (p); create table k () inherits (p);
      create table g (b bigint); create table n (b integer); create table i () inherits (g); create table j () inherits (i)`,
    rows: "insert into h values (1); insert into k values (2); insert into j values (3)",
  },
  {
    name: "a column gets another type in a table whose heirs have it from two of its heirs",
    from:
      `create table g (a integer); create table p () inherits (g); create table q () inherits (g); create table h () inherits (p, q)`,
    to:
      `create table g (a bigint); create table p () inherits (g); create table q () inherits (g); create table h () inherits (p, q)`,
    rows: "insert into h values (1)",
  },
  {
    name: "an heir and its heir leave one of two parents each",
    from: `create table p (a integer); create table q (b integer); create table r (c integer);
      create table h () inherits (p, q); create table i () inherits (h, r)`,
    to: `create table p (a integer); create table q (b integer); create table r (c integer);
      create table h () inherits (p); create table i () inherits (h)`,
    rows: "insert into i values (1, 2, 3); insert into h values (4, 5)",
  },
  {
    name: "a new sequence belongs to the column that an heir has from its parent, both new",
    from: "create table t (a integer); create table h () inherits (t); create table u (b integer)",
    to: `create table t (a integer, b integer); create table h () inherits (t); create sequence s owned by h.b;
      alter table h alter b set default nextval('s'); create table u (b integer); create table k () inherits (u);
      create sequence r owned by k.b`,
  },
]);
