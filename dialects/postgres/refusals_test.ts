/** Changes that stop the plan, since no statement of the server makes them. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import type { Plan } from "../../diff/plan_types.ts";
import { introspect } from "../../introspect/introspect.ts";
import { gradeOf } from "../../migrate/render_file.ts";
import { SqaError } from "../../schema/error.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;

const cases: readonly (readonly [name: string, from: string, to: string, message: string, since?: number])[] = [
  [
    "a computed column that is inherited over two steps and shall hold values of its own",
    `create table p (a integer, b integer generated always as (a) stored) partition by list (a);
      create table q partition of p default partition by list (a); create table r partition of q default`,
    `create table p (a integer, b integer) partition by list (a);
      create table q partition of p default partition by list (a); create table r partition of q default`,
    `"public.p.b" cannot be a column like others while "public.q" inherits it and hands it on`,
  ],
  [
    "a column that an heir has from another parent afterwards, no longer computed, and hands on",
    `create table p (a integer, b integer generated always as (a) stored); create table q (a integer, b integer);
      create table h () inherits (p); create table k () inherits (h)`,
    `create table p (a integer, b integer generated always as (a) stored); create table q (a integer, b integer);
      create table h () inherits (q); create table k () inherits (h)`,
    `"public.h.b" cannot be a column like others while "public.h" inherits it and hands it on`,
  ],
  [
    "a typed table's columns",
    "create type c as (a integer); create table t of c",
    "create type c as (a integer, b text); create table t of c",
    `"public.t" is a table of the type "public.c", so its columns cannot change`,
  ],
  [
    "a typed table's type that is made anew with a type inside it",
    "create type e as enum ('x', 'y'); create type c as (a e); create table t of c",
    "create type e as enum ('y', 'x'); create type c as (a e); create table t of c",
    `"public.t" is a table of the type "public.c", so its columns cannot change`,
  ],
  [
    "a typed table's type whose attributes change places",
    "create type c as (a integer, b text); create table t of c",
    "create type c as (b text, a integer); create table t of c",
    `"public.t" is a table of the type "public.c", so its columns cannot change`,
  ],
  [
    "a table that goes from one type to another while a type inside both is made anew",
    "create type e as enum ('x', 'y'); create type c as (a e); create type d as (a e); create table t of c",
    "create type e as enum ('y', 'x'); create type c as (a e); create type d as (a e); create table t of d",
    `"public.t" is a table of the type "public.d", so its columns cannot change`,
  ],
  [
    "columns that change while their table becomes one of a type",
    "create type c as (a integer); create table t (a integer)",
    "create type c as (a bigint); create table t of c",
    `"public.t" is a table of the type "public.c", so its columns cannot change`,
  ],
  [
    "a table whose columns stand in another order than the attributes of its new type",
    "create type c as (a integer, b text); create table t (b text, a integer)",
    "create type c as (a integer, b text); create table t of c",
    `"public.t" cannot become a table of the type "public.c": its columns stand in another order`,
  ],
  [
    "a column of a table whose rows another one holds, in a domain over an array",
    "create table t (a integer); create domain d as t[]; create table u (x integer, y d)",
    "create table t (a bigint); create domain d as t[]; create table u (x integer, y d)",
    `the type of "public.t.a" cannot change while "public.u.y" holds rows of its table`,
  ],
  [
    "an inherited column that shall be the heir's own, too",
    "create table p (a integer); create table c () inherits (p)",
    "create table p (a integer); create table c (a integer) inherits (p)",
    `the column "public.c.a" is inherited from "public.p" and cannot become "public.c"'s own while it is`,
  ],
  [
    "an heir's own column that shall only be inherited",
    "create table p (a integer); create table c (a integer) inherits (p)",
    "create table p (a integer); create table c () inherits (p)",
    `the column "public.c.a" is "public.c"'s own and cannot become one that it only inherits from "public.p"`,
  ],
  [
    "an heir's own column that its parent gets, to be inherited alone",
    "create table p (); create table c (a integer) inherits (p)",
    "create table p (a integer); create table c () inherits (p)",
    `the column "public.c.a" is "public.c"'s own and cannot become one that it only inherits from "public.p"`,
  ],
  [
    "an heir's column of another type that its parent gets, too",
    "create table p (); create table c (a integer) inherits (p)",
    "create table p (a text); create table c (a text) inherits (p)",
    `the type of "public.c.a" cannot change while "public.p.a" is added to its parent`,
  ],
  [
    "a column that comes from another parent with another type",
    "create table p (); create table q (a integer); create table c () inherits (p, q)",
    "create table p (a text); create table q (); create table c () inherits (p, q)",
    `the type of "public.c.a" cannot change while "public.p.a" is added to its parent`,
  ],
  [
    "a column's type that an heir's heir has from another parent, too, which changes as well",
    "create table p (a integer); create table q (a integer); create table h () inherits (p); create table i () inherits (h, q)",
    "create table p (a bigint); create table q (a bigint); create table h () inherits (p); create table i () inherits (h, q)",
    `the type of "public.p.a" cannot change while "public.i" has the column from "public.q", too`,
  ],
  [
    "a type that is made anew while an heir has a column of it from two parents",
    "create type e as enum ('x', 'y'); create table p (a e); create table q (a e); create table h (a e) inherits (p, q)",
    "create type e as enum ('y', 'x'); create table p (a e); create table q (a e); create table h (a e) inherits (p, q)",
    `the type of "public.p.a" cannot change while "public.h" has the column from "public.q", too`,
  ],
  [
    "a collation that is made anew while an heir has a column of it from two parents",
    `create collation c from "C"; create table p (a text collate c); create table q (a text collate c); create table h () inherits (p, q)`,
    `create collation c (provider = icu, locale = 'und'); create table p (a text collate c); create table q (a text collate c);
      create table h () inherits (p, q)`,
    `the type of "public.p.a" cannot change while "public.h" has the column from "public.q", too`,
  ],
  [
    "a partition's primary key that is part of its table's index",
    `create table t (a integer) partition by list (a); create table u partition of t (primary key (a)) for values in (1);
      create unique index i on t (a)`,
    `create table t (a integer) partition by list (a); create table u partition of t for values in (1); create unique index i on t (a)`,
    `the primary key "public.u.u_pkey" cannot go while it is part of the index "public.i"`,
  ],
  [
    "an index that a partition's UNIQUE is part of",
    `create table t (a integer) partition by list (a); create table u partition of t (constraint k unique (a)) for values in (1);
      create unique index i on t (a)`,
    `create table t (a integer) partition by list (a); create table u partition of t (constraint k unique (a)) for values in (1)`,
    `the unique constraint "public.u.k" cannot go while it is part of the index "public.i"`,
  ],
  [
    "a collation that a domain is made of",
    `create collation c from "C"; create domain d as text collate c`,
    `create collation c (provider = icu, locale = 'und'); create domain d as text collate c`,
    `the collation "public.c" cannot be made anew while "public.d" is made of it`,
  ],
  [
    "a collation of a partition key",
    `create collation c from "C"; create table t (a text collate c) partition by list (a)`,
    `create collation c (provider = icu, locale = 'und'); create table t (a text collate c) partition by list (a)`,
    `"public.c" cannot be made anew while "public.t.a" is part of a partition key`,
  ],
  [
    "a check on a domain that a column has inside an array",
    "create domain d as integer; create domain e as d; create table t (a e[])",
    "create domain d as integer check (value > 0); create domain e as d; create table t (a e[])",
    `the values of "public.d" cannot be held to more while "public.t.a" has them inside its own`,
  ],
  [
    "NOT NULL of a domain that a column has inside a composite type",
    "create domain d as integer; create type c as (x d); create table t (a c)",
    "create domain d as integer not null; create type c as (x d); create table t (a c)",
    `the values of "public.d" cannot be held to more while "public.t.a" has them inside its own`,
  ],
  [
    "the handler of an access method that a table is stored in",
    "create access method h type table handler heap_tableam_handler; create table t (a integer) using h",
    `create function g(internal) returns table_am_handler language internal as 'heap_tableam_handler';
      create access method h type table handler g; create table t (a integer) using h`,
    `the access method "h" cannot change while "public.t" is stored in it`,
  ],
  [
    "a function with a body of the standard that returns a row whose columns stand in another order here",
    "create table t (a integer, b integer)",
    "create table t (b integer, a integer); create function f() returns setof t language sql begin atomic select * from t; end",
    `"public.f()" returns rows of "public.t", whose columns would stand in another order than its body has them in`,
  ],
  [
    "a view that names a join's columns by their place, which is another one here",
    "create table t (a integer, c integer); create table u (a integer)",
    "create table t (b integer, a integer); create table u (a integer); create view v as select j.p from (t join u using (a)) as j(p, q)",
    `"public.v" names a join's columns by their place, and those of "public.t" would stand in another order`,
  ],
  [
    "a NOT NULL that gets another name above an heir that calls it otherwise, and one whose primary key needs it",
    `create table p (a integer constraint x not null); create table h (constraint own not null a) inherits (p);
      create table d () inherits (p); alter table d add primary key (a)`,
    `create table p (a integer constraint y not null); create table h (constraint own not null a) inherits (p);
      create table d () inherits (p); alter table d add primary key (a)`,
    `the NOT NULL of "public.d.a" cannot get another name with its parent's: a key or an identity needs it`,
    180000,
  ],
  [
    "a partition that shall lack the identity of its table",
    `create table p (a integer, i integer generated always as identity) partition by list (a);
      create table m partition of p default partition by list (a); create table l partition of m default`,
    `create table p (a integer, i integer generated always as identity) partition by list (a);
      create table m partition of p default partition by list (a); create table l partition of m default;
      alter table p detach partition m; alter table p attach partition m default`,
    `the column "public.l.i" shares the identity of its table's and cannot be without it`,
    170000,
  ],
  [
    "a table whose identity changes while a partition lacks it all along",
    `create table p (a integer, i integer generated always as identity) partition by list (a);
      create table m partition of p default partition by list (a); create table l partition of m default;
      alter table p detach partition m; alter table p attach partition m default`,
    `create table p (a integer, i integer generated by default as identity) partition by list (a);
      create table m partition of p default partition by list (a); create table l partition of m default;
      alter table p detach partition m; alter table p attach partition m default`,
    `the column "public.l.i" shares the identity of its table's and cannot be without it`,
    170000,
  ],
  [
    "a partition with partitions that is attached anew where they share an identity and have what the server makes alone",
    `create table p (a integer, i integer generated always as identity) partition by list (a);
      create table m partition of p for values in (1) partition by list (a); create table l partition of m default;
      alter table m add exclude using btree (a with =)`,
    `create table p (a integer, i integer generated always as identity) partition by list (a);
      create table m partition of p for values in (2) partition by list (a); create table l partition of m default;
      alter table m add exclude using btree (a with =)`,
    `"public.l" cannot be taken out of "public.m" and put back as it is: the server would make ` +
    `the exclusion constraint "public.l.l_a_excl" once more`,
    170000,
  ],
];

/** The plan between the schemas that two scripts make, on a server `since` that version. */
function planned(
  server: string,
  from: string,
  to: string,
  judge: (plan: () => Plan) => void,
  since = 0,
): Promise<void> {
  return withDatabase(server, (url) =>
    withDatabase(server, async (otherUrl) => {
      await using one = await postgresDriver.connect(url);
      await using other = await postgresDriver.connect(otherUrl);
      if (one.version < since) return;
      for (const { sql } of dialect.split(from)) await one.execute(sql);
      for (const { sql } of dialect.split(to)) await other.execute(sql);
      const [before, after] = [await introspect(one, dialect), await introspect(other, dialect)];
      const options = { columnOrder: "lax", version: one.version } as const;
      judge(() => makePlan({ from: before, to: after, dialect, options }).plan);
    }));
}

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  for (const [name, from, to, message, since] of cases) {
    Deno.test({
      name: `Postgres ${i + 1}: the plan stops at ${name}${since ? ` (since ${since / 10_000})` : ""}`,
      ignore: server === "",
      fn: () =>
        planned(server, from, to, (plan) =>
          throws(
            plan,
            (error) => error instanceof SqaError && error.code === "SQA-311" && error.message === message,
          ), since),
    });
  }
  Deno.test({
    name: `Postgres ${i + 1}: where only the way back has no statement, the migration is irreversible and says why`,
    ignore: server === "",
    fn: () =>
      planned(
        server,
        `create table t (a integer, b integer, c integer);
         create function f() returns setof t language sql begin atomic select * from t; end`,
        `create table t (a integer, c integer);
         create function f() returns setof t language sql begin atomic select * from t; end`,
        (make) => {
          const plan = make();
          equal(plan.up.length, 3);
          deepEqual(plan.down, []);
          equal(gradeOf(plan.up, plan.down), "irreversible");
          deepEqual(plan.notes.map(({ code, message }) => `${code}: ${message}`), [
            `irreversible: there is no way back: "public.f()" returns rows of "public.t", whose columns would stand in another order than its body has them in`,
          ]);
        },
      ),
  });
}
