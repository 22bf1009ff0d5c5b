// deno-lint-ignore-file no-console -- a report for people
/**
 * Real schemas that we did not write, there and back: load, `sqa pull`, `sqa diff` finds nothing, make the schema anew from the pulled models
 * in an empty database, and an oracle that knows nothing of sqa compares the two. Prints a table; exits 1 when a schema that known.json does
 * not name is not equal. The schemas and the oracle stand in ../shared and are no part of the repository.
 *
 *   deno run -A tests/corpora/schemas.ts DIALECT [SERVER_URL] [--only NAME]
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { foreignHistories } from "../../migrate/foreign_history.ts";
import { makeGraph } from "../../schema/graph.ts";
import { pathOfId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { sqa } from "../support/cli.ts";
import { withCountingRelay } from "../support/counting_relay.ts";
import { withDatabase, withFolder, withSqlite } from "../support/scratch.ts";
import { corporaFolder, known, oracle, requireOracle } from "./places.ts";
import { loadByShell } from "./shell.ts";

interface Row {
  readonly schema: string;
  readonly tables: number;
  readonly indexes: number;
  readonly foreignKeys: number;
  readonly verdict: string;
  readonly seconds: number;
  /** Of one introspection, connecting and disconnecting included; 0 where nobody counts them. */
  readonly roundTrips: number;
  /** Kinds that are there but not modelled yet, with how many. */
  readonly left: string;
}

const [dialect, serverUrl] = Deno.args.filter((each) => !each.startsWith("--"));
const only = Deno.args.includes("--only") ? Deno.args[Deno.args.indexOf("--only") + 1] : undefined;
const shells = ["sqlite", "postgres", "mysql", "mariadb"];
if (!shells.includes(dialect!) || (dialect !== "sqlite" && !serverUrl)) {
  console.error(
    "usage: schemas.ts sqlite | schemas.ts postgres SERVER_URL | schemas.ts mysql SERVER_URL | schemas.ts mariadb SERVER_URL",
  );
  Deno.exit(64);
}
requireOracle();
// One set of scripts serves both servers of the MySQL family.
const folder = join(corporaFolder, "schemas", dialect === "mariadb" ? "mysql" : dialect!);
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".sql")).sort()
  .filter((name) => only === undefined || name.includes(only));

function withPlace<T>(test: (url: string) => Promise<T>): Promise<T> {
  return dialect === "sqlite" ? withSqlite(test) : withDatabase(serverUrl!, test);
}

/** What can be said on a server that stamps columns: exact it is not. */
const butStamps = "equal but for the server's own pg_attver";

async function one(name: string): Promise<Row> {
  const started = performance.now();
  const row = await withPlace((live) =>
    withPlace((anew) =>
      withFolder(async (project) => {
        const counts = { tables: 0, indexes: 0, foreignKeys: 0, roundTrips: 0, left: "" };
        const done = (verdict: string) => ({ ...counts, verdict });
        try {
          await loadByShell(live, join(folder, name));
        } catch (error) {
          return done((error as Error).message);
        }
        const pulled = await sqa(project, "pull", "--url", live, "--json");
        if (pulled.code !== 0) return done(`pull fails: ${firstError(pulled.stderr)}`);
        const { histories, ...counted } = await countsOf(project, live, pulled.stdout);
        Object.assign(counts, counted);
        const diff = await sqa(project, "diff", "--check", "--url", live);
        if (diff.code !== 0) return done(`diff after pull: ${firstError(diff.code === 2 ? diff.stdout : diff.stderr)}`);
        const push = await sqa(project, "push", "--yes", "--url", anew);
        if (push.code !== 0) return done(`cannot be made: ${firstError(push.stderr)}`);
        const { equal, stamped, said } = await oracle(live, anew, histories);
        return done(equal ? "equal" : stamped ? butStamps : `differs: ${said}`);
      })
    )
  );
  return { schema: name.slice(0, -".sql".length), ...row, seconds: (performance.now() - started) / 1000 };
}

async function countsOf(project: string, url: string, pulled: string) {
  const inspect = async (url: string) => (await sqa(project, "inspect", "--json", "--url", url)).stdout;
  const [stdout, roundTrips] = dialect === "sqlite"
    ? [await inspect(url), 0]
    : await withCountingRelay(url, async (through, traffic) => [await inspect(through), traffic().roundTrips] as const);
  const { objects } = JSON.parse(stdout) as { objects: readonly SchemaObject[] };
  // Tables in which another migration tool keeps its history are left where they are: `pull` says so.
  const histories = foreignHistories(makeGraph(dialect!, objects)).flatMap(({ tables }) => tables)
    .map((id) => pathOfId(id).at(-1)!);
  const count = (kind: string) => objects.filter((object) => object.kind === kind).length;
  const { notes } = JSON.parse(pulled) as { notes: readonly { code: string; message: string }[] };
  const byCode = Map.groupBy(notes, (note) => note.code);
  const left = [...byCode].map(([code, all]) => `${code} ${all.length}`).join(", ");
  return {
    tables: count("table"),
    indexes: count("index"),
    foreignKeys: count("foreign_key"),
    roundTrips,
    left,
    histories,
  };
}

function firstError(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => line.startsWith("error")) ?? lines.find((line) => /^\s+[-+~]/.test(line)) ?? lines[0] ??
    "").trim().slice(0, 160);
}

const rows: Row[] = [];
for (const name of names) {
  if (!existsSync(join(folder, name))) continue;
  const row = await one(name);
  rows.push(row);
  const numbers = [row.tables, row.indexes, row.foreignKeys].map((each) => String(each).padStart(6)).join("");
  const trips = row.roundTrips ? `  ${row.roundTrips} round trips` : "";
  const left = row.left ? `  [${row.left}]` : "";
  console.log(
    `${row.schema.padEnd(28)}${numbers}  ${row.seconds.toFixed(1).padStart(6)} s${trips}  ${row.verdict}${left}`,
  );
}
const expected = known(`schemas/${dialect}`);
const bad = rows.filter((row) => row.verdict !== "equal");
for (const row of rows) {
  if (row.verdict === "equal" && expected[row.schema]) {
    console.log(`passes now, take it out of known.json: ${row.schema}`);
  }
}
for (const row of bad) if (expected[row.schema]) console.log(`known: ${row.schema}: ${expected[row.schema]}`);
for (const row of bad) if (row.verdict === butStamps) console.log(`not exact: ${row.schema}: ${butStamps}`);
const news = bad.filter((row) => !expected[row.schema] && row.verdict !== butStamps);
console.log(`${rows.length - bad.length} passed, ${news.length} failed, ${bad.length - news.length} skipped`);
Deno.exit(news.length ? 1 : 0);
