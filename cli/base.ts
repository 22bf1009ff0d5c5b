/** What the models are compared with: the live database plus the pending files, or the newest snapshot where no database is open. */
import { existsSync } from "node:fs";
import type { Connection } from "../dialects/driver.ts";
import {
  type DiffBase,
  diffBase,
  historyOf,
  makeChain,
  offlineBase,
  readFolder,
  readTogether,
  refuseProblems,
} from "../migrate/mod.ts";
import { makeGraph } from "../schema/graph.ts";
import type { Project } from "./context.ts";
import { readLive } from "./live.ts";

export type Base = DiffBase;

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

/** The base. What is wrong with the files or the history is thrown (SQA-5xx); nothing is written. `onRead` is called when the schema is about to be read. */
export async function readBase(
  project: Project,
  connection: Connection | null,
  onRead: () => void = () => {},
): Promise<Base> {
  const { database: { dialect, driver }, settings, session: { out } } = project;
  const folder = await readFolder(settings.dir, dialect);
  if (connection === null) {
    const { chain, problems } = makeChain(folder.migrations, []);
    refuseProblems([...folder.problems, ...problems]);
    return { ...await offlineBase(chain, makeGraph(dialect.name, dialect.initial)), drift: null };
  }
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const { state, live } = await readTogether(
    connection,
    folder,
    history,
    () => {
      const reading = out.timed("read", () => readLive(connection, dialect, settings));
      onRead();
      return reading;
    },
  );
  refuseProblems(state.problems);
  return await diffBase({ driver, connection, history, chain: state.chain, live });
}
