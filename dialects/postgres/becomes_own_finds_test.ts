/** Columns that heirs keep, or have, as their own while their parents lose or get them: see tests/properties/postgres/finds.ts. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name:
      "a parent loses a column that its heir keeps as its own, of another type and without its default and NOT NULL",
    from:
      `create table p (a integer constraint nn not null default 2, b integer); create table h (c integer) inherits (p); create view v as select a from h`,
    to:
      `create table p (b integer); create table h (c integer, a bigint) inherits (p); create view v as select a from h; create unique index i on h (a)`,
    rows: "insert into h values (1, 2, 3)",
    oneWay: true,
  },
  {
    name: "a parent loses a column that its heir keeps as its own and hands on, of another type",
    from:
      `create table p (a integer not null, b integer); create table h (c integer) inherits (p); create table g () inherits (h)`,
    to:
      `create table p (b integer); create table h (c integer, a bigint default 3) inherits (p); create table g () inherits (h)`,
    rows: "insert into h values (1, 2, 3); insert into g values (1, 2, 3)",
    oneWay: true,
  },
  {
    name: "a parent and its heir lose a column that heirs of the heir keep as their own",
    from:
      `create table p (a integer constraint nn not null, b integer); create table h (c integer) inherits (p); create table g () inherits (h);
      create table i (a integer not null) inherits (h); create table j () inherits (h)`,
    to:
      `create table p (b integer); create table h (c integer) inherits (p); create table g (a bigint not null) inherits (h);
      create table i (a integer not null) inherits (h); create table j () inherits (h)`,
    rows: "insert into h values (1, 2, 3); insert into g values (1, 2, 3); insert into i values (1, 2, 3)",
    oneWay: true,
  },
  {
    name: "two parents lose a column that their heir keeps as its own, of another type",
    from:
      `create table p (a integer, b integer); create table q (a integer); create table h (c integer) inherits (p, q)`,
    to: `create table p (b integer); create table q (); create table h (c integer, a bigint) inherits (p, q)`,
    rows: "insert into h values (1, 2, 3)",
    oneWay: true,
  },
  {
    name: "a parent loses an identity column under a key that its heirs keep as their own, some had by themselves, too",
    from:
      `create table p (a integer generated always as identity primary key, b integer); create table h (c integer) inherits (p);
      create table i (a integer) inherits (p); create table j (a integer not null) inherits (p); create table k () inherits (p)`,
    to: `create table p (b integer); create table h (c integer, a integer not null) inherits (p);
      create table i (a integer) inherits (p); create table j (a bigint not null) inherits (p); create table k () inherits (p)`,
    rows: "insert into h values (1, 2, 3); insert into i values (1, 2); insert into j values (1, 2)",
    oneWay: true,
  },
  {
    name: "a parent gets a column that is not NULL and that its heirs have by themselves",
    from:
      `create table p (b integer); create table h (a integer) inherits (p); create table i (a integer not null) inherits (p);
      create table j () inherits (p); create table k (a integer) inherits (p); create table l () inherits (h)`,
    to: `create table p (b integer, a integer constraint nn not null); create table h (a integer) inherits (p);
      create table i (a integer not null) inherits (p); create table j () inherits (p);
      create table k (a integer constraint nn not null) inherits (p); create table l () inherits (h)`,
    rows: "insert into h values (1, 2); insert into l values (1, 2)",
  },
  {
    name: "a column goes from a parent and from its heir, which had it of its own, too",
    from:
      `create table t (a integer, b integer not null); create function f() returns integer language sql as 'select 1';
      create table h (b integer default f()) inherits (t); create view v as select b from h;
      create sequence s owned by h.b; create index i on h (b); create table k () inherits (h)`,
    to: "create table t (a integer); create table h () inherits (t); create table k () inherits (h)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a column goes from parents, their heirs and an heir's heir, some of which had it of their own, too",
    from:
      `create table t (a integer, b integer); create table u (b integer); create table h (b integer) inherits (t, u);
      create table i (b integer) inherits (h); create table j () inherits (t); create table k (b integer) inherits (j)`,
    to: `create table t (a integer); create table u (); create table h () inherits (t, u);
      create table i () inherits (h); create table j () inherits (t); create table k () inherits (j)`,
    rows: "insert into h values (1, 2); insert into k values (1, 2)",
  },
  {
    name: "a column that an heir's heir has of its own, too, is made anew with its parents'",
    from:
      `create table t (a integer, b integer); create table h () inherits (t); create table i (b integer) inherits (h)`,
    to: `create table t (a integer, b integer generated always as (a) stored); create table h () inherits (t);
      create table i (b integer generated always as (a) stored) inherits (h)`,
    rows: "insert into i values (1, 2)",
    since: 160000,
    oneWay: true,
  },
  {
    name: "an heir leaves one parent and loses a column of its own that both had",
    from:
      `create table t (a integer, b integer); create table u (b integer); create table h (b integer) inherits (t, u)`,
    to: `create table t (a integer); create table u (b integer); create table h () inherits (t)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent loses a column that one heir keeps as its own and another one has from another parent still",
    from:
      `create table p (a integer constraint nn not null, b integer); create table q (a integer constraint nn not null, c integer);
      create table h () inherits (p); create table i () inherits (p); create table k () inherits (p, q)`,
    to: `create table p (b integer); create table q (a integer constraint nn not null, c integer);
      create table h (a integer constraint nn not null) inherits (p); create table i (a bigint) inherits (p); create table k () inherits (p, q)`,
    rows:
      "insert into h (a, b) values (1, 2); insert into i (a, b) values (1, 2); insert into k (a, b, c) values (3, 4, 5)",
    oneWay: true,
  },
  {
    name: "two parents lose a column that their heir loses, too, and that an heir of one keeps as its own",
    from:
      `create table p (a integer constraint nn not null, b integer); create table q (a integer constraint nn not null, c integer);
      create table h () inherits (p); create table k () inherits (p, q)`,
    to: `create table p (b integer); create table q (c integer);
      create table h (a integer constraint nn not null) inherits (p); create table k () inherits (p, q)`,
    rows: "insert into h (a, b) values (1, 2); insert into k (a, b, c) values (3, 4, 5)",
    oneWay: true,
  },
  {
    name:
      "a parent and its heir lose a column that heirs of the heir keep as their own or have from another parent still",
    from: `create table p (a varchar(9) collate "C" constraint nn not null, b integer);
      create table q (a varchar(9) collate "C", c integer); create table h () inherits (p); create table g () inherits (h);
      create table i () inherits (h); create table k () inherits (h, q)`,
    to:
      `create table p (b integer); create table q (a varchar(9) collate "C", c integer); create table h () inherits (p);
      create table g (a varchar(9) collate "C" constraint nn not null) inherits (h); create table i (a varchar(9)) inherits (h);
      create table k () inherits (h, q)`,
    rows:
      "insert into h (a, b) values (1, 2); insert into g (a, b) values (1, 2); insert into i (a, b) values (1, 2); insert into k (a, b) values (1, 2)",
    oneWay: true,
  },
  {
    name:
      "a parent loses a column whose NOT NULL is not checked, one heir keeps it and another one has it from another parent still",
    since: 180000,
    from: `create table p (a integer, b integer); create table q (a integer, c integer);
      create table h () inherits (p); create table k () inherits (p, q); alter table p add constraint nn not null a not valid`,
    to: `create table p (b integer); create table q (a integer, c integer);
      create table h (a integer) inherits (p); create table k () inherits (p, q); alter table h add constraint nn not null a not valid`,
    rows: "insert into h (a, b) values (1, 2); insert into k (a, b, c) values (3, 4, 5)",
    oneWay: true,
  },
  {
    name:
      "a parent loses a column whose NOT NULL one heir keeps as its own and another one has from another parent still",
    since: 180000,
    from:
      `create table p (a integer constraint nn not null, b integer); create table q (a integer constraint nn not null, c integer);
      create table j (a integer) inherits (p); create table k () inherits (p, q); create table l (a integer) inherits (p, q)`,
    to: `create table p (b integer); create table q (a integer constraint nn not null, c integer);
      create table j (a integer constraint nn not null) inherits (p); create table k () inherits (p, q); create table l (a integer) inherits (p, q)`,
    rows: "insert into j (a, b) values (1, 2); insert into k (a, b, c) values (3, 4, 5)",
    oneWay: true,
  },
]);
