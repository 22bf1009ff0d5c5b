import { deepEqual, equal } from "node:assert/strict";
import { mariadbFacts } from "../mariadb/mod.ts";
import { mysqlFacts } from "../mysql/mod.ts";
import {
  bare,
  isLiteral,
  mentions,
  normalDefault,
  replaceIdentifiers,
  unescaped,
  withoutDatabase,
  writtenDefault,
} from "./expression.ts";
import { parseType } from "./types.ts";

Deno.test("names are found with their paths; strings and reserved words are none", () => {
  deepEqual(mentions("select `a`.b, 'c', count(0) from db.t where x like \"y\""), [["a", "b"], ["count"], ["db", "t"], [
    "x",
  ]]);
});

Deno.test("names are replaced, in backticks, and nothing else changes", () => {
  equal(
    replaceIdentifiers("a + `a` + 'a' + t.a", (name, qualifier) => name === "a" && qualifier !== "t" ? "b`c" : null),
    "`b``c` + `b``c` + 'a' + t.a",
  );
});

Deno.test("parentheses around the whole are taken off, others stay", () => {
  deepEqual(["((a))", "(a) + (b)", " ( (a) + b ) ", "'(x)'"].map(bare), ["a", "(a) + (b)", "(a) + b", "'(x)'"]);
});

Deno.test("the database's own name is left out where it qualifies, not where it is an alias", () => {
  equal(withoutDatabase("select `d`.`t`.`a` from `d`.`t`", "d"), "select `t`.`a` from `t`");
  equal(withoutDatabase("select `d`.`a` from `d`.`t` `d`", "d"), "select `d`.`a` from `t` `d`");
  equal(withoutDatabase("nextval(`d`.`s`)", "d"), "nextval(`s`)");
});

Deno.test("texts of MySQL's catalog are unescaped once", () => {
  equal(unescaped("_utf8mb4\\'it\\\\\\'s\\'"), "_utf8mb4'it\\'s'");
});

Deno.test("literals, moments and expressions as defaults", () => {
  const int = parseType("int", mysqlFacts), text = parseType("text", mysqlFacts);
  const money = parseType("decimal(9,2)", mysqlFacts), moment = parseType("timestamp(6)", mysqlFacts);
  equal(normalDefault("'4'", int, mysqlFacts), "4");
  equal(normalDefault("(4)", int, mysqlFacts), "(4)");
  equal(normalDefault("(4)", int, mariadbFacts), "4");
  equal(normalDefault("10", money, mysqlFacts), "10.00");
  equal(normalDefault("NULL", int, mysqlFacts), null);
  equal(normalDefault("now()", moment, mysqlFacts), "CURRENT_TIMESTAMP(6)");
  equal(normalDefault("TRUE", int, mariadbFacts), "1");
  equal(writtenDefault(normalDefault("'a'", text, mysqlFacts)!, text, mysqlFacts), "('a')");
  equal(writtenDefault(normalDefault("'a'", text, mariadbFacts)!, text, mariadbFacts), "'a'");
  equal(writtenDefault("uuid()", int, mysqlFacts), "(uuid())");
  deepEqual(["'a'", "-1", "0x1F", "b'1'", "CURRENT_TIMESTAMP(3)", "a + 1", "_utf8mb4'a'"].map(isLiteral), [
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("the normal form of a default is its own normal form", () => {
  const types = ["int", "varchar(20)", "decimal(9,2)", "datetime(3)", "text", "bit(3)", "enum('a')"];
  for (const facts of [mysqlFacts, mariadbFacts]) {
    for (const type of types.map((sql) => parseType(sql, facts))) {
      for (const sql of ["'a''b\\\\c'", "1", "(1)", "b'1'", "now(3)", "(a + 1)", "'1.5'", "uuid()", "0x00ff"]) {
        const once = normalDefault(sql, type, facts);
        if (once !== null) equal(normalDefault(once, type, facts), once, `${sql} for ${type.name}`);
      }
    }
  }
});
