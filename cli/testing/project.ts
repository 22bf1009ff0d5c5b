/** A project folder for tests of whole command lines, run within this process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io, Question } from "../io.ts";
import { run } from "../mod.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: readonly Question[];
}

export interface Given {
  readonly env?: Record<string, string>;
  readonly answers?: readonly (string | null)[];
  readonly signal?: AbortSignal;
  readonly interrupted?: 130 | 143;
}

/** Writes the one file of models that a project has. Modules are loaded once per path, so each version of it has a folder of its own. */
export function modelsIn(folder: string): (name: string, text: string) => void {
  let version = 0;
  return (name, text) => {
    if (version > 0) rmSync(join(folder, `models${version}`), { recursive: true });
    mkdirSync(join(folder, `models${++version}`));
    writeFileSync(join(folder, `models${version}`, name), text);
  };
}

/** A project folder. */
export function project():
  & { folder: string; models(text: string): void; sqa(line: string, given?: Given): Promise<Ran> }
  & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "sqa_run_"));
  const write = modelsIn(folder);
  mkdirSync(join(folder, ".git"));
  return {
    folder,
    models(columns) {
      const start = `import { t, table } from "sqa";\nexport const users = table("users", { id: t.int().primaryKey(), `;
      write("user.ts", `${start}${columns} });\n`);
    },
    sqa: (line, given = {}) => sqaWithin(folder, line.split(" ").filter((word) => word !== ""), given),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs one command line in that folder. It costs a tenth of a process of its own. */
export async function sqaWithin(folder: string, args: readonly string[], given: Given = {}): Promise<Ran> {
  const { env = {}, answers, signal, interrupted } = given;
  let stdout = "", stderr = "";
  const asked: Question[] = [];
  const terminal = answers !== undefined;
  const io: Io = {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    env: { NO_COLOR: "1", ...env },
    cwd: folder,
    terminal: { stdin: terminal, stdout: terminal, stderr: terminal },
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answers?.[asked.length - 1] ?? null);
    },
    signal: signal ?? new AbortController().signal,
    interrupted: () => interrupted ?? null,
  };
  const code = await run(args, io);
  return { code, stdout, stderr, asked };
}
