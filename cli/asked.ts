/** What a diff starts from, before anything is made of it: the files, the history and the live database's answers. */
import { existsSync } from "node:fs";
import type { Connection } from "../dialects/driver.ts";
import type { Answers } from "../introspect/introspect.ts";
import { type Folder, readFolder } from "../migrate/files.ts";
import { type History, historyOf } from "../migrate/history.ts";
import { readTogether, refuseProblems, type State } from "../migrate/state.ts";
import type { Project } from "./context.ts";
import { askLive } from "./live.ts";

/** A database that is open, with what it said. */
export interface Asked {
  readonly connection: Connection;
  readonly folder: Folder;
  readonly history: History;
  readonly state: State;
  readonly live: Answers;
}

export interface AskOptions {
  /** Called when the schema is about to be read. */
  readonly onRead?: () => void;
  /** Shall the answers have a print? */
  readonly print?: boolean;
}

/** Opens the project's database for comparing; null when it is a file that is not there yet, or when nothing may be opened. */
export async function openForDiff(
  project: Project,
  offline: boolean,
  signal?: AbortSignal,
): Promise<Connection | null> {
  const { database, session: { io } } = project;
  if (offline || (database.file !== null && !existsSync(database.file))) return null;
  return await project.connect(signal ? { signal: AbortSignal.any([io.signal, signal]) } : {});
}

/** Asks the open database. What is wrong with the files or the history is thrown (SQA-5xx); nothing is written. */
export async function askBase(project: Project, connection: Connection, options: AskOptions = {}): Promise<Asked> {
  const { database: { dialect }, settings, session: { out } } = project;
  const folder = await readFolder(settings.dir, dialect);
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const { state, live } = await readTogether(connection, folder, history, () => {
    const reading = out.timed(
      "read",
      () => askLive(connection, dialect, { ...settings, print: options.print === true }),
    );
    options.onRead?.();
    return reading;
  });
  refuseProblems(state.problems);
  return { connection, folder, history, state, live };
}
