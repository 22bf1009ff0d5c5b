/** What steps aside when something is recreated, what is compared, and what follows a rename, beyond tables and columns. */
import { deepEqual } from "node:assert/strict";
import type { Dialect } from "../dialects/dialect.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { publicSchema, simulatedDialect, simulatedType, strictTraits } from "../tests/support/simulated_dialect.ts";
import { diff } from "./diff.ts";
import { tryOrder } from "./order.ts";
import { recreate } from "./recreate.ts";
import { rename } from "./rename.ts";

const dialect = simulatedDialect(strictTraits);

function object(kind: Kind, name: readonly string[], fields: object, refs: readonly ObjectId[] = []): SchemaObject {
  const parent = name.length > 2 ? objectId("table", name.slice(0, 2)) : publicSchema.id;
  const common = { kind, id: objectId(kind, name), name, parent, refs, comment: null, options: {} };
  return { ...common, ...fields } as unknown as SchemaObject;
}

function graph(...objects: readonly SchemaObject[]): SchemaGraph {
  return makeGraph(dialect.name, [publicSchema, ...objects]);
}

const view = (name: string, sql: string, refs: readonly ObjectId[] = [], columns: readonly string[] | null = null) =>
  object("view", ["public", name], { definition: { sql }, columns }, refs);

Deno.test("what survives the drop of what it refers to is left alone when that is recreated", () => {
  const from = graph(
    view("a", "select 1"),
    view("b", "select a", ["view:public.a"]),
    view("c", "b", ["view:public.b"]),
  );
  const to = graph(view("a", "select 2"), view("b", "select a", ["view:public.a"]), view("c", "b", ["view:public.b"]));
  const context = { from, to, version: null };
  const { changes } = diff(from, to, dialect, { columnOrder: "lax" });
  const touched = (each: Dialect) =>
    recreate(changes, each, context).map(({ op, ...rest }) => `${op} ${("to" in rest ? rest.to : rest.from).name[1]}`);
  deepEqual(touched(dialect), ["drop a", "create a", "drop b", "create b", "drop c", "create c"]);
  const kind = dialect.kinds.view;
  if (kind === "unsupported") throw new Error("the simulated dialect has views");
  const lasting: Dialect = { ...dialect, kinds: { ...dialect.kinds, view: { ...kind, survives: () => true } } };
  deepEqual(touched(lasting), ["drop a", "create a"]);
});

Deno.test("a field that one side leaves unsaid is not compared", () => {
  const said = graph(view("v", "select 1 as a", [], ["a"])), unsaid = graph(view("v", "select 1 as a"));
  deepEqual(diff(said, unsaid, dialect, { columnOrder: "lax" }).changes, []);
  deepEqual(diff(unsaid, said, dialect, { columnOrder: "lax" }).changes, []);
  const other = graph(view("v", "select 1 as a", [], ["b"]));
  deepEqual(diff(said, other, dialect, { columnOrder: "lax" }).changes.map(({ op }) => op), ["alter"]);
});

Deno.test("a sequence belongs to its column under the new name of the table, a domain's type follows its enum", () => {
  const plain = { nullable: true, default: null, generated: null, identity: null, collation: null, position: 0 };
  const type = { ...simulatedType("int"), of: "enum:public.e" as ObjectId };
  const from = graph(
    object("table", ["public", "t"], { inherits: [] }),
    object("column", ["public", "t", "id"], { ...plain, type: simulatedType("int") }),
    object("sequence", ["public", "s"], { ownedBy: "column:public.t.id" }),
    object("enum", ["public", "e"], { values: [] }),
    object("domain", ["public", "d"], { type, nullable: true, default: null, collation: null }),
  );
  const hint = (kind: Kind, old: string, now: string) => ({
    from: objectId(kind, ["public", old]),
    to: objectId(kind, ["public", now]),
    source: "test",
  });
  const { graph: after } = rename(from, [hint("table", "t", "u"), hint("enum", "e", "f")], dialect);
  const get = (id: ObjectId) => after.objects.get(id) as unknown as { ownedBy: ObjectId; type: { of: ObjectId } };
  deepEqual(get("sequence:public.s").ownedBy, "column:public.u.id");
  deepEqual(get("domain:public.d").type.of, "enum:public.f");
});

Deno.test("what survives a drop need not go first, so that a circle of which it is part can be dropped", () => {
  const fn = (refs: readonly ObjectId[]) => view("f", "select from t", refs);
  const table = object("table", ["public", "t"], { inherits: [] }, ["view:public.f"]);
  const from = graph(fn(["table:public.t"]), table);
  const drops = diff(from, graph(), dialect, { columnOrder: "lax" }).changes;
  const context = { from, to: graph() };
  const kind = dialect.kinds.view;
  if (kind === "unsupported") throw new Error("the simulated dialect has views");
  const lasting: Dialect = { ...dialect, kinds: { ...dialect.kinds, view: { ...kind, survives: () => true } } };
  deepEqual(tryOrder(drops, dialect, context).changes, null);
  deepEqual(tryOrder(drops, lasting, context).changes?.map((change) => change.kind), ["table", "view"]);
});

Deno.test("an alter that lets something go comes before its drop, even where the altered object would survive that", () => {
  const from = graph(view("a", "select 1"), view("b", "select a", ["view:public.a"])),
    to = graph(view("b", "select 1"));
  const kind = dialect.kinds.view;
  if (kind === "unsupported") throw new Error("the simulated dialect has views");
  const lasting: Dialect = { ...dialect, kinds: { ...dialect.kinds, view: { ...kind, survives: () => true } } };
  const { changes } = diff(from, to, dialect, { columnOrder: "lax" });
  deepEqual(tryOrder(changes, lasting, { from, to }).changes?.map(({ op }) => op), ["alter", "drop"]);
});
