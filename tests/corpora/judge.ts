// deno-lint-ignore-file no-console -- a report for people
/**
 * Judges the results that pairtest.py wrote (one JSON object a line): a case passes when the oracle calls both directions exact (column order
 * aside), no row of a kept table is gone, equal schemas gave no statement, and the tool left the databases alone. Prints a count a
 * suite; exits 1 for a failing case that known.json does not name, and names listed cases that pass now.
 *
 *   deno run -A tests/corpora/judge.ts RESULTS.jsonl [--write-known]
 */
import { fileURLToPath } from "node:url";
import { known } from "./places.ts";

interface Result {
  readonly id: string;
  readonly server: string;
  readonly up?: string;
  readonly down?: string;
  readonly err?: string;
  readonly down_err?: string;
  readonly rows_lost?: Readonly<Record<string, unknown>>;
  readonly noop_ok?: boolean;
  readonly tool_touched_before?: boolean;
  readonly stmts?: number;
  readonly diff?: readonly string[];
}

const good = new Set(["exact", "order"]);

/** Why a case does not pass, or null. Setup errors are the harness's and are skipped. */
function fault(result: Result): string | null {
  const { up, down, stmts } = result;
  if (result.tool_touched_before) return "the tool changed the database that it read";
  if (!good.has(up ?? "")) return `up: ${up}${detail(result.err ?? result.diff?.slice(0, 2).join(" | "))}`;
  if (result.noop_ok === false) return `equal schemas gave ${stmts} statements`;
  if (result.rows_lost && Object.keys(result.rows_lost).length) {
    return `rows lost: ${Object.keys(result.rows_lost).join(", ")}`;
  }
  if (down === undefined) return stmts ? "no down file" : null;
  return good.has(down) ? null : `down: ${down}${detail(result.down_err)}`;
}

function detail(text: string | undefined): string {
  return text ? ` (${text.replace(/\s+/g, " ").slice(0, 200)})` : "";
}

const [path] = Deno.args;
const results = Deno.readTextFileSync(path!).split("\n").filter((line) => line !== "").map((line) =>
  JSON.parse(line) as Result
);
const server = results[0]?.server ?? "none";
const expected = known(`pairs/${server}`);
const suites = new Map<string, { passed: number; failed: number; known: number; skipped: number }>();
const news: string[] = [], passing: string[] = [];
const causes: Record<string, string> = {};
for (const result of results) {
  const [kind, suite] = result.id.split("/") as [string, string];
  const name = `${kind}/${suite}`;
  const tally = suites.get(name) ?? { passed: 0, failed: 0, known: 0, skipped: 0 };
  suites.set(name, tally);
  const why = result.up === "setup-error" ? null : fault(result);
  if (result.up === "setup-error") tally.skipped++;
  else if (why === null) {
    tally.passed++;
    if (expected[result.id] !== undefined) passing.push(result.id);
  } else {
    causes[result.id] = why;
    if (expected[result.id] !== undefined) tally.known++;
    else tally.failed++, news.push(`${result.id}: ${why}`);
  }
}
for (const [name, { passed, failed, known, skipped }] of suites) {
  console.log(`${name.padEnd(36)} ${passed} passed, ${failed} failed, ${known} known, ${skipped} not loadable here`);
}
for (const each of news) console.log(`FAILED ${each}`);
for (const each of passing) console.log(`passes now, take it out of known.json: ${each}`);
if (Deno.args.includes("--write-known")) {
  const file = fileURLToPath(new URL("./known.json", import.meta.url));
  const all = JSON.parse(Deno.readTextFileSync(file)) as Record<string, unknown>;
  Deno.writeTextFileSync(file, JSON.stringify({ ...all, [`pairs/${server}`]: causes }, null, 2) + "\n");
}
const sum = [...suites.values()].reduce(
  (a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    known: a.known + b.known,
    skipped: a.skipped + b.skipped,
  }),
  { passed: 0, failed: 0, known: 0, skipped: 0 },
);
console.log(`${server}: ${sum.passed} passed, ${sum.failed} failed, ${sum.known + sum.skipped} skipped`);
Deno.exit(sum.failed ? 1 : 0);
