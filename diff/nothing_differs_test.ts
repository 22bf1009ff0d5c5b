/** What a plan in which nothing differs does not do, on the Postgres dialect. */
import { deepEqual } from "node:assert/strict";
import { postgres } from "../dialects/postgres/mod.ts";
import { deferRefs, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { SchemaObject } from "../schema/object.ts";
import { makePlan } from "./plan.ts";

function graph(refs: () => readonly SchemaObject[]): SchemaGraph {
  const common = { refs: [], comment: null, options: {} };
  const schema = { ...common, kind: "schema", id: objectId("schema", ["public"]), name: ["public"], parent: null };
  const name = ["public", "t"], id = objectId("table", name);
  const table = { ...common, kind: "table", id, name, parent: schema.id, inherits: [] };
  return deferRefs(makeGraph("postgres", [schema, table] as unknown as SchemaObject[]), refs);
}

Deno.test("where nothing differs no refs are worked out: they cost more than everything else about a graph", () => {
  const never = () => {
    throw new Error("refs are worked out");
  };
  const { plan } = makePlan({
    from: graph(never),
    to: graph(never),
    dialect: postgres,
    options: { columnOrder: "lax", version: null, scope: { mode: "modelled", managed: new Set(), drops: new Set() } },
  });
  deepEqual([plan.up, plan.down, plan.changes, plan.hazards, plan.questions], [[], [], [], [], []]);
});
