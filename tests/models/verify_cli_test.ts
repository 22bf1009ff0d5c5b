/** `sqa verify` on SQLite and, where there are any, on servers: what leads there and back, and what does not. */
import { deepEqual, equal, match } from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqa } from "../support/cli.ts";
import { mysqlUrls, postgresUrls, withDatabase, withFolder } from "../support/scratch.ts";

const places = [
  { label: "SQLite", url: null },
  ...[postgresUrls.at(-1), ...mysqlUrls].flatMap((url) =>
    url ? [{ label: new URL(url).protocol.slice(0, -1), url }] : []
  ),
];

const models = (more: string) =>
  `import { t, table } from "sqa";
export const users = table("users", { id: t.int().primaryKey(), name: t.varchar(20).index(),${more} });
`;

for (const { label, url } of places) {
  Deno.test(`S0-36 each file goes up, down and up again on a scratch database, and nothing of it stays: ${label}`, () =>
    withFolder(async (folder) => {
      const test = async (given: string) => {
        const run = (...args: string[]) => sqa(folder, ...args, "--url", given);
        const fine = async (...args: string[]) => {
          const ran = await run(...args);
          equal(ran.code, 0, ran.stdout + ran.stderr);
          return ran.stdout;
        };
        mkdirSync(join(folder, "models"));
        writeFileSync(join(folder, "models", "users.ts"), models(""));
        await fine("diff", "first");
        await fine("migrate");
        writeFileSync(join(folder, "models", "users.ts"), models("age: t.int().nullable(),"));
        await fine("diff", "second");
        const { migrations } = JSON.parse(await fine("verify", "--json")) as { migrations: { outcome: string }[] };
        deepEqual(migrations.map(({ outcome }) => outcome), ["reversed", "reversed"]);
        match(await fine("status"), /1 applied, 1 pending/, "the database itself is not touched");
        const down = join(
          folder,
          "migrations",
          readdirSync(join(folder, "migrations")).find((name) => /second.*down/.test(name))!,
        );
        writeFileSync(down, readFileSync(down, "utf8").replace(/^(?!--).*age.*$/m, "SELECT 1;"));
        const wrong = await run("verify");
        equal(wrong.code, 1, wrong.stdout + wrong.stderr);
        match(wrong.stderr, /down of \d+_second_[0-9a-f]+ does not lead back[\s\S]*age/);
      };
      await (url === null ? test("sqlite:app.db") : withDatabase(url, test));
    }));
}
