/**
 * A trial on a live Postgres takes its turn with runners: it holds the migration lock. Without it, a runner that met the names of a trial got
 * others than its file means: an identity's sequence is t_id_seq1 where t_id_seq is another transaction's.
 */
import { equal, match, ok } from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { sqaWithin } from "../cli/testing/project.ts";
import { postgresDriver } from "../dialects/postgres/driver.ts";
import { historyOf, lockName } from "../migrate/mod.ts";
import { postgresUrls, withDatabase, withFolder } from "./support/scratch.ts";
import { until } from "./support/until.ts";

const name = lockName({ history: historyOf(postgresDriver.dialect, undefined) });
const models = `import { t, table } from "sqa";
export const customer = table("customer", { id: t.bigint().identity().primaryKey() });
`;

const inProject = (work: (url: string, folder: string) => Promise<void>) =>
  withDatabase(postgresUrls.at(-1)!, (url) =>
    withFolder(async (folder) => {
      await mkdir(`${folder}/models`);
      await writeFile(`${folder}/models/shop.ts`, models);
      await work(url, folder);
    }));

Deno.test({
  name: "Postgres: a diff beside a run that goes on writes its files without a trial, and says so",
  ignore: postgresUrls.length === 0,
  fn: () =>
    inProject(async (url, folder) => {
      await using _runner = await postgresDriver.lock(url, name, { timeoutMs: 1000 });
      const { code, stderr } = await sqaWithin(folder, ["diff", "--url", url, "--lock-timeout", "1s"]);
      equal(code, 0, stderr);
      match(stderr, /not tried out: the database is in use: another run holds the migration lock/);
    }),
});

Deno.test({
  name: "Postgres: the trial of a diff waits for a run that ends",
  ignore: postgresUrls.length === 0,
  fn: () =>
    inProject(async (url, folder) => {
      const runner = await postgresDriver.lock(url, name, { timeoutMs: 1000 });
      let isOver = false;
      const diff = sqaWithin(folder, ["diff", "--url", url]).finally(() => isOver = true);
      await using watcher = await postgresDriver.connect(url);
      const waiting = async () => {
        const [row] = await watcher.query<{ many: number }>(
          "SELECT count(*)::int4 AS many FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sqa lock'",
        );
        return row!.many === 2;
      };
      await until("the diff waits", async () => isOver || await waiting());
      ok(!isOver, "the diff did not wait");
      await runner![Symbol.asyncDispose]();
      const { code, stdout, stderr } = await diff;
      equal(code, 0, stderr);
      match(stdout, /wrote migrations/);
      equal(/not tried out/.test(stderr), false, stderr);
      const migrated = await sqaWithin(folder, ["migrate", "--url", url]);
      equal(migrated.code, 0, migrated.stderr);
    }),
});
