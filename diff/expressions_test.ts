/** What the database is asked about, on the Postgres dialect. */
import { deepEqual } from "node:assert/strict";
import { postgres } from "../dialects/postgres/mod.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { SchemaObject } from "../schema/object.ts";
import { openQuestions } from "./expressions.ts";

const table = ["public", "t"];

/** A table with a column and checks, by name. */
function graph(column: string, checks: Readonly<Record<string, string>>): SchemaGraph {
  const common = { refs: [], comment: null, options: {} };
  const within = { ...common, parent: objectId("table", table) };
  const schema = { ...common, kind: "schema", id: objectId("schema", ["public"]), name: ["public"], parent: null };
  const objects = [
    schema,
    { ...common, kind: "table", id: objectId("table", table), name: table, parent: schema.id, inherits: [] },
    {
      ...within,
      kind: "column",
      id: objectId("column", [...table, column]),
      name: [...table, column],
      type: postgres.parseType("numeric"),
      nullable: true,
      default: null,
      generated: null,
      identity: null,
      position: 1,
    },
    ...Object.entries(checks).map(([name, sql]) => ({
      ...within,
      kind: "check",
      id: objectId("check", [...table, name]),
      name: [...table, name],
      expression: { sql },
    })),
  ];
  return makeGraph("postgres", objects as unknown as SchemaObject[]);
}

const asked = (...[from, to, dialect, renames]: Parameters<typeof openQuestions>): readonly string[] =>
  openQuestions(from, to, dialect, renames).map(({ object, expression }) => `${object} ${expression.sql}`);

Deno.test("a check that reads differently is asked about under another name too: it may be the one that is gone", () => {
  const from = graph("a", { t_a_check: "(a >= (0)::numeric)" });
  deepEqual(asked(from, graph("a", { positive: "a >= 0" }), postgres), ["check:public.t.positive a >= 0"]);
  const renames = [{ from: objectId("column", [...table, "a"]), to: objectId("column", [...table, "b"]), source: "" }];
  deepEqual(asked(from, graph("b", { t_b_check: "b >= 0" }), postgres, renames), ["check:public.t.t_b_check b >= 0"]);
});

Deno.test("a check that is new beside those that stay is not asked about", () => {
  const from = graph("a", { one: "(a >= (0)::numeric)" });
  deepEqual(asked(from, graph("a", { one: "(a >= (0)::numeric)", two: "a < 9" }), postgres), []);
});
