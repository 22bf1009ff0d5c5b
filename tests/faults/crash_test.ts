// deno-lint-ignore-file no-console -- says which cells were tried, so that a failing sample can be had again
/**
 * The server is killed at the boundaries of a file's statements and in the middle of them, and within a long ALTER (T06). It is started again on
 * what is left, and the next run ends where a run without a fault ends. Needs servers of its own; what is not there is skipped.
 */
import { equal, ok } from "node:assert/strict";
import { SqaError } from "../../schema/error.ts";
import { withDatabase } from "../support/scratch.ts";
import { crashable, type CrashableServer, startCrashable } from "../support/servers/crashable.ts";
import { engineAt } from "./engines.ts";
import { type Cell, expectTruth, inCell, random, sampleOf, sampling, truthOf } from "./project.ts";

const moments = ["start", "middle", "done"] as const;
type Moment = typeof moments[number];

for (const kind of Object.values(crashable)) {
  Deno.test({
    name: `${kind.label}: killed at any statement, it comes back and the next run converges (T06)`,
    ignore: !kind.found || Deno.env.get("SQA_TEST_CRASHES") === "0",
    fn: async () => {
      const next = random(sampling.seed), server = await startCrashable(kind);
      try {
        const engine = {
          ...engineAt(server.url),
          with: <T>(test: (url: string) => Promise<T>) => withDatabase(server.url, test),
        };
        const wanted = await inCell(engine, async (cell) => {
          await cell.write("twenty", engine.script, engine.mode);
          await cell.migrate();
          return await truthOf(cell);
        });
        const all = Array.from(
          { length: engine.statements },
          (_, i) => moments.map((moment) => ({ at: i + 1, moment })),
        ).flat();
        const cells = sampleOf(all, next, Math.ceil(sampling.size / 3)), failed: string[] = [];
        for (const { at, moment } of cells) {
          await inCell(engine, async (cell) => {
            await cell.write("twenty", engine.script, engine.mode);
            await crashAt(cell, server, at, moment);
            await cell.migrate();
            await expectTruth(cell, wanted);
            equal(leftoverFiles(server), "");
            if (kind.scheme !== "postgresql") {
              const places =
                "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'sqa_scratch%'";
              equal(JSON.stringify(await cell.query(places)), "[]");
            }
          }).catch((error) => failed.push(`${moment} of ${at}: ${error.message}\n${error.more?.detail ?? ""}`));
        }
        console.log(
          `${kind.label}: ${cells.length} of ${all.length} cells, ${failed.length} not converged (seed ${sampling.seed})`,
        );
        equal(failed.join("\n"), "");
      } finally {
        await server.stop();
      }
    },
  });
}

/** Runs until the server dies under it, and starts the server again. */
async function crashAt(cell: Cell, server: CrashableServer, at: number, moment: Moment): Promise<void> {
  let killed = false;
  const kill = (): void => {
    if (killed) return;
    killed = true;
    server.kill();
  };
  const error = await cell.migrate({
    onEvent: (event) => {
      if (!("number" in event) || event.number !== at) return;
      if (event.type === "statement-start" && moment === "start") kill();
      if (event.type === "statement-start" && moment === "middle") setTimeout(kill, 1);
      if (event.type === "statement-done" && moment === "done") kill();
    },
  }).then(() => null, (error) => error);
  if (!killed) return;
  if (error) ok(error instanceof SqaError || error.more?.class === "connection", String(error?.stack ?? error));
  await server.start();
}

/** What an ALTER leaves in the folder of the data when it is not cleaned up. */
function leftoverFiles({ data, label }: CrashableServer): string {
  if (label === "Postgres") return "";
  const found: string[] = [];
  for (const entry of Deno.readDirSync(data)) {
    if (!entry.isDirectory || !entry.name.startsWith("sqa_")) continue;
    for (const file of Deno.readDirSync(`${data}/${entry.name}`)) {
      if (file.name.startsWith("#sql")) found.push(file.name);
    }
  }
  return found.join(", ");
}
