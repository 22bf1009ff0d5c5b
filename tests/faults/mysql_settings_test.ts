/**
 * Servers of MySQL and MariaDB that are set otherwise (T44): foreign keys not checked, modes of SQL, keys that the server makes by itself, names that
 * it writes in lower case. Whatever is set, the same models lead to the same schema, and the way back leads back. Needs servers of its own.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../cli/testing/project.ts";
import { mariadbDriver } from "../../dialects/mariadb/driver.ts";
import { mysqlDriver } from "../../dialects/mysql/driver.ts";
import { withDatabase } from "../support/scratch.ts";
import { crashable, startCrashable } from "../support/servers/crashable.ts";

const first = `import { t, table } from "sqa";
export const person = table("Person", {
  id: t.bigint().identity().primaryKey(),
  name: t.varchar(40).index().default("it's \\"a\\\\b\\""),
  kind: t.enum("kind", ["a", "b"]).default("a"),
  born: t.timestamp().nullable(),
});
export const entry = table("log_entry", { person: t.bigint().references("Person.id", { onDelete: "cascade" }), text: t.text() });
`;
const later = first.replace("born:", "age: t.int().check((c) => `${c} >= 0`).default(0), born:")
  .replace("t.varchar(40)", "t.varchar(80)");

/** What is there after each step: a diff that finds nothing, and the schema as sqa reads it. */
async function walk(url: string, inLowerCase = false): Promise<readonly unknown[]> {
  using folder = project();
  const run = async (line: string, wanted = 0): Promise<string> => {
    const { code, stdout, stderr } = await folder.sqa(
      `${line} --no-input --url ${url} --models ${join(folder.folder, "models_*.ts")}`,
    );
    equal(code, wanted, `${line}\n${stdout}${stderr}`);
    return stdout;
  };
  const seen: unknown[] = [];
  // A column that the server has made stands first; only the order of the others counts.
  const look = async () =>
    seen.push(JSON.parse(await run("inspect --json"), (key, value) => key === "position" ? undefined : value).objects);
  if (inLowerCase) {
    writeFileSync(join(folder.folder, "models_0.ts"), first);
    const { code, stderr } = await folder.sqa(`diff no --no-input --url ${url}`);
    equal(code, 1);
    match(stderr, /SQA-312.*"Person" cannot be[^]*call it "person" in the models/);
    Deno.removeSync(join(folder.folder, "models_0.ts"));
  }
  const texts = [first, later].map((text) => inLowerCase ? text.replaceAll('"Person', '"person') : text);
  for (const [i, models] of texts.entries()) {
    if (i > 0) Deno.removeSync(join(folder.folder, `models_${i - 1}.ts`));
    writeFileSync(join(folder.folder, `models_${i}.ts`), models);
    await run(`diff step_${i} --allow table-rewrite --allow blocking-scan --allow may-fail`);
    await run("migrate");
    await run("diff --check");
    await look();
  }
  await run("rollback -1");
  await look();
  await run("rollback base");
  await look();
  return seen;
}

/** Global variables and their values; a session has them from its beginning. */
const all: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "as it comes": {},
  "foreign keys and unique keys not checked": { foreign_key_checks: "0", unique_checks: "0" },
  ANSI: { sql_mode: "'ANSI'" },
  "no mode": { sql_mode: "''" },
  "backslashes as they are": { sql_mode: "'NO_BACKSLASH_ESCAPES,TRADITIONAL'" },
  "zeros and blanks as they are": { sql_mode: "'NO_AUTO_VALUE_ON_ZERO,PAD_CHAR_TO_FULL_LENGTH'" },
  "another time zone, no autocommit": { time_zone: "'-11:00'", autocommit: "0" },
};
const own: Readonly<Record<string, typeof all>> = {
  mariadb: { "old defaults of timestamps": { explicit_defaults_for_timestamp: "0" } },
  mysql: { "keys that the server makes by itself": { sql_generate_invisible_primary_key: "1" } },
};

for (const [name, driver] of [["mariadb", mariadbDriver], ["mysql", mysqlDriver]] as const) {
  const kind = crashable[name], ignore = !kind.found || Deno.env.get("SQA_TEST_CRASHES") === "0";
  Deno.test({
    name: `${kind.label}: whatever the server is set to, the same models give the same schema, there and back (T44)`,
    ignore,
    fn: async (t) => {
      const server = await startCrashable(kind);
      try {
        let wanted: readonly unknown[] | null = null;
        for (const [what, settings] of Object.entries({ ...all, ...own[name] })) {
          await t.step(what, async () => {
            await using admin = await driver.connect(server.url);
            for (const [variable, value] of Object.entries(settings)) {
              await admin.execute(`SET GLOBAL ${variable} = ${value}`);
            }
            const seen = await withDatabase(server.url, walk);
            wanted ??= seen;
            deepEqual(seen, wanted);
            for (const variable of Object.keys(settings)) await admin.execute(`SET GLOBAL ${variable} = DEFAULT`);
          });
        }
      } finally {
        await server.stop();
      }
    },
  });
}

// MySQL takes this when its data are made, and then for good; 2 is for file systems without letter case (manual, lower_case_table_names).
Deno.test({
  name:
    "MariaDB: names of tables that the server writes in lower case are said, and no difference when the models have them so (T44)",
  ignore: !crashable.mariadb.found || Deno.env.get("SQA_TEST_CRASHES") === "0",
  fn: async () => {
    const kind = crashable.mariadb;
    const server = await startCrashable({
      ...kind,
      command: (data, port) => [...kind.command(data, port), "--lower-case-table-names=1"],
    });
    try {
      await withDatabase(server.url, (url) => walk(url, true));
    } finally {
      await server.stop();
    }
  },
});
