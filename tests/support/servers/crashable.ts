/** Servers that a test may kill and start again on the same data: the newest Postgres, MariaDB and MySQL that this machine has. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { existingUser, freePort, privateFolder, run, unprivileged } from "./server.ts";

export interface CrashableServer {
  readonly label: string;
  /** An administrator's URL to a database in which nothing is kept. */
  readonly url: string;
  /** The folder of its data. */
  readonly data: string;
  /** SIGKILL, without warning; returns at once. */
  kill(): void;
  /** Starts it on what the kill has left and waits until it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** How one kind of server is made and run. */
interface Kind {
  readonly label: string;
  readonly scheme: string;
  readonly user: string;
  readonly database: string;
  readonly found: boolean;
  /** Makes the data where it needs a step of its own. */
  prepare(data: string): Promise<void>;
  command(data: string, port: number): readonly string[];
  /** The process that is the server, when that is not the one that was started. */
  pid?(data: string): number;
}

const shared = fileURLToPath(new URL("../../../../shared/tools/run-mysql", import.meta.url));
const mariadbd = ["/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd", "/usr/bin/mariadbd"].find((path) =>
  existsSync(path)
);
const postgresFolder = existsSync("/usr/lib/postgresql")
  ? readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a)).map((major) =>
    `/usr/lib/postgresql/${major}/bin`
  ).find((path) => existsSync(join(path, "postgres")))
  : undefined;

/** Kinds by name; `found` says whether this machine has the programs. */
export const crashable: Readonly<Record<"postgres" | "mariadb" | "mysql", Kind>> = {
  postgres: {
    label: "Postgres",
    scheme: "postgresql",
    user: "postgres",
    database: "postgres",
    found: postgresFolder !== undefined,
    async prepare(data) {
      const user = await existingUser(["postgres"]);
      if (Deno.uid() === 0) await run(["chown", user, data]);
      const command = [join(postgresFolder!, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"];
      await run(unprivileged(user, command), { cwd: "/" });
    },
    command: (data, port) =>
      unprivileged("postgres", [
        join(postgresFolder!, "postgres"),
        ...["-D", data, "-p", String(port), "-k", data, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
      ]),
    pid: (data) => Number(Deno.readTextFileSync(join(data, "postmaster.pid")).split("\n")[0]),
  },
  mariadb: {
    label: "MariaDB",
    scheme: "mariadb",
    user: "root",
    database: "mysql",
    found: mariadbd !== undefined && existsSync("/usr/bin/mariadb-install-db"),
    async prepare(data) {
      // A server that starts removes the temporary tables of all others from a folder that they share.
      await Deno.mkdir(`${data}.tmp`);
      if (Deno.uid() === 0) await run(["chown", "mysql", data, `${data}.tmp`]);
      const user = Deno.uid() === 0 ? ["--user=mysql"] : [];
      await run([
        "/usr/bin/mariadb-install-db",
        "--no-defaults",
        `--datadir=${data}`,
        `--tmpdir=${data}.tmp`,
        "--auth-root-authentication-method=normal",
        // With it comes a user without a name, which takes precedence over users from everywhere.
        "--skip-test-db",
        ...user,
      ]);
    },
    command: (data, port) => [
      mariadbd!,
      "--no-defaults",
      ...(Deno.uid() === 0 ? ["--user=mysql"] : []),
      `--datadir=${data}`,
      `--tmpdir=${data}.tmp`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${data}/my.sock`,
      `--pid-file=${data}/my.pid`,
      "--innodb-flush-log-at-trx-commit=2",
    ],
  },
  mysql: {
    label: "MySQL",
    scheme: "mysql",
    user: "root",
    database: "mysql",
    found: existsSync(shared),
    // As above: MySQL tidies up a folder that it shares in the same way.
    prepare: (data) => Deno.mkdir(`${data}.tmp`),
    command: (data, port) => [
      shared,
      String(port),
      data,
      `--tmpdir=${data}.tmp`,
      ...["--innodb-flush-log-at-trx-commit=2", "--skip-log-bin"],
    ],
  },
};

/** Makes a server of that kind and starts it; its data are in a new folder, of `within` where that is given. */
export async function startCrashable(kind: Kind, within?: string): Promise<CrashableServer> {
  const folder = await privateFolder(`crash-${kind.scheme}`, within);
  const data = join(folder.path, "data"), port = await freePort();
  const url = `${kind.scheme}://${kind.user}@127.0.0.1:${port}/${kind.database}`;
  let child: Deno.ChildProcess | null = null;
  const kill = (): void => {
    const pid = kind.pid?.(data) ?? child!.pid;
    Deno.kill(pid, "SIGKILL");
  };
  const start = async (): Promise<void> => {
    await child?.status;
    const [program, ...args] = kind.command(data, port);
    // The children of a killed postmaster end by themselves, and until then it does not start again.
    for (let attempt = 0;; attempt++) {
      child = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null", cwd: "/" }).spawn();
      const started = child;
      let over = false;
      started.status.then(() => over = true);
      for (let i = 0; i < 600 && !over; i++) {
        if (await answers(url)) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      if (attempt === 10) throw new Error(`${kind.label} does not start on ${data}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const stop = async (): Promise<void> => {
    try {
      kill();
    } catch { /* it is dead already */ }
    await child?.status;
    await folder.remove().catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await folder.remove();
    });
  };
  try {
    await Deno.mkdir(data);
    await kind.prepare(data);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { label: kind.label, url, data, kill, start, stop };
}

/** Does the server take a statement? */
async function answers(url: string): Promise<boolean> {
  const { drivers } = await import("../../../dialects/drivers.ts");
  const scheme = url.split(":", 1)[0]!;
  try {
    const driver = await drivers.find(({ schemes }) => schemes.includes(scheme))!.load(url);
    await using connection = await driver.connect(url);
    await connection.query("SELECT 1 AS one");
    return true;
  } catch {
    return false;
  }
}
