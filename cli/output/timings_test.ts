import { deepEqual, ok, rejects } from "node:assert/strict";
import { makeTimings } from "./timings.ts";

Deno.test("phases are added up in the order in which they began, whatever comes of them", async () => {
  const timings = makeTimings(), wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
  const outer = timings.timed("outer", () => wait(30));
  await timings.timed("inner", () => wait(5));
  await rejects(timings.timed("inner", async () => {
    await wait(5);
    throw new Error("no");
  }));
  await outer;
  const { outer: long, inner, total, ...others } = timings.read();
  deepEqual(others, {});
  ok(long! >= 25 && inner! >= 8 && total! >= long!);
  deepEqual(Object.keys(timings.read()), ["outer", "inner", "total"]);
});
