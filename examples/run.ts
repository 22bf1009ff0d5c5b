/**
 * Runs every example on every database: its first models, its changed ones, and all the way back. SQLite is always there; servers come
 * from the arguments, or from SQA_TEST_POSTGRES_URLS and SQA_TEST_MYSQL_URLS (an administrator's URL each, separated by commas), on which a
 * database of its own is made and dropped again. What is missing is said.
 *
 *     deno task examples postgres://localhost/postgres mysql://root@localhost/mysql mariadb://root@localhost:3307/mysql
 */
// deno-lint-ignore-file no-console -- a demo prints
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { databaseOf } from "../cli/database.ts";
import { withDatabaseBeside } from "../cli/scratch_database.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = fileURLToPath(new URL(".", import.meta.url));

/** An example: its folder, the sections of its config in the order in which they run, and what else it shows. */
const examples: readonly {
  readonly name: string;
  readonly envs: readonly (readonly string[])[];
  readonly changes: readonly string[];
  readonly shows: readonly (readonly string[])[];
}[] = [
  {
    name: "shop",
    envs: [[]],
    changes: [
      "--rename",
      "orders_shipment.carrier=orders_shipment.service",
      "--allow",
      "drop-table",
      "--allow",
      "drop-column",
      "--allow",
      "narrow-type",
    ],
    shows: [["models"], ["check"]],
  },
  { name: "files", envs: [[]], changes: [], shows: [["models"], ["check"]] },
  {
    name: "media",
    envs: [["--history", "system"], ["--history", "app"]],
    changes: [],
    shows: [["--history", "app", "features", "push"], ["--history", "app", "features", "diff", "--pushed", "--check"]],
  },
];

/** Runs sqa in the project; it must succeed. */
async function sqa(project: string, url: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", main, ...args],
    cwd: project,
    env: { DATABASE_URL: url, NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`sqa ${args.join(" ")} ended with ${code}\n${decode(stdout)}${decode(stderr)}`);
  return decode(stdout);
}

async function tour(example: (typeof examples)[number], url: string): Promise<void> {
  const project = mkdtempSync(join(tmpdir(), "sqa_example_"));
  try {
    cpSync(join(folder, example.name), project, { recursive: true });
    mkdirSync(join(project, ".git"));
    const use = (models: string) => {
      if (models === "models") return rmSync(join(project, "demo.ts"), { force: true });
      rmSync(join(project, "models"), { recursive: true });
      cpSync(join(project, models), join(project, "models"), { recursive: true });
    };
    for (const version of ["models", "models_changed"]) {
      use(version);
      const flags = ["--exclude", "models_changed"];
      for (const env of example.envs) {
        await sqa(project, url, ...env, ...flags, "diff", version, ...(version === "models" ? [] : example.changes));
        await sqa(project, url, ...env, ...flags, "migrate");
        await sqa(project, url, ...env, ...flags, "diff", "--check");
      }
      for (const show of example.shows) await sqa(project, url, ...flags, ...show);
    }
    for (const env of [...example.envs].reverse()) {
      await sqa(project, url, ...env, "rollback", "base", "--allow", "lossy");
    }
  } finally {
    if (existsSync(project)) rmSync(project, { recursive: true });
  }
}

/** The last server of each kind: MariaDB and MySQL are two databases. */
function newestOfEach(urls: readonly string[]): readonly string[] {
  return [...new Map(urls.map((url) => [url.slice(0, url.indexOf(":")), url])).values()];
}

function servers(): readonly string[] {
  const list = (name: string) => (Deno.env.get(name) ?? "").split(",").filter((url) => url !== "");
  return Deno.args.length > 0
    ? Deno.args
    : [...list("SQA_TEST_POSTGRES_URLS").slice(-1), ...newestOfEach(list("SQA_TEST_MYSQL_URLS"))];
}

let failed = 0;
for (const server of [null, ...servers()]) {
  const database = server === null ? null : await databaseOf(server, Deno.cwd());
  const label = database ? database.dialect.label : "SQLite";
  for (const example of examples) {
    const started = performance.now();
    try {
      if (database) await withDatabaseBeside(database, (url) => tour(example, url));
      else await tour(example, "sqlite:example.db");
      console.log(`ok      ${example.name} on ${label} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${example.name} on ${label}\n${error instanceof Error ? error.message : error}`);
    }
  }
}
if (servers().length === 0) console.log("only on SQLite: name servers as arguments, see the head of examples/run.ts");
Deno.exit(failed === 0 ? 0 : 1);
