import { deepEqual, equal, throws } from "node:assert/strict";
import type { Hazard, RenameQuestion } from "../diff/plan_types.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { SchemaObject } from "../schema/object.ts";
import { SqaError } from "../schema/error.ts";
import {
  allowOf,
  checkAllows,
  dropsOf,
  flagText,
  openHazards,
  renamesOf,
  shortName,
  undecidedRenames,
} from "./decisions.ts";

const dialect = { defaultSchema: "public" } as unknown as Dialect;

/** A graph of tables and columns by dotted path; only ids matter here. */
function graphOf(...paths: readonly string[]): SchemaGraph {
  return makeGraph(
    "test",
    paths.map((text) => {
      const name = text.split("."), kind = name.length === 3 ? "column" as const : "table" as const;
      return { kind, id: objectId(kind, name), name } as unknown as SchemaObject;
    }),
  );
}

const before = graphOf("public.users", "public.users.fullname", "audit.log"),
  after = graphOf("public.users", "public.users.name", "audit.log");

const hazard = (code: string, object: Hazard["object"]): Hazard => ({
  code,
  object,
  severity: "error",
  statement: 0,
  message: "",
  hint: "",
});

Deno.test("--rename names objects with and without the default schema, and the new name alone is enough", () => {
  const wanted = [{ from: "column:public.users.fullname", to: "column:public.users.name", source: "--rename" }];
  deepEqual(renamesOf(["users.fullname=users.name"], before, after, dialect), wanted);
  deepEqual(renamesOf(["public.users.fullname=public.users.name"], before, after, dialect), wanted);
  deepEqual(renamesOf(["users.fullname=name"], before, after, dialect), wanted);
});

Deno.test("--rename names labels of enums, as paths behind their type", () => {
  const moods = (...values: readonly string[]): SchemaGraph =>
    makeGraph("test", [
      { kind: "enum", id: objectId("enum", ["public", "mood"]), name: ["public", "mood"], values, parent: null },
    ] as unknown as SchemaObject[]);
  const wanted = [{ from: "enum:public.mood.sad", to: "enum:public.mood.blue", source: "--rename" }];
  for (const flag of ["mood.sad=mood.blue", "mood.sad=blue", "public.mood.sad=public.mood.blue"]) {
    deepEqual(renamesOf([flag], moods("sad"), moods("blue"), dialect), wanted);
    deepEqual(renamesOf([flag], moods("blue"), moods("blue"), dialect), []);
  }
  // A label alone cannot be dropped: what its rows get instead is not known.
  throws(() => dropsOf(["mood.sad"], moods("sad"), dialect), { code: "SQA-402" });
});

Deno.test("--rename that was done before is passed over, so that the same command can be run again", () => {
  deepEqual(renamesOf(["users.fullname=users.name"], after, after, dialect), []);
});

Deno.test("--rename of something that does not exist says what was meant", () => {
  throws(
    () => renamesOf(["users.fulname=users.name"], before, after, dialect),
    (error: unknown) =>
      error instanceof SqaError && error.code === "SQA-402" && error.more.hint === 'did you mean "users.fullname"?',
  );
  throws(
    () => renamesOf(["users.fullname"], before, after, dialect),
    (error: unknown) => error instanceof SqaError && error.code === "SQA-004",
  );
});

Deno.test("a hazard is allowed by its rule, by rule and object in both spellings, and by a drop of that object", () => {
  const one = hazard("drop-column", "column:public.users.fullname");
  equal(allowOf(one, dialect), "drop-column:users.fullname");
  const open = (allow: readonly string[], drops: readonly SchemaObject["id"][] = []): number =>
    openHazards([one], allow, new Set(drops), dialect).length;
  equal(open([]), 1);
  equal(open(["drop-column:users"]), 1);
  equal(open(["drop-table"]), 1);
  equal(open(["drop-column"]), 0);
  equal(open(["drop-column:users.fullname"]), 0);
  equal(open(["drop-column:public.users.fullname"]), 0);
  equal(open([], dropsOf(["users.fullname"], before, dialect)), 0);
});

Deno.test("a drop by name does not allow another kind of loss on the same object", () => {
  equal(
    openHazards(
      [hazard("narrow-type", "column:public.users.fullname")],
      [],
      new Set(["column:public.users.fullname"]),
      dialect,
    ).length,
    1,
  );
});

Deno.test("an --allow that names no rule is an error, because it would allow nothing", () => {
  throws(
    () => checkAllows(["drop-colum:x"], [{ code: "drop-column" }]),
    (error: unknown) =>
      error instanceof SqaError && error.code === "SQA-005" && /drop-column/.test(error.more.hint ?? ""),
  );
});

Deno.test("a rename that is not decided lists the exact flags", () => {
  const question: RenameQuestion = {
    from: "column:public.users.fullname",
    to: "column:public.users.name",
    reasons: ["same type"],
  };
  const error = undecidedRenames([question], dialect);
  deepEqual(error.more.choices, ["--rename users.fullname=users.name", "--drop users.fullname"]);
  equal(error.more.exit, 3);
});

Deno.test("a name with a space or a quote is a flag that a shell takes whole", () => {
  equal(flagText("--drop", "a b.c"), "--drop 'a b.c'");
  equal(flagText("--drop", "it's"), "--drop 'it'\\''s'");
  equal(shortName(objectId("column", ["public", "a.b", "c"]), dialect), "a\\.b.c");
});
