/** Changes that owners stand in the way of. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const f = `create function f(integer) returns integer language plpgsql immutable as 'begin return $1; end'`;
const own = "revoke execute on function f from public";

testFinds([
  {
    name: "a serial column of a table that belongs to another role",
    from: "create table t (a integer); alter table t owner to sqa_test_reader",
    to: "create table t (a integer, b serial); alter table t owner to sqa_test_reader",
    rows: "insert into t values (1)",
  },
  {
    name: "a table made over gets a serial column and gives another one's sequence up, which is somebody else's then",
    from:
      "create table t (a integer, b serial); create sequence s; alter sequence s owner to sqa_test_writer; create table u (a integer default nextval('s'))",
    to:
      "create sequence t_b_seq as integer; create table t (a integer, b integer not null default nextval('t_b_seq'), c serial); alter table t owner to sqa_test_reader; alter sequence t_b_seq owner to sqa_test_writer; create sequence s; create table u (a integer default nextval('s')); alter sequence s owned by u.a",
    rows: "insert into t values (1)",
  },
  {
    name: "a sequence goes from one owner's column to another's",
    from:
      "create table t (a integer); alter table t owner to sqa_test_reader; create table u (a integer); alter table u owner to sqa_test_writer; create sequence s; alter sequence s owner to sqa_test_reader; alter sequence s owned by t.a",
    to:
      "create table t (a integer); alter table t owner to sqa_test_reader; create table u (a integer); alter table u owner to sqa_test_writer; create sequence s; alter sequence s owner to sqa_test_writer; alter sequence s owned by u.a",
  },
  {
    name: "another role's table is made anew, and its column has the same sequence again",
    from:
      "create sequence s; create table t (a integer) partition by range (a); alter sequence s owned by t.a; alter table t owner to sqa_test_writer; grant select on sequence s to sqa_test_reader",
    to:
      "create sequence s; create table t (a integer) partition by list (a); alter sequence s owned by t.a; alter table t owner to sqa_test_writer; grant select on sequence s to sqa_test_reader",
  },
  {
    name: "two roles' tables are made anew, and a sequence goes from one to the other",
    from:
      "create sequence s; create table t (a integer) partition by range (a); alter sequence s owned by t.a; alter table t owner to sqa_test_writer; create table u (a integer) partition by range (a); alter table u owner to sqa_test_reader",
    to:
      "create sequence s; create table t (a integer) partition by list (a); alter table t owner to sqa_test_writer; create table u (a integer) partition by list (a); alter sequence s owned by u.a; alter table u owner to sqa_test_reader",
  },
  {
    name: "another role's foreign table goes to another server, and its column has the same sequence again",
    from:
      "create foreign data wrapper w; create server a foreign data wrapper w; create server b foreign data wrapper w; create sequence s; create foreign table t (a integer) server a; alter sequence s owned by t.a; alter foreign table t owner to sqa_test_writer",
    to:
      "create foreign data wrapper w; create server a foreign data wrapper w; create server b foreign data wrapper w; create sequence s; create foreign table t (a integer) server b; alter sequence s owned by t.a; alter foreign table t owner to sqa_test_writer",
  },
  {
    name: "an index over a function that its table's owner may execute until then only",
    from: `${f}; create table t (a integer); alter table t owner to sqa_test_reader`,
    to: `${f}; ${own}; create table t (a integer); create index i on t (f(a)); alter table t owner to sqa_test_reader`,
    rows: "insert into t values (1)",
  },
  {
    name: "an index over a function that its table's owner may execute until then only, over a column of another type",
    from: `${f}; create table t (a integer); create index i on t (f(a)); alter table t owner to sqa_test_reader`,
    to:
      `${f}; ${own}; create table t (a bigint); create index i on t (f(a::integer)); alter table t owner to sqa_test_reader`,
    rows: "insert into t values (1)",
  },
  {
    name: "an index over a function that becomes another owner's than its table is",
    from:
      `${f}; ${own}; alter function f owner to sqa_test_writer; create table t (a integer); alter table t owner to sqa_test_writer`,
    to:
      `${f}; ${own}; alter function f owner to sqa_test_reader; create table t (a integer); create index i on t (f(a)); alter table t owner to sqa_test_writer`,
    rows: "insert into t values (1)",
  },
  {
    name: "an exclusion by a function that its table's owner may execute from then on only",
    from: `${f}; ${own}; create table t (a integer); alter table t owner to sqa_test_reader`,
    to:
      `${f}; ${own}; grant execute on function f to sqa_test_reader; create table t (a integer, exclude (f(a) with =)); alter table t owner to sqa_test_reader`,
    rows: "insert into t values (1)",
  },
  {
    name: "an index over a function of its table's new owner",
    from:
      `${f}; ${own}; alter function f owner to sqa_test_writer; create table t (a integer); alter table t owner to sqa_test_reader`,
    to:
      `${f}; ${own}; alter function f owner to sqa_test_writer; create table t (a integer); create index i on t (f(a)); alter table t owner to sqa_test_writer`,
    rows: "insert into t values (1)",
  },
  {
    name: "a new table with an index over a function that its owner may not execute",
    from: `${f}; ${own}`,
    to: `${f}; ${own}; create table t (a integer); create index i on t (f(a)); alter table t owner to sqa_test_reader`,
  },
  {
    name:
      "a column becomes an identity in a table whose owner, another one afterwards, has default privileges on sequences",
    from: `alter default privileges in schema public grant usage on sequences to sqa_test_writer;
      create table t (a integer not null); alter table t owner to sqa_test_writer;
      create table u (a integer not null); alter table u owner to sqa_test_reader`,
    to: `create table t (a integer not null generated always as identity);
      create table u (a integer not null generated always as identity); alter table u owner to sqa_test_writer;
      alter default privileges in schema public grant usage on sequences to sqa_test_writer`,
    rows: "insert into t values (1)",
  },
]);
