/** What random pairs have found of types that are made anew or change while columns hold them. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a type that is made anew goes down to partitions and heirs with their own defaults",
    from: `create type e as enum ('1', '2', '3'); create domain d as integer[];
      create table t (a integer, b e, x d) partition by list (a); create table t1 partition of t default partition by list (a);
      create table t2 partition of t1 default; alter table t2 alter b set default '2', alter x set default '{1}';
      create table p (b e default '1', y e); create table h (c e, y e default '3') inherits (p); create table k () inherits (h);
      alter table k alter b set default '2'`,
    to: `create type e as enum ('1', '3', '2'); create domain d as bigint[];
      create table t (a integer, b e, x d) partition by list (a); create table t1 partition of t default partition by list (a);
      create table t2 partition of t1 default; alter table t2 alter b set default '2', alter x set default '{1}';
      create table p (b e default '1', y e); create table h (c e, y e default '3') inherits (p); create table k () inherits (h);
      alter table k alter b set default '3'`,
    rows:
      "insert into t values (1, '2', '{3}'); insert into k values ('1', '2', '3'); insert into h values ('1', '2', '3')",
  },
  {
    name: "attributes of a composite type keep their comments when a type inside it is made anew",
    from: `create type e as enum ('1', '2', '3'); create type c as (a e, "B" integer); comment on column c.a is 'it''s';
      comment on column c."B" is 'two'; comment on type c is 'c'`,
    to: `create type e as enum ('1', '3'); create type c as (a e, "B" integer); comment on column c.a is 'it''s';
      comment on column c."B" is 'other'; comment on type c is 'c'`,
  },
  {
    name: "a composite type gets an attribute while an enum inside it is made anew",
    from: "create type e as enum ('1', '2', '3'); create type c as (a e); create table t (x c)",
    to: "create type e as enum ('1', '3', '2'); create type c as (a e, b integer); create table t (x c)",
    rows: "insert into t values (row('2'))",
  },
  {
    name: "a column's default of a composite type whose attribute gives way to another",
    from: "create type c as (a integer); create table t (x c default '(2)', y c[] default '{(3)}', z integer)",
    to: "create type c as (b integer); create table t (x c default '(2)', y c[] default '{(3)}', z integer)",
    rows: "insert into t (z) values (2)",
  },
]);
