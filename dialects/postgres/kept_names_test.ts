import { equal } from "node:assert/strict";
import { withKeptNames } from "./kept_names.ts";

const cases: readonly (readonly [sql: string, kept: string])[] = [
  ["SELECT t.a,\n    NULL::integer\n   FROM s.t", 'SELECT t.a,\n    NULL::integer AS "?column?"\n   FROM s.t'],
  ["SELECT NULL::numeric(10,2) UNION SELECT 1", 'SELECT NULL::numeric(10,2) AS "?column?" UNION SELECT 1'],
  ["SELECT 'x'::character varying(5)[]", `SELECT 'x'::character varying(5)[] AS "?column?"`],
  ["SELECT NULL::integer AS int4 FROM s.t", "SELECT NULL::integer AS int4 FROM s.t"],
  ["SELECT a FROM s.t WHERE b = 'x'::text", "SELECT a FROM s.t WHERE b = 'x'::text"],
  ["SELECT (x::text IS DISTINCT FROM y::text) AS d", "SELECT (x::text IS DISTINCT FROM y::text) AS d"],
  ["SELECT q.a FROM (SELECT 1::bigint) q(a)", 'SELECT q.a FROM (SELECT 1::bigint AS "?column?") q(a)'],
  ["SELECT (SELECT 'a'::text) AS c, 2", `SELECT (SELECT 'a'::text AS "?column?") AS c, 2`],
  ["SELECT a::text || b", "SELECT a::text || b"],
];

for (const [sql, kept] of cases) {
  Deno.test(`${sql} keeps its names`, () => {
    equal(withKeptNames(sql), kept);
    equal(withKeptNames(kept), kept);
  });
}
