/** MariaDB and MySQL servers for tests: the system's MariaDB, and the MySQL that stands beside the repository, where they are. */
import { crashable, startCrashable } from "./crashable.ts";
import type { Skipped, TestServer } from "./server.ts";

/** What tests of schemas want: nothing waits for the disk, nothing runs by itself, any account may make functions. */
const settings = [
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=0",
  "--event-scheduler=OFF",
  "--log-bin-trust-function-creators=1",
  "--character-set-server=utf8mb4",
];

const kinds = [
  { name: "mariadb", why: "mariadbd is not installed on this machine" },
  { name: "mysql", why: "no ../shared" },
] as const;

/** Starts those that can be had here, both at once. */
export async function startMysqlFamily(): Promise<{ servers: TestServer[]; skipped: Skipped[] }> {
  const servers: TestServer[] = [], skipped: Skipped[] = [];
  await Promise.all(kinds.map(async ({ name, why }) => {
    const kind = crashable[name];
    if (!kind.found) return void skipped.push({ part: `conformance on ${kind.label}`, why });
    try {
      const command = (data: string, port: number) => [...kind.command(data, port), ...settings];
      servers.push(await startCrashable({ ...kind, command }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      skipped.push({ part: `conformance on ${kind.label}`, why: reason.split("\n")[0]! });
    }
  }));
  return { servers: servers.sort((a, b) => a.label < b.label ? -1 : 1), skipped };
}
