import { deepEqual, equal } from "node:assert/strict";
import { isSetting, undoneBy } from "./settings.ts";

Deno.test("a statement that sets something beyond its transaction is told, and what takes it back", () => {
  const cases: readonly (readonly [string, readonly string[] | null])[] = [
    ["SET work_mem = '7MB'", ["RESET work_mem"]],
    ["set session my.own to 'x'", ["RESET my.own"]],
    ['SET "Odd Name" TO 1', ['RESET "Odd Name"']],
    ["SET search_path TO a, b", ["RESET search_path"]],
    ["SET TIME ZONE 'Asia/Tokyo'", ["RESET TIME ZONE"]],
    ["SET SCHEMA 'x'", ["RESET search_path"]],
    ["SET NAMES 'UTF8'", ["RESET client_encoding"]],
    ["SET ROLE app", ["RESET ROLE"]],
    ["SET SESSION ROLE app", ["RESET ROLE"]],
    ["SET SESSION AUTHORIZATION app", ["RESET SESSION AUTHORIZATION"]],
    ["SET XML OPTION DOCUMENT", ["RESET xmloption"]],
    ["SET SEED TO 0.5", []],
    [
      "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
      ["isolation", "read_only", "deferrable"].map((each) => `RESET default_transaction_${each}`),
    ],
    ["SELECT pg_catalog.set_config('search_path', '', false)", ["RESET search_path"]],
    ["SELECT set_config(name, '', false)", null],
    ["RESET ROLE", []],
  ];
  for (const [sql, undone] of cases) {
    equal(isSetting(sql), true, sql);
    deepEqual(undoneBy(sql), undone, sql);
  }
  for (
    const sql of ["SET LOCAL work_mem = '7MB'", "SET CONSTRAINTS ALL DEFERRED", "SET TRANSACTION READ ONLY", "SELECT 1"]
  ) equal(isSetting(sql), false, sql);
});
