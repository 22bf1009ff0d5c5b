/** What schemas of others have found in views, routines, types, privileges and the like. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "collations for every encoding and for the database's",
    from:
      `create collation a from "C"; create collation b (locale = 'C'); create table t (x text collate a, y text collate b)`,
    to: `create collation a (locale = 'C'); create collation b from "POSIX"; create collation c from "C";
      create table t (x text collate a, y text collate b)`,
  },
  {
    name: "checks with functions that need the table itself",
    from: "",
    to: `create table t (a integer, b integer);
      create function f(t) returns boolean language sql immutable as 'select $1.a > 0';
      alter table t add constraint c check (f(t));
      create function g() returns integer language sql begin atomic select max(a) from t; end;
      alter table t add constraint d check (b > g())`,
  },
  {
    name: "an operator class without members",
    from: "",
    to:
      `create operator family f using btree; create operator class c for type integer using btree family f as storage integer;
      create operator class d for type uuid using hash as storage uuid`,
  },
  {
    name: "a function in the default of another's argument goes after it",
    from: `create function a() returns integer language sql as 'select 1';
      create function b(x integer default a()) returns integer language sql as 'select x';
      create function z() returns integer language sql as 'select 1';
      create function c(x integer default z()) returns integer language sql as 'select x'`,
    to: "",
  },
  {
    name: "procedures that differ in what comes out of them only",
    from: "",
    to: `create procedure p(out a integer, in b integer, in c integer) language plpgsql as 'begin a := b; end';
      create procedure p(in a integer, in b integer, in c integer) language plpgsql as 'begin end';
      comment on procedure p(in integer, in integer, in integer) is 'in'; comment on procedure p(out integer, in integer, in integer) is 'out';
      grant execute on procedure p(in integer, in integer, in integer) to sqa_test_reader;
      revoke all on procedure p(out integer, in integer, in integer) from public`,
  },
  {
    name: "a body whose table is gone, of a function that stays",
    from: "create table gone (a integer)",
    to: `create table gone (a integer); create table kept (a integer);
      create function f() returns setof integer language sql as 'select a from gone where a in (select a from kept)';
      create procedure p(x integer) language sql begin atomic insert into kept values (x); end;
      create function g() returns void language plpgsql as 'declare r gone%rowtype; v kept.a%type; begin end';
      drop table gone`,
  },
  {
    name: "an index that is the replica identity goes, or its column may be null again",
    from:
      `create table t (a integer not null, b integer not null); create unique index i on t (a); alter table t replica identity using index i;
      create table u (a integer not null, b integer not null); create unique index j on u (a); alter table u replica identity using index j;
      create table v (a integer not null, b integer not null); create unique index k on v (a); create unique index l on v (b);
      alter table v replica identity using index k;
      create table w (a integer primary key); alter table w replica identity using index w_pkey;
      create table x (a integer not null); create unique index m on x (a); alter table x replica identity using index m`,
    to: `create table t (a integer not null, b integer not null);
      create table u (a integer, b integer not null); create unique index j on u (a);
      create table v (a integer, b integer not null); create unique index k on v (a); create unique index l on v (b);
      alter table v replica identity using index l;
      create table w (a integer);
      create table x (a integer); create unique index m on x (a); alter table x replica identity full`,
    rows: "insert into t values (1, 2)",
  },
  {
    name: "what is set on the columns of a materialised view",
    from:
      `create table t (a integer, b text); create materialized view m as select a, b from t; create unique index i on m (a);
      alter materialized view m cluster on i; alter materialized view m alter b set statistics 50, alter b set storage external;
      create materialized view n as select a, b from t; alter materialized view n alter b set compression pglz, alter a set (n_distinct = 5);
      create materialized view o as select b from t; alter materialized view o alter b set storage main`,
    to:
      `create table t (a bigint, b text); create materialized view m as select a, b from t; create unique index i on m (a);
      alter materialized view m cluster on i; alter materialized view m alter b set statistics 50, alter b set storage external;
      create materialized view n as select a, b from t; alter materialized view n alter b set statistics 7, alter b set storage plain;
      create materialized view o as select b from t`,
    rows: "insert into t values (1, 'x')",
  },
  {
    name: "a multirange type gets another name, under a column",
    from: `create type r as range (subtype = float8); create table t (a r, b r_multirange, c r_multirange[])`,
    to: `create type r as range (subtype = float8, multirange_type_name = m); create table t (a r, b m, c m[])`,
    rows: "insert into t values ('[1,2)', '{[1,2)}', array['{[1,2)}'::r_multirange])",
  },
  {
    name: "a collation of an index's key is made anew",
    from:
      `create collation c (provider = icu, locale = 'und'); create table t (a text collate c, b text); create index i on t (b collate c, a)`,
    to:
      `create collation c (provider = icu, locale = 'de'); create table t (a text collate c, b text); create index i on t (b collate c, a)`,
    rows: "insert into t values ('x', 'y')",
  },
]);
