/** Defaults that give another value each time come to tables with rows, and go again: each row gets a value of its own. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { withTwoPlaces } from "../../tests/support/mysql_places.ts";
import { mysqlUrls } from "../../tests/support/scratch.ts";

const before = [
  "create table t (a int primary key, x varchar(40))",
  "create table u (b char(36) default (uuid()), c int)",
];
const after = [
  `create table t (a int primary key, u char(36) not null default (uuid()), x varchar(60) default (concat('q', rand())),
    v varchar(50) default (uuid()) comment 'c', unique key uu (u))`,
  "create table u (b varchar(50) default (concat(uuid(), 'x')), c int)",
];

for (const url of mysqlUrls) {
  Deno.test(`random defaults come and go, on ${new URL(url).protocol}`, () =>
    withTwoPlaces(url, async ({ driver: { dialect }, from, to }) => {
      for (const sql of [...before, "insert into t values (1, 'a'), (2, 'b'), (3, null)"]) await from.execute(sql);
      for (const sql of after) await to.execute(sql);
      const start = await introspect(from, dialect), wanted = await introspect(to, dialect);
      const options = { columnOrder: "strict", version: from.version } as const;
      const { plan } = makePlan({ from: start, to: wanted, dialect, renames: [], options });
      for (const { sql } of plan.up) await from.execute(sql);
      equal(snapshotText(await introspect(from, dialect)), snapshotText(wanted));
      deepEqual(
        await from.query(
          "select count(distinct u) as us, count(distinct v) as vs, min(length(u)) as l, count(x) as xs from t",
        ),
        [{ us: 3, vs: 3, l: 36, xs: 2 }],
      );
      for (const { sql } of plan.down) await from.execute(sql);
      equal(snapshotText(await introspect(from, dialect)), snapshotText(start));
      deepEqual(await from.query("select a, x from t order by a"), [{ a: 1, x: "a" }, { a: 2, x: "b" }, {
        a: 3,
        x: null,
      }]);
    }));
}
