/** Files and history as the commands that look at them see them: with the database where it is open, from the files alone else. */
import { existsSync } from "node:fs";
import type { Connection } from "../dialects/driver.ts";
import { type Chain, type History, historyOf, makeChain, type Node, readState } from "../migrate/mod.ts";
import { readFolderLocked } from "../migrate/lock_file.ts";
import { statusOf } from "../migrate/status.ts";
import type { SqaError } from "../schema/error.ts";
import type { Project } from "./context.ts";
import { errorText } from "./output/error.ts";

export interface Timeline {
  readonly chain: Chain;
  /** What is wrong with files and history; what it touches is not in the chain. */
  readonly problems: readonly SqaError[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly history: History;
  /** Null: only the files were read. */
  readonly connection: Connection | null;
  /** Is it known what is applied? Not when only the files were asked for. */
  readonly known: boolean;
}

/** Reads the timeline and hands it over while the connection is open. A database file that is not there yet is not made by looking. */
export async function withTimeline<T>(
  project: Project,
  { offline }: { readonly offline: boolean },
  work: (timeline: Timeline) => Promise<T>,
): Promise<T> {
  const { database: { dialect, file, label }, settings, session: { out } } = project;
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const folder = await readFolderLocked(settings.dir, dialect, settings.locked);
  const missing = file !== null && !existsSync(file);
  if (missing && !offline) out.note(`${label} does not exist yet`);
  if (offline || missing) {
    const { chain, problems } = makeChain(folder.migrations, []);
    const all = [...folder.problems, ...problems];
    return await work({ chain, history, problems: all, warnings: [], connection: null, known: !offline });
  }
  await using connection = await project.connect({ readOnly: true });
  out.note(`${connection.server.product}  ${label}`);
  const { chain, problems, warnings } = await readState(connection, folder, history);
  return await work({ chain, history, problems, warnings, connection, known: true });
}

/** Says what is wrong with the files, on stderr; the command goes on with the rest. */
export function sayProblems({ problems, warnings }: Timeline, { session: { out, io } }: Project): void {
  for (const { code, message } of warnings) out.warn(`${out.messages.change(`warning[${code}]`)}: ${message}`);
  for (const problem of problems) out.warn(errorText(problem, out.messages, io.cwd));
}

/** A migration as data; its state is null where that is not known. */
export function nodeJson(node: Node, known: boolean, { shown }: Project): Readonly<Record<string, unknown>> {
  const status = statusOf(node);
  return { ...status, state: known ? status.state : null, file: status.file && shown(status.file) };
}
