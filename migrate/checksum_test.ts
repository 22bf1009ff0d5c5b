import { equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { canonicalStatement } from "./canonical_sql.ts";
import { checksum, prefixChecksums, readableText } from "./checksum.ts";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { parseBody } from "./script.ts";

const file = `
CREATE TABLE "a" (
  "id" integer PRIMARY KEY,
  "note" text DEFAULT 'two  spaces -- and no comment' /* kept */
);

CREATE INDEX "a_note" ON "a" ("note");

-- sqa: end
`;
const sum = (text: string) =>
  parseBody(readableText(text), { dialect: sqlite, file: "x.up.sql", line: 1, mode: "all" }).checksum;

Deno.test("a checksum does not see comments, white space, line ends or a byte order mark (T19)", () => {
  const wanted = sum(file);
  equal(sum(`\uFEFF${file}`), wanted);
  equal(sum(file.replaceAll("\n", "\r\n")), wanted);
  equal(sum(`\uFEFF${file.replaceAll("\n", "\r\n")}`), wanted);
  equal(sum(file.replaceAll("\n", " \t\n")), wanted);
  equal(sum(file.replace("CREATE INDEX", "-- why not\n\n\n/* more */ CREATE INDEX")), wanted);
  equal(sum(file.replace("integer", "integer -- a number\n ")), wanted);
  equal(sum(file.replace("/* kept */", "")), wanted);
  equal(sum(file.replace('("note");', '( "note" ) ;')), wanted);
});

Deno.test("a checksum sees every edit of a statement, within literals too (T19)", () => {
  const wanted = sum(file);
  notEqual(sum(file.replace("integer", "bigint")), wanted);
  notEqual(sum(file.replace("two  spaces", "two spaces")), wanted);
  notEqual(sum(file.replace("-- and no comment", "-- another comment")), wanted);
  notEqual(sum(file.replace('CREATE INDEX "a_note" ON "a" ("note");\n', "")), wanted);
  notEqual(sum(file.replace('"a_note"', '"A_note"')), wanted);
});

Deno.test("text that databases read differently counts as it stands", () => {
  const hides = [
    [String.raw`select 'it\'s -- one'`, String.raw`select 'it\'s -- two'`],
    ["select 5--3", "select 5--4"],
    ["/*!50100 alter table a */", "/*!50100 alter table b */"],
    ["select 1 # don't -- x\n 'a -- b'", "select 1 # don't -- x\n 'a -- c'"],
    ["select [it's -- one]", "select [it's -- two]"],
    ["select 1 /* /* */ -- one */", "select 1 /* /* */ -- two */"],
    ["select $$ -- one $$", "select $$ -- two $$"],
    ["select $a$ -- one $$ $a$", "select $a$ -- two $$ $a$"],
  ];
  for (const [a, b] of hides) notEqual(canonicalStatement(a!), canonicalStatement(b!), a);
});

Deno.test("literals are never changed, whatever they hold", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const literal = `'${text.replaceAll("'", "''")}'`;
    const out = canonicalStatement(`select   ${literal} -- x`);
    equal(out.includes(literal.replaceAll("\r\n", "\n").trimEnd()) || out.includes("\n"), true);
    notEqual(out, canonicalStatement(`select   ${literal.slice(0, -1)}x' -- x`));
  }));
});

Deno.test("each prefix of a script has its own checksum", () => {
  const hashes = prefixChecksums(["a", "b", "c"]);
  equal(new Set([0, 1, 2, 3].map(hashes)).size, 4);
  equal(hashes(0), null);
  equal(hashes(4), null);
  equal(hashes(1), prefixChecksums(["a"])(1));
  equal(prefixChecksums(["a", "b", "x"])(2), hashes(2));
  notEqual(prefixChecksums(["a", "x", "c"])(3), hashes(3));
  equal(hashes(3), checksum(["a", "b", "c"]));
  equal(hashes(2), checksum(["a", "b"]));
  equal(checksum(["a", "", "-- nothing"]), checksum(["a"]));
});

Deno.test("a CRLF within a literal of an LF file stays", () => {
  equal(readableText("-- x\nselect 'a\r\nb'"), "-- x\nselect 'a\r\nb'");
  equal(readableText("-- x\r\nselect 1\r\n"), "-- x\nselect 1\n");
});
