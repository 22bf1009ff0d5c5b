import { deepEqual, equal } from "node:assert/strict";
import type { FamilyFacts } from "./facts.ts";
import { literal, parseType, renderType } from "./types.ts";

/** Only what types depend on. */
const wide = { name: "one", integerWidths: true, jsonIsText: true } as FamilyFacts;
const narrow = { name: "other", integerWidths: false, jsonIsText: false } as FamilyFacts;
const shown = (sql: string, facts: FamilyFacts) => renderType(parseType(sql, facts));

Deno.test("display widths that say nothing are left out", () => {
  deepEqual(
    ["int(11)", "int(10) unsigned", "bigint(20)", "tinyint(1)", "int(5)", "int(5) unsigned zerofill"].map((sql) =>
      shown(sql, wide)
    ),
    ["int", "int unsigned", "bigint", "tinyint(1)", "int(5)", "int(5) unsigned zerofill"],
  );
  deepEqual(["int(11)", "tinyint(1)", "tinyint(4)", "int(5) zerofill"].map((sql) => shown(sql, narrow)), [
    "int",
    "tinyint(1)",
    "tinyint",
    "int(5) unsigned zerofill",
  ]);
});

Deno.test("other spellings become the catalog's", () => {
  const pairs = {
    integer: "int",
    bool: "tinyint(1)",
    "double precision": "double",
    dec: "decimal(10,0)",
    char: "char(1)",
  };
  for (const [sql, wanted] of Object.entries(pairs)) equal(shown(sql, narrow), wanted);
  equal(shown("NUMERIC(12)", narrow), "decimal(12,0)");
  equal(shown("datetime(0)", narrow), "datetime");
  equal(shown("year(4)", wide), "year");
});

Deno.test("labels of ENUM and SET keep quotes, commas and backslashes", () => {
  const type = parseType(`enum('a','b''c','d,e','f\\\\g')`, narrow);
  deepEqual([type.args, type.family], [["a", "b'c", "d,e", "f\\g"], "enum"]);
  equal(renderType(type), `enum('a','b''c','d,e','f\\\\g')`);
});

Deno.test("instants are written as the server reads them", () => {
  equal(literal("2024-05-06T07:08:09.123Z", parseType("datetime(6)", narrow)).sql, "'2024-05-06 07:08:09.123'");
  equal(literal("2024-05-06T07:08:09.123Z", parseType("varchar(40)", narrow)).sql, "'2024-05-06T07:08:09.123Z'");
  equal(literal(12345678901234567890n, parseType("bigint unsigned", narrow)).sql, "12345678901234567890");
});
