/** What random pairs have found of types that are made anew or change while columns hold them. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "strings and documents that become bytes come back as they were",
    from:
      `create table t (id integer primary key, a text, b varchar(4), c character(3), d jsonb default '1', e text default 'x');
      create table h () inherits (t)`,
    to: `create table t (id integer primary key, a bytea, b bytea, c bytea, d bytea, e bytea default 'x');
      create table h () inherits (t)`,
    rows: String
      .raw`insert into t values (1, '1', 'é', 'ab', '{"a": "\\n\""}', '\x31'), (2, '\x31', '\', null, null, 'a\b');
      insert into h values (1, '\141', '', 'abc', '[]', 'ß')`,
    back: [
      `select pg_catalog.string_agg(pg_catalog.concat_ws(' ', id, a, b, c, d, e), ', ' order by id, a) as value from public.t`,
      String.raw`1 1 é ab  {"a": "\\n\""} \x31, 1 \141  abc [] ß, 2 \x31 \ a\b`,
    ],
  },
  {
    name: "values that become arrays come back as they were",
    from: `create table t (id integer primary key, a text, b varchar(4), c integer, d jsonb, e text);
      create table h (x integer) inherits (t)`,
    to: `create table t (id integer primary key, a text[], b text[], c bigint[], d jsonb[], e integer[][]);
      create table h (x integer) inherits (t)`,
    rows: `insert into t values (1, 'a,"b', '', 7, '[1]', '5'), (2, null, null, null, null, null);
      insert into h values (3, 'a', '{1}', -7, '{}', '6', 1)`,
    back: [
      "select pg_catalog.string_agg(pg_catalog.concat_ws(' ', id, a, b, c, d, e), ', ' order by id) as value from public.t",
      `1 a,"b  7 [1] 5, 2, 3 a {1} -7 {} 6`,
    ],
  },
  {
    name: "arrays that become strings, documents or bytes come back as they were",
    from: "create table t (id integer primary key, a text[], b integer[], c text[], d text[], e bytea[])",
    to: "create table t (id integer primary key, a varchar(20), b text, c bytea, d jsonb, e bytea)",
    rows: String
      .raw`insert into t values (1, '{1}', '[0:1]={1,2}', '{"a\\b",é}', '{}', '{"\\x31"}'), (2, '{"a,b",NULL}', '{}', '{}', null, null),
      (3, null, null, null, null, '{}')`,
    back: [
      "select pg_catalog.string_agg(pg_catalog.concat_ws(' ', id, a, b, c, d, e), ', ' order by id) as value from public.t",
      String.raw`1 {1} [0:1]={1,2} {"a\\b",é} {} {"\\x31"}, 2 {"a,b",NULL} {} {}, 3 {}`,
    ],
  },
  {
    name: "arrays of strings become words of a text, which need not be read as arrays on the way back, as is said",
    from: "create table t (a text[])",
    to: "create table t (a tsvector)",
    rows: "insert into t values ('{1}')",
  },
  {
    name: "types that are made anew and hold less: what is lost is said, in heirs and partitions as well",
    from: `create type c as (a numeric, b text); create type o as (c c); create domain d as numeric check (value > 0);
      create type r as range (subtype = timestamp); create table t (x c, y d[], z r, o o); create table h () inherits (t);
      create table p (x c, k integer) partition by list (k); create table p1 partition of p default`,
    to:
      `create type c as (a numeric(10, 2), b text); create type o as (c c); create domain d as numeric(10, 2) check (value > 0);
      create type r as range (subtype = date); create table t (x c, y d[], z r, o o); create table h () inherits (t);
      create table p (x c, k integer) partition by list (k); create table p1 partition of p default`,
    rows: `insert into h values ('(1,a)', '{2.345}', '[2020-01-01 10:00,2020-01-02 10:00)', '("(1,a)")');
      insert into p values ('(1.005,)', 1)`,
  },
  {
    name: "bytes that become strings come back as they were",
    from: "create table t (id integer primary key, a bytea, b bytea, c bytea)",
    to: "create table t (id integer primary key, a text, b varchar(6), c character(8))",
    rows: String.raw`insert into t values (1, '\x00ff', '\x31', '\x'), (2, null, '\x5c78', '\x313233')`,
    back: [
      "select pg_catalog.string_agg(pg_catalog.concat_ws(' ', id, a, b, c), ', ' order by id) as value from public.t",
      String.raw`1 \x00ff \x31 \x, 2 \x5c78 \x313233`,
    ],
  },
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
  {
    name: "a column leaves a composite type whose attributes change, with its default",
    from: "create type c as (a integer); create table t (x c default '(2)', y c[] default '{(3)}', z integer)",
    to: `create type d as (a integer); create type c as (a1 timestamp, b integer);
      create table t (x d default '(2)', y d[] default '{(3)}', z integer)`,
    rows: "insert into t (z) values (2)",
  },
  {
    name: "a column leaves a composite type that gets an attribute",
    from: "create type c as (a integer); create table t (x c, z integer)",
    to: "create type d as (a integer); create type c as (a integer, b integer); create table t (x d, z integer)",
    rows: "insert into t values ('(1)', 2)",
  },
  {
    name: "a column leaves a composite type whose attributes change for one that is made of it",
    from:
      "create type c as (a integer); create type d as (a c, b integer); create table t (x c default '(2)', z integer)",
    to: `create type c as (a1 timestamp, b integer); create type d as (a c, b integer);
      create table t (x d default '(,2)', z integer)`,
  },
  {
    name: "a collation gets another name and is made anew",
    from:
      `create collation c (provider = icu, locale = 'und', deterministic = false); create schema s; create collation s."A" from "C";
      create domain d as text collate s."A"; create type k as (a text collate s."A"); create table t (a varchar(30) collate c, b text);
      create table u (a text collate s."A"); create index i on t (b collate c)`,
    to: `create collation "D d" from "C"; create schema r; create collation r."A" from "C";
      create domain d as text collate r."A"; create type k as (a text collate r."A"); create table t (a varchar(30) collate "D d", b text);
      create table u (a text collate r."A"); create index i on t (b collate "D d")`,
    rows: "insert into t values ('x', 'y')",
    renames: [["collation", "public.c", "public.D d"], ["schema", "s", "r"]],
  },
  {
    name: "a range type is made anew while a column of it goes over to another",
    from:
      `create type a as range (subtype = integer); create type b as range (subtype = integer, multirange_type_name = mb);
      create table t (x a[], y b default '[1,2)')`,
    to: `create type a as range (subtype = integer); create type b as range (subtype = integer);
      create table t (x b[], y a default '[1,2)')`,
    rows: "insert into t values ('{[1\\,2)}', '[3,4)')",
  },
  {
    name: "a generated column gets a type that its values need a cast for",
    from:
      `create table t (a integer, b text generated always as ((a + 1)::text) stored, c text generated always as (a::text) stored);
      create index i on t (b); create view v as select c from t; comment on column t.c is 'c'`,
    to:
      `create table t (a integer, b bigint generated always as (a + 2) stored, c integer generated always as (a::text::integer) stored);
      create index i on t (b); create view v as select c from t; comment on column t.c is 'c'`,
    rows: "insert into t values (1)",
  },
  {
    name: "an enum that decides in which partition a row is gets a label, for good",
    from: `create type e as enum ('a', 'b'); create table t (x e not null) partition by list (x);
      create table t1 partition of t for values in ('a')`,
    to: `create type e as enum ('a', 'b', 'c'); create table t (x e not null) partition by list (x);
      create table t1 partition of t for values in ('a')`,
    rows: "insert into t values ('a')",
    oneWay: true,
  },
  {
    name: "a composite becomes an array of it, rows of nulls too, in heirs whose columns stand elsewhere",
    from: `create type c as (a integer, b text); create domain d as c; create type e as enum ('x');
      create table o (id integer not null); create table t (v c, w d, z e); create table u () inherits (o, t)`,
    to: `create type c as (a integer, b text); create domain d as c; create type e as enum ('x');
      create table o (id integer not null); create table t (v c[], w d[], z e[]); create table u () inherits (o, t)`,
    rows:
      `insert into t values (row(1, 'x'), row(2, 'y'), 'x'), (row(null, null), row(null, null), null), (null, null, null);
      insert into u values (1, row(1, 'x'), row(2, 'y'), 'x'), (2, row(null, null), row(null, null), null), (3, null, null, null)`,
  },
  {
    name: "a range takes the name of another one's multirange",
    from:
      `create type a as range (subtype = integer); create type b as range (subtype = integer, multirange_type_name = m);
      create table t (v a, w b)`,
    to:
      `create type a as range (subtype = integer, multirange_type_name = m); create type b as range (subtype = integer);
      create table t (v a, w b)`,
    rows: "insert into t values ('[1,3)', '[2,4)')",
  },
  {
    name: "values become arrays in heirs whose columns stand elsewhere",
    from: `create table o (id integer); create table t (v integer, w text, j json); create table u () inherits (o, t)`,
    to:
      `create table o (id integer); create table t (v integer[], w text[], j json[]); create table u () inherits (o, t)`,
    rows: "insert into u values (null, 1, 'x', '{}'), (2, null, null, null), (3, 3, 'y', '1')",
  },
  {
    name: "values become arrays in partitions whose columns stand elsewhere, or which have lost one",
    from:
      `create table t (k integer, v integer, w text) partition by list (k); create table a (w text, v integer, k integer);
      alter table t attach partition a for values in (1); create table b (x integer, v integer, k integer, w text); alter table b drop column x;
      alter table t attach partition b default`,
    to:
      `create table t (k integer, v integer[], w text[]) partition by list (k); create table a (w text[], v integer[], k integer);
      alter table t attach partition a for values in (1); create table b (v integer[], k integer, w text[]); alter table t attach partition b default`,
    rows: "insert into t values (1, null, 'x'), (1, 2, null), (2, null, 'y'), (2, 3, null), (2, null, null)",
  },
  {
    name: "rows whose new computed values are those of others stop a key over them",
    since: 170000,
    from: "create table t (a integer, b integer generated always as (a + 1) stored unique)",
    to: "create table t (a integer, b integer generated always as (a * 0) stored unique)",
    rows: "insert into t values (1), (2)",
    stops: true,
  },
  {
    name: "rows whose new computed values an heir's check refuses stop it",
    since: 170000,
    from:
      "create table t (a integer, b integer generated always as (a + 1) stored); create table h (check (b > 0)) inherits (t)",
    to:
      "create table t (a integer, b integer generated always as (a - 1) stored); create table h (check (b > 0)) inherits (t)",
    rows: "insert into h values (1)",
    stops: true,
  },
  {
    name: "moments that fall on one day stop a key over them",
    from: "create table t (a timestamp unique)",
    to: "create table t (a date unique)",
    rows: "insert into t values ('2020-01-01 01:00'), ('2020-01-01 02:00')",
    stops: true,
  },
]);
