// deno-lint-ignore-file no-console -- the figures are what the run is for
/**
 * Large inputs (T26): ten thousand files, a file of many statements, one of many megabytes, one statement of many megabytes. Small here; with
 * SQA_TEST_LARGE=full of the sizes that the notes speak of. Prints time and the process's largest memory.
 */
import { equal, ok } from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { renderEmptyMigration } from "../../migrate/render_file.ts";
import { v8Flags } from "../support/v8_flags.ts";
import { type Engine, engines, sqlite } from "./engines.ts";
import { type Cell, inCell } from "./project.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const full = Deno.env.get("SQA_TEST_LARGE") === "full";
/** A number divides the sizes by it. */
const scale = full ? 1 : Number(Deno.env.get("SQA_TEST_LARGE")) || 100;
/** What a run may take at its largest, whatever it runs. */
const mostMegabytes = 300;
const child = fileURLToPath(new URL("child.ts", import.meta.url));

interface Figures {
  readonly seconds: number;
  readonly megabytes: number;
}

/** `migrate` in a process of its own, watched through /proc. */
async function measured(cell: Cell): Promise<Figures> {
  const start = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", v8Flags, child, cell.dir, cell.url, "quietly"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${process.pid}/status`);
      peak = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? peak);
    } catch { /* it is over, or there is no /proc */ }
  }, 50);
  const stderr = await new Response(process.stderr).text();
  const { code } = await process.status;
  clearInterval(timer);
  equal(code, 0, stderr);
  ok(peak / 1024 < mostMegabytes, `${Math.round(peak / 1024)} MB`);
  return { seconds: (performance.now() - start) / 1000, megabytes: peak / 1024 };
}

const mode = (engine: Engine) => engine.driver.dialect.transactionalDdl ? "all" : "none";

for (const engine of [sqlite, ...engines]) {
  const say = (what: string, { seconds, megabytes }: Figures) =>
    console.log(`${engine.label}: ${what}: ${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB`);
  const test = (what: string, work: () => Promise<void>) =>
    Deno.test({ name: `${engine.label}: ${what} (T26)`, ignore: engine.url === null, fn: work });

  test("many files", () =>
    inCell(engine, async (cell) => {
      const files = Math.round(10_000 / scale);
      await mkdir(cell.dir, { recursive: true });
      let last: string | null = null;
      for (let i = 0; i < files; i++) {
        const { dialect } = engine.driver;
        const texts = renderEmptyMigration({ name: `f${i}`, dialect, parents: last === null ? [] : [last] });
        const label = `2026${String(i).padStart(10, "0")}_f${i}_${texts.id.slice(0, 6)}`;
        const sql = i === 0 ? "CREATE TABLE t (n integer);" : `INSERT INTO t VALUES (${i});`;
        const body = (text: string) => text.replace(/\n-- write [^]*$/, `\n${sql}\n-- sqa: end\n`);
        await writeFile(join(cell.dir, `${label}.up.sql`), body(texts.up));
        await writeFile(join(cell.dir, `${label}.down.sql`), body(texts.down!));
        last = texts.id;
      }
      say(`${files} files`, await measured(cell));
      say(`${files} files, nothing to do`, await measured(cell));
      const [found] = await cell.query("SELECT count(*) AS n FROM t");
      ok(Number(found!.n) === files - 1);
    }));

  test("a file of many megabytes", () =>
    inCell(engine, async (cell) => {
      const bytes = Math.round(100_000_000 / scale), row = `INSERT INTO t VALUES ('${"x".repeat(9_970)}');`;
      await cell.write("table", "CREATE TABLE t (a text);");
      await cell.write("large", Array.from({ length: bytes / 10_000 }, () => row).join("\n"), mode(engine));
      say(`a file of ${bytes / 1_000_000} MB`, await measured(cell));
    }));

  test("one long statement", () =>
    inCell(engine, async (cell) => {
      const long = Math.round((engine.label === "MariaDB" ? 12_000_000 : 50_000_000) / scale);
      const type = engine.driver.dialect.transactionalDdl ? "text" : "longtext";
      await cell.write("table", `CREATE TABLE t (a ${type});`);
      await cell.write("long", `INSERT INTO t VALUES ('${"x".repeat(long)}');`, mode(engine));
      say(`a statement of ${long / 1_000_000} MB`, await measured(cell));
      const [found] = await cell.query("SELECT LENGTH(a) AS n FROM t");
      equal(Number(found!.n), long);
    }));

  test("many statements", async () => {
    for (const part of scale < 100 ? [4, 2, 1] : [1]) {
      const many = Math.round(1_000_000 / scale / part);
      await inCell(engine, async (cell) => {
        await cell.write("table", "CREATE TABLE t (n integer);");
        const line = Array.from({ length: many }, (_, i) => `INSERT INTO t VALUES (${i});`).join("\n");
        await cell.write("many", line, mode(engine));
        say(`${many} statements`, await measured(cell));
        const [row] = await cell.query("SELECT count(*) AS n FROM t");
        equal(Number(row!.n), many);
      });
    }
  });
}
