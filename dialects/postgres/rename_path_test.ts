import { deepEqual } from "node:assert/strict";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { renameSteps } from "./rename_path.ts";

function tableAt(path: string): SchemaObject {
  const name = path.split(".");
  return {
    kind: "table",
    id: objectId("table", name),
    name,
    parent: null,
    refs: [],
    comment: null,
    inherits: [],
    options: {},
  };
}

function graph(...paths: string[]): SchemaGraph {
  return makeGraph("postgres", paths.map(tableAt));
}

function steps(from: string, to: string, before: SchemaGraph, after = before): string[] {
  return renameSteps(tableAt(from), tableAt(to), { from: before, to: after })
    .map(({ path, clause }) => `${path.join(".")} ${clause}`);
}

Deno.test("a table goes to its schema first and gets its name there", () => {
  deepEqual(steps("a.x", "b.y", graph()), ["a.x SET SCHEMA b", "b.x RENAME TO y"]);
  deepEqual(steps("a.x", "b.x", graph()), ["a.x SET SCHEMA b"]);
  deepEqual(steps("a.x", "a.y", graph()), ["a.x RENAME TO y"]);
});

Deno.test("where another has the old name in the new schema, before or after, the new name comes first", () => {
  deepEqual(steps("a.x", "b.y", graph("b.x")), ["a.x RENAME TO y", "a.y SET SCHEMA b"]);
  deepEqual(steps("a.x", "b.y", graph(), graph("b.x")), ["a.x RENAME TO y", "a.y SET SCHEMA b"]);
});

Deno.test("where both paths between are taken, the way leads over a name of its own", () => {
  const taken = graph("b.x", "a.y", "b.sqa_moving");
  deepEqual(steps("a.x", "b.y", taken), [
    "a.x RENAME TO sqa_moving_2",
    "a.sqa_moving_2 SET SCHEMA b",
    "b.sqa_moving_2 RENAME TO y",
  ]);
});
