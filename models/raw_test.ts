/** Raw objects: how they name others, and what is said where that is wrong. */
import { equal, ok, throws } from "node:assert/strict";
import { SqaError } from "../schema/error.ts";
import { find } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import { modelOf } from "./contract.ts";
import { modelsToGraph } from "./graph.ts";
import { raw, type RawOptions, sql, t, table } from "./mod.ts";
import { testingDialect } from "./testing_dialect.ts";

const users = table("users", { id: t.int() }), log = table("log", { id: t.int() });

/** The graph of two tables and a trigger. */
function graphWith(options: RawOptions) {
  const definition = sql`CREATE TRIGGER touch BEFORE UPDATE ON users EXECUTE FUNCTION touch()`;
  const trigger = raw("trigger", ["public", "users", "touch"], { definition }, options);
  return modelsToGraph({ models: [users, log, trigger].map((value) => modelOf(value)!) }, testingDialect, {}).graph;
}

Deno.test("a raw object names others by their ids, and the default schema may be left out", () => {
  const graph = graphWith({ in: "table:users", dependsOn: ["table:log"] });
  const { parent, refs } = find(graph, "trigger", objectId("trigger", ["public", "users", "touch"]))!;
  equal(parent, objectId("table", ["public", "users"]));
  ok(refs.includes(objectId("table", ["public", "log"])), refs.join());
});

Deno.test("a raw object that names another by what is no id is a mistake, with its line", () => {
  throws(() => graphWith({ in: "users" }), (error) => {
    ok(error instanceof SqaError && error.more.all?.length === 1);
    const [one] = error.more.all;
    equal(one!.code, "SQA-107");
    equal(one!.message, '`in` of trigger "public.users.touch" is "users", which is no id of an object');
    equal(one!.more.hint, 'an id is a kind and a path, such as "table:users"');
    ok(one!.more.place?.file?.endsWith("raw_test.ts"));
    return true;
  });
});
