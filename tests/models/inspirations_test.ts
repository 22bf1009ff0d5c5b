/** What sqa took over from other tools and no other test names: plans that are pure and need no server. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { postgres } from "../../dialects/postgres/mod.ts";
import { dialects } from "../../dialects/mod.ts";
import { sqlite } from "../../dialects/sqlite/mod.ts";
import type { Dialect } from "../../dialects/dialect.ts";
import { normalize } from "../../diff/normalize.ts";
import { makePlan } from "../../diff/plan.ts";
import { model, modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { featureBase, mixins, sql, t, table } from "sqa";

function graphOf(dialect: Dialect, ...models: readonly unknown[]): SchemaGraph {
  return normalize(modelsToGraph({ models: models.map((value) => modelOf(value)!) }, dialect).graph, dialect);
}

function planOf(from: SchemaGraph, to: SchemaGraph, dialect: Dialect, managed: readonly string[] = []) {
  const scope = { mode: "modelled" as const, managed: new Set(managed as never[]), drops: new Set<never>() };
  return makePlan({ from, to, dialect, renames: [], options: { columnOrder: "lax", version: null, scope } }).plan;
}

const empty = (dialect: Dialect) => makeGraph(dialect.name, dialect.initial);
const texts = (statements: readonly { readonly sql: string }[]) => statements.map(({ sql }) => sql).join("\n");

Deno.test("S0-9 what no model names and sqa did not make is left alone and listed; what sqa made goes", () => {
  const users = table("users", { ...mixins.id() }), host = table("host_users", { ...mixins.id() });
  const from = graphOf(postgres, users, host), to = graphOf(postgres, users);
  const plan = planOf(from, to, postgres);
  deepEqual(plan.up, []);
  match(plan.notes.map(({ message }) => message).join(), /table "public\.host_users" is in no model and is left alone/);
  match(
    texts(planOf(from, to, postgres, [...from.objects.keys()]).up),
    /DROP TABLE public\.host_users|DROP TABLE "?host_users/,
  );
});

Deno.test("S0-10 foreign keys, indexes and checks that no model names are kept and listed", () => {
  const users = table("users", { ...mixins.id() });
  const from = graphOf(
    postgres,
    users,
    table("posts", { userId: t.bigint().references("users.id").index().nonNegative() }),
  );
  const to = graphOf(postgres, users, table("posts", { userId: t.bigint() }));
  const plan = planOf(from, to, postgres);
  deepEqual(plan.up, []);
  const listed = plan.notes.map(({ message }) => message).join("\n");
  for (const kind of ["foreign key", "index", "check"]) ok(listed.includes(kind), `${kind} is not listed:\n${listed}`);
});

Deno.test("S0-25 types and defaults are always compared", () => {
  const before = graphOf(postgres, table("a", { id: t.int(), n: t.int().default(1) }));
  const after = graphOf(postgres, table("a", { id: t.bigint(), n: t.int().default(2) }));
  const up = texts(planOf(before, after, postgres).up);
  match(up, /TYPE bigint/);
  match(up, /SET DEFAULT 2/);
});

Deno.test("S0-26 indexes over expressions are compared on SQLite too", () => {
  const a = (expression: string) =>
    table("a", { name: t.text() }, (self) => [self.index([sql.raw(expression)], "by_name")]);
  equal(planOf(graphOf(sqlite, a("lower(name)")), graphOf(sqlite, a("lower(name)")), sqlite).up.length, 0);
  match(
    texts(planOf(graphOf(sqlite, a("lower(name)")), graphOf(sqlite, a("upper(name)")), sqlite).up),
    /upper\(name\)/i,
  );
});

Deno.test("S0-27 a boolean default is what each database says", () => {
  const flags = table("flags", { on: t.boolean().default(true) });
  deepEqual(
    dialects.map((dialect) => {
      const column = [...graphOf(dialect, flags).objects.values()].find(({ kind }) => kind === "column");
      return [dialect.name, column?.kind === "column" ? column.default?.sql.toLowerCase() : null];
    }).sort().map(([, value]) => value),
    ["1", "1", "true", "true"],
  );
});

Deno.test("S0-28 S0-29 an enum's type goes with the down file, and its labels are the values", () => {
  const to = graphOf(postgres, table("a", { state: t.enum("state", ["new", "old"]) }));
  const plan = planOf(empty(postgres), to, postgres);
  match(texts(plan.up), /CREATE TYPE .*state.* AS ENUM \('new', 'old'\)/);
  match(texts(plan.down), /DROP TYPE/);
});

Deno.test("S1-19 S1-29 another onDelete drops the foreign key and adds it again; SET NULL needs a column that can be null", () => {
  const posts = (onDelete: "cascade" | "restrict") => [
    table("users", { ...mixins.id() }),
    table("posts", { userId: t.bigint().references("users.id", { onDelete }) }),
  ];
  const from = graphOf(postgres, ...posts("cascade")), to = graphOf(postgres, ...posts("restrict"));
  const plan = planOf(from, to, postgres), up = texts(plan.up);
  match(up, /DROP CONSTRAINT/);
  match(up, /ADD CONSTRAINT .*ON DELETE RESTRICT/s);
  match(texts(plan.down), /DROP CONSTRAINT.*ADD CONSTRAINT .*ON DELETE CASCADE/s);
  // Rows are read when the locks are gone; new ones are refused from the first moment, so that a key that is made again is not missed in between.
  const online = (before: SchemaGraph) =>
    makePlan({ from: before, to, dialect: postgres, options: { columnOrder: "lax", version: null, online: true } })
      .plan;
  const without = graphOf(postgres, table("users", { ...mixins.id() }), table("posts", { userId: t.bigint() }));
  match(texts(online(without).up), /ADD CONSTRAINT .*ON DELETE RESTRICT NOT VALID\n.*VALIDATE CONSTRAINT/s);
  const steps = online(from);
  deepEqual(steps.up.map(({ transaction }) => transaction), ["allowed", "commit-after", "commit-after"]);
  match(
    texts(steps.up),
    /^ALTER TABLE public\.posts DROP CONSTRAINT .*\nALTER TABLE public\.posts ADD CONSTRAINT .* ON DELETE RESTRICT NOT VALID\nALTER TABLE public\.posts VALIDATE CONSTRAINT .*$/,
  );
  deepEqual(steps.hazards.filter(({ code }) => code === "blocking-scan"), []);
  match(texts(steps.down), /DROP CONSTRAINT.*ON DELETE CASCADE NOT VALID\n.*VALIDATE CONSTRAINT/s);
  let message = "";
  try {
    graphOf(
      postgres,
      table("users", { ...mixins.id() }),
      table("p", { u: t.bigint().references("users.id", { onDelete: "set null" }) }),
    );
  } catch (error) {
    message = String((error as { more: { all: readonly Error[] } }).more.all[0]!.message);
  }
  match(message, /sets "u" to NULL on delete, but the column does not allow NULL/);
});

Deno.test("S1-26 comments are compared and written", () => {
  const a = (comment: string) => table("a", { id: t.int().comment(comment) }, { comment: `about ${comment}` });
  const up = texts(planOf(graphOf(postgres, a("x")), graphOf(postgres, a("it's")), postgres).up);
  match(up, /COMMENT ON COLUMN .* IS 'it''s'/);
  match(up, /COMMENT ON TABLE .* IS 'about it''s'/);
  equal(planOf(graphOf(postgres, a("x")), graphOf(postgres, a("x")), postgres).up.length, 0);
  for (const dialect of dialects.filter(({ name }) => name === "mysql" || name === "mariadb")) {
    const changed = texts(planOf(graphOf(dialect, a("x")), graphOf(dialect, a("it's")), dialect).up);
    match(changed, /COMMENT\s?=?\s?'about it''s'/);
    match(changed, /COMMENT 'it''s'/);
  }
});

Deno.test("S3-18 features of a project may have a prefix for their tables and a schema", () => {
  const base = featureBase({ project: "media", tablePrefix: "dev_", schema: "features" });
  const video = base.table({ key: "video", ids: ["id"] }, { id: t.varchar(64) });
  ok(graphOf(postgres, video).objects.has("table:features.dev_video"));
  const { feature, meta } = video[model];
  deepEqual([feature!.project, meta["feature"]], ["media", "video"]);
});
