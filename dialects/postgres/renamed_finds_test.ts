/** Changes around what gets another name or goes to another schema that were wrong once; the check is that of the random pairs. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a routine follows the names of its argument types",
    from: `create schema s; create table t (a integer); create type e as enum ('1');
      create function f(x t, y e[], "T" integer) returns e language plpgsql as 'begin end';
      comment on function f is 'one'; grant execute on function f to sqa_test_reader;
      create procedure p(inout x t) language plpgsql as 'begin end'`,
    to: `create schema s; create table s.u (a integer); create type "E" as enum ('1');
      create function f(x s.u, y "E"[], "T" integer) returns "E" language plpgsql as 'begin end';
      comment on function f is 'one'; grant execute on function f to sqa_test_reader;
      create procedure p(inout x s.u) language plpgsql as 'begin end'`,
    renames: [["table", "public.t", "s.u"], ["enum", "public.e", "public.E"]],
  },
  {
    name: "functions that return rows of a table follow its columns",
    from: `create table t (a integer, c integer, b integer);
      create function f() returns setof t language sql begin atomic select * from t; end;
      create view v as select a from f()`,
    to: `create table t (a integer, r integer, d text);
      create function f() returns setof t language sql begin atomic select a, r, d from t; end;
      create view v as select a from f()`,
    renames: [["column", "public.t.c", "public.t.r"]],
    rows: "insert into t values (1, 2, 3)",
  },
  {
    name: "a table moves to another schema and an index of it gets another name there",
    from: "create schema s; create table t (a integer); create index i on t (a)",
    to: "create schema s; create table s.t (a integer); create index j on s.t (a)",
    renames: [["index", "public.i", "s.j"], ["table", "public.t", "s.t"]],
  },
  {
    name: "a cast follows the names of its types",
    from: "create type a as (x integer); create cast (a as json) with inout; comment on cast (a as json) is 'one'",
    to: "create type b as (x integer); create cast (b as json) with inout as assignment",
    renames: [["composite_type", "public.a", "public.b"]],
  },
  {
    name: "a cast is made for a type that got another name",
    from: "create type a as (x integer)",
    to: "create type b as (x integer); create cast (b as json) with inout",
    renames: [["composite_type", "public.a", "public.b"]],
  },
  {
    name: "a multirange type is renamed with its range type",
    from: "create schema s; create type r as range (subtype = integer); create table t (a r, b r_multirange)",
    to: "create schema s; create type s.n as range (subtype = integer); create table t (a s.n, b s.n_multirange)",
    renames: [["range_type", "public.r", "s.n"]],
    rows: "insert into t values ('[1,2)', '{[1,2)}')",
  },
  {
    name: "a type gets the name that a table gives up, and a function goes with it",
    from: `create table a (x integer); create type t as (y integer);
      create function f(v t) returns t language sql return v; create function g(v a) returns a language sql return v`,
    to: `create table b (x integer); create type a as (y integer);
      create function f(v a) returns a language sql return v; create function g(v b) returns b language sql return v`,
    renames: [["table", "public.a", "public.b"], ["composite_type", "public.t", "public.a"]],
  },
  {
    name: "statistics are in a schema that gets another name, and not their table",
    from: `create schema s; create table t (a integer, b integer); create statistics s.x on a, b from t`,
    to:
      `create schema z; create table t (a integer, b integer); create statistics z.x on a, b from t; alter statistics z.x set statistics 7`,
    renames: [["schema", "s", "z"]],
  },
  {
    name: "statistics stay in their schema when their table goes to another",
    from: "create schema s; create table t (a integer, b integer); create statistics x on a, b from t",
    to:
      "create schema s; create table s.t (a integer, b integer); create statistics x on a, b from s.t; comment on statistics x is 'one'",
    renames: [["table", "public.t", "s.t"]],
  },
  {
    name: "what moves to another schema waits for that schema's new name",
    from: `create schema s; create function f() returns integer language sql as 'select 1'; create table t (a integer);
      create type e as enum ('1'); create sequence q`,
    to:
      `create schema r; create function r.f() returns integer language sql as 'select 1'; create table r.t (a integer);
      create type r.e as enum ('1'); create sequence r.q`,
    renames: [["schema", "s", "r"], ["function", "public.f()", "r.f()"], ["table", "public.t", "r.t"], [
      "enum",
      "public.e",
      "r.e",
    ], ["sequence", "public.q", "r.q"]],
    rows: "insert into t values (1)",
  },
  {
    name: "a query inside a condition keeps what it calls a column that gets another name",
    from: `create table t (a integer, b integer);
      create policy p on t using (b in (select a from t)) with check (b = (select y.a + 1 as a from t y limit 1));
      create view v as select b, (select z.a from t z limit 1) as c from t where b in (select distinct a from t);
      create view w as select a, b as c from t; create view x as select t.a::text from t;
      create rule r as on insert to t do also insert into t select a, b from t where false`,
    to: `create table t (z integer, b integer);
      create policy p on t using (b in (select z from t)) with check (b = (select y.z + 1 as z from t y limit 1));
      create view v as select b, (select z.z from t z limit 1) as c from t where b in (select distinct z from t);
      create view w as select z, b as c from t; create view x as select t.z::text from t;
      create rule r as on insert to t do also insert into t select z, b from t where false`,
    renames: [["column", "public.t.a", "public.t.z"]],
  },
  {
    name: "a column is renamed to what an heir called one of its own, which gets another name as well",
    from: `create table p (a text, b integer); create table h (c smallint) inherits (p)`,
    to: `create table p (c text, b integer); create table g (d smallint) inherits (p)`,
    renames: [["table", "public.h", "public.g"], ["column", "public.h.c", "public.g.d"], [
      "column",
      "public.p.a",
      "public.p.c",
    ]],
    rows: "insert into h values ('a', 1, 2)",
  },
  {
    name: "a partition goes to another table of which a column gets another name",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table q (a integer) partition by list (a);
      create table t partition of q for values in (1)`,
    to:
      `create table p (a integer not null, c integer) partition by list (a); create table q (a integer) partition by list (a);
      create table t partition of p for values in (1)`,
    renames: [["column", "public.p.b", "public.p.c"]],
    rows: "insert into q values (1)",
  },
  {
    name: "an index of another table gives its name to one that has the same columns",
    from: `create table a (x integer); create table b (x integer); create index i on a (x); create index j on b (x)`,
    to: `create table a (x integer); create table b (x integer); create index i on b (x)`,
  },
  {
    name: "indexes of two tables exchange their names",
    from: `create table a (x integer); create table b (x integer); create index i on a (x); create index j on b (x)`,
    to: `create table a (x integer); create table b (x integer); create index j on a (x); create index i on b (x)`,
  },
  {
    name: "indexes and keys get the names that others of other tables give up as they go",
    from:
      `create table a (x integer, y integer); create table b (x integer, y integer); create index n on b (x); create index s on a (x);
      alter table b add constraint u unique (y); alter table a add constraint v unique (y); alter table b add constraint k check (x > 0)`,
    to: `create table a (x integer, y integer); create table b (x integer, y integer); create index n on a (x);
      alter table a add constraint u unique (y); alter table a add constraint k check (x > 0)`,
  },
  {
    name: "indexes of two tables exchange their names, and one goes",
    from:
      `create table a (x integer, y integer); create table b (x integer, y integer); create index n on a (x); create index m on b (x);
      create index o on a (y)`,
    to:
      `create table a (x integer, y integer); create table b (x integer, y integer); create index m on a (x); create index n on b (x)`,
  },
  {
    name: "a foreign key of a partitioned table, a partition and the schema of another get new names",
    from: `create schema s; create table u (a integer primary key); create table p (a integer) partition by list (a);
      create table q partition of p for values in (1); create table s.r partition of p default;
      alter table p add constraint k foreign key (a) references u (a)`,
    to: `create schema z; create table u (a integer primary key); create table p (a integer) partition by list (a);
      create table b partition of p for values in (1); create table z.r partition of p default;
      alter table p add constraint l foreign key (a) references u (a)`,
    rows: "insert into u values (1), (2); insert into p values (1), (2)",
    renames: [["schema", "s", "z"], ["table", "public.q", "public.b"], ["foreign_key", "public.p.k", "public.p.l"]],
  },
]);
