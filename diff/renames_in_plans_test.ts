/** Plans with renames that need more than one step: names that are taken, tables that move, indexes that change their table. */
import { deepEqual, throws } from "node:assert/strict";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { withRefs } from "../schema/refs.ts";
import { linesOf, SimulatedDatabase } from "../tests/support/simulated_database.ts";
import {
  easyTraits,
  publicSchema,
  rulesOf,
  simulatedDialect,
  simulatedType,
} from "../tests/support/simulated_dialect.ts";
import { makePlan } from "./plan.ts";

const dialect = simulatedDialect(easyTraits);

/** A graph of tables: "public.users" to its columns and its indexes' names. */
function graph(tables: Record<string, { columns: string[]; indexes?: string[] }>): SchemaGraph {
  const objects = new Map<ObjectId, SchemaObject>([[publicSchema.id, publicSchema]]);
  const add = (kind: Kind, name: string[], parent: ObjectId | null, fields: object) => {
    const id = objectId(kind, name);
    objects.set(
      id,
      { kind, id, name, parent, refs: [], comment: null, options: {}, ...fields } as unknown as SchemaObject,
    );
    return id;
  };
  for (const [name, { columns, indexes = [] }] of Object.entries(tables)) {
    const path = name.split("."), schema = add("schema", [path[0]!], null, {});
    const table = add("table", path, schema, { inherits: [] });
    const plain = {
      type: simulatedType("int"),
      nullable: true,
      default: null,
      generated: null,
      identity: null,
      collation: null,
    };
    columns.forEach((column, position) => add("column", [...path, column], table, { ...plain, position }));
    const key = { column: columns[0]!, expression: null, order: "asc", nulls: null, collation: null, options: {} };
    const index = { unique: false, nullsDistinct: true, method: "btree", keys: [key], include: [], where: null };
    for (const each of indexes) add("index", [path[0]!, each], table, index);
  }
  return makeGraph("simulated", withRefs([...objects.values()]));
}

/** Runs up and down and returns what was done, in words. */
function steps(from: SchemaGraph, to: SchemaGraph, renames: readonly (readonly [ObjectId, ObjectId])[]): string[] {
  const hints = renames.map(([old, now]) => ({ from: old, to: now, source: "test" }));
  const { plan } = makePlan({ from, to, dialect, renames: hints, options: { columnOrder: "lax", version: null } });
  const database = new SimulatedDatabase(rulesOf(easyTraits), from.objects.values());
  for (const { sql } of plan.up) database.run(sql);
  deepEqual(database.lines(), linesOf(to.objects.values()));
  for (const { sql } of plan.down) database.run(sql);
  deepEqual(database.lines(), linesOf(from.objects.values()));
  return plan.up.map(({ change }) => `${change.op} ${(change.op === "create" ? change.to : change.from).id}`);
}

Deno.test("a table that takes the name of one that goes: the old one is dropped first", () => {
  const from = graph({ "public.users": { columns: ["a"] }, "public.users_new": { columns: ["a", "b"] } });
  const to = graph({ "public.users": { columns: ["a", "b"] } });
  deepEqual(steps(from, to, [["table:public.users_new", "table:public.users"]]), [
    "drop table:public.users",
    "rename table:public.users_new",
  ]);
});

Deno.test("a column that takes the name of one that goes: the old one is dropped first", () => {
  const from = graph({ "public.t": { columns: ["id", "email", "email_new"] } });
  const to = graph({ "public.t": { columns: ["id", "email"] } });
  deepEqual(steps(from, to, [["column:public.t.email_new", "column:public.t.email"]]), [
    "drop column:public.t.email",
    "rename column:public.t.email_new",
  ]);
});

Deno.test("a table that is renamed while a new one takes its name can be rolled back", () => {
  const from = graph({ "public.users": { columns: ["a"] } });
  const to = graph({ "public.people": { columns: ["a"] }, "public.users": { columns: ["b"] } });
  deepEqual(steps(from, to, [["table:public.users", "table:public.people"]]), [
    "rename table:public.users",
    "create table:public.users",
  ]);
});

Deno.test("renames that follow each other start with the one whose new name is free", () => {
  const from = graph({ "public.t": { columns: ["a", "b"] } });
  const to = graph({ "public.t": { columns: ["b", "c"] } });
  const hints = [["column:public.t.a", "column:public.t.b"], ["column:public.t.b", "column:public.t.c"]] as const;
  deepEqual(steps(from, to, hints), ["rename column:public.t.b", "rename column:public.t.a"]);
});

Deno.test("two names that are swapped are refused with a way out", () => {
  const both = graph({ "public.t": { columns: ["a", "b"] } });
  const hints = [["column:public.t.a", "column:public.t.b"], ["column:public.t.b", "column:public.t.a"]] as const;
  throws(() => steps(both, both, hints), { code: "SQA-302" });
});

Deno.test("a table moves to a schema that the same plan makes, with its index", () => {
  const from = graph({ "public.t": { columns: ["a"], indexes: ["t_a"] } });
  const to = graph({ "shop.t": { columns: ["a"], indexes: ["t_a"] } });
  deepEqual(steps(from, to, [["table:public.t", "table:shop.t"]]), ["create schema:shop", "rename table:public.t"]);
});

Deno.test("an index that goes from one table to another is dropped there and made here", () => {
  const from = graph({ "public.a": { columns: ["x"], indexes: ["i"] }, "public.b": { columns: ["x"] } });
  const to = graph({ "public.a": { columns: ["x"] }, "public.b": { columns: ["x"], indexes: ["i"] } });
  deepEqual(steps(from, to, []), ["drop index:public.i", "create index:public.i"]);
});

Deno.test("an index that is called as its table will be is dropped before the table's rename", () => {
  const from = graph({ "public.a": { columns: ["x"], indexes: ["b"] } });
  const to = graph({ "public.b": { columns: ["x"] } });
  deepEqual(steps(from, to, [["table:public.a", "table:public.b"]]), ["drop index:public.b", "rename table:public.a"]);
});

Deno.test("a column cannot be renamed into another table", () => {
  const from = graph({ "public.a": { columns: ["x"] }, "public.b": { columns: ["x"] } });
  const to = graph({ "public.a": { columns: [] }, "public.b": { columns: ["x", "y"] } });
  throws(() => steps(from, to, [["column:public.a.x", "column:public.b.y"]]), { code: "SQA-304" });
});
