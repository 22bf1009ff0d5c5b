/** Columns that go over to a type or collation which is made anew, and what reads them without needing it: see tests/properties/postgres/finds.ts. */
import { type Find, testFinds } from "../../tests/properties/postgres/finds.ts";

/** Of a table "t" with a column "c", whose type nothing here needs; PK of "k" has it beside. */
const readers =
  `create view v as select a from t where c is not null; create view v2 as select a from v; comment on view v2 is 'two';
  create materialized view m as select a from t where c is not null; create unique index mi on m (a);
  alter table t enable row level security; create policy p on t using (c is not null) with check (a > 0);
  create function tf() returns trigger language plpgsql as 'begin return new; end';
  create trigger w before update on t for each row when (new.c is not null) execute function tf();
  create trigger o before update of c on t for each row execute function tf();
  create rule r as on delete to t where old.c is null do instead nothing;
  create function f() returns bigint language sql begin atomic select count(*) from t where c is not null; end;
  create publication pub for table t (a, c) where (a > 0);
  alter table t add g boolean generated always as (c is not null) stored;
  alter table t add constraint n check (c is not null or a > 0); create statistics s on a, c from t; create index i on t (a) where c is not null;
  grant select on v to sqa_test_reader`;

const kinds: readonly (readonly [string, string, string, string, string])[] = [
  ["an enum", "create type x as enum ('1', '2')", "create type x as enum ('2', '1')", "x", "'1'"],
  ["a domain", "create domain x as integer", "create domain x as bigint", "x", "1"],
  ["a composite type", "create type x as (a integer, b text)", "create type x as (b text, a integer)", "x", "null"],
  [
    "a range type",
    "create type x as range (subtype = integer)",
    "create type x as range (subtype = bigint)",
    "x",
    "'[1,2]'",
  ],
  [
    "a domain over an enum",
    "create type e as enum ('1', '2'); create domain x as e",
    "create type e as enum ('2', '1'); create domain x as e",
    "x",
    "'1'",
  ],
  [
    "a collation",
    `create collation x from "C"`,
    "create collation x (provider = libc, locale = 'POSIX')",
    "text collate x",
    "'1'",
  ],
];

testFinds(kinds.flatMap(([name, from, to, type, value]): readonly Find[] => {
  const table = `create table t (a integer primary key, c ${type}); create table h () inherits (t);
    create view vh as select a from h where c is not null;
    create table q (a integer, c ${type}) partition by list (a); create table q1 partition of q for values in (1);
    create view vq as select a from q1 where c is not null`;
  return [
    {
      name: `${name} is made anew under what reads its columns`,
      from: `${from}; ${table}; ${readers}`,
      to: `${to}; ${table}; ${readers}`,
      rows:
        `insert into t (a, c) values (1, ${value}); insert into h (a, c) values (2, ${value}); insert into q values (1, ${value})`,
    },
    {
      name: `${name} is made anew under what reads its columns and keys, and these change as well`,
      from:
        `${from}; create table t (a integer primary key, c ${type}); create view v as select a from t where c is not null;
        create table k (a integer, c ${type}, constraint kk primary key (a) include (c)); create table l (a integer, constraint lk foreign key (a) references k)`,
      to:
        `${to}; create table t (a integer primary key, c ${type} default ${value}, d ${type}); create view v as select a, d is null as e from t where c is not null;
        create view z as select a from t where d is null;
        create table k (a integer, c ${type}, constraint kk primary key (a) include (c)); create table l (a integer, constraint lk foreign key (a) references k)`,
      rows: `insert into t values (1, ${value}); insert into k values (1, ${value}); insert into l values (1)`,
    },
  ];
}));

testFinds([
  {
    name: "types are made anew under functions, casts and aggregates of types that are made of them",
    from:
      `create type e as enum ('1', '2'); create type c as (a e); create domain d as c; create type o as (x c[], y integer);
      create function f(a c) returns c language sql as 'select $1'; create function g(integer, d[]) returns setof o language sql as 'select null::o';
      create procedure p(inout a o) language plpgsql as 'begin end'; create function h() returns table (z c) language sql as 'select null::c';
      create function t(o) returns integer language sql immutable as 'select 1'; create cast (o as integer) with function t(o);
      create function s(d, c) returns d language sql as 'select $1'; create aggregate ag(c) (sfunc = s, stype = d); grant execute on function f to sqa_test_reader;
      create table w (a c, b o); create view v as select f(a) as a from w; comment on function f is 'f'`,
    to:
      `create type e as enum ('2', '1'); create type c as (a e); create domain d as c; create type o as (x c[], y integer);
      create function f(a c) returns c language sql as 'select $1'; create function g(integer, d[]) returns setof o language sql as 'select null::o';
      create procedure p(inout a o) language plpgsql as 'begin end'; create function h() returns table (z c) language sql as 'select null::c';
      create function t(o) returns integer language sql immutable as 'select 1'; create cast (o as integer) with function t(o);
      create function s(d, c) returns d language sql as 'select $1'; create aggregate ag(c) (sfunc = s, stype = d); grant execute on function f to sqa_test_reader;
      create table w (a c, b o); create view v as select f(a) as a from w; comment on function f is 'f'`,
    rows: "insert into w values (row('1'), null)",
  },
]);
