/**
 * A transcript is a text that shows a session with sqa: the files that are there, the commands, what they print and how they end. It is
 * replayed in a fresh folder, in-process, and must print the same again.
 *
 *   # a comment
 *   @ file PATH              the lines that follow, each after "| ", are the file
 *   @ remove PATH
 *   @ age PATH               the file was written an hour ago
 *   @ move GLOB FOLDER       the files of a folder whose names match ("*" is anything): two branches are made one after the other
 *   @ replace PATH           two lines follow: "- old text" and "+ new text"
 *   @ sql FILE               the lines that follow, each after "| ", are run on that SQLite file
 *   @ env NAME=VALUE         for the commands below; an empty value takes it away
 *   @ refusing-server NAME   a Postgres server that refuses every password; NAME is set to its port
 *   @ dead-port NAME         NAME is set to a port where nothing listens
 *   $ sqa …                  a command; "cat PATH", "ls PATH" and "query FILE SQL" are understood too; ${NAME} is replaced
 *   1| …                     what it printed to stdout
 *   2| …                     what it printed to stderr
 *   = 0                      its exit code
 *
 * The folder is written [DIR], ports [PORT], durations [TIME], instants [INSTANT].
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { run } from "../../cli/mod.ts";
import type { Io } from "../../cli/io.ts";
import { refusingServer } from "./refusing_server.ts";

interface Replay {
  folder: string;
  /** Whether a module changed since the last command: its folder then gets a new name, because modules are loaded once per path. */
  stale: boolean;
  readonly env: Record<string, string | undefined>;
  readonly ports: Map<string, string>;
  readonly cleanups: (() => void)[];
}

/** The transcript as it comes out when its commands are run again. Equal to `text` when nothing has changed. */
export async function replay(text: string): Promise<string> {
  const state: Replay = {
    folder: newFolder(),
    stale: false,
    env: { NO_COLOR: "1" },
    ports: new Map(),
    cleanups: [],
  };
  mkdirSync(join(state.folder, ".git"));
  try {
    const lines = text.split("\n"), result: string[] = [];
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (line.startsWith("$ ")) {
        result.push(line, ...await command(line.slice(2), state));
        while (/^([12]\||= )/.test(lines[i + 1] ?? "")) i++;
        continue;
      }
      result.push(line);
      if (!line.startsWith("@ ")) continue;
      const body: string[] = [];
      while (/^[|+-]( |$)/.test(lines[i + 1] ?? "")) body.push(lines[++i]!);
      result.push(...body);
      directive(line.slice(2), body, state);
    }
    return result.join("\n");
  } finally {
    for (const cleanup of state.cleanups) cleanup();
    rmSync(state.folder, { recursive: true, force: true });
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "sqa_transcript_"));
}

function directive(text: string, body: readonly string[], state: Replay): void {
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  const path = join(state.folder, rest);
  const lines = body.map((line) => line.slice(2));
  if (rest.endsWith(".ts")) state.stale = true;
  if (word === "file") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, lines.join("\n") + "\n");
  } else if (word === "remove") rmSync(path, { recursive: true });
  else if (word === "age") utimesSync(path, Date.now() / 1000 - 3600, Date.now() / 1000 - 3600);
  else if (word === "move") move(rest, state.folder);
  else if (word === "replace") replaceIn(pathOf(path), lines);
  else if (word === "sql") {
    const database = new DatabaseSync(path);
    database.exec(lines.join("\n"));
    database.close();
  } else if (word === "env") {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(filled(rest, state)) ?? [];
    state.env[name] = value === "" ? undefined : value;
  } else if (word === "refusing-server") {
    const server = refusingServer();
    state.ports.set(rest, String(server.port));
    state.cleanups.push(() => server.close());
  } else if (word === "dead-port") state.ports.set(rest, String(deadPort()));
  else throw new Error(`unknown line in a transcript: @ ${text}`);
}

/** A path whose last part may hold "*": generated names hold an instant and an id. */
function pathOf(path: string): string {
  if (!path.includes("*")) return path;
  const found = matching(path);
  if (found.length !== 1) throw new Error(`${path} matches ${found.length} files`);
  return join(dirname(path), found[0]!);
}

