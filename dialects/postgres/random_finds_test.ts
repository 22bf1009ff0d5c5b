/** What random pairs have found: each change there and back on every server that the run has, judged as those are. */
import { equal } from "node:assert/strict";
import { introspect } from "../../introspect/introspect.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind } from "../../schema/object.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { postgres } from "./mod.ts";
import { postgresDriver } from "./driver.ts";
import { makeRoles, noCounts, tryChange } from "../../tests/properties/postgres/pair.ts";

interface Case {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly rows?: string;
  /** Kind, old path and new path, dotted. */
  readonly renames?: readonly (readonly [Kind, string, string])[];
  /** The first server version that can have it. */
  readonly since?: number;
}

const cases: readonly Case[] = [
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
    name: "the statistics target of a parent's column is not its heirs'",
    from: "create table a (x integer); create table b () inherits (a)",
    to:
      `create table a (x integer, y integer); alter table a alter y set statistics 5; alter table a alter x set statistics 7;
      create table b () inherits (a)`,
  },
  {
    name: "a sequence leaves its column for another schema",
    from: "create schema s; create table t (a integer); create sequence q; alter sequence q owned by t.a",
    to: "create schema s; create table t (a integer); create sequence s.q",
    renames: [["sequence", "public.q", "s.q"]],
  },
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
    from: `create table t (a integer, b integer, c integer);
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
    name: "a multirange type is renamed with its range type",
    from: "create schema s; create type r as range (subtype = integer); create table t (a r, b r_multirange)",
    to: "create schema s; create type s.n as range (subtype = integer); create table t (a s.n, b s.n_multirange)",
    renames: [["range_type", "public.r", "s.n"]],
    rows: "insert into t values ('[1,2)', '{[1,2)}')",
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
];

const statements = (script: string) => postgres.split(script).map(({ sql }) => sql);

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  for (const each of cases) {
    Deno.test({
      name: `Postgres ${i + 1}: ${each.name}`,
      ignore: server === "",
      fn: () =>
        withDatabase(server, (fromUrl) =>
          withDatabase(server, async (toUrl) => {
            await using from = await postgresDriver.connect(fromUrl);
            await using to = await postgresDriver.connect(toUrl);
            if (each.since && from.version < each.since) return;
            await makeRoles(from);
            const counts = noCounts();
            await tryChange({ from, to }, {
              first: statements(each.from),
              second: statements(each.to),
              rows: statements(each.rows ?? ""),
              hints: () =>
                (each.renames ?? []).map(([kind, old, now]) => ({
                  from: objectId(kind, old.split(".")),
                  to: objectId(kind, now.split(".")),
                  source: "test",
                })),
            }, counts);
            equal([...counts.unmade.keys()].join(), "", "the server takes the test's own SQL");
            equal(counts.refused + counts.stopped, 0, "it is planned and runs");
          })),
    });
  }
}

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: grants on an identity column's sequence are not compared, and said to be so`,
    ignore: server === "",
    fn: () =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        await connection.execute("create table t (a integer generated always as identity)");
        equal((await introspect(connection, postgres)).notes.length, 0);
        await connection.execute("grant select on sequence t_a_seq to public");
        const { notes } = await introspect(connection, postgres);
        equal(
          notes.map(({ message }) => message).join(),
          "what is granted on the identity sequence public.t_a_seq is not read yet: it is left alone and not compared",
        );
      }),
  });
}
