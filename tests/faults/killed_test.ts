// deno-lint-ignore-file no-console -- says which cells were tried, so that a failing sample can be had again
/**
 * The process of a run is killed (SIGKILL) when it begins a statement and when it has done one, at each of a file of twenty (T01): the next run
 * ends where one without a fault ends, each statement took effect once, and nothing is left over, no scratch database either.
 */
import { equal } from "node:assert/strict";
import { engines } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { expectTruth, inCell, random, sampleOf, sampling, truthOf } from "./project.ts";

const moments = ["statement-start", "statement-done"] as const;

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: a run that is killed at any statement of twenty is ended by the next one (T01)`,
    ignore: engine.url === null,
    fn: async () => {
      const wanted = await inCell(engine, async (cell) => {
        await cell.write("twenty", engine.script, engine.mode);
        await cell.migrate();
        return await truthOf(cell);
      });
      const all = Array.from({ length: engine.statements }, (_, i) => moments.map((moment) => `${moment} ${i + 1}`))
        .flat();
      const cells = sampleOf(all, random(sampling.seed)), failed: string[] = [];
      let killed = 0;
      for (const at of cells) {
        await inCell(engine, async (cell) => {
          await cell.write("twenty", engine.script, engine.mode);
          const runner = startRunner(cell.dir, cell.url);
          await runner.said(at);
          runner.kill();
          if ((await runner.ended).signal !== null) killed++;
          await cell.migrate();
          await expectTruth(cell, wanted);
          if (engine.mode === "groups") return;
          // Others may work on this server: theirs are locked.
          const places =
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME REGEXP '^sqa_scratch_[0-9]+_' AND IS_FREE_LOCK(SCHEMA_NAME)";
          equal(JSON.stringify(await cell.query(places)), "[]");
        }).catch((error) => failed.push(`${at}: ${error.message}\n${error.more?.detail ?? ""}`));
      }
      console.log(
        `${engine.label}: ${cells.length} of ${all.length} cells, ${killed} killed, ${failed.length} not converged (seed ${sampling.seed})`,
      );
      equal(failed.join("\n"), "");
    },
  });
}
