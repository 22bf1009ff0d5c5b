import { deepEqual, equal, rejects } from "node:assert/strict";
import { copyFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { emptyGraph } from "../schema/graph.ts";
import { SqaError } from "../schema/error.ts";
import { type MigrationTexts, readDown, readFolder, readSnapshot, slug, writeMigration } from "./files.ts";
import { renderEmptyMigration, renderMigration } from "./render_file.ts";
import { noEffects } from "../diff/plan_types.ts";

const statement = (sql: string) => ({ sql, transaction: "allowed", effects: noEffects, change: null! }) as const;

function texts(table: string, parents: readonly string[] = [], name = `add ${table}!`): MigrationTexts {
  const plan = {
    from: "0",
    to: "1",
    up: [statement(`CREATE TABLE "${table}" (x)`)],
    down: [statement(`DROP TABLE "${table}"`)],
  };
  return renderMigration({ name, dialect: sqlite, parents, plan, target: emptyGraph("sqlite") });
}

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "sqa_files_"));
  try {
    await work(join(dir, "migrations"));
  } finally {
    await rm(dir, { recursive: true });
  }
}
const at = (text: string) => new Date(text);
const codes = async (dir: string) => (await readFolder(dir, sqlite)).problems.map((problem) => problem.code).sort();

Deno.test("a written migration is read back whole", () =>
  inFolder(async (dir) => {
    const made = texts("a");
    const { label, paths } = await writeMigration(dir, made, at("2026-11-20T10:15:00Z"));
    equal(label, `20261120101500_add_a_${made.id.slice(0, 6)}`);
    const { migrations: [migration], problems } = await readFolder(dir, sqlite);
    deepEqual(problems, []);
    equal(migration!.id, made.id);
    equal(migration!.name, "add a!");
    deepEqual(migration!.paths, paths);
    equal(migration!.up.checksum, migration!.header.checksum);
    equal((await readDown(migration!, sqlite))!.script.statements.at(0)!.sql, 'DROP TABLE "a"');
    equal((await readSnapshot(migration!))!.graph.objects.size, 0);
    deepEqual((await readdir(dir)).filter((name) => name.includes("tmp")), []);
    equal((await readFile(paths.up, "utf8")).includes("\r"), false);
  }));

Deno.test("S2-18: the time in a file's name is UTC, or that of a zone, wherever it is made", () =>
  inFolder(async (dir) => {
    const { label } = await writeMigration(dir, texts("a"), at("2026-01-31T23:30:00-02:00"));
    equal(label.slice(0, 14), "20260201013000");
    const elsewhere = await writeMigration(dir, texts("b"), at("2026-07-01T23:30:00Z"), "Asia/Tokyo");
    equal(elsewhere.label.slice(0, 14), "20260702083000");
  }));

Deno.test("replicas that generate at different moments agree on id and bytes, and one folder takes it once", () =>
  inFolder(async (dir) => {
    const first = await writeMigration(dir, texts("a"), at("2026-01-01T00:00:00Z"));
    const again = await writeMigration(dir, texts("a"), at("2030-01-01T00:00:00Z"));
    equal(first.written, true);
    equal(again.written, false);
    equal(again.label, first.label);
    equal((await readdir(dir)).length, 3);
    deepEqual(texts("a"), texts("a"));
  }));

Deno.test("the id depends on what is done and what it follows, not on the name", () => {
  equal(texts("a", [], "x").id, texts("a", [], "y").id);
  equal(texts("a", ["aaaaaaaaaaaa"]).id === texts("a").id, false);
  equal(texts("a").id === texts("b").id, false);
  const empty = (name: string) => renderEmptyMigration({ name, dialect: sqlite, parents: [] }).id;
  equal(empty("one") === empty("two"), false);
});

Deno.test("no folder is no migrations", () =>
  inFolder(async (dir) => {
    deepEqual(await readFolder(dir, sqlite), { migrations: [], problems: [], strays: [] });
  }));

Deno.test("deleted, duplicated, renamed, swapped and cut files each have their own code (T20)", () =>
  inFolder(async (dir) => {
    const one = texts("a"), two = texts("b", [one.id]);
    const first = await writeMigration(dir, one, at("2026-01-01T00:00:00Z"));
    const second = await writeMigration(dir, two, at("2026-01-02T00:00:00Z"));
    deepEqual(await codes(dir), []);

    const copy = join(dir, `20270101000000_copy_${two.id.slice(0, 6)}.up.sql`);
    await copyFile(second.paths.up, copy);
    await copyFile(second.paths.down!, copy.replace(".up.", ".down."));
    deepEqual(await codes(dir), ["SQA-511"]);
    await rm(copy);
    deepEqual(await codes(dir), ["SQA-513"], "a down file without its up file");
    await rm(copy.replace(".up.", ".down."));

    await rename(first.paths.down!, `${first.paths.down}.away`);
    deepEqual(await codes(dir), ["SQA-513"], "an up file without its down file");
    await rename(`${first.paths.down}.away`, first.paths.down!);

    await rename(second.paths.up, `${second.paths.up}.kept`);
    await copyFile(first.paths.up, second.paths.up);
    deepEqual(await codes(dir), ["SQA-517"], "the wrong file under a name");
    await rename(`${second.paths.up}.kept`, second.paths.up);

    const text = await readFile(second.paths.up, "utf8");
    await writeFile(second.paths.up, text.slice(0, -6));
    deepEqual(await codes(dir), ["SQA-512"]);
    await writeFile(second.paths.up, text.slice(0, 30));
    deepEqual(await codes(dir), ["SQA-502"]);
    await writeFile(second.paths.up, "");
    deepEqual(await codes(dir), ["SQA-502"]);
    await writeFile(second.paths.up, new Uint8Array([0x2d, 0x2d, 0xff, 0xfe]));
    deepEqual(await codes(dir), ["SQA-502"]);
    await writeFile(second.paths.up, text.replace("dialect sqlite", "dialect postgres"));
    deepEqual(await codes(dir), ["SQA-518"]);
    await writeFile(second.paths.up, text);

    await writeFile(join(dir, "notes.sql"), "select 1");
    deepEqual((await readFolder(dir, sqlite)).strays, [join(dir, "notes.sql")]);
    deepEqual(await codes(dir), []);
  }));

Deno.test("a write that fails leaves nothing behind (SQA-501)", () =>
  inFolder(async (dir) => {
    await writeMigration(dir, texts("a"), at("2026-01-01T00:00:00Z"));
    const blocked = join(dir, "blocked");
    await writeFile(blocked, "a file where a folder is wanted");
    const before = await readdir(dir);
    await rejects(
      writeMigration(join(blocked, "x"), texts("b"), at("2026-01-01T00:00:00Z")),
      (error) => error instanceof SqaError && error.code === "SQA-501",
    );
    deepEqual(await readdir(dir), before);
  }));

Deno.test("names become file names", () => {
  equal(slug("Füge Bestellungen hinzu / 2"), "fuge_bestellungen_hinzu_2");
  equal(slug("../../etc"), "etc");
  equal(slug("注文"), "migration");
});
