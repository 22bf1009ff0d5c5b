/** Which texts name columns by their place, and what they read where the columns stand otherwise. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { postgresDriver } from "./driver.ts";
import { listsByPlace } from "./columns_by_place.ts";

const cases: readonly (readonly [sql: string, byPlace: boolean])[] = [
  ["SELECT a FROM public.t", false],
  ["SELECT x.a FROM public.t x(a, b)", true],
  ["SELECT x.a FROM public.t AS x(a, b)", true],
  ["SELECT a FROM (public.t JOIN public.u u(a, c) USING (a))", true],
  ["SELECT a FROM (public.t JOIN public.u USING (a))", false],
  ["SELECT j.a FROM (public.t JOIN public.u USING (a)) j(a, b)", true],
  ["SELECT j.a FROM ((public.t JOIN public.u USING (a)) JOIN public.v USING (b)) j(a, b)", true],
  ["SELECT v.a FROM ( VALUES (1,2)) v(a, b)", false],
  ["SELECT s.a FROM ( SELECT 1 AS b) s(a)", false],
  ["SELECT f.a FROM public.f(1) f(a)", false],
  ["SELECT f.a FROM public.t, LATERAL unnest(t.b) f(a)", false],
  ["SELECT lower(t.a) AS b, count(*) FROM public.t t WHERE (t.a IN (1, 2)) GROUP BY GROUPING SETS ((a), (b))", false],
  ["WITH q(a, b) AS ( SELECT 1, 2) SELECT a FROM q", false],
  ["SELECT sum(a) OVER w AS sum FROM public.t WINDOW w AS (PARTITION BY a)", false],
  ["SELECT a FROM public.t TABLESAMPLE bernoulli (10)", false],
  ["SELECT a FROM public.t x TABLESAMPLE bernoulli (10)", false],
];

Deno.test("a list of columns after the name of a table or a join names them by place", () => {
  for (const [sql, byPlace] of cases) equal(listsByPlace(sql).length > 0, byPlace, sql);
});

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: a view reads the same columns where its tables have them in another order`,
    ignore: server === "",
    fn: () =>
      withDatabase(server, (url) =>
        withDatabase(server, async (otherUrl) => {
          const { dialect } = postgresDriver;
          await using one = await postgresDriver.connect(url);
          await using other = await postgresDriver.connect(otherUrl);
          await one.execute("create table t (a integer, c integer, d integer)");
          await one.execute("insert into t values (1, 3, 4)");
          await other.execute(`create table t (b integer default 2, a integer, "D" integer default 5, d integer)`);
          await other.execute("create view v as select x.p, x.q, x.d from t x(p, q)");
          await other.execute("create materialized view m as select x.a, x.p from t as x(p)");
          const [from, to] = [await introspect(one, dialect), await introspect(other, dialect)];
          const { plan } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: one.version } });
          for (const { sql } of plan.up) await one.execute(sql);
          deepEqual([...await one.query("select p, q, d from v")], [{ p: 2, q: 1, d: 4 }]);
          deepEqual([...await one.query("select a, p from m")], [{ a: 1, p: 2 }]);
        })),
  });
}
