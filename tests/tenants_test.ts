// deno-lint-ignore-file no-console -- the figures are for the reader of the run
/**
 * Many tenants, a schema each in one Postgres: one of them is broken on purpose. The others are done, the report names the one, and the next
 * run does just that one. SQA_TEST_TENANTS sets how many (the figure that is published is from 500).
 */
import { deepEqual, equal, match } from "node:assert/strict";
import postgres from "postgres";
import { sqa } from "./support/cli.ts";
import { postgresUrls, withDatabase, withFolder } from "./support/scratch.ts";

const tenants = Number(Deno.env.get("SQA_TEST_TENANTS") ?? 12);
const server = postgresUrls.at(-1);
const broken = `t${String(Math.floor(tenants / 3)).padStart(4, "0")}`;

const first = `
import { t, table } from "sqa";
export const customer = table("customer", {
  id: t.bigint().identity().primaryKey(),
  email: t.varchar(320).unique(),
  kind: t.enum("customer_kind", ["person", "company"]).default("person"),
});
export const order = table("order", {
  id: t.bigint().identity().primaryKey(),
  customer: t.bigint().references("customer.id").index(),
  total: t.decimal(12, 2).check((c) => \`\${c} >= 0\`),
});
`;
const later = first.replace("total:", "note: t.text().nullable(), total:");

interface Report {
  readonly tenants: readonly {
    readonly tenant: string;
    readonly state: string;
    readonly error: { code: string } | null;
  }[];
  readonly migrated: number;
  readonly failed: readonly string[];
  readonly ms: number;
}

Deno.test({
  name: `${tenants} tenants, one of them broken: the others are done, the report names it, the next run does just it`,
  ignore: server === undefined,
  fn: () =>
    withFolder((folder) =>
      withDatabase(server!, async (url) => {
        const sql = postgres(url, { max: 1, onnotice: () => {} });
        const run = async (...args: string[]) => {
          const { code, stdout, stderr } = await sqa(folder, ...args, "--json", "--url", url);
          return { code, stderr, report: JSON.parse(stdout) as Report };
        };
        const write = (models: string) => Deno.writeTextFile(`${folder}/models/shop.ts`, models);
        try {
          await Deno.mkdir(`${folder}/models`);
          await Deno.writeTextFile(
            `${folder}/sqa.toml`,
            `[tenants]\nquery = "select nspname from pg_namespace where nspname like 't0%' order by 1"\nconcurrency = 8\ncanary = "t0000"\n`,
          );
          await sql.unsafe(
            `DO $$ BEGIN FOR i IN 0..${
              tenants - 1
            } LOOP EXECUTE format('CREATE SCHEMA t%s', lpad(i::text, 4, '0')); END LOOP; END $$`,
          );
          await write(first);
          await sqa(folder, "diff", "first", "--url", url, "--tenant", "t0000");
          const begun = await run("migrate");
          equal(begun.code, 0, begun.stderr);
          equal(begun.report.migrated, tenants);

          await write(later);
          equal((await sqa(folder, "diff", "later", "--url", url, "--tenant", "t0000")).code, 0);
          await sql.unsafe(`ALTER TABLE ${broken}.order ADD COLUMN note integer`);
          const half = await run("migrate");
          equal(half.code, 3, half.stderr);
          deepEqual(half.report.failed, [broken]);
          equal(half.report.migrated, tenants - 1);
          match(half.stderr, new RegExp(`${broken} \\(`));

          await sql.unsafe(`ALTER TABLE ${broken}.order DROP COLUMN note`);
          const again = await run("migrate");
          equal(again.code, 0, again.stderr);
          equal(again.report.migrated, 1);
          const [{ columns, rows }] = await sql.unsafe(
            `SELECT (SELECT count(*)::int FROM information_schema.columns WHERE table_name = 'order' AND column_name = 'note' AND data_type = 'text') AS columns,
                    (SELECT count(*)::int FROM pg_class WHERE relname = 'sqa_history') AS rows`,
          ) as unknown as [{ columns: number; rows: number }];
          deepEqual([columns, rows], [tenants, tenants]);
          equal((await sqa(folder, "diff", "--check", "--url", url, "--tenant", broken)).code, 0);
          equal((await sqa(folder, "status", "--check", "--url", url)).code, 0);
          console.log(
            `${tenants} tenants: first ${begun.report.ms} ms, one broken ${half.report.ms} ms, again ${again.report.ms} ms`,
          );
        } finally {
          await sql.end();
        }
      })
    ),
});
