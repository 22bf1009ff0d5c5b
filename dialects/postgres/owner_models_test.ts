/** Owners in models: what they become, what is refused, and how they are written and brought up to date. Pure. */
import { deepEqual, equal, match } from "node:assert/strict";
import { normalize } from "../../diff/normalize.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { writeModels } from "../../models/write.ts";
import type { SqaError } from "../../schema/error.ts";
import { makeGraph, ofKind } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { enumType, raw, schema, sql, t, table, view } from "sqa";
import type { Dialect } from "../dialect.ts";
import { mysql } from "../mysql/mod.ts";
import { sqlite } from "../sqlite/mod.ts";
import { postgresDialect } from "./set_up.ts";

const compared = postgresDialect({ roles: [], owners: true }), standard = postgresDialect({ roles: [], owners: false });
const owner = (role: unknown) => ({ on: { postgres: { owner: role } } });

const graphOf = (models: readonly unknown[], dialect: Dialect) =>
  modelsToGraph({ models: models.map((model) => modelOf(model)!) }, dialect).graph;

function refusal(models: readonly unknown[], dialect: Dialect): readonly [string, string, string] {
  try {
    graphOf(models, dialect);
  } catch (error) {
    const [first] = (error as SqaError).more.all!;
    match(first!.more.place!.file!, /owner_models_test\.ts$/);
    return [first!.code, first!.message, first!.more.hint ?? ""];
  }
  throw new Error("nothing was refused");
}

const models = [
  schema("audit", owner("a")),
  table("t", { id: t.int() }, undefined, owner("b")),
  table("u", { id: t.int() }),
  view("v", sql`SELECT 1 AS a`, owner('C "c"')),
  enumType("mood", ["sad", "ok"], owner("d")),
  raw("sequence", "numbers", {
    dataType: "bigint",
    start: "1",
    increment: "1",
    min: "1",
    max: "9",
    cache: "1",
    cycle: false,
    ownedBy: null,
  }, { owner: "e" }),
];

const said = [
  ["audit.schema", "a"],
  ["public.mood.enum", "d"],
  ["public.numbers.sequence", "e"],
  ["public.t.table", "b"],
  ["public.v.view", 'C "c"'],
];

Deno.test("an owner in a model is an object beside what it is about, and is written where it was", () => {
  const graph = normalize(graphOf(models, compared), compared);
  deepEqual(ofKind(graph, "owner").map(({ name, role }) => [name.join("."), role]), said);
  const [{ text } = { text: "" }] = writeModels(graph, compared);
  for (
    const line of [
      'schema("audit", { on: { postgres: { owner: "a" } } });',
      'enumType("mood", ["sad", "ok"], { on: { postgres: { owner: "d" } } });',
      '}, { on: { postgres: { owner: "b" } } });',
      `{ on: { postgres: { owner: 'C "c"' } } }`,
      '}, { owner: "e" });',
    ]
  ) equal(text.split(line).length, 2, `${line}\nin\n${text}`);
});

Deno.test("an owner that is only kept is not written", () => {
  const graph = normalize(graphOf(models, compared), standard);
  deepEqual(ofKind(graph, "owner").map(({ kept }) => kept), said.map(() => true));
  equal(writeModels(graph, standard).some(({ text }) => text.includes("owner")), false);
});

Deno.test("the owner of a serial column's sequence that is free stands by itself", () => {
  const path = ["public", "n", "sequence"];
  const graph = graphOf([table("t", { id: t.int().serial({ sequence: "n", owned: false }) })], compared);
  const free = { kind: "owner", id: objectId("owner", path), name: path, parent: "sequence:public.n", role: "a" };
  const all = [...graph.objects.values(), { ...free, refs: [], comment: null } as unknown as SchemaObject];
  const [{ text } = { text: "" }] = writeModels(normalize(makeGraph("postgres", all), compared), compared);
  match(text, /raw\("owner", \["public", "n", "sequence"\], \{\n {2}role: "a",\n\}, \{ in: "sequence:public.n" \}\);/);
});

Deno.test("what can have no owner, or none here, is refused with its line", () => {
  const [code, message, hint] = refusal(models, standard);
  deepEqual([code, message], ["SQA-104", 'owners of Postgres are left alone here: the owner of schema "audit"']);
  match(hint, /owners = true/);
  const plain = raw("owner", ["public", "t", "table"], { role: "a" }, { in: "table:public.t" });
  equal(refusal([plain], standard)[0], "SQA-104");
  deepEqual(refusal([table("t", { id: t.int() }, undefined, owner(7))], compared).slice(0, 2), [
    "SQA-103",
    'the owner of table "public.t" is no name of a role',
  ]);
  const elsewhere = table("t", { id: t.int() }, undefined, { on: { sqlite: { owner: "a" } } });
  equal(refusal([elsewhere], sqlite)[0], "SQA-102");
  equal(graphOf([table("t", { id: t.int() }, undefined, owner("a"))], mysql).objects.size > 0, true);
  const one = raw("view", "v", { definition: sql`SELECT 1`, columns: null }, { owner: "a" });
  deepEqual(refusal([one], mysql).slice(0, 2), ["SQA-104", 'MySQL has no owners: the owner of view "v"']);
});
