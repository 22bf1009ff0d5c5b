// deno-lint-ignore-file no-console -- says which cells were tried, so that a failing sample can be had again
/**
 * The wire is cut at the nth thing that a run asks of the server, in each of three ways, for every n (T01, T05): to the server that is also what
 * a killed client looks like. Whatever it was in the middle of, the next run ends where a run without a fault ends.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { SqaError } from "../../schema/error.ts";
import { engines } from "./engines.ts";
import { expectTruth, inCell, random, sampleOf, sampling, type Truth, truthOf } from "./project.ts";
import { type Cut, cuts, startProxy } from "./proxy.ts";

/** A run that waits for an answer that will never come is a failure too. */
async function inTime<T>(work: Promise<T>, ms = 90_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it hangs")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: cut while it connects, it fails or connects, and never hangs (T05)`,
    ignore: engine.url === null,
    fn: async () => {
      const failed: string[] = [];
      for (let at = 1; at <= 5; at++) {
        for (const how of cuts) {
          // What is lost between a socket's error and its end depends on the moment.
          for (let i = 0; i < 20; i++) {
            const proxy = startProxy({ url: engine.url!, at, how });
            const connecting = engine.driver.connect(proxy.url).then((connection) => connection.close(), () => {});
            await inTime(connecting, 15_000).catch((error) => failed.push(`${how} ${at}: ${error.message}`));
            proxy.close();
          }
        }
      }
      deepEqual(failed, []);
    },
  });

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
      for (const [i, { at, how }] of cells.entries()) {
        if (i > 0 && i % 50 === 0) {
          console.log(`${engine.label}: ${i} of ${cells.length} cells, ${failed.length} not converged so far`);
        }
        await inTime(oneCell(at, how)).catch((error) => {
          failed.push(`${how} ${at}: ${error.message}\n${error.more?.detail ?? ""}`);
          console.log(`${engine.label}: not converged: ${failed.at(-1)}`);
        });
      }
      console.log(
        `${engine.label}: ${cells.length} of ${all.length} cells, ${
          cells.length - failed.length
        } converged, ${failed.length} not (seed ${sampling.seed})`,
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
