/** Each kind of object with the changes that it can have: options, privileges, comments, and what depends on it. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "owner revokes from himself",
    from: `create table t (a integer); create function f() returns integer language sql as 'select 1';
      create sequence q; create schema s; create type e as enum ('a'); create view v as select 1 as x`,
    to: `create table t (a integer); revoke update, delete on t from current_user;
      create function f() returns integer language sql as 'select 1'; revoke all on function f from current_user;
      create sequence q; revoke all on sequence q from current_user;
      create schema s;
      revoke create on schema s from current_user; create type e as enum ('a');
      revoke usage on type e from current_user; create view v as select 1 as x;
      revoke insert on v from current_user`,
  },
  {
    name: "owner revokes all from himself and table is changed",
    from: "create table t (a integer); revoke all on t from current_user; grant select on t to sqa_test_reader",
    to: `create table t (a bigint, b text); revoke all on t from current_user;
      grant select (a) on t to sqa_test_reader; create table u (a integer); revoke all on u from current_user`,
    rows: "insert into t values (1)",
  },
  {
    name: "a typed table gets a key, a default and a comment",
    from: "create type c as (a integer, b text); create table t of c",
    to: `create type c as (a integer, b text); create table t of c (a primary key, b default 'x' not null);
      comment on column t.a is 'a'`,
  },
  {
    name: "a table becomes one of a type",
    from: "create type c as (a integer, b text); create table t (a integer, b text)",
    to: "create type c as (a integer, b text); create table t of c",
    rows: "insert into t values (1, 'x')",
  },
  {
    name: "tables leave their types, or get others, while these change with the types inside them",
    from:
      `create type e as enum ('x', 'y', 'z'); create type c as (a e, b text); create table t of c; create table w of c;
      create type d as (a integer, b text, x integer); create table v (a integer, b text, y integer); create table g of d;
      create type h as (a integer, b text); create table u of h`,
    to:
      `create type e as enum ('y', 'x'); create type c as (a e, b text, n integer); create table t (a e, b text, n integer);
      create type d as (a integer, b text); create table u of d; create table v of d; create type h as (a integer)`,
    rows: "insert into t values ('x', 'a'); insert into u values (1, 'b'); insert into v values (2, 'c')",
  },
  {
    name: "a table leaves its type, which gets another name, and becomes one of that again",
    from: "create type c as (a integer); create table t of c; create table u (a integer)",
    to: "create type d as (a integer); create table t (a integer); create table u of d",
    renames: [["composite_type", "public.c", "public.d"]],
    rows: "insert into t values (1)",
  },
  {
    name: "a typed table stays one of its type, which goes to another schema",
    from: "create schema s; create schema r; create type s.c as (a integer); create table t of s.c",
    to: "create schema s; create schema r; create type r.d as (a integer); create table t of r.d",
    renames: [["composite_type", "s.c", "r.d"]],
    rows: "insert into t values (1)",
  },
  {
    name: "a materialised view without data gets an index",
    from: "",
    to: `create table t (a integer); create materialized view m as select a from t with no data;
      create unique index i on m (a)`,
  },
  {
    name: "event trigger disabled, tags",
    from: `create function e() returns event_trigger language plpgsql as 'begin end';
      create event trigger x on ddl_command_end execute function e()`,
    to: `create function e() returns event_trigger language plpgsql as 'begin end';
      create event trigger x on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function e();
      alter event trigger x disable; comment on event trigger x is 'x'`,
  },
  {
    name: "rule disabled and replaced under a view",
    from: `create table t (a integer); create view v as select a from t;
      create rule r as on insert to v do instead insert into t values (new.a)`,
    to: `create table t (a bigint); create view v as select a from t;
      create rule r as on insert to v do instead insert into t values (new.a);
      alter table t disable row level security; comment on rule r on v is 'c'`,
    rows: "insert into t values (3)",
  },
  {
    name: "trigger on a view and enabled states",
    from: `create function f() returns trigger language plpgsql as 'begin return new; end';
      create table t (a integer, b integer); create view v as select a, b from t;
      create trigger g instead of insert on v for each row execute function f();
      create trigger h before update of a on t for each row when (old.a > 1) execute function f()`,
    to: `create function f() returns trigger language plpgsql as 'begin return new; end';
      create table t (a bigint, b integer); create view v as select a, b from t;
      create trigger g instead of insert on v for each row execute function f();
      create trigger h before update of a on t for each row when (old.a > 1) execute function f();
      alter table t enable always trigger h; comment on trigger g on v is 'g'`,
    rows: "insert into t values (3, 4)",
  },
  {
    name: "materialized view chain with indexes, grants, comments over a changed column",
    from: `create table t (a integer, b text); create materialized view m as select a, b from t;
      create unique index mi on m (a); create index mj on m (lower(b)); grant select on m to sqa_test_reader;
      comment on materialized view m is 'm'; comment on column m.a is 'a';
      create materialized view n as select a from m; alter materialized view m cluster on mi;
      alter materialized view m alter column b set statistics 5; create statistics st on a, b from m`,
    to: `create table t (a bigint, b text); create materialized view m as select a, b from t;
      create unique index mi on m (a); create index mj on m (lower(b)); grant select on m to sqa_test_reader;
      comment on materialized view m is 'm'; comment on column m.a is 'a';
      create materialized view n as select a from m; alter materialized view m cluster on mi;
      alter materialized view m alter column b set statistics 5; create statistics st on a, b from m`,
    rows: "insert into t values (3, 'x')",
  },
  {
    name: "aggregates of all sorts",
    from: `create function sf(integer, integer) returns integer language sql immutable as 'select $1 + $2';
      create aggregate ag (integer) (sfunc = sf, stype = integer, initcond = '0');
      create view v as select ag(1) as x`,
    to: `create function sf(integer, integer) returns integer language sql immutable as 'select $1 + $2';
      create aggregate ag (integer) (sfunc = sf, stype = integer, initcond = '5', parallel = safe, combinefunc = sf);
      create view v as select ag(1) as x; comment on aggregate ag (integer) is 'x';
      grant execute on function ag(integer) to sqa_test_reader;
      revoke execute on function ag(integer) from public`,
  },
  {
    name: "operator class, family, operator with dependents",
    from: `create function lt(text, text) returns boolean language sql immutable as 'select $1 < $2';
      create operator <<< (leftarg = text, rightarg = text, function = lt);
      create operator family of1 using btree;
      create view v as select 'a'::text operator(public.<<<) 'b'::text as x`,
    to: `create function lt(text, text) returns boolean language sql immutable as 'select $1 < $2';
      create operator <<< (leftarg = text, rightarg = text, function = lt, restrict = scalarltsel, join = scalarltjoinsel);
      comment on operator <<< (text, text) is 'x'; create operator family of1 using btree;
      comment on operator family of1 using btree is 'f';
      create view v as select 'a'::text operator(public.<<<) 'b'::text as x`,
  },
  {
    name: "foreign data wrapper, server, mapping, table with options",
    from: `create foreign data wrapper w options (a '1');
      create server s foreign data wrapper w options (x '1', y '2');
      create foreign table ft (a integer options (c '1') not null, b text) server s options (t '1')`,
    to: `create foreign data wrapper w options (b '2');
      create server s foreign data wrapper w options (x '3', z '4');
      create user mapping for sqa_test_reader server s options (u 'me');
      create foreign table ft (a bigint options (d '1') not null, b text, c date default now()) server s options (t '2', v '3');
      comment on foreign table ft is 'f'; comment on server s is 's'; comment on foreign data wrapper w is 'w';
      grant usage on foreign server s to sqa_test_reader; alter foreign table ft add constraint c check (a > 0)`,
  },
  {
    name: "text search objects",
    from: `create text search dictionary di (template = simple);
      create text search configuration co (parser = "default");
      alter text search configuration co add mapping for asciiword with di;
      create table t (a text, b tsvector generated always as (to_tsvector('public.co', a)) stored);
      create index i on t using gin (to_tsvector('public.co', a))`,
    to: `create text search dictionary di (template = simple, accept = false);
      create text search configuration co (parser = "default");
      alter text search configuration co add mapping for asciiword, word with di, simple;
      comment on text search configuration co is 'c'; comment on text search dictionary di is 'd';
      create table t (a text, b tsvector generated always as (to_tsvector('public.co', a)) stored);
      create index i on t using gin (to_tsvector('public.co', a))`,
    rows: "insert into t values ('x')",
  },
  {
    name: "default privileges of kinds",
    from: "alter default privileges grant select on tables to sqa_test_reader",
    to: `alter default privileges revoke execute on functions from public; create schema s;
      alter default privileges in schema s grant usage on sequences to sqa_test_reader with grant option;
      alter default privileges grant usage on types to sqa_test_reader;
      alter default privileges grant usage on schemas to sqa_test_reader; create schema z;
      create function s.f() returns integer language sql as 'select 1'; create table s.t (a serial)`,
  },
  {
    name: "publication changes",
    from: `create table t (a integer primary key, b integer); create table u (a integer primary key);
      create publication p for table t (a), u where (a > 1) with (publish = 'insert')`,
    to: `create table t (a bigint primary key, b integer); create schema s; create table u (a integer primary key);
      create publication p for table t, tables in schema s with (publish = 'insert, update', publish_via_partition_root);
      comment on publication p is 'p'`,
  },
  {
    name: "procedures and out parameters, variadic, default, polymorphic",
    from: `create procedure pr(a integer, inout b text default 'x') language plpgsql as 'begin end';
      create function fv(variadic a integer[]) returns integer language sql as 'select 1';
      create function fa(a anyelement) returns anyelement language sql as 'select $1';
      create function ft() returns table (x integer, y text) language sql as 'select 1, ''a'''`,
    to: `create procedure pr(a integer, inout b text default 'y', c integer default 1) language plpgsql as 'begin end';
      create function fv(variadic a integer[]) returns bigint language sql as 'select 1::bigint' parallel safe cost 5;
      create function fa(a anyelement) returns anyelement language sql immutable strict leakproof as 'select $1';
      create function ft() returns table (x integer, z text) language sql rows 5 set search_path = public, pg_temp as 'select 1, ''a''';
      comment on procedure pr is 'p'; grant execute on procedure pr to sqa_test_reader`,
  },
  {
    name: "security invoker view, check option, column default, rename via position",
    from: `create table t (a integer, b integer);
      create view v with (security_invoker) as select a, b from t where a > 0 with local check option`,
    to: `create table t (a integer, b integer);
      create view v (x, b) with (security_barrier) as select a, b from t where a > 0 with cascaded check option;
      alter view v alter column x set default 5; grant select (x) on v to sqa_test_reader`,
    rows: "insert into t values (1,2)",
  },
  {
    name: "column privileges over recreated view and column",
    from: `create table t (a integer, b integer); grant select (a), update (b) on t to sqa_test_reader;
      create view v as select a, b from t; grant select (a) on v to sqa_test_reader with grant option`,
    to: `create table t (a bigint, b integer); grant select (a), insert (b) on t to sqa_test_reader;
      create view v as select a, b from t; grant select (a) on v to sqa_test_reader with grant option`,
  },
  {
    name: "mutual functions and views",
    from: "",
    to: `create function fa(integer) returns integer language sql return $1 + 1;
      create view va as select fa(1) as x;
      create function fb() returns setof va language sql begin atomic select x from va; end;
      create view vb as select x from fb()`,
  },
  {
    name: "unlogged, fillfactor, replica identity index, cluster",
    from: `create table t (a integer not null, b integer not null); create unique index i on t (a);
      create unique index j on t (b); alter table t replica identity using index i; alter table t cluster on j`,
    to:
      `create unlogged table t (a integer not null, b integer not null) with (fillfactor = 50, autovacuum_enabled = false, toast.autovacuum_enabled = true);
      create unique index i on t (a) include (b) with (deduplicate_items = off);
      create unique index j on t (b desc nulls last); alter table t replica identity full;
      alter table t cluster on i; alter table t enable row level security;
      alter table t force row level security`,
    rows: "insert into t values (1,2)",
  },
  {
    name: "constraint triggers and deferrables",
    from: `create function f() returns trigger language plpgsql as 'begin return null; end';
      create table p (a integer primary key); create table t (a integer references p)`,
    to: `create function f() returns trigger language plpgsql as 'begin return null; end';
      create table p (a integer primary key);
      create table t (a integer constraint k references p on update cascade on delete set default deferrable initially deferred);
      create constraint trigger ct after insert on t from p deferrable initially deferred for each row execute function f();
      create trigger tt after update on t referencing old table as o new table as n for each statement execute function f()`,
    rows: "insert into p values (1); insert into t values (1)",
  },
  {
    name: "multi-level partitions with FK both ways and triggers",
    from: `create table r (a integer primary key);
      create table p (a integer, b integer, primary key (a, b)) partition by range (a);
      create table p1 partition of p for values from (1) to (10) partition by hash (b);
      create table p11 partition of p1 for values with (modulus 2, remainder 0);
      create table p12 partition of p1 for values with (modulus 2, remainder 1)`,
    to: `create table r (a integer primary key);
      create table p (a integer references r, b integer, c text default 'x', primary key (a, b)) partition by range (a);
      create table p1 partition of p for values from (1) to (10) partition by hash (b);
      create table p11 partition of p1 for values with (modulus 2, remainder 0);
      create table p12 partition of p1 for values with (modulus 2, remainder 1);
      create table p2 partition of p default;
      create table x (a integer, b integer, foreign key (a, b) references p); create index on p (c);
      create statistics s on a, b from p`,
    rows: "insert into r values (1); insert into p values (1, 1), (1, 2)",
  },
  {
    name: "a range type with a difference function comes beside one with a collation",
    from: `create type r as range (subtype = text, collation = "C"); create table t (a r)`,
    to: `create type r as range (subtype = text, collation = "C");
      create function rd(float8, float8) returns float8 language sql immutable as 'select $1 - $2';
      create type fr as range (subtype = float8, subtype_diff = rd); create table t (a r, c fr);
      create index i on t using gist (c)`,
  },
  {
    name: "sequences all options and ownership",
    from: `create sequence q as integer increment 2 minvalue 5 maxvalue 100 start 7 cache 3;
      create table t (a integer)`,
    to: `create table t (a integer default 5);
      create sequence q as smallint increment -2 minvalue -5 maxvalue 50 start 7 cycle owned by t.a;
      comment on sequence q is 'q'`,
  },
  {
    name: "statistics kinds",
    from: `create table t (a integer, b integer, c integer); create statistics s (ndistinct) on a, b from t;
      create statistics e on (a + b) from t`,
    to: `create table t (a bigint, b integer, c integer); create statistics s (dependencies, mcv) on a, b, c from t;
      alter statistics s set statistics 50; comment on statistics s is 's';
      create statistics e on (a * b), c from t`,
    rows: "insert into t values (1,2,3)",
  },
  {
    name: "policies for each command with functions",
    from: `create function f() returns boolean language sql stable as 'select true';
      create table t (a integer, b text); create policy p on t for select using (f());
      alter table t enable row level security`,
    to: `create function f() returns boolean language plpgsql stable as 'begin return true; end';
      create table t (a bigint, b text);
      create policy p on t as restrictive for update to sqa_test_reader using (f() and a > 0) with check (b in (select b from t));
      alter table t enable row level security`,
  },
]);
