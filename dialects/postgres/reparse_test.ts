import { equal } from "node:assert/strict";
import { reparsable } from "./reparse.ts";

const yes = () => true;
const list = "ARRAY['a'::character varying, 'b)'::character varying]";

const cases: readonly (readonly [sql: string, written: string])[] = [
  [`CHECK ((status)::text = ANY ((${list})::text[]))`, `CHECK (status = ANY (${list}))`],
  [`(t."My status")::text <> ALL ((${list})::text[]) AND x`, `t."My status" <> ALL (${list}) AND x`],
  [`(status)::text = ANY (${list})`, `(status)::text = ANY (${list})`],
  [`lower((status)::text) = ANY ((${list})::text[])`, `lower((status)::text) = ANY ((${list})::text[])`],
  [
    "(status)::text = ANY ((ARRAY['a'::character varying, x])::text[])",
    "(status)::text = ANY ((ARRAY['a'::character varying, x])::text[])",
  ],
];

for (const [sql, written] of cases) {
  Deno.test(`${sql} is written as ${written}`, () => equal(reparsable(sql, yes), written));
}

Deno.test("a column that is not a varchar keeps its casts", () => {
  const sql = `(status)::text = ANY ((${list})::text[])`;
  equal(reparsable(sql, () => false), sql);
});
