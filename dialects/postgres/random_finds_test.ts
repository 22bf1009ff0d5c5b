/** What random pairs have found. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a key and its index have a comment each",
    from: `create table t (a integer primary key, b integer unique, c int4range, exclude using gist (c with &&));
      comment on index t_pkey is 'one'; comment on constraint t_b_key on t is 'two'`,
    to: `create table t (a integer primary key, b integer unique, c int4range, exclude using gist (c with &&));
      comment on constraint t_pkey on t is 'three'; comment on constraint t_b_key on t is 'two'; comment on index t_b_key is 'four';
      comment on index t_c_excl is 'five'; create table u (a integer primary key); comment on index u_pkey is 'six'`,
  },
  {
    name: "a column's compression stands before its collation",
    from: "",
    to: `create collation c1 from "C"; create table t (a text collate c1); alter table t alter a set compression pglz`,
  },
  {
    name: "default privileges reach a function whose name needs quotes",
    from: "alter default privileges in schema public grant execute on functions to sqa_test_reader",
    to: `create function "a b"() returns integer language sql as 'select 1';
      alter default privileges in schema public grant execute on functions to sqa_test_reader`,
  },
  {
    name: "a column keeps its storage and its compression under a new type, and so do those who inherit it",
    from:
      `create table t (a varchar(20), b text); alter table t alter a set storage external, alter b set compression pglz;
      create table h () inherits (t); alter table h alter b set storage main`,
    to:
      `create table t (a text, b text collate "C"); alter table t alter a set storage external, alter b set compression pglz;
      create table h () inherits (t); alter table h alter b set storage main`,
    rows: "insert into t values (1, 2); insert into h values (3, 4)",
  },
  {
    name: "parameters of a TOAST table come when a column brings it",
    from: "create table t (a integer); create table u (a integer)",
    to: `create table t (a integer, b text) with (toast.autovacuum_enabled = false);
      create table u (a text) with (toast.autovacuum_enabled = false)`,
    rows: "insert into t values (1)",
  },
  {
    name: "a virtual generated column of a table with a check is computed otherwise",
    from: "create table t (a text, b integer generated always as (length(a)) virtual, check (a <> 'x'))",
    to: "create table t (a text, b integer generated always as (length(a) + 1) virtual, check (a <> 'x'))",
    rows: "insert into t values (1)",
    since: 180000,
  },
  {
    name: "a table's replica identity and clustering go from one index to another, and to the table itself",
    from:
      `create table t (a integer not null, b integer not null); create unique index i on t (a); create unique index j on t (b);
      alter table t replica identity using index j; alter table t cluster on j;
      create table u (a integer not null); create unique index k on u (a); alter table u replica identity using index k`,
    to:
      `create table t (a integer not null, b integer not null); create unique index i on t (a); create unique index j on t (b);
      alter table t replica identity using index i; alter table t cluster on i;
      create table u (a integer not null); create unique index k on u (a); alter table u replica identity full`,
  },
  {
    name: "a publication lists a table and one that inherits from it",
    from: "create table a (x integer not null); create table b () inherits (a)",
    to: `create table a (x integer not null); create table b () inherits (a);
      create publication one for table a where (x > 0); create publication two for table only a where (x > 1)`,
  },
  {
    name: "a publication lets an heir go that leaves the published table",
    from: "create table a (); create table b () inherits (a); create publication p for table a",
    to: "create table a (); create table b (); create publication p for table a",
  },
  {
    name: "a publication goes from one table to another, which are logged and unlogged in turn",
    from: `create table a (x integer); create unlogged table b (x integer); create publication p for table a;
      create table z (x integer); create unlogged table y (x integer); create publication q for table z`,
    to: `create table b (x integer); create unlogged table a (x integer); create publication p for table b;
      create table y (x integer); create unlogged table z (x integer); create publication q for table y`,
  },
  {
    name: "default privileges do not reach an enum that is made anew",
    from: `create type e as enum ('1', '2'); create domain d as e;
      alter default privileges grant usage on types to sqa_test_reader; create table t (a e, b d)`,
    to: `create type e as enum ('2', '1'); create domain d as e;
      alter default privileges grant usage on types to sqa_test_reader; create table t (a e, b d)`,
    rows: "insert into t values ('1', '2')",
  },
  {
    name: "a column keeps its privilege while its table loses the same one, or the grant option of it",
    from: `create table t (a integer, b integer);
      grant select, insert on t to sqa_test_reader with grant option;
      grant select (a), insert (b), insert (a) on t to sqa_test_reader with grant option`,
    to: `create table t (a integer, b integer); grant insert on t to sqa_test_reader;
      grant select (a), insert (b) on t to sqa_test_reader with grant option; grant insert (a) on t to sqa_test_reader`,
  },
  {
    name: "statistics targets outlive the new type of a column",
    from:
      `create table t (a integer, b integer); create index i on t ((b + 1), a); alter index i alter column 1 set statistics 20;
      create statistics s (ndistinct) on a, b from t; alter statistics s set statistics 30;
      create table p (a integer, b integer) partition by list (a); create table p1 partition of p default;
      create index pi on p ((a + 1)) include (b); alter index p1_expr_b_idx alter column 1 set statistics 40`,
    to:
      `create table t (a bigint, b integer); create index i on t ((b + 1), a); alter index i alter column 1 set statistics 20;
      create statistics s (ndistinct) on a, b from t; alter statistics s set statistics 30;
      create table p (a integer, b bigint) partition by list (a); create table p1 partition of p default;
      create index pi on p ((a + 1)) include (b); alter index p1_expr_b_idx alter column 1 set statistics 40`,
    rows: "insert into t values (1, 2); insert into p values (1, 2)",
  },
  {
    name: "parameters of a TOAST table come again when the column that brought it goes and another comes",
    from: `create table t (a integer, b text) with (toast.autovacuum_enabled = false)`,
    to: `create table t (a bigint, c text) with (toast.autovacuum_enabled = false)`,
  },
  {
    name: "storage and compression outlive a collation and a domain that are made anew",
    from: `create collation c from "C"; create domain d as varchar(20); create table t (a text collate c, b d);
      alter table t alter a set storage external, alter a set compression pglz, alter b set storage main`,
    to: `create collation c from "POSIX"; create domain d as text; create table t (a text collate c, b d);
      alter table t alter a set storage external, alter a set compression pglz, alter b set storage main`,
    rows: "insert into t values ('x', 'y')",
  },
  {
    name: "a new table's columns stand as they are written, for functions and queries that count on it",
    from: "",
    to: `create table t (b integer, a integer); create table u (d integer, c integer);
      create function f() returns setof t language sql begin atomic select * from t; end;
      create view v as select x.p, y.c from (t join u on true) as x (p, q, r, s) join u as y on true`,
  },
  {
    name: "a column goes out of the middle of a table whose rows a function returns, for good",
    from: `create table t (a integer, b integer, c integer);
      create function f() returns setof t language sql begin atomic select * from t; end`,
    to: `create table t (a integer, c integer);
      create function f() returns setof t language sql begin atomic select * from t; end`,
    oneWay: true,
  },
  {
    name: "a materialised view that is made anew stays as empty as it was, or as what it reads is",
    from: `create table t (a integer); create materialized view m as select a from t with no data;
      create view v as select a from m; create materialized view n as select a from v with no data;
      create materialized view k as select a from t with no data`,
    to: `create table t (a integer); create materialized view m as select a from t with no data;
      create view v as select a from m; create materialized view n as select a, 1 as b from v with no data;
      create materialized view k as select a, 1 as b from t with no data; create materialized view l as select a from v with no data`,
  },
  {
    name: "columns leave a type or a collation that is made anew",
    from: `create type a as enum ('1', '2', 'x'); create type b as enum ('1', '2'); create domain d as integer;
      create type c as (x integer, y integer); create collation k from "C";
      create table t (e b default '1', f d, g c, h text collate k, i text); create type o as (x b)`,
    to: `create type a as enum ('1', '2', 'x'); create type b as enum ('2', '1'); create domain d as bigint;
      create type c as (y integer, x integer); create collation k (provider = icu, locale = 'de');
      create table t (e a default '1', f integer, g text, h text, i text collate k); create type o as (x a)`,
    rows: "insert into t values ('1', 2, '(1,2)', 'h', 'i')",
  },
  {
    name: "a column changes its type in a key that includes it and that a foreign key points to",
    from: `create table t (a smallint, b integer, unique (b) include (a), foreign key (b) references t (b), unique (a));
      create table u (b integer references t (b))`,
    to:
      `create table t (a varchar(30), b integer, unique (b) include (a), foreign key (b) references t (b), unique (a));
      create table u (b integer references t (b))`,
    rows: "insert into t values (1, 2); insert into u values (2)",
  },
  {
    name: "a column is made anew beside the type or collation that it is of, and left, or is of now",
    from: `create type r as range (subtype = integer); create type e as enum ('1', '2'); create collation k from "C";
      create table t (a integer not null, b integer generated always as (a + 1) stored, c e, d text collate k)`,
    to: `create type r as range (subtype = integer, multirange_type_name = m); create type e as enum ('2', '1');
      create collation k (provider = icu, locale = 'de'); create table t (a integer not null, b r[],
      c e generated always as (case when a > 1 then '1'::e end) stored, d text collate k generated always as (a::text) stored)`,
  },
  {
    name: "the row types of views and tables have comments of their own",
    from: `create table t (a integer); create view v as select a from t; create materialized view m as select a from t;
      create foreign data wrapper w; create server s foreign data wrapper w; create foreign table f (a integer) server s;
      comment on type v is 'old'; comment on view v is 'v'; comment on type m is 'old'; comment on type f is 'old'; comment on type t is 'old'`,
    to:
      `create table t (a integer); create view v as select a from t; create materialized view m as select a, 1 as b from t;
      create foreign data wrapper w; create server s foreign data wrapper w; create foreign table f (a integer) server s;
      comment on view v is 'v'; comment on type m is 'it''s new'; comment on type f is 'new'; create view u as select 1 as a; comment on type u is 'u'`,
  },
  {
    name: "a composite type is made anew in a column that an heir has in another place",
    from:
      `create type s as (a integer, b integer); create table a (o integer); create table p (c s); create table h () inherits (a, p)`,
    to:
      `create type s as (a varchar(30), b integer); create table a (o integer); create table p (c s); create table h () inherits (a, p)`,
    rows: "insert into h values (1, row(5, 6)), (2, null), (3, row(null, null))",
  },
  {
    name: "a generated column is one of its own and of another type, and heirs have its compression",
    from:
      `create table p (q text, n integer generated always as (length(q)) stored); alter table p alter q set compression pglz;
      create table h () inherits (p)`,
    to:
      `create table p (n text, q integer generated always as (length(n)) stored); alter table p alter n set compression pglz;
      create table h () inherits (p)`,
    rows: "insert into h values ('a')",
  },
  {
    name: "two exclusion constraints of a new table say the same",
    from: "",
    to: "create table t (a integer); alter table t add constraint x exclude using btree (a with =) deferrable; " +
      "alter table t add constraint y exclude using btree (a with =) deferrable",
  },
  {
    name: "a table is logged no more, and its columns' sequences go on as they were",
    from:
      `create table t (a integer, b serial); create sequence s owned by t.a; create sequence u; create sequence v owned by t.a`,
    to: `create unlogged table t (a integer, b serial); alter sequence t_b_seq set logged; create sequence s;
      create sequence u owned by t.a; create unlogged sequence v owned by t.a`,
    rows: "insert into t values (1)",
  },
]);
