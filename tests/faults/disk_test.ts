/**
 * The disk of the server runs full in the middle of a file (T17): the run ends with an error that says so, nothing is recorded that is not there, and
 * when there is space again the next run ends where a run without a fault ends. Needs root for a small file system in memory.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import { withDatabase, withFolder } from "../support/scratch.ts";
import { crashable, startCrashable } from "../support/servers/crashable.ts";
import { engineAt } from "./engines.ts";
import { type Cell, inCell } from "./project.ts";

const mayMount = Deno.build.os === "linux" && Deno.uid() === 0 &&
  new Deno.Command("unshare", { args: ["-m", "true"], stdout: "null", stderr: "null" }).outputSync().success;

async function command(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  ok(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** A folder with so many megabytes, and none more. */
async function withSmallDisk(megabytes: number, test: (path: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const disk = join(folder, "disk");
    await Deno.mkdir(disk);
    await Deno.chmod(folder, 0o755);
    await command("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", disk);
    try {
      await test(disk);
    } finally {
      await command("umount", "-l", disk);
    }
  });
}

/** Leaves so many megabytes. */
async function fillUp(disk: string, left: number): Promise<void> {
  const file = await Deno.open(join(disk, "ballast"), { create: true, write: true });
  const part = new Uint8Array(1 << 20);
  try {
    for (;;) await file.write(part);
  } catch {
    /* it is full */
  } finally {
    const { size } = await file.stat();
    await file.truncate(Math.max(0, size - left * (1 << 20)));
    file.close();
  }
}

/** Does it answer again by itself? A Postgres that lost a process to the full disk goes through its log first. */
async function comesBack(cell: Cell): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    if (await cell.query("SELECT 1 AS one").then(() => true, () => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

for (
  const [kind, megabytes] of [[crashable.postgres, 260], [crashable.mariadb, 400], [crashable.mysql, 500]] as const
) {
  Deno.test({
    name:
      `${kind.label}: a disk that runs full in the middle of a file is said, nothing is half there, the next run converges (T17)`,
    ignore: !kind.found || !mayMount || Deno.env.get("SQA_TEST_CRASHES") === "0",
    fn: () =>
      withSmallDisk(megabytes, async (disk) => {
        const server = await startCrashable(kind, disk);
        try {
          const engine = {
            ...engineAt(server.url),
            with: <T>(test: (url: string) => Promise<T>) => withDatabase(server.url, test),
          };
          const isPostgres = kind === crashable.postgres;
          const line = `INSERT INTO big (a) VALUES ('${"x".repeat(60_000)}');`;
          if (isPostgres) {
            await inCell(engine, (cell) => cell.run("ALTER SYSTEM SET max_wal_size = '64MB'"));
          }
          await inCell(engine, async (cell) => {
            const kept = isPostgres ? " ALTER TABLE big ALTER a SET STORAGE EXTERNAL;" : "";
            await cell.write(
              "small",
              "CREATE TABLE small (n integer);\nINSERT INTO small VALUES (1);",
              isPostgres ? "all" : "none",
            );
            await cell.write(
              "big",
              `CREATE TABLE big (a ${isPostgres ? "text" : "longtext"});${kept}\nINSERT INTO small VALUES (2);\n${
                Array.from({ length: 600 }, () => line).join("\n")
              }`,
              isPostgres ? "all" : "none",
            );
            await cell.migrate({ target: "+1" });
            await fillUp(disk, 6);
            const error = await cell.migrate().then(() => null, (error) => error);
            ok(error, "the disk is larger than what was written");
            // Without room for its log the server goes down; without room for a table it says so.
            ok(error.more?.exit === 75 || /space|full/i.test(error.message), String(error.stack));
            await Deno.remove(join(disk, "ballast"));
            // A server without room for its log stops; where it did, it comes back on what is there.
            if (!await comesBack(cell)) {
              try {
                server.kill();
              } catch { /* it is over */ }
              await server.start();
            }
            const rows = await cell.query("SELECT name FROM sqa_history WHERE state = 'done'");
            deepEqual(rows.map(({ name }) => String(name)), ["small"]);
            await cell.migrate();
            const [big] = await cell.query("SELECT count(*) AS n FROM big");
            equal(Number(big!.n), 600);
            deepEqual((await cell.query("SELECT n FROM small ORDER BY n")).map(({ n }) => Number(n)), [1, 2]);
            for (const sql of engine.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
          });
        } finally {
          await server.stop();
        }
      }),
  });
}
