/** Scripts loaded by the database's own shell, as their authors do. */
import { text } from "./places.ts";

/** The system's may be years older than the library that sqa has in it. */
const sqliteShell = Deno.env.get("SQA_TEST_SQLITE_SHELL") ?? "sqlite3";

/**
 * Runs a script up to its first error. Throws with the shell's words for it. `plain`: with the server's own collation where the shell of MySQL
 * would ask for one that it was built with.
 */
export async function loadByShell(url: string, path: string, plain = false): Promise<void> {
  const command = [...commandFor(url)];
  if (plain && command[0] === "mariadb") command.splice(2, 0, "--init-command=SET NAMES utf8mb4");
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    env: { PGOPTIONS: "-c client_min_messages=error", PGCLIENTENCODING: "UTF8" },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = child.output();
  const writer = child.stdin.getWriter();
  // A shell that stops at an error reads no further.
  await writer.write(await Deno.readFile(path)).then(() => writer.close()).catch(() => {});
  const { success, stderr } = await said;
  if (success) return;
  const lines = text(stderr).trim().split("\n");
  // The mysql shell shows the statement before it says what is wrong with it.
  throw new Error(`does not load: ${lines.find((line) => /error/i.test(line)) ?? lines[0]}`);
}

function commandFor(url: string): readonly string[] {
  if (url.startsWith("sqlite:")) return [sqliteShell, "-bail", "-batch", url.slice("sqlite:".length)];
  if (url.startsWith("postgres")) return ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url];
  const { hostname, port, username, pathname } = new URL(url);
  const place = ["-h", hostname, "-P", port || "3306", "-u", username || "root"];
  return ["mariadb", "--no-defaults", ...place, "--default-character-set=utf8mb4", "--comments", pathname.slice(1)];
}
