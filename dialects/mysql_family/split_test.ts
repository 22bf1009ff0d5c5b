import { deepEqual, equal, throws } from "node:assert/strict";
import { SqaError } from "../../schema/error.ts";
import { split, terminated } from "./split.ts";

const texts = (script: string) => split(script).map(({ sql }) => sql);

Deno.test("statements end at semicolons outside of quotes, names and comments", () => {
  deepEqual(texts('select 1; select \';\' ; select `a;b`; -- x;\nselect 2 # y;\n; /* ; */ select "it\\";"'), [
    "select 1",
    "select ';'",
    "select `a;b`",
    "select 2",
    'select "it\\";"',
  ]);
});

Deno.test("two dashes are a comment only before white space", () => {
  deepEqual(texts("select 1--1; select 2 --\n;"), ["select 1--1", "select 2"]);
});

Deno.test("quotes are doubled or escaped with a backslash", () => {
  deepEqual(texts(`select 'a''b;\\';', "c""d;"; select 1`), [`select 'a''b;\\';', "c""d;"`, "select 1"]);
});

Deno.test("DELIMITER is the client's: the statements between have no semicolon of their own at the end", () => {
  const script = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\ndelimiter ;\nSELECT 3;";
  deepEqual(texts(script), ["CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END", "SELECT 3"]);
});

Deno.test("a delimiter can touch the word before it", () => {
  deepEqual(texts("DELIMITER $$\nselect 1$$\nselect 2 $$\nDELIMITER ;\nselect 3"), [
    "select 1",
    "select 2",
    "select 3",
  ]);
});

Deno.test("a delimiter within a string is none", () => {
  deepEqual(texts("DELIMITER //\nselect '//'//\n"), ["select '//'"]);
});

Deno.test("the body of a routine without DELIMITER is one statement", () => {
  const body = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.x > 1 THEN SET NEW.x = 1; END IF; " +
    "CASE NEW.y WHEN 1 THEN SET @a = 1; ELSE SET @a = 2; END CASE; WHILE @a < 3 DO SET @a = @a + 1; END WHILE; END";
  deepEqual(texts(`${body}; select 1`), [body, "select 1"]);
});

Deno.test("IF as a function or in IF NOT EXISTS opens no block", () => {
  deepEqual(texts("create procedure if not exists p() select if(1, 2, 3); select 2"), [
    "create procedure if not exists p() select if(1, 2, 3)",
    "select 2",
  ]);
});

Deno.test("comments that the server runs are statements", () => {
  deepEqual(texts("/*!40101 SET NAMES utf8 */; select 1"), ["/*!40101 SET NAMES utf8 */", "select 1"]);
});

Deno.test("offsets and lines point into the script", () => {
  const script = "\n-- a\nselect 1;\n\n  select\n2;";
  for (const piece of split(script)) equal(script.slice(piece.start, piece.end), piece.sql);
  deepEqual(split(script).map(({ line }) => line), [3, 5]);
});

Deno.test("a text that ends inside a quote or comment is refused with its line", () => {
  for (const script of ["select 'a", "select `a", "select /* a", 'x;\n"']) {
    throws(() => split(script), (error) => error instanceof SqaError && error.code === "SQA-512");
  }
});

Deno.test("a command of the shell is refused with its line, and a null is none (SQA-531)", () => {
  throws(() => split("select 1;\n\\n\nselect 2;"), {
    code: "SQA-531",
    message: "\\n on line 2 is a matter of the mysql shell",
  });
  throws(() => split("select 1\\G"), { code: "SQA-531" });
  deepEqual(texts("select \\N, '\\n'; select 2"), ["select \\N, '\\n'", "select 2"]);
});

Deno.test("what is written for a shell is split into the same statement again", () => {
  const statements = [
    "select 1",
    "CREATE PROCEDURE p()\nBEGIN\n  SELECT ';;', '//';\nEND",
    "create view v as select 1 -- last",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO begin delete from `a;;b`; end",
  ];
  const script = statements.map((sql) => `${terminated(sql)}\n`).join("\n");
  deepEqual(texts(script), statements.map((sql) => sql.replace(" -- last", "")));
});

Deno.test("backslashes are no escapes while the session's mode says so", () => {
  const statements = [
    "SET @sqa_sql_mode = @@SESSION.sql_mode",
    "SET SESSION sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'",
    "CREATE FUNCTION f() RETURNS text NO SQL RETURN 'a\\'",
    "CREATE PROCEDURE p() BEGIN SELECT 'a\\'; SELECT ';b\\'; END",
    "SET SESSION sql_mode = @sqa_sql_mode",
    "select 'a\\';b'",
  ];
  deepEqual(texts(statements.map((sql) => `${terminated(sql)}\n`).join("\n")), statements);
  deepEqual(texts("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; select '\\'; SET @@sql_mode := ''; select '\\'';"), [
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "select '\\'",
    "SET @@sql_mode := ''",
    "select '\\''",
  ]);
});
