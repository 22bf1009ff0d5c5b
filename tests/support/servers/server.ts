/** What the test servers have in common: a free port, a private folder, a user that is not root, and a way to stop. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A running database server that belongs to this test run alone. */
export interface TestServer {
  /** "Postgres 17". */
  readonly label: string;
  /** An administrator's URL to a database in which nothing is kept. */
  readonly url: string;
  /** Ends the server and removes its data. Safe to call twice. */
  stop(): Promise<void>;
}

/** A part of the tests that cannot run here, and why, in words for the reader of the run. */
export interface Skipped {
  readonly part: string;
  readonly why: string;
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A new folder of our own, outside every home, that other users may look into but not write. */
export async function privateFolder(
  name: string,
  within = tmpdir(),
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(within, `sqa-test-${name}-`));
  await Deno.chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Runs a program to its end; throws with the last lines of what it said when it fails. */
export async function run(command: readonly string[], options: { cwd?: string } = {}): Promise<string> {
  const [program, ...args] = command;
  const child = new Deno.Command(program!, { args, stdout: "piped", stderr: "piped", stdin: "null", ...options });
  const { success, stdout, stderr } = await child.output().catch((cause) => {
    throw new Error(`${program} cannot be started`, { cause });
  });
  const text = new TextDecoder().decode(stdout);
  if (success) return text;
  const said = (new TextDecoder().decode(stderr) + text).trim().split("\n").slice(-5).join("\n");
  throw new Error(`${command.slice(0, 4).join(" ")} failed: ${said}`);
}

/** The command as a user that is not root: database servers refuse to run as root. */
export function unprivileged(user: string, command: readonly string[]): readonly string[] {
  return Deno.uid() === 0 ? ["runuser", "-u", user, "--", ...command] : command;
}

/** The first of these users that this machine has; "nobody" is everywhere. */
export async function existingUser(names: readonly string[]): Promise<string> {
  const passwd = await Deno.readTextFile("/etc/passwd").catch(() => "");
  return names.find((name) => passwd.split("\n").some((line) => line.startsWith(`${name}:`))) ?? "nobody";
}
