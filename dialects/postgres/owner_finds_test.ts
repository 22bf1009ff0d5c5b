/** Changes that owners stand in the way of. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

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
]);
