/** Which children go with their parents, on the Postgres dialect. */
import { deepEqual } from "node:assert/strict";
import { postgres } from "../dialects/postgres/mod.ts";
import { emptyGraph, makeGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { makePlan } from "./plan.ts";

function object(kind: Kind, name: readonly string[], parent: ObjectId | null, shape: object): SchemaObject {
  return { kind, id: objectId(kind, name), name, parent, refs: [], comment: null, ...shape } as unknown as SchemaObject;
}

const schema = object("schema", ["public"], null, { options: {} });
const table = object("table", ["public", "t"], schema.id, { inherits: [], options: {} });
const view = object("view", ["public", "v"], schema.id, {
  refs: [table.id],
  definition: { sql: "SELECT FROM public.t" },
  columns: [],
  options: {},
});
const using = (refs: readonly ObjectId[]) =>
  object("policy", ["public", "t", "p"], table.id, {
    refs,
    command: "all",
    permissive: true,
    roles: ["public"],
    using: { sql: "true" },
    check: null,
    options: {},
  });

function drops(...objects: SchemaObject[]): readonly string[] {
  const { plan } = makePlan({
    from: makeGraph("postgres", [schema, ...objects]),
    to: makeGraph("postgres", [schema, ...emptyGraph("postgres").objects.values()]),
    dialect: postgres,
    options: { columnOrder: "lax", version: null },
  });
  return plan.up.map(({ sql }) => sql);
}

Deno.test("a policy goes with its table", () => {
  deepEqual(drops(table, using([])), ["DROP TABLE public.t"]);
});

Deno.test("a policy that reads a view of its table goes before both", () => {
  deepEqual(drops(table, view, using([view.id])), [
    "DROP POLICY p ON public.t",
    "DROP VIEW public.v",
    "DROP TABLE public.t",
  ]);
});
