/** A column gets another name: the lists in options that name it follow, as they do in the database. */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import { made } from "./catalog.ts";
import { postgres } from "./mod.ts";

function graphOf(name: string): SchemaGraph {
  const schema = objectId("schema", ["public"]), table = objectId("table", ["public", "t"]);
  return makeGraph("postgres", [
    ...postgres.initial,
    made("table", ["public", "t"], schema, { inherits: [], options: {} }),
    ...["id", "up", name].map((column, position) =>
      made("column", ["public", "t", column], table, {
        type: { name: "integer", args: [], dimensions: 0, family: "integer", of: null },
        nullable: column !== "id",
        default: null,
        generated: null,
        identity: null,
        collation: null,
        position,
        options: {},
      })
    ),
    made("primary_key", ["public", "t", "t_pkey"], table, {
      columns: ["id"],
      deferrable: "no",
      options: { include: [name] },
    }),
    made("unique", ["public", "t", "t_up"], table, {
      columns: ["up", "id"],
      nullsDistinct: true,
      deferrable: "no",
      options: { include: [name] },
    }),
    made("foreign_key", ["public", "t", "t_fkey"], table, {
      columns: ["up", name],
      references: { table, columns: ["up", "id"] },
      onDelete: "set null",
      onUpdate: "no action",
      match: "simple",
      deferrable: "no",
      options: { on_delete_columns: [name] },
    }),
  ]);
}

Deno.test("INCLUDE and SET NULL (columns) follow a column's new name", () => {
  const { up, down } = makePlan({
    from: graphOf("old"),
    to: graphOf("new"),
    dialect: postgres,
    renames: [{ from: "column:public.t.old", to: "column:public.t.new", source: "test" }],
    options: { columnOrder: "lax", version: null },
  }).plan;
  deepEqual(up.map(({ sql }) => sql), ["ALTER TABLE public.t RENAME COLUMN old TO new"]);
  deepEqual(down.map(({ sql }) => sql), ["ALTER TABLE public.t RENAME COLUMN new TO old"]);
});
