/** What the text of a function says, and when one may replace another. */
import { deepEqual, equal } from "node:assert/strict";
import { makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { nextvalOf } from "./owned_sequences.ts";
import { replaceable } from "./routine_arguments.ts";
import { bodyMentions, hasSqlBody, isBound, partsOf, routineName, routinePath, splitSignature } from "./routine.ts";
import { namesWhatIsNotFound, routineRefs } from "./routine_refs.ts";

function routine(definition: string, fields: Partial<SchemaObject<"function">> = {}): SchemaObject<"function"> {
  const name = fields.name ?? ["public", "f()"];
  return {
    kind: "function",
    id: objectId("function", name),
    name,
    parent: "schema:public",
    refs: [],
    comment: null,
    definition: { sql: definition },
    routine: "function",
    returns: "integer",
    arguments: "",
    options: {},
    ...fields,
  };
}

Deno.test("a routine's path keeps a quoted name apart from its types", () => {
  deepEqual(splitSignature('"a(b"(integer, text)'), ['"a(b"', "(integer, text)"]);
  deepEqual(splitSignature("add(numeric)"), ["add", "(numeric)"]);
  equal(routineName(["public", '"say ""hi"""()']), 'say "hi"');
  equal(routinePath(["A", "add(numeric)"]), '"A".add(numeric)');
});

Deno.test("language and body are found wherever they stand, and a SQL-standard body is none in quotes", () => {
  const quoted = partsOf("CREATE FUNCTION f() RETURNS int AS $a$ SELECT 1 $a$ LANGUAGE SQL");
  deepEqual([quoted.language, quoted.body], ["sql", " SELECT 1 "]);
  equal(
    partsOf("CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN ''x''; END'").body,
    "BEGIN RETURN 'x'; END",
  );
  equal(hasSqlBody("CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1"), true);
  equal(hasSqlBody("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"), false);
  equal(hasSqlBody("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'symbol'"), false);
  deepEqual(bodyMentions("CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'users'"), []);
});

Deno.test("a name in a text body does not hold a function down, a type of its arguments does", () => {
  const text = routine("CREATE FUNCTION public.f(a public.mood) RETURNS int LANGUAGE sql AS 'SELECT 1 FROM users'");
  equal(isBound(text, "table:public.users"), false);
  equal(isBound(text, "enum:public.mood"), true);
  equal(isBound(routine("CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1"), "table:public.users"), true);
});

Deno.test("a function is replaced in place as far as the server lets it", () => {
  const can = (from: string, to: string, returns: [string, string] = ["integer", "integer"]) =>
    replaceable(
      routine("a", { arguments: from, returns: returns[0] }),
      routine("b", { arguments: to, returns: returns[1] }),
    );
  equal(can("a integer", "a integer"), true);
  equal(can("a integer", "a integer DEFAULT 1"), true);
  equal(can("a integer DEFAULT (1 + 2)", "a integer DEFAULT 3"), true);
  equal(can("a integer DEFAULT 1", "a integer"), false);
  equal(can("a integer", "b integer"), false);
  equal(can("a numeric(3,1), OUT b text", "a numeric(3,1), OUT c text"), false);
  equal(can("a integer", "a integer", ["integer", "bigint"]), false);
  const window = routine("CREATE OR REPLACE FUNCTION f()\n RETURNS int\n LANGUAGE internal\n WINDOW\nAS $f$x$f$");
  equal(
    replaceable(window, routine("CREATE OR REPLACE FUNCTION f()\n RETURNS int\n LANGUAGE internal\nAS $f$x$f$")),
    false,
  );
});

Deno.test("what a body names comes first unless it needs the function", () => {
  const table = { kind: "table", id: "table:public.t", name: ["public", "t"], parent: "schema:public", refs: [] };
  const column = { kind: "column", id: "column:public.t.n", name: ["public", "t", "n"], parent: "table:public.t" };
  const body = "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT n FROM t'";
  const graphOf = (refs: readonly ObjectId[], f = routine(body)) =>
    makeGraph("postgres", [table, { ...column, refs }, f] as unknown as SchemaObject[]);
  deepEqual(routineRefs(graphOf([])).get("function:public.f()"), ["column:public.t.n", "table:public.t"]);
  const round = graphOf(["function:public.f()"]);
  equal(routineRefs(round).size, 0);
  const origin = { module: null, file: null, line: null };
  equal(namesWhatIsNotFound(routine(body, { origin }), round), true);
  const settled = routine(body, { origin, refs: ["column:public.t.n", "table:public.t"] });
  equal(namesWhatIsNotFound(settled, graphOf([], settled)), false, "a model's");
  equal(namesWhatIsNotFound({ ...settled, origin: undefined! }, graphOf([], settled)), true, "a database's");
  const plain = routine("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT $1 + 1'");
  equal(namesWhatIsNotFound(plain, graphOf([], plain)), false, "no names");
});

Deno.test("the sequence of a default is found under any spelling", () => {
  equal(nextvalOf("nextval('public.t_id_seq'::regclass)"), "public.t_id_seq");
  equal(nextvalOf(`nextval('"My".\"a.b\"')`), "My.a\\.b");
  equal(nextvalOf("nextval('it''s'::regclass)"), "it's");
  equal(nextvalOf("nextval('s'::regclass) + 1"), null);
});
