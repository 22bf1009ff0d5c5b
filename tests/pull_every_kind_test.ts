/** `pull` of a database with one object of each kind: models that type-check, that differ in nothing, and that make the same database again. */
import { deepEqual, equal, match } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sqaWithin } from "../cli/testing/project.ts";
import { postgresDriver } from "../dialects/postgres/driver.ts";
import { ownerTarget } from "../dialects/postgres/owned.ts";
import { quote } from "../dialects/postgres/sql.ts";
import { oneOfEach } from "../dialects/postgres/testing/one_of_each.ts";
import { introspect } from "../introspect/introspect.ts";
import { snapshotText } from "../schema/snapshot.ts";
import { postgresUrls, withDatabase, withFolder } from "./support/scratch.ts";

/** What is reported as not read, so that no models can make it. */
const unread = [
  "DROP TYPE app.base CASCADE",
  "DROP TYPE app.shell",
  "DROP TRANSFORM FOR integer LANGUAGE sqa_language",
  "DROP ACCESS METHOD sqa_method",
];

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: every kind is pulled as models that type-check and make the same again`, () =>
    withDatabase(server, (live) =>
      withDatabase(server, (anew) =>
        withFolder(async (project) => {
          const subscription = `sqa_test_${crypto.randomUUID().slice(0, 8)}`;
          try {
            await using connection = await postgresDriver.connect(live);
            for (const sql of oneOfEach(connection.version, quote(subscription))) await connection.execute(sql);
            for (const sql of unread) await connection.execute(sql);
            await ran(project, "pull", "--url", live);
            await typeChecks(project);
            await ran(project, "diff", "--check", "--url", live);
            await ran(project, "push", "--yes", "--url", anew);
            await ran(project, "diff", "--check", "--url", anew);
            await using other = await postgresDriver.connect(anew);
            const [wanted, got] = await Promise.all(
              [connection, other].map(async (each) =>
                snapshotText(await introspect(each, postgresDriver.dialect)).split("\n")
              ),
            );
            deepEqual(got!.filter((line) => !wanted!.includes(line)), wanted!.filter((line) => !got!.includes(line)));
          } finally {
            for (const url of [live, anew]) {
              await using connection = await postgresDriver.connect(url);
              await connection.execute(`DROP SUBSCRIPTION IF EXISTS ${quote(subscription)}`);
            }
          }
        }))));
}

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: with owners, each kind is pulled with whom it belongs to, and made so again`, () =>
    withDatabase(server, (first) =>
      withDatabase(server, (second) =>
        withFolder(async (project) => {
          const own = `sqa_test_${crypto.randomUUID().slice(0, 8)}`, role = quote(`${own} "role"`);
          const [live, anew] = [first, second].map((url) => `${url}?owners=true`) as [string, string];
          await using connection = await postgresDriver.connect(live);
          try {
            await connection.execute(`CREATE ROLE ${role} SUPERUSER`);
            for (const sql of oneOfEach(connection.version, quote(own))) await connection.execute(sql);
            for (const sql of unread) await connection.execute(sql);
            const { dialect } = postgresDriver.at!(live), { objects } = await introspect(connection, dialect);
            const owned = [...objects.values()].flatMap(({ kind, parent }) =>
              kind === "owner" ? objects.get(parent!)! : []
            );
            for (const [n, object] of owned.entries()) {
              if (n % 2) await connection.execute(`ALTER ${ownerTarget(object)} OWNER TO ${role}`);
            }
            await ran(project, "pull", "--url", live);
            await typeChecks(project);
            await ran(project, "diff", "--check", "--url", live);
            await ran(project, "push", "--yes", "--url", anew);
            await ran(project, "diff", "--check", "--url", anew);
            await using other = await postgresDriver.connect(anew);
            const [wanted, got] = await Promise.all(
              [connection, other].map(async (each) => snapshotText(await introspect(each, dialect)).split("\n")),
            );
            deepEqual(got!.filter((line) => !wanted!.includes(line)), wanted!.filter((line) => !got!.includes(line)));
            equal(wanted!.some((line) => line.includes(`"kind":"owner"`) && line.includes(own)), true);
            const without = await sqaWithin(project, ["diff", "--check", "--url", first]);
            equal(without.code, 1);
            match(without.stderr + without.stdout, /owners of Postgres are left alone here/);
          } finally {
            for (const url of [live, anew]) {
              await using connection = await postgresDriver.connect(url);
              await connection.execute(`DROP SUBSCRIPTION IF EXISTS ${quote(own)}`);
              await connection.execute(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
              await connection.execute(`DROP OWNED BY ${role}`);
            }
            await connection.execute(`DROP ROLE ${role}`);
          }
        }))));
}

async function ran(project: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await sqaWithin(project, args);
  equal(code, 0, `sqa ${args.join(" ")}\n${stdout}\n${stderr}`);
}

async function typeChecks(project: string): Promise<void> {
  const config = fileURLToPath(new URL("../deno.json", import.meta.url));
  const files = [...Deno.readDirSync(`${project}/models`)].map(({ name }) => `${project}/models/${name}`);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", config, ...files],
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  equal(code, 0, new TextDecoder().decode(stderr));
}
