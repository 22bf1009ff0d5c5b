import { deepEqual, equal, throws } from "node:assert/strict";
import { split } from "./split.ts";

const cases: readonly (readonly [name: string, script: string, statements: readonly string[]])[] = [
  ["plain statements", "select 1; select 2;\n", ["select 1", "select 2"]],
  ["a last statement without a semicolon", "select 1;\nselect 2", ["select 1", "select 2"]],
  ["nothing but comments", "-- a; b\n/* c; /* d; */ e */", []],
  ["semicolons in strings and names", `select ';', ";"; select 'it''s;'`, [`select ';', ";"`, "select 'it''s;'"]],
  ["escape strings", String.raw`select E'\';'; select 2`, [String.raw`select E'\';'`, "select 2"]],
  ["backslashes in standard strings", String.raw`select '\'; select 2`, [String.raw`select '\'`, "select 2"]],
  ["nested comments inside a statement", "select /* a /* ; */ ; */ 1; select 2", [
    "select /* a /* ; */ ; */ 1",
    "select 2",
  ]],
  ["dollar quotes", "do $$ begin; end $$; select $a$ $$ ; $a$", ["do $$ begin; end $$", "select $a$ $$ ; $a$"]],
  ["dollars inside names and parameters", "select a$b$c; select $1;", ["select a$b$c", "select $1"]],
  [
    "BEGIN ATOMIC bodies",
    "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3",
    ["create function f() returns int begin atomic select 1; select case when true then 2 end; end", "select 3"],
  ],
  ["a plain transaction", "begin; select 1; end;", ["begin", "select 1", "end"]],
  [
    "rules with several actions",
    "create rule r as on insert to t do also (insert into a values (1); insert into b values (2)); select 1",
    ["create rule r as on insert to t do also (insert into a values (1); insert into b values (2))", "select 1"],
  ],
  ["operators beside comments", "select 1 +-- two;\n 2; select 3", ["select 1 +-- two;\n 2", "select 3"]],
];

for (const [name, script, statements] of cases) {
  Deno.test(`split() keeps together ${name}`, () => {
    const pieces = split(script);
    deepEqual(pieces.map((piece) => piece.sql), statements);
    for (const { sql, start, end } of pieces) equal(script.slice(start, end), sql);
  });
}

Deno.test("split() says on which line each statement starts", () => {
  deepEqual(split("-- one\nselect 1;\n\n  select\n2;").map((piece) => piece.line), [2, 4]);
});

for (
  const [what, script] of [["string", "select 1;\nselect 'a"], ["comment", "select 1;\n/* a /* b */"], [
    "string",
    "\n$x$ a",
  ]]
) {
  Deno.test(`split() refuses a script that ends in a ${what}: ${JSON.stringify(script)}`, () => {
    throws(() => split(script!), {
      code: "SQA-512",
      message: new RegExp(`^the ${what}.* that starts on line 2 has no end$`),
    });
  });
}
