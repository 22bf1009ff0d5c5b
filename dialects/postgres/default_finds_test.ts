/** Defaults, and what they need: what random pairs have found where the column or table of one is made anew. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a function and a sequence go after the defaults of columns that are made anew",
    from: `create function f() returns integer language sql immutable as 'select 1'; create sequence s;
      create table t (a integer, b integer default f(), c integer generated always as (b) stored,
        d integer default nextval('s'), e integer generated always as (d) stored)`,
    to: `create table t (a integer, b integer generated always as (a) stored, c integer,
        d integer generated always as (a) stored, e integer)`,
    rows: "insert into t values (1, 2), (3, 4)",
  },
  {
    name: "a function and a sequence go, or are made anew, after the defaults in a table that is made anew",
    from: `create function f() returns integer language sql immutable as 'select 1'; create sequence s;
      create function g() returns integer language sql immutable as 'select 2';
      create table t (a integer default f(), b integer default g(), c integer default nextval('s')) partition by list (a)`,
    to: `create function g() returns bigint language sql immutable as 'select 2';
      create table t (a integer, b integer default g(), c integer) partition by range (a)`,
  },
  {
    name: "a sequence goes with its column that is made anew",
    from: `create table t (a integer, b serial, c integer); create sequence s owned by t.c;
      create table u (a integer, b serial) partition by list (a)`,
    to: `create table t (a integer, b integer generated always as (a) stored, c integer generated always as (a) stored);
      create table u (a integer, b integer) partition by range (a)`,
    rows: "insert into t values (1, 2), (3, 4)",
  },
  {
    name: "a sequence that another default needs goes after its column, which is made anew as an identity",
    from:
      `create table t (a integer, b serial) partition by list (a); create table u (a integer default nextval('t_b_seq'))`,
    to:
      `create table t (a integer, b integer generated always as identity) partition by range (a); create table u (a integer)`,
  },
]);
