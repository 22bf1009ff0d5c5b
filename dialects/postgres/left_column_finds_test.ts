/** Columns that a table had from a parent and loses when it leaves that: changes that were wrong once; the check is that of the random pairs. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const parents = "create table t (a integer); create table r (b integer)";
const both = `${parents}; create table h () inherits (t, r)`, one = `${parents}; create table h () inherits (t)`;
const computed = "create table t (a integer, b integer, c integer generated always as (b) stored)";
const plain = "create table u (a integer, c integer)";

testFinds([
  {
    name: "an heir's own computed column is plain before what it was computed from goes with a parent",
    from: `${parents}; create table h (c integer generated always as (b) stored) inherits (t, r)`,
    to: `${parents}; create table h (c integer) inherits (t)`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a publication lets go of a column that goes with a parent",
    from: `${both}; create publication p for table only h (a, b)`,
    to: `${one}; create publication p for table h (a)`,
    rows: "insert into h values (1, 2)",
    since: 150000,
  },
  {
    name: "an heir's heir keeps what the heir loses with a parent",
    from: `${both}; create table k (b integer) inherits (h)`,
    to: `${one}; create table k (b integer) inherits (h)`,
    rows: "insert into k values (1, 2)",
  },
  {
    name: "a parent that an heir keeps loses a column, too, that the heir loses with another parent",
    from: `create table t (a integer, b integer); create table r (b integer); create table h () inherits (t, r)`,
    to: one,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a parent that an heir joins again loses a column, too, that the heir loses with another parent",
    from: `create table t (a integer, b integer); create table r (b integer); create table h () inherits (r, t)`,
    to: one,
    rows: "insert into h values (2, 1)",
  },
  {
    name: "a column that an heir had from a parent is made anew when the heir has left it",
    from: `create table t (a integer, b integer); create table h () inherits (t)`,
    to: `create table t (a integer, b integer); create table h (a integer, b integer generated always as (a) stored)`,
    rows: "insert into h values (1, 2)",
    oneWay: true,
  },
  {
    name: "a column that an heir had from a parent and of its own is made anew in both when the heir has left",
    from: `create table t (a integer, b integer); create table h (b integer) inherits (t)`,
    to: `create table t (a integer, b integer generated always as (a) stored);
      create table h (a integer, b integer generated always as (a) stored)`,
    rows: "insert into h values (1, 2)",
    oneWay: true,
  },
  {
    name: "a column that an heir has from one parent and then from another is made anew",
    from: `create table t (a integer, b integer generated always as (a) virtual);
      create table u (a integer, b integer generated always as (a) stored); create table h () inherits (t)`,
    to: `create table t (a integer, b integer generated always as (a) virtual);
      create table u (a integer, b integer generated always as (a) stored); create table h () inherits (u)`,
    rows: "insert into h values (1)",
    since: 180000,
  },
  {
    name:
      "what the default of a column calls goes after the column has gone with a parent, and comes before it on the way back",
    from:
      `${both}; create function f() returns integer language sql as 'select 1'; alter table h alter b set default f()`,
    to: one,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a sequence goes along with its column, which goes with a parent, and is the column's again on the way back",
    from: `${both}; create sequence s owned by h.b; alter table h alter b set default nextval('s')`,
    to: one,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "a sequence stays when the column that it belongs to goes with a parent",
    from: `${both}; create sequence s owned by h.b; alter table h alter b set default nextval('s')`,
    to: `${one}; create sequence s`,
    rows: "insert into h values (1, 2)",
  },
  {
    name: "an heir that becomes a table of a type loses a column that it had from its parent",
    from: `create type y as (a integer); create table r (a integer, b integer); create table h () inherits (r)`,
    to: `create type y as (a integer); create table r (a integer, b integer); create table h of y`,
    rows: "insert into h values (1, 2)",
    oneWay: true,
  },
  {
    name: "a partition goes to another table without what its column was computed from, and what read that column",
    from: `${computed} partition by list (a); ${plain} partition by list (a); create table h partition of t default;
      create view v as select b from h; create index i on h (b); create index j on h (a) where b > 0`,
    to: `${computed} partition by list (a); ${plain} partition by list (a); create table h partition of u default;
      create view v as select a as b from h`,
    rows: "insert into h (a, b) values (1, 2)",
  },
  {
    name: "a publication lets go of a column before its partition goes to another table, which lacks it",
    from:
      `create table t (a integer, b integer) partition by list (a); create table u (a integer) partition by list (a);
      create table h partition of t default; create publication p for table h (a, b)`,
    to: `create table t (a integer, b integer) partition by list (a); create table u (a integer) partition by list (a);
      create table h partition of u default; create publication p for table h (a)`,
    rows: "insert into h values (1, 2)",
    since: 150000,
  },
  {
    name: "a publication lets go of a column that goes when its table goes from one parent to another",
    from: `create table t (a integer, b integer); create table u (a integer); create table h () inherits (t);
      create publication p for table h (a, b)`,
    to: `create table t (a integer, b integer); create table u (a integer); create table h () inherits (u);
      create publication p for table h (a)`,
    rows: "insert into h values (1, 2)",
    since: 150000,
  },
  {
    name: "an heir joins a parent again without what its column was computed from",
    from: `create table t (a integer); create table r (b integer, c integer generated always as (b) stored);
      create table h (c integer generated always as (b) stored) inherits (r, t)`,
    to: `create table t (a integer); create table r (b integer, c integer generated always as (b) stored);
      create table h (c integer) inherits (t)`,
    rows: "insert into h (a, b) values (1, 2)",
    since: 160000,
  },
  {
    name:
      "an heir goes from a parent whose column is computed to one where it is not, and loses what it was computed from",
    from: `${computed}; ${plain}; create table h () inherits (t)`,
    to: `${computed}; ${plain}; create table h () inherits (u)`,
    rows: "insert into h (a, b) values (1, 2)",
  },
  {
    name: "an heir goes to a parent whose column is computed, and back",
    from: `create table t (a integer, b integer default 3);
      create table u (a integer, b integer generated always as (a) stored); create table h () inherits (t)`,
    to: `create table t (a integer, b integer default 3);
      create table u (a integer, b integer generated always as (a) stored); create table h () inherits (u)`,
    rows: "insert into h values (1, 2)",
  },
]);
