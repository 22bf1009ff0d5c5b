/**
 * Pairs of schemas by name, made by SQL that sqa did not write: up leads from the first to the second and down back, by sqa's own reader and
 * by SHOW CREATE, and rows stay. One pair a behaviour that was wrong once or that no other test holds.
 */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../../diff/plan.ts";
import { introspect } from "../../../introspect/introspect.ts";
import type { ObjectId } from "../../../schema/object.ts";
import { snapshotText } from "../../../schema/snapshot.ts";
import { driverOf, withTwoPlaces } from "../../support/mysql_places.ts";
import { mysqlUrls } from "../../support/scratch.ts";
import type { Connection } from "../../../dialects/driver.ts";

export interface Pair {
  readonly name: string;
  readonly only?: "mysql" | "mariadb";
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Run on the first schema before the change. */
  readonly rows?: readonly string[];
  /** Must give the same on both sides and after the way back. */
  readonly kept?: string;
  /** Statements that must be, or must not be, among those of the way up. */
  readonly says?: RegExp;
  readonly never?: RegExp;
  /** An index that is made again stands last in SHOW CREATE, which nobody can ask for otherwise. */
  readonly keysMove?: boolean;
  /** Ids of what gets another name. */
  readonly renames?: readonly (readonly [ObjectId, ObjectId])[];
}

/** Every table as the server writes it. */
async function shown(connection: Connection, keysMove: boolean): Promise<readonly string[]> {
  const tables = await connection.query<{ name: string }>(
    "select TABLE_NAME as name from information_schema.TABLES where TABLE_SCHEMA = database() and TABLE_TYPE <> 'VIEW' order by 1",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const [row] = await connection.query(`show create table \`${name.replaceAll("`", "``")}\``);
    // Any ALTER of MySQL changes what stands before literals beside a latin1 column.
    const text = String(Object.values(row!)[1]).replaceAll(`\`${connection.server.database}\`.`, "")
      .replace(/ AUTO_INCREMENT=\d+/, "").replace(/_(utf8mb4|latin1|binary)(?=')/g, "");
    texts.push(keysMove ? withSortedKeys(text) : text);
  }
  // SHOW CREATE VIEW does not tell commas from joins.
  const views = await connection.query<{ name: string; text: string }>(
    "select TABLE_NAME as name, VIEW_DEFINITION as text from information_schema.VIEWS where TABLE_SCHEMA = database() order by 1",
  );
  const own = `\`${connection.server.database}\`.`;
  return [...texts, ...views.map(({ name, text }) => `${name} ${text.replaceAll(own, "")}`)];
}

function withSortedKeys(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/,$/, ""));
  const isKey = (line: string) => / KEY [`(]/.test(line);
  return [...lines.filter((line) => !isKey(line)), ...lines.filter(isKey).sort()].join("\n");
}

/** A test for each server, with a step for each pair. */
export function testPairs(title: string, pairs: readonly Pair[]): void {
  for (const url of mysqlUrls) {
    Deno.test(`${title}, there and back, on ${new URL(url).protocol}`, async (t) => {
      const { dialect } = await driverOf(url);
      for (const pair of pairs) {
        if (pair.only && pair.only !== dialect.name) continue;
        await t.step(pair.name, () =>
          withTwoPlaces(url, async ({ from, to }) => {
            for (const sql of pair.before) await from.execute(sql);
            for (const sql of pair.after) await to.execute(sql);
            for (const sql of pair.rows ?? []) await from.execute(sql);
            const start = await introspect(from, dialect), wanted = await introspect(to, dialect);
            const show = (place: Connection) => shown(place, pair.keysMove ?? false);
            const texts = [await show(from), await show(to)] as const;
            const rows = () => pair.kept === undefined ? null : from.query(pair.kept);
            const held = await rows();
            const options = { columnOrder: "strict", version: from.version } as const;
            const renames = (pair.renames ?? []).map(([old, now]) => ({ from: old, to: now, source: "test" }));
            const { plan } = makePlan({ from: start, to: wanted, dialect, renames, options });
            const up = plan.up.map(({ sql }) => sql).join("\n");
            if (pair.says) equal(pair.says.test(up), true, up);
            if (pair.never) equal(pair.never.test(up), false, up);
            for (const { sql } of plan.up) await from.execute(sql);
            equal(snapshotText(await introspect(from, dialect)), snapshotText(wanted));
            deepEqual(await show(from), texts[1]);
            deepEqual(await rows(), held);
            for (const { sql } of plan.down) await from.execute(sql);
            equal(snapshotText(await introspect(from, dialect)), snapshotText(start));
            deepEqual(await show(from), texts[0]);
            deepEqual(await rows(), held);
          }));
      }
    });
  }
}
