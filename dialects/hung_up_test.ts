/** A port that accepts and hangs up: a published port whose container is not up, a load balancer without a server behind it (T40). */
import { equal, ok } from "node:assert/strict";
import { SqaError } from "../schema/error.ts";
import { mysqlDriver } from "./mysql/driver.ts";
import { postgresDriver } from "./postgres/driver.ts";

const urls = [
  [postgresDriver, "postgresql://u@HOST/d"],
  [postgresDriver, "postgresql://u:p@HOST/d?sslmode=require"],
  [postgresDriver, "postgresql://u:p@HOST/d?sslmode=prefer"],
  [mysqlDriver, "mysql://u@HOST/d"],
] as const;

for (const [driver, url] of urls) {
  for (const waitMs of [0, 1200]) {
    Deno.test(`${url} on a port that accepts and hangs up is unreachable, asked at a measured pace (T40), wait ${waitMs} ms`, async () => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      let connections = 0;
      const serving = (async () => {
        for await (const client of listener) {
          connections++;
          client.close();
        }
      })();
      const start = performance.now(), given = url.replace("HOST", `127.0.0.1:${listener.addr.port}`);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`it hangs, after ${connections} connections`)), waitMs + 60_000);
      });
      try {
        const error = await Promise.race([driver.connect(given, { waitMs }).then(() => null, (error) => error), late]);
        ok(error instanceof SqaError, String(error?.stack));
        equal(error.code, "SQA-201", error.message);
        equal(error.more.exit, 75);
        ok(performance.now() - start >= waitMs);
        ok(connections <= 2 + waitMs / 100, `${connections} connections`);
      } finally {
        clearTimeout(timer);
        listener.close();
        await serving;
      }
    });
  }
}
