// deno-lint-ignore-file no-console -- says which cells were tried, so that a failing sample can be had again
/**
 * The wire is cut at the nth thing that a run asks of the server, in each of three ways, for every n (T01, T05): to the server that is also what
 * a killed client looks like. Whatever it was in the middle of, the next run ends where a run without a fault ends.
 */
import { equal, ok } from "node:assert/strict";
import { SqaError } from "../../schema/error.ts";
import { engines } from "./engines.ts";
import { expectTruth, inCell, random, sampleOf, sampling, type Truth, truthOf } from "./project.ts";
import { type Cut, cuts, startProxy } from "./proxy.ts";

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: cut at any request of a file of twenty statements, the next run converges (T01, T05)`,
    ignore: engine.url === null,
    fn: async () => {
      const next = random(sampling.seed);
      let wanted: Truth | null = null, requests = 0;
      await inCell(engine, async (cell) => {
        await cell.write("twenty", engine.script, engine.mode);
        const proxy = startProxy({ url: cell.url, at: 0, how: "before" });
        const { applied } = await cell.migrate({ url: proxy.url });
        equal(applied[0]!.statements, engine.statements);
        requests = proxy.requests;
        proxy.close();
        wanted = await truthOf(cell);
        await expectTruth(cell, wanted);
      });
      const all = Array.from({ length: requests }, (_, i) => cuts.map((how) => ({ at: i + 1, how }))).flat();
      const cells = sampleOf(all, next);
      const failed: string[] = [];
      for (const { at, how } of cells) {
        await oneCell(at, how).catch((error) =>
          failed.push(`${how} ${at}: ${error.message}\n${error.more?.detail ?? ""}`)
        );
      }
      console.log(
        `${engine.label}: ${cells.length} of ${all.length} cells, ${failed.length} not converged (seed ${sampling.seed})`,
      );
      equal(failed.join("\n"), "");

      async function oneCell(at: number, how: Cut): Promise<void> {
        await inCell(engine, async (cell) => {
          await cell.write("twenty", engine.script, engine.mode);
          const proxy = startProxy({ url: cell.url, at, how });
          const error = await cell.migrate({ url: proxy.url }).then(() => null, (error) => error);
          proxy.close();
          // The cut may fall on a goodbye, which nobody waits for.
          if (error) ok(error instanceof SqaError || error.more?.class === "connection", String(error?.stack ?? error));
          await cell.migrate();
          await expectTruth(cell, wanted!);
        });
      }
    },
  });
}