function matching(path: string): readonly string[] {
  const name = path.slice(dirname(path).length + 1);
  const pattern = new RegExp(`^${name.split("*").map((part) => part.replace(/[.]/g, "\\$&")).join(".*")}$`);
  return readdirSync(dirname(path)).filter((one) => pattern.test(one));
}

function move(text: string, folder: string): void {
  const [glob = "", to = ""] = text.split(" ");
  const path = join(folder, glob), found = matching(path);
  if (found.length === 0) throw new Error(`${glob} matches no files`);
  mkdirSync(join(folder, to), { recursive: true });
  for (const name of found) renameSync(join(dirname(path), name), join(folder, to, name));
}

function replaceIn(path: string, [before = "", after = ""]: readonly string[]): void {
  const text = readFileSync(path, "utf8");
  if (!text.includes(before)) throw new Error(`${path} does not hold ${JSON.stringify(before)}`);
  writeFileSync(path, text.replace(before, () => after));
}

async function command(line: string, state: Replay): Promise<readonly string[]> {
  if (state.stale) {
    const fresh = newFolder();
    rmSync(fresh, { recursive: true });
    renameSync(state.folder, fresh);
    state.folder = fresh;
    state.stale = false;
  }
  const [program, ...args] = words(filled(line, state));
  let stdout = "", stderr = "", exit = 0;
  if (program === "sqa") {
    const never = new AbortController().signal;
    const io: Io = {
      stdout: (text) => void (stdout += text),
      stderr: (text) => void (stderr += text),
      env: state.env,
      cwd: state.folder,
      terminal: { stdin: false, stdout: false, stderr: false },
      ask: () => Promise.reject(new Error("a question was asked without a terminal")),
      signal: never,
      interrupted: () => null,
    };
    exit = await run(args, io);
  } else if (program === "cat") {
    stdout = args.map((path) => readFileSync(pathOf(join(state.folder, path)), "utf8")).join("");
  } else if (program === "ls") stdout = listing(join(state.folder, args[0] ?? "."));
  else if (program === "query") stdout = rowsOf(join(state.folder, args[0]!), args[1]!);
  else throw new Error(`unknown command in a transcript: ${line}`);
  return [...prefixed("1|", plain(stdout, state)), ...prefixed("2|", plain(stderr, state)), `= ${exit}`];
}

function listing(folder: string, prefix = ""): string {
  return readdirSync(folder).filter((name) => name !== ".git").sort().map((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listing(path, `${prefix}${name}/`) : `${prefix}${name}\n`;
  }).join("");
}

function rowsOf(file: string, sql: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all().map((row) => Object.values(row).join("|") + "\n").join("");
  } finally {
    database.close();
  }
}

function prefixed(mark: string, text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.replace(/\n$/, "").split("\n").map((line) => line === "" ? mark : `${mark} ${line}`);
  return text.endsWith("\n") ? lines : [...lines.slice(0, -1), `${lines.at(-1)}\\`];
}

/** What differs from run to run, under a name. */
function plain(text: string, state: Replay): string {
  let result = text.replaceAll(state.folder, "[DIR]");
  for (const port of state.ports.values()) result = result.replaceAll(new RegExp(`\\b${port}\\b`, "g"), "[PORT]");
  return result
    .replace(/\b\d+(\.\d+)? (ms|s)\b/g, "[TIME]")
    .replace(/"(durationMs|ms)": ?\d+(\.\d+)?/g, '"$1": [TIME]')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, "[INSTANT]")
    .replace(/\b20\d{12}(?=_)/g, "[STAMP]")
    .replace(/\b[0-9a-f]{64}\b/g, "[FINGERPRINT]")
    .replace(/on \w+ \w+, deno [\d.]+/g, "on [PLATFORM]")
    .replace(/SQLite \d+\.\d+\.\d+/g, "SQLite [VERSION]");
}

function filled(text: string, state: Replay): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name) => state.ports.get(name) ?? state.env[name] ?? "");
}

/** Words of a shell, with single and double quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, a, b) => a ?? b)
  );
}

/** A port that was free a moment ago. */
function deadPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
