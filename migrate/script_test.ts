import { deepEqual, equal, throws } from "node:assert/strict";
import { postgres } from "../dialects/postgres/mod.ts";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { SqaError } from "../schema/error.ts";
import { parseBody, renderBody } from "./script.ts";

const statement = (sql: string, transaction: "allowed" | "alone" | "commit-after" = "allowed") => ({
  sql,
  transaction,
});
const read = (text: string, mode: "all" | "none" | "groups", line = 10) =>
  parseBody(text, { dialect: sqlite, file: "x.up.sql", line, mode });
const trigger = `CREATE TRIGGER "t" AFTER INSERT ON "a" BEGIN
  INSERT INTO b VALUES (';');
  -- sqa: group alone
  DELETE FROM c; -- sqa: end
END`;

Deno.test("plain statements make one transaction", () => {
  const body = renderBody([statement("CREATE TABLE a (x)"), statement(trigger)], sqlite);
  equal(body.mode, "all");
  const script = read(body.text, body.mode);
  deepEqual(script.groups.map((group) => [group.transactional, group.statements.length]), [[true, 2]]);
  deepEqual([...script.statements].map(({ sql }) => sql), ["CREATE TABLE a (x)", trigger]);
  deepEqual([...script.statements].map(({ line }) => line), [11, 13]);
});

Deno.test("statements that stand alone and commit barriers cut a file into groups", () => {
  const body = renderBody([
    statement("CREATE TABLE a (x)"),
    statement("ALTER TYPE e ADD VALUE 'x'", "commit-after"),
    statement(trigger),
    statement("VACUUM", "alone"),
    statement("REINDEX", "alone"),
    statement("CREATE TABLE b (x)"),
  ], sqlite);
  equal(body.mode, "groups");
  const script = read(body.text, body.mode);
  deepEqual(script.groups.map((group) => [group.transactional, [...group.statements].map(({ number }) => number)]), [
    [true, [1, 2]],
    [true, [3]],
    [false, [4]],
    [false, [5]],
    [true, [6]],
  ]);
});

Deno.test("a commit barrier at the end changes nothing", () => {
  equal(renderBody([statement("SELECT 1"), statement("SELECT 2", "commit-after")], sqlite).mode, "all");
});

Deno.test("where DDL has no transactions each statement stands alone", () => {
  const mysql = { transactionalDdl: false, split: sqlite.split };
  const body = renderBody([statement("CREATE TABLE a (x)"), statement("CREATE TABLE b (x)")], mysql);
  equal(body.mode, "none");
  deepEqual(read(body.text, "none").groups.map((group) => [group.transactional, group.statements.length]), [[
    false,
    2,
  ]]);
});

Deno.test("no statement at all is a file too", () => {
  const body = renderBody([], sqlite);
  deepEqual(read(body.text, body.mode).groups, []);
});

Deno.test("a statement that would not be read back the same is a bug that is reported (SQA-901)", () => {
  throws(
    () => renderBody([statement("SELECT 1; SELECT 2")], sqlite),
    (error) => error instanceof SqaError && error.code === "SQA-901",
  );
});

Deno.test("a half-written file is refused with its line (SQA-512, T22)", () => {
  const text = renderBody([statement("CREATE TABLE a (x)"), statement("CREATE TABLE b (y DEFAULT 'q')")], sqlite).text;
  for (let length = 0; length < text.trimEnd().length; length++) {
    throws(() => read(text.slice(0, length), "all"), (error) => {
      return error instanceof SqaError && error.code === "SQA-512" && (error.more.place?.line ?? 0) >= 10 &&
        error.more.place?.file === "x.up.sql";
    }, `cut at ${length}`);
  }
  equal(read(text.trimEnd(), "all").statements.length, 2);
});

Deno.test("what only the database's own shell knows is refused before anything runs, with its line (SQA-531, T22)", () => {
  const place = { dialect: postgres, file: "x.up.sql", line: 10, mode: "all" as const };
  const refusal = (text: string) => {
    try {
      return parseBody(`${text}\n-- sqa: end\n`, place).statements.length;
    } catch (error) {
      return error instanceof SqaError ? `${error.code} ${error.more.place?.file}:${error.more.place?.line}` : error;
    }
  };
  equal(refusal("SELECT 1;\nCOPY t (a) FROM STDIN WITH (FORMAT csv);\nit's\n\\.\n"), "SQA-531 x.up.sql:11");
  equal(refusal("COPY t FROM STDIN"), "SQA-531 x.up.sql:10");
  equal(refusal("SELECT 1;\n\n\\connect other\nSELECT 2;"), "SQA-531 x.up.sql:12");
  equal(refusal("\\restrict abc\nSELECT 1;\nCOPY t TO STDOUT;\n\\unrestrict abc\n"), 2);
});
