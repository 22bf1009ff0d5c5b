/** What each database lacks: the error that a model gets there, with its file and line, and the table in docs/databases.md. */
import { equal, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Dialect } from "../../dialects/dialect.ts";
import { dialects } from "../../dialects/mod.ts";
import { type DatabaseName, databaseNames, modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { SqaError } from "../../schema/error.ts";
import { kindFacts, kinds } from "../../schema/kinds/mod.ts";
import type { Kind } from "../../schema/object.ts";
import { normalize } from "../../diff/normalize.ts";
import { raw, sql, t, table, view } from "sqa";

/** What a model asks for, in words and as models. */
type Wish = readonly [string, () => readonly unknown[]];

// These have builders of their own, or belong to a table; every database has them or stands in for them.
const everywhere: readonly Kind[] = [
  "table",
  "column",
  "primary_key",
  "unique",
  "check",
  "foreign_key",
  "index",
  "view",
  "trigger",
  "enum",
  "schema",
];

const wishes: readonly Wish[] = [
  ["schemas", () => [table("a", { id: t.int() }, { schema: "other" })]],
  ["`inherits` of tables", () => {
    const parent = table("p", { id: t.int() });
    return [parent, table("c", { id: t.int() }, { inherits: "p" })];
  }],
  ["`t.array()`", () => [table("a", { x: t.array(t.int()) })]],
  ["`t.vector()`", () => [table("a", { x: t.vector(3) })]],
  ["`t.range()`", () => [table("a", { x: t.range("tstz") })]],
  ["`t.geometry()`", () => [table("a", { x: t.geometry("point") })]],
  ["indexes of some rows (`where`)", () => [
    table("a", { x: t.int() }, (self) => [self.index(["x"], { name: "i", where: sql`x > 1` })]),
  ]],
  ["indexes on expressions", () => [
    table("a", { x: t.int() }, (self) => [self.index([sql`(x + 1)`], { name: "i" })]),
  ]],
  ["index methods of Postgres (`gin`, `gist`, …)", () => [
    table("a", { x: t.int() }, (self) => [self.index(["x"], { name: "i", method: "gin" })]),
  ]],
  ["`include` of indexes", () => [
    table("a", { x: t.int(), y: t.int() }, (self) => [self.index(["x"], { name: "i", include: ["y"] })]),
  ]],
  ["`nullsDistinct: false`", () => [
    table("a", { x: t.int() }, (self) => [self.unique(["x"], { nullsDistinct: false })]),
  ]],
  ["`deferrable` foreign keys", () => [
    table("p", { id: t.int().primaryKey() }),
    table("a", { x: t.int().references("p.id", { deferrable: "deferred" }) }),
  ]],
  ["views", () => [table("a", { x: t.int() }), view("v", sql`select x from a`)]],
  ...kinds.filter((kind) => !everywhere.includes(kind)).map((kind): Wish => [
    kindFacts[kind].plural,
    () => [raw(kind, "x", {} as never)],
  ]),
];

type Answer =
  | { readonly is: "there" }
  | { readonly is: "said"; readonly note: string }
  | { readonly is: "error"; readonly error: SqaError };

/** What becomes of a wish. Only whether the database has it at all: an object without fields is no object yet. */
function answer(make: () => readonly unknown[], dialect: Dialect): Answer {
  const models = { models: make().map((value) => modelOf(value)!) };
  try {
    const { notes } = normalize(modelsToGraph(models, dialect).graph, dialect);
    const [note] = notes.filter(({ code }) => code === "unsupported-option");
    return note ? { is: "said", note: note.message } : { is: "there" };
  } catch (cause) {
    if (!(cause instanceof SqaError) || cause.code !== "SQA-100") return { is: "there" };
    const error = cause.more.all!.find(({ code }) => code === "SQA-104");
    return error ? { is: "error", error } : { is: "there" };
  }
}

const byName = (name: DatabaseName) => dialects.find((dialect) => dialect.name === name)!;

Deno.test("what a database lacks is an error with the model's file and line, or a note", () => {
  let errors = 0;
  for (const [what, make] of wishes) {
    for (const name of databaseNames) {
      const found = answer(make, byName(name));
      if (found.is !== "error") continue;
      errors++;
      const { message, more: { place, hint } } = found.error;
      match(message, new RegExp(byName(name).label), what);
      ok(place?.file?.endsWith("lacks_test.ts") && place.line! > 0, `${what} on ${name}: no file and line`);
      ok(hint, `${what} on ${name}: no hint`);
    }
  }
  ok(errors > 40, `${errors} errors`);
});

function tableOfLacks(): string {
  const rows = wishes.map(([what, make]) => [
    what,
    ...databaseNames.map((name) => {
      const found = answer(make, byName(name));
      return found.is === "there" ? "yes" : found.is === "said" ? "left out, with a note" : `\`${found.error.code}\``;
    }),
  ]).filter(([, ...cells]) => cells.some((cell) => cell !== "yes"));
  const all = [["in the model", ...databaseNames.map((name) => byName(name).label)], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell!.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(all[0]!), rule, ...all.slice(1).map(line)].join("\n");
}

Deno.test("the table in docs/databases.md is what the dialects say", () => {
  const path = fileURLToPath(new URL("../../docs/databases.md", import.meta.url));
  const text = Deno.readTextFileSync(path);
  const [before, rest] = text.split("<!-- lacks -->\n\n");
  const after = rest!.slice(rest!.indexOf("\n\n<!-- /lacks -->"));
  const now = `${before}<!-- lacks -->\n\n${tableOfLacks()}${after}`;
  if (Deno.env.get("SQA_UPDATE_DOCS")) return Deno.writeTextFileSync(path, now);
  equal(text, now, "run with SQA_UPDATE_DOCS=1 and look at the diff");
});
