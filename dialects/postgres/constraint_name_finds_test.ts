/** Names of constraints that go from one to another, on a table and among parents and heirs, which have CHECK and NOT NULL (18) from them. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a check goes from one parent to another as another one that need not hold",
    from:
      "create table a (x integer, constraint n check (x > 0)); create table b (y integer); create table h () inherits (a, b)",
    to:
      "create table a (x integer); create table b (y integer); create table h () inherits (a, b); alter table b add constraint n check (y > 0) not valid",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check goes from one parent to another as another one",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer); create table h () inherits (z, b)",
    to:
      "create table z (x integer); create table b (y integer, constraint n check (y > 0)); create table h () inherits (z, b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "an heir leaves the parent that it has a check from, and the other gets one of that name",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer); create table h (x integer) inherits (z, b)",
    to:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "an heir leaves a parent that goes, and the other gets a check of the name that it had from there",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer); create table h (x integer) inherits (z, b)",
    to: "create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "an heir leaves the parent that it has a check from, and the other gets the same",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (x integer); create table h () inherits (z, b)",
    to:
      "create table z (x integer, constraint n check (x > 0)); create table b (x integer, constraint n check (x > 0)); create table h () inherits (b)",
    rows: "insert into h values (1)",
  },
  {
    name: "a parent gets a check of the name that its heir's own has until then",
    from: "create table b (y integer); create table h (x integer, constraint n check (x > 0)) inherits (b)",
    to: "create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent gets a check of the name that an heir's heir's own has until then",
    from:
      "create table b (y integer); create table h () inherits (b); create table g (x integer, constraint n check (x > 0)) inherits (h)",
    to:
      "create table b (y integer, constraint n check (y > 0)); create table h () inherits (b); create table g (x integer) inherits (h)",
    rows: "insert into g values (1, 2)",
  },
  {
    name: "a parent gets a check of the name that an heir's heir has from another parent until then",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer); create table h () inherits (b); create table g () inherits (h, z)",
    to:
      "create table z (x integer); create table b (y integer, constraint n check (y > 0)); create table h () inherits (b); create table g () inherits (h, z)",
    rows: "insert into g values (1, 2)",
  },
  {
    name: "a check that an heir has from two parents becomes another",
    from:
      "create table a (x integer, y integer, constraint n check (x > 0)); create table b (x integer, y integer, constraint n check (x > 0)); create table h () inherits (a, b)",
    to:
      "create table a (x integer, y integer, constraint n check (y > 0)); create table b (x integer, y integer, constraint n check (y > 0)); create table h () inherits (a, b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "of a check that an heir has from two parents one goes and one becomes another",
    from:
      "create table a (x integer, y integer, constraint n check (x > 0)); create table b (x integer, y integer, constraint n check (x > 0)); create table h () inherits (a, b)",
    to:
      "create table a (x integer, y integer); create table b (x integer, y integer, constraint n check (y > 0)); create table h () inherits (a, b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "of a check that an heir has from two parents and as its own one is left, which becomes another",
    from:
      "create table a (x integer, y integer, constraint n check (x > 0)); create table b (x integer, y integer, constraint n check (x > 0)); create table h (constraint n check (x > 0)) inherits (a, b)",
    to:
      "create table a (x integer, y integer); create table b (x integer, y integer, constraint n check (y > 0)); create table h () inherits (a, b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check that heirs have not becomes one that they have, where one has its own",
    from:
      "create table b (y integer, constraint n check (y > 0) no inherit); create table h (x integer, constraint n check (x > 0)) inherits (b)",
    to: "create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check gets the name that an heir's from another parent gives up",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer, constraint m check (y > 0)); create table h () inherits (z, b)",
    to:
      "create table z (x integer); create table b (y integer, constraint n check (y > 0)); create table h () inherits (z, b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "the checks of two parents of an heir exchange names",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table b (y integer, constraint m check (y > 0)); create table h () inherits (z, b)",
    to:
      "create table z (x integer, constraint m check (x > 0)); create table b (y integer, constraint n check (y > 0)); create table h () inherits (z, b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check gets the name of an heir's own that goes",
    from:
      "create table b (y integer, constraint m check (y > 0)); create table h (x integer, constraint n check (x > 0)) inherits (b)",
    to: "create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check gets the name that an heir's own gives up for another",
    from:
      "create table b (y integer, constraint m check (y > 0)); create table h (x integer, constraint n check (x > 0)) inherits (b)",
    to:
      "create table b (y integer, constraint n check (y > 0)); create table h (x integer, constraint o check (x > 0)) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check and an heir's own exchange names",
    from:
      "create table b (y integer, constraint m check (y > 0)); create table h (x integer, constraint n check (x > 0)) inherits (b)",
    to:
      "create table b (y integer, constraint n check (y > 0)); create table h (x integer, constraint m check (x > 0)) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent gets a check of the name that an heir's key has until then",
    from: "create table b (y integer); create table h (x integer, constraint n unique (x)) inherits (b)",
    to: "create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent gets a check of the name that an heir's foreign key has until then",
    from:
      "create table z (x integer primary key); create table b (y integer); create table h (x integer, constraint n foreign key (x) references z) inherits (b)",
    to:
      "create table z (x integer primary key); create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
  },
  {
    name: "a parent gets a check of the name that an heir's NOT NULL has until then",
    since: 180000,
    from: "create table b (y integer); create table h (x integer constraint n not null) inherits (b)",
    to: "create table b (y integer, constraint n check (y > 0)); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent gets a NOT NULL of the name that an heir's has until then",
    since: 180000,
    from: "create table b (y integer); create table h (x integer constraint n not null) inherits (b)",
    to: "create table b (y integer constraint n not null); create table h (x integer) inherits (b)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent gets a NOT NULL of the name that an heir's from another parent has until then",
    since: 180000,
    from:
      "create table b (y integer); create table z (x integer constraint n not null); create table h () inherits (b, z)",
    to:
      "create table b (y integer constraint n not null); create table z (x integer); create table h () inherits (b, z)",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a check gets the name that a NOT NULL gives up",
    since: 180000,
    from: "create table b (x integer, y integer constraint n not null)",
    to: "create table b (x integer, y integer, constraint n check (x > 0))",
    rows: "insert into b values (1, 2)",
  },
  {
    name: "a check and a key exchange names",
    from: "create table b (x integer, y integer, constraint n unique (x), constraint m check (y > 0))",
    to: "create table b (x integer, y integer, constraint m unique (x), constraint n check (y > 0))",
    rows: "insert into b values (1, 2)",
  },
  {
    name: "a partitioned table gets a check of the name that its partition's own has until then",
    from:
      "create table b (x integer, y integer) partition by list (x); create table h partition of b (constraint n check (y > 0)) default",
    to:
      "create table b (x integer, y integer, constraint n check (y > 1)) partition by list (x); create table h partition of b default",
    rows: "insert into b values (1, 2)",
  },
  {
    name: "a table is attached whose own check has the name of one that it gets",
    from:
      "create table b (x integer, y integer) partition by list (x); create table h (x integer, y integer, constraint n check (y > 0))",
    to:
      "create table b (x integer, y integer, constraint n check (y > 1)) partition by list (x); create table h partition of b default",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "an heir goes to a parent that has another check of the name",
    from:
      "create table z (x integer, constraint n check (x > 0)); create table q (x integer, constraint n check (x > 1)); create table h (x integer) inherits (z)",
    to:
      "create table z (x integer, constraint n check (x > 0)); create table q (x integer, constraint n check (x > 1)); create table h (x integer) inherits (q)",
    rows: "insert into h values (2)",
  },
  {
    name: "an heir leaves the parent that it has a check from, and gets one of its own of that name",
    from: "create table z (x integer, constraint n check (x > 0)); create table h (x integer) inherits (z)",
    to:
      "create table z (x integer, constraint n check (x > 0)); create table h (x integer, constraint n check (x > 1))",
    rows: "insert into h values (2)",
  },
  {
    name: "an heir leaves its first parent, and the second gets another check of a name that it had from there",
    from:
      "create table b (x integer, constraint n check (x > 0)); create table z (x integer); create table h () inherits (b, z)",
    to:
      "create table b (x integer, constraint n check (x > 0)); create table z (x integer, constraint n check (x > 1)); create table h () inherits (z)",
    rows: "insert into h values (2)",
  },
  {
    name:
      "an heir with an heir leaves its first parent, and the second gets another check of a name that they had from there",
    from:
      "create table b (x integer, constraint n check (x > 0)); create table z (x integer); create table h () inherits (b, z); create table g () inherits (h)",
    to:
      "create table b (x integer, constraint n check (x > 0)); create table z (x integer, constraint n check (x > 1)); create table h () inherits (z); create table g () inherits (h)",
    rows: "insert into g values (2)",
  },
  {
    name: "a partition becomes a table with another check of the name of one that it had",
    from:
      "create table b (x integer, y integer, constraint n check (y > 1)) partition by list (x); create table h partition of b default",
    to:
      "create table b (x integer, y integer, constraint n check (y > 1)) partition by list (x); create table h (x integer, y integer, constraint n check (y > 0))",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a partition goes to a table that has another check of the name of one that it had",
    from:
      "create table b (x integer, y integer, constraint n check (y > 1)) partition by list (x); create table c (x integer, y integer, constraint n check (y > 0)) partition by list (x); create table h partition of b default",
    to:
      "create table b (x integer, y integer, constraint n check (y > 1)) partition by list (x); create table c (x integer, y integer, constraint n check (y > 0)) partition by list (x); create table h partition of c default",
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a computed column and the one that it is computed from exchange places and the name of a NOT NULL",
    since: 180000,
    from: `create table t (a integer constraint nn not null default 1, b integer generated always as (a + 1) virtual)`,
    to: `create table t (b integer constraint nn not null default 1, a integer generated always as (b + 1) virtual)`,
    rows: "insert into t values (1)",
  },
  {
    name: "a column gets the NOT NULL's name of one that is made anew",
    since: 180000,
    from: `create table t (a integer constraint nn not null, b integer)`,
    to: `create table t (a integer generated always as (b + 1) stored, b integer constraint nn not null)`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a column gets the NOT NULL's name of one that is made anew, and gives it its own",
    since: 180000,
    from: `create table t (a integer constraint nn not null, b integer constraint mm not null)`,
    to:
      `create table t (a integer constraint mm not null generated always as (b + 1) stored, b integer constraint nn not null)`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "three columns exchange the names of their NOT NULL",
    since: 180000,
    from:
      `create table t (a integer constraint n1 not null, b integer constraint n2 not null, c integer constraint n3 not null)`,
    to:
      `create table t (a integer constraint n2 not null, b integer constraint n3 not null, c integer constraint n1 not null)`,
    rows: "insert into t values (1, 2, 3)",
  },
  {
    name: "two columns exchange the names of their NOT NULL, one of them made anew",
    since: 180000,
    from: `create table t (a integer constraint n1 not null, b integer constraint n2 not null default 1)`,
    to:
      `create table t (a integer constraint n2 not null, b integer constraint n1 not null generated always as (a) stored)`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "two columns exchange the names of their NOT NULL, which heirs have, too",
    since: 180000,
    from:
      `create table p (a integer constraint n1 not null, b integer constraint n2 not null); create table h () inherits (p)`,
    to:
      `create table p (a integer constraint n2 not null, b integer constraint n1 not null); create table h () inherits (p)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a NOT NULL and a check exchange names",
    since: 180000,
    from: `create table t (a integer constraint n1 not null, b integer, constraint n2 check (b > 0))`,
    to: `create table t (a integer constraint n2 not null, b integer, constraint n1 check (b > 0))`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a NOT NULL gets the name of a check that goes",
    since: 180000,
    from: `create table t (a integer, b integer, constraint n2 check (b > 0))`,
    to: `create table t (a integer constraint n2 not null, b integer)`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a NOT NULL gets the name of a key that goes",
    since: 180000,
    from: `create table t (a integer, b integer, constraint n2 unique (b))`,
    to: `create table t (a integer constraint n2 not null, b integer)`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a NOT NULL and a key exchange names",
    since: 180000,
    from: `create table t (a integer constraint n1 not null, b integer, constraint n2 unique (b))`,
    to: `create table t (a integer constraint n2 not null, b integer, constraint n1 unique (b))`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a NOT NULL and a foreign key exchange names",
    since: 180000,
    from:
      `create table r (x integer primary key); create table t (a integer constraint n1 not null, b integer, constraint n2 foreign key (b) references r)`,
    to:
      `create table r (x integer primary key); create table t (a integer constraint n2 not null, b integer, constraint n1 foreign key (b) references r)`,
  },
  {
    name: "a NOT NULL's server name is taken by a check",
    since: 180000,
    from: `create table t (a integer not null, b integer)`,
    to: `create table t (a integer, b integer, constraint t_a_not_null check (b > 0))`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a NOT NULL gives its server name and has one of its own",
    since: 180000,
    from: `create table t (a integer not null, b integer)`,
    to: `create table t (a integer constraint own not null, b integer, constraint t_a_not_null check (b > 0))`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "a table and its column that were renamed by hand keep the server's name of a NOT NULL",
    since: 180000,
    from: `create table t (a integer not null)`,
    to: `create table n (b integer constraint t_a_not_null not null)`,
    renames: [["table", "public.t", "public.n"], ["column", "public.t.a", "public.n.b"]],
    rows: "insert into t values (1)",
  },
  {
    name: "a NOT NULL gets back the server's name, which a column beside it has that a view reads until then",
    since: 180000,
    from: `create table t (a integer not null); create view v as select a as x from t`,
    to:
      `create table t (a integer constraint t_a_not_null1 not null, b integer constraint t_a_not_null not null default 1);
        create view v as select b as x from t`,
    rows: "insert into t values (1)",
  },
  {
    name: "a NOT NULL gives its server's name to a column that comes before it",
    since: 180000,
    from: `create table t (a integer not null, b integer); create view v as select b from t`,
    to: `create table t (a integer constraint own not null, b integer constraint t_a_not_null not null)`,
    rows: "insert into t values (1, 2)",
  },
  {
    name:
      "a new column gets the NOT NULL's name of one that goes, and what was computed from that one is computed from it",
    since: 180000,
    from: `create table t (a integer constraint nn not null, b integer generated always as (a + 1) virtual)`,
    to: `create table t (c integer constraint nn not null default 1, b integer generated always as (c + 1) virtual)`,
    rows: "insert into t values (1)",
  },
  {
    name:
      "a new column gets the NOT NULL's name of one that goes, and what was computed from that one, with its index, view and heir, from it",
    since: 180000,
    from: `create table t (a integer constraint nn not null, b integer generated always as (a + 1) stored);
      create table h () inherits (t); create index i on t (b); create view v as select b from t`,
    to: `create table t (c integer constraint nn not null default 1, b integer generated always as (c + 1) stored);
      create table h () inherits (t); create index i on t (b); create view v as select b from t`,
    rows: "insert into h values (1)",
  },
  {
    name:
      "a column and one that is computed from it exchange places and the NOT NULL's name, beside another one that is computed from it",
    since: 180000,
    from: `create table t (a integer constraint nn not null default 1, b integer generated always as (a + 1) virtual,
        c integer generated always as (a + 2) stored)`,
    to: `create table t (b integer constraint nn not null default 1, a integer generated always as (b + 1) virtual,
        c integer generated always as (b + 2) stored)`,
    rows: "insert into t values (1)",
  },
]);
