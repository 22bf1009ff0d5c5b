/** A renamed table takes along what is named after it, as the server does, and nothing is made anew for it. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { withTwoPlaces } from "../../tests/support/mysql_places.ts";
import { mysqlUrls } from "../../tests/support/scratch.ts";

/** `checks` is the prefix that the checks have: MySQL renames them too. */
const schema = (table: string, checks: string) => [
  "create table p (id int primary key)",
  `create table ${table} (id int primary key, a int, b int, key i1 (a), key i2 (b), constraint ${table}_ibfk_1 foreign key (a) references p (id),
    constraint ${table}_ibfk_x foreign key (b) references p (id), constraint kept foreign key (a) references p (id),
    constraint ${checks}_chk_1 check (a > 0), constraint ${checks}_chk_more check (b > 0), constraint other check (a < b))`,
  `create table c (x int, constraint c_ibfk_1 foreign key (x) references ${table} (id))`,
];

for (const url of mysqlUrls) {
  Deno.test(`keys and checks named after their table follow its name, on ${new URL(url).protocol}`, () =>
    withTwoPlaces(url, async ({ driver: { dialect }, from, to }) => {
      const follows = !url.startsWith("mariadb:");
      for (const sql of schema("old", "old")) await from.execute(sql);
      for (const sql of schema("new", follows ? "new" : "old")) await to.execute(sql);
      const start = await introspect(from, dialect), wanted = await introspect(to, dialect);
      const { plan } = makePlan({
        from: start,
        to: wanted,
        dialect,
        renames: [{ from: "table:old", to: "table:new", source: "test" }],
        options: { columnOrder: "strict", version: from.version },
      });
      deepEqual(plan.up.map(({ sql }) => sql), ["ALTER TABLE `old` RENAME TO `new`"]);
      for (const { sql } of plan.up) await from.execute(sql);
      equal(ids(await introspect(from, dialect)), ids(wanted));
      for (const { sql } of plan.down) await from.execute(sql);
      equal(ids(await introspect(from, dialect)), ids(start));
    }));
}

function ids(graph: { readonly objects: ReadonlyMap<string, unknown> }): string {
  return [...graph.objects.keys()].sort().join("\n");
}
