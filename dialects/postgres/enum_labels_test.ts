/** Labels of enums under other names: the type, its columns and every text that names them stay. */
import { deepEqual } from "node:assert/strict";
import type { RenameHint } from "../../diff/change.ts";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import { made } from "./catalog.ts";
import { postgres } from "./mod.ts";

const schema = objectId("schema", ["public"]);

/** A type of that name and these labels, and a table that leans on the first one. */
function graphOf(type: string, values: readonly string[]): SchemaGraph {
  const id = objectId("enum", ["public", type]), table = objectId("table", ["public", "t"]), [first] = values;
  const text = `'${first}'::public.${type}`;
  return makeGraph("postgres", [
    ...postgres.initial,
    made("enum", ["public", type], schema, { values }),
    made("table", ["public", "t"], schema, { inherits: [], options: {} }),
    made("column", ["public", "t", "m"], table, {
      type: { name: `public.${type}`, args: [], dimensions: 0, family: "enum", of: id },
      nullable: true,
      default: { sql: `'${first}'` },
      generated: null,
      identity: null,
      collation: null,
      position: 0,
      options: {},
    }),
    {
      ...made("check", ["public", "t", "known"], table, { expression: { sql: `m <> ${text}` }, options: {} }),
      refs: [id],
    },
    {
      ...made("view", ["public", "v"], schema, {
        definition: { sql: `SELECT m FROM public.t WHERE m = ${text}` },
        columns: ["m"],
        options: {},
      }),
      refs: [id, table],
    },
  ]);
}

function plan(from: SchemaGraph, to: SchemaGraph, hints: readonly (readonly [string, string])[]) {
  const renames = hints.map(([old, now]): RenameHint => ({
    from: `enum:public.${old}`,
    to: `enum:public.${now}`,
    source: "test",
  }));
  const { up, down } =
    makePlan({ from, to, dialect: postgres, renames, options: { columnOrder: "lax", version: null } }).plan;
  return [up.map(({ sql }) => sql), down.map(({ sql }) => sql)];
}

Deno.test("a label gets another name and nothing else changes", () => {
  deepEqual(plan(graphOf("mood", ["sad", "so"]), graphOf("mood", ["blue", "so"]), [["mood.sad", "mood.blue"]]), [
    ["ALTER TYPE public.mood RENAME VALUE 'sad' TO 'blue'"],
    ["ALTER TYPE public.mood RENAME VALUE 'blue' TO 'sad'"],
  ]);
});

Deno.test("the type gets another name too, whichever of its names the hint has", () => {
  for (const old of ["mood.sad", "feeling.sad"]) {
    const hints = [["mood", "feeling"], [old, "feeling.blue"]] as const;
    deepEqual(plan(graphOf("mood", ["sad", "so"]), graphOf("feeling", ["blue", "so"]), hints), [
      ["ALTER TYPE public.mood RENAME TO feeling", "ALTER TYPE public.feeling RENAME VALUE 'sad' TO 'blue'"],
      ["ALTER TYPE public.feeling RENAME TO mood", "ALTER TYPE public.mood RENAME VALUE 'blue' TO 'sad'"],
    ]);
  }
});

Deno.test("two labels of one type are renamed, and a hint that was applied before is passed over", () => {
  const to = graphOf("mood", ["blue", "fine"]), hints = [["mood.sad", "mood.blue"], ["mood.so", "mood.fine"]] as const;
  deepEqual(plan(graphOf("mood", ["sad", "so"]), to, hints)[0], [
    "ALTER TYPE public.mood RENAME VALUE 'sad' TO 'blue'",
    "ALTER TYPE public.mood RENAME VALUE 'so' TO 'fine'",
  ]);
  deepEqual(plan(to, to, hints), [[], []]);
});
