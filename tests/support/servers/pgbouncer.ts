/** PgBouncer in transaction mode before a Postgres server, where this machine has it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { existingUser, freePort, privateFolder, unprivileged } from "./server.ts";

export const pgbouncer = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((path) => existsSync(path)) ?? null;

export interface Pooler {
  /** The same database through the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** Starts it on a free port; it hands out `size` server connections a database. */
export async function startPgbouncer(serverUrl: string, size: number): Promise<Pooler> {
  const server = new URL(serverUrl.replace(/^postgres(ql)?:/, "http:"));
  const folder = await privateFolder("pgbouncer"), port = await freePort(), user = await existingUser(["postgres"]);
  const config = join(folder.path, "pgbouncer.ini"), users = join(folder.path, "users.txt");
  await Deno.writeTextFile(
    config,
    `[databases]
* = host=${server.hostname} port=${server.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${size}
max_client_conn = 500
ignore_startup_parameters = extra_float_digits,idle_in_transaction_session_timeout
unix_socket_dir =
logfile =
pidfile =
`.replace("[databases]\n* =", `[databases]\n* = user=${server.username || "postgres"}`),
  );
  await Deno.writeTextFile(users, `"${server.username || "postgres"}" ""\n`);
  const [program, ...args] = unprivileged(user, [pgbouncer!, "-q", config]);
  const child = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  for (let i = 0;; i++) {
    const ready = await Deno.connect({ hostname: "127.0.0.1", port }).then((conn) => (conn.close(), true), () => false);
    if (ready) break;
    if (i === 100) throw new Error("pgbouncer does not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    through(url) {
      const target = new URL(url.replace(/^postgres(ql)?:/, "http:"));
      target.hostname = "127.0.0.1";
      target.port = String(port);
      return target.href.replace(/^http:/, "postgresql:");
    },
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([child.status, new Promise((resolve) => setTimeout(resolve, 3000))]);
      await folder.remove();
    },
  };
}
