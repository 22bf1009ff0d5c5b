/** Names of NOT NULL constraints that change with their table or column, or above heirs, where RENAME CONSTRAINT cannot change them (18). */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const since = 180000;

testFinds([
  {
    name: "a table is renamed above an heir that calls its NOT NULL otherwise, and one that does not",
    since,
    from: `create table p (a integer not null); create table h (constraint own not null a) inherits (p);
      create table d () inherits (p)`,
    to: `create table q (a integer not null); create table h (constraint own not null a) inherits (q);
      create table d () inherits (q)`,
    renames: [["table", "public.p", "public.q"]],
    rows: "insert into h values (1); insert into d values (2)",
  },
  {
    name:
      "a table with a primary key is renamed above an heir that calls its NOT NULL otherwise, and one that does not",
    since,
    from: `create table p (a integer primary key); create table h (constraint own not null a) inherits (p);
      create table d () inherits (p)`,
    to: `create table q (a integer primary key); create table h (constraint own not null a) inherits (q);
      create table d () inherits (q)`,
    renames: [["table", "public.p", "public.q"]],
    rows: "insert into h values (1); insert into d values (2)",
  },
  {
    name: "a partitioned table is renamed whose partition calls its NOT NULL otherwise",
    since,
    from: `create table p (a integer primary key) partition by list (a);
      create table h partition of p (constraint own not null a) default`,
    to: `create table q (a integer primary key) partition by list (a);
      create table h partition of q (constraint own not null a) default`,
    renames: [["table", "public.p", "public.q"]],
    rows: "insert into p values (1)",
  },
  {
    name: "a table with an identity is renamed above an heir's heir that calls its NOT NULL otherwise",
    since,
    from: `create table p (a integer not null generated always as identity); create table h () inherits (p);
      create table g (constraint own not null a) inherits (h)`,
    to: `create table q (a integer not null generated always as identity); create table h () inherits (q);
      create table g (constraint own not null a) inherits (h)`,
    renames: [["table", "public.p", "public.q"]],
    rows: "insert into g values (1)",
  },
  {
    name: "a column is renamed, and heirs have its NOT NULL as their own, as another and from the table alone",
    since,
    from: `create table p (a integer not null); create table h (a integer not null) inherits (p);
      create table d () inherits (p); create table g (constraint own not null a) inherits (d)`,
    to: `create table p (b integer not null); create table h (b integer not null) inherits (p);
      create table d () inherits (p); create table g (constraint own not null b) inherits (d)`,
    renames: [["column", "public.p.a", "public.p.b"]],
    rows: "insert into g values (1)",
  },
  {
    name: "an heir's table is renamed whose NOT NULL is its own and inherited",
    from: "create table p (a integer not null); create table h (a integer not null) inherits (p)",
    to: "create table p (a integer not null); create table k (a integer not null) inherits (p)",
    renames: [["table", "public.h", "public.k"]],
    rows: "insert into h values (1)",
  },
  {
    name: "a table and its heir are renamed, whose NOT NULL is its own and inherited",
    from: "create table p (a integer not null); create table h (a integer not null) inherits (p)",
    to: "create table q (a integer not null); create table k (a integer not null) inherits (q)",
    renames: [["table", "public.p", "public.q"], ["table", "public.h", "public.k"]],
    rows: "insert into h values (1)",
  },
  {
    name: "one of two parents is renamed that an heir has a NOT NULL from",
    from: `create table p (a integer not null); create table r (a integer not null); create table h () inherits (p, r);
      create table s (a integer not null); create table t (a integer not null); create table i () inherits (s, t)`,
    to: `create table q (a integer not null); create table r (a integer not null); create table h () inherits (q, r);
      create table s (a integer not null); create table u (a integer not null); create table i () inherits (s, u)`,
    renames: [["table", "public.p", "public.q"], ["table", "public.t", "public.u"]],
    rows: "insert into h values (1); insert into i values (2)",
  },
  {
    name: "the NOT NULL of two parents that an heir has it from get other names, one of them under a primary key",
    since,
    from:
      `create table p (a integer constraint x not null); create table r (a integer constraint y not null primary key);
      create table h () inherits (p, r)`,
    to:
      `create table p (a integer constraint x2 not null); create table r (a integer constraint y2 not null primary key);
      create table h () inherits (p, r)`,
    rows: "insert into h values (1)",
  },
  {
    name: "a NOT NULL under a primary key and an heir's exchange names",
    since,
    from: `create table p (a integer constraint x not null primary key);
      create table h (constraint y not null a) inherits (p); create table g () inherits (h)`,
    to: `create table p (a integer constraint y not null primary key);
      create table h (constraint x not null a) inherits (p); create table g () inherits (h)`,
    rows: "insert into g values (1)",
  },
  {
    name: "a NOT NULL and that of another column of an heir's own exchange names",
    since,
    from:
      "create table p (a integer constraint x not null); create table h (b integer constraint y not null) inherits (p)",
    to:
      "create table p (a integer constraint y not null); create table h (b integer constraint x not null) inherits (p)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "two columns exchange the names of their NOT NULL, and so do an heir's, which has them the other way round",
    since,
    from: `create table p (a integer constraint x not null, b integer constraint y not null);
      create table h (constraint y not null a, constraint x not null b) inherits (p)`,
    to: `create table p (a integer constraint y not null, b integer constraint x not null);
      create table h (constraint x not null a, constraint y not null b) inherits (p)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "two columns of an heir exchange the names of their NOT NULL, which its parent has under others",
    since,
    from: `create table p (a integer constraint v not null primary key, b integer constraint w not null);
      create table h (constraint y not null a, constraint x not null b) inherits (p)`,
    to: `create table p (a integer constraint v not null primary key, b integer constraint w not null);
      create table h (constraint x not null a, constraint y not null b) inherits (p)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "an heir's NOT NULL gets another name beside an heir that has it from the table alone, all with comments",
    since,
    from: `create table p (a integer constraint x not null); create table h (constraint own not null a) inherits (p);
      create table d () inherits (p); comment on constraint x on p is 'p'; comment on constraint x on d is 'd';
      comment on constraint own on h is 'h'`,
    to: `create table p (a integer constraint x not null); create table h (constraint own2 not null a) inherits (p);
      create table d () inherits (p); comment on constraint x on p is 'p'; comment on constraint x on d is 'd';
      comment on constraint own2 on h is 'h'`,
    rows: "insert into h values (1)",
  },
  {
    name: "an heir's NOT NULL gets another name above one that calls it otherwise",
    since,
    from: `create table p (a integer constraint x not null); create table h (constraint own not null a) inherits (p);
      create table g (constraint third not null a) inherits (h)`,
    to: `create table p (a integer constraint x not null); create table h (constraint own2 not null a) inherits (p);
      create table g (constraint third not null a) inherits (h)`,
    rows: "insert into g values (1)",
  },
  {
    name: "an heir is renamed above one whose NOT NULL is its own and inherited, too",
    from: `create table p (a integer not null); create table h (a integer not null) inherits (p);
      create table g (a integer not null) inherits (h)`,
    to: `create table p (a integer not null); create table k (a integer not null) inherits (p);
      create table g (a integer not null) inherits (k)`,
    renames: [["table", "public.h", "public.k"]],
    rows: "insert into g values (1)",
  },
  {
    name: "a NOT NULL that is not valid gets another name above an heir that calls it otherwise",
    since,
    from: `create table p (a integer); alter table p add constraint x not null a not valid;
      create table h (constraint own not null a) inherits (p)`,
    to: `create table p (a integer); alter table p add constraint y not null a not valid;
      create table h (constraint own not null a) inherits (p)`,
    rows: "insert into p values (1)",
  },
]);
