/** Partitioned indexes that the server cannot tell apart, and parts that only say that they are attached. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { normalize } from "../../diff/normalize.ts";
import { emptyGraph, makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { IndexKey, ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { made } from "./catalog.ts";
import { wholeOf } from "./inheritance.ts";
import { postgres } from "./mod.ts";

const schema = objectId("schema", ["public"]);
const whole = objectId("table", ["public", "whole"]), part = objectId("table", ["public", "part"]);

function table(name: string, inherits: readonly ObjectId[], options: Options): readonly SchemaObject[] {
  const id = objectId("table", ["public", name]);
  return [
    made("table", ["public", name], schema, { inherits, options }),
    ...["a", "b"].map((column, position) =>
      made("column", ["public", name, column], id, {
        type: { name: "integer", args: [], dimensions: 0, family: "integer", of: null },
        nullable: true,
        default: null,
        generated: null,
        identity: null,
        collation: null,
        position,
        options: inherits.length ? { inherited: true } : {},
      })
    ),
  ];
}

function index(name: string, parent: ObjectId, order: "asc" | "desc", position?: number): SchemaObject {
  const key = (column: string, way: "asc" | "desc"): IndexKey => (
    { column, expression: null, order: way, nulls: null, collation: null, options: {} }
  );
  return made("index", ["public", name], parent, {
    unique: false,
    nullsDistinct: true,
    method: "btree",
    keys: [key("a", order), key("b", "desc")],
    include: [],
    where: null,
    options: parent === part ? { attached: true } : {},
    ...(position === undefined ? {} : { position }),
  });
}

const partitioned = table("whole", [], { partition_by: "LIST (a)" });
const partition = table("part", [whole], { bound: "FOR VALUES IN (1)" });
const parts = [index("x_part", part, "desc"), index("y_part", part, "asc")];
const target = (wholes: readonly SchemaObject[]) =>
  makeGraph("postgres", [...postgres.initial, ...partitioned, ...partition, ...wholes, ...parts]);

function statements(from: SchemaGraph, to: SchemaGraph): readonly string[] {
  return makePlan({ from, to, dialect: postgres, options: { columnOrder: "lax", version: null } }).plan.up
    .map(({ sql }) => sql).filter((sql) => sql.includes("INDEX"));
}

Deno.test("a part that says no whole belongs to the one that is like it in all, direction too", () => {
  const graph = normalize(target([index("one", whole, "asc"), index("two", whole, "desc")]), postgres);
  const wholeIn = (name: string) => wholeOf(graph, graph.objects.get(objectId("index", ["public", name]))!)?.name[1];
  deepEqual([wholeIn("x_part"), wholeIn("y_part")], ["two", "one"]);
});

Deno.test("parts are made in the order of their wholes, and put there by name where the server cannot tell them apart", () => {
  const made = statements(emptyGraph("postgres"), target([index("one", whole, "asc"), index("two", whole, "desc")]));
  const at = (text: string) => made.findIndex((sql) => sql.includes(text));
  equal(at("INDEX one ") < at("INDEX two ") && at("INDEX two ") < at("INDEX y_part"), true);
  equal(at("INDEX y_part") < at("INDEX x_part"), true);
  equal(made.includes("ALTER INDEX public.one ATTACH PARTITION public.y_part"), true);
});

Deno.test("where the wholes are there already, the older one gets its part first", () => {
  const wholes = [index("one", whole, "asc", 2), index("two", whole, "desc", 1)];
  const made = statements(makeGraph("postgres", [...postgres.initial, ...partitioned, ...wholes]), target(wholes));
  const at = (text: string) => made.findIndex((sql) => sql.includes(text));
  equal(at("INDEX x_part") < at("INDEX y_part"), true);
});
