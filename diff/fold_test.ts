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

Deno.test("a rule that leads to a part of its table goes first, the part's columns with the part", () => {
  const column = (name: string, refs: readonly ObjectId[] = []) =>
    object("column", ["public", name, "a"], objectId("table", ["public", name]), {
      refs,
      type: { name: "integer", args: [], dimensions: 0, family: "integer", of: null },
      nullable: true,
      default: null,
      generated: null,
      identity: null,
      collation: null,
      position: 0,
      options: refs.length ? { inherited: true } : {},
    });
  const whole = { ...table, options: { partition_by: "LIST (a)" } } as SchemaObject;
  const part = object("table", ["public", "p"], schema.id, {
    refs: [table.id],
    inherits: [table.id],
    options: { bound: "FOR VALUES IN (1)" },
  });
  const rule = object("rule", ["public", "t", "r"], table.id, {
    refs: [part.id, objectId("column", ["public", "p", "a"])],
    definition: { sql: "CREATE RULE r AS ON INSERT TO public.t DO INSTEAD INSERT INTO public.p VALUES (new.a)" },
    options: {},
  });
  const own = column("t");
  deepEqual(drops(whole, own, part, column("p", [own.id]), rule), [
    "DROP RULE r ON public.t",
    "DROP TABLE public.p",
    "DROP TABLE public.t",
  ]);
});
