/** A fence takes the lease's row for the rest of its transaction: nothing that needs that row may be waited for until it ends. */
import { equal } from "node:assert/strict";
import type { Connection, Driver } from "../dialects/driver.ts";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { runScript } from "./run_script.ts";
import { parseBody, renderBody } from "./script.ts";

const bodies = (["allowed", "commit-after", "alone"] as const).map((transaction) =>
  renderBody(
    [{ sql: "CREATE TABLE a (x)", transaction }, { sql: "CREATE TABLE b (x)", transaction: "allowed" }],
    sqlite,
  )
);

for (const [i, { text, mode }] of bodies.entries()) {
  Deno.test(`file ${i + 1}, in mode ${mode}: the lock is not asked about while the fence holds its row`, async () => {
    await using connection = await sqliteDriver.connect("sqlite::memory:");
    let isHeld = false, checks = 0;
    const released = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } finally {
        isHeld = false;
      }
    };
    const driver: Driver = {
      ...sqliteDriver,
      migration: (on, _options, work) => released(Promise.resolve(work(on))),
    };
    const one: Connection = { ...connection, transaction: (work) => released(connection.transaction(work)) };
    const outcome = await runScript({
      driver,
      connection: one,
      file: { id: "1", name: "one", label: "1_one" },
      path: "1_one.up.sql",
      script: parseBody(text, { dialect: sqlite, file: "1_one.up.sql", line: 1, mode }),
      journal: {
        claim: () => Promise.resolve({ applied: 0, running: null, runningFrom: null, runningSession: null }),
        progress: async () => {},
        finish: async () => {},
      },
      limits: { lockTimeoutMs: 0, statementTimeoutMs: 0 },
      retryMs: 0,
      signal: undefined,
      onEvent: () => {},
      fingerprint: () => Promise.resolve(""),
      async checkLock() {
        // As long as a question to a server takes at least.
        await new Promise((resolve) => setTimeout(resolve, 5));
        checks++;
        if (isHeld) throw new Error("it would wait for its own transaction");
      },
      fence: () => {
        isHeld = true;
        return Promise.resolve();
      },
      verifiable: true,
    });
    equal(outcome, "ran");
    equal(checks > 0, true);
  });
}
