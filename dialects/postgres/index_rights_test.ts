/** Indexes that nobody can fill by the rights of their table's owner. */
import { equal, throws } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { SqaError } from "../../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { fingerprint } from "../../schema/hash.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { withOwners } from "../../tests/support/postgres_owners.ts";
import { postgresUrls } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { postgresDialect } from "./set_up.ts";
import { quote } from "./sql.ts";

const dialect = postgresDialect({ roles: [], owners: true });

const mapped = (graph: SchemaGraph, map: (object: SchemaObject) => SchemaObject | null) =>
  makeGraph(graph.dialect, [...graph.objects.values()].flatMap((object) => map(object) ?? []), graph.notes);

/** One way to come to need the index filled: it is new, or its table is written anew. */
const needs: Readonly<Record<string, (graph: SchemaGraph) => readonly [SchemaGraph, SchemaGraph]>> = {
  "is new": (graph) => [mapped(graph, (object) => object.kind === "index" ? null : object), graph],
  "stays on a table that is written anew": (graph) => [
    graph,
    mapped(
      graph,
      (object) =>
        object.kind === "column" && object.name.at(-1) === "b"
          ? { ...object, type: dialect.parseType("bigint") } as SchemaObject
          : object,
    ),
  ],
};

/** Goes from one graph to the other, on a database that has the index whatever the first one says. */
async function goes(one: Connection, [from, to]: readonly [SchemaGraph, SchemaGraph]): Promise<void> {
  if (![...from.objects.values()].some(({ kind }) => kind === "index")) await one.execute("DROP INDEX i");
  const { plan } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: one.version } });
  for (const { sql } of plan.up) await one.execute(sql);
  equal(fingerprint(await introspect(one, dialect)), fingerprint(to));
}

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  for (const [how, need] of Object.entries(needs)) {
    Deno.test({
      name: `Postgres ${i + 1}: an index ${how} and calls what the table's owner may not execute`,
      ignore: server === "",
      fn: () =>
        withOwners(server, async ({ one, a, b }) => {
          const script = `
            CREATE FUNCTION f(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
            CREATE TABLE t (a integer, b integer);
            INSERT INTO t VALUES (1, 2);
            CREATE INDEX i ON t (f(a));
            REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
            ALTER TABLE t OWNER TO ${quote(a)};
            ALTER ROLE ${quote(a)} NOSUPERUSER`;
          for (const { sql } of dialect.split(script)) await one.execute(sql);
          const message =
            `the index "public.i" cannot be filled: "${a}", who owns its table, may not execute "public.f(integer)"`;
          const [from, to] = need(await introspect(one, dialect));
          const plan = () => makePlan({ from, to, dialect, options: { columnOrder: "lax", version: one.version } });
          throws(plan, (error) => error instanceof SqaError && error.code === "SQA-311" && error.message === message);
          equal((await one.query("SELECT FROM pg_indexes WHERE indexname = 'i'")).length, 1);
          // As a member of another role it may, for all that the graph says.
          await one.execute(`ALTER ROLE ${quote(b)} NOSUPERUSER`);
          await one.execute(`GRANT EXECUTE ON FUNCTION f TO ${quote(b)}`);
          await one.execute(`GRANT ${quote(b)} TO ${quote(a)}`);
          await goes(one, need(await introspect(one, dialect)));
        }),
    });
  }
}
