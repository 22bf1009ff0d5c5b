/** What the models are compared with: the live database plus the pending files, or the newest snapshot where no database is open. */
import type { Connection } from "../dialects/driver.ts";
import { type DiffBase, diffBase, makeChain, offlineBase, readFolder, refuseProblems } from "../migrate/mod.ts";
import { makeGraph } from "../schema/graph.ts";
import { askBase, type Asked } from "./asked.ts";
import type { Project } from "./context.ts";

export type Base = DiffBase;

/** The base. What is wrong with the files or the history is thrown (SQA-5xx); nothing is written. */
export async function readBase(project: Project, connection: Connection | null): Promise<Base> {
  return await baseOf(project, connection && await askBase(project, connection));
}

/** The base, made of what the database said; of the files alone where none is open. */
export async function baseOf(project: Project, asked: Asked | null): Promise<Base> {
  const { database: { dialect, driver }, settings, session: { out } } = project;
  if (asked === null) {
    const folder = await readFolder(settings.dir, dialect);
    const { chain, problems } = makeChain(folder.migrations, []);
    refuseProblems([...folder.problems, ...problems]);
    return { ...await offlineBase(chain, makeGraph(dialect.name, dialect.initial)), drift: null };
  }
  const { connection, history, state } = asked;
  // deno-lint-ignore require-await -- what is timed is a promise
  const live = await out.timed("read", async () => asked.live.graph());
  return await diffBase({ driver, connection, history, chain: state.chain, live });
}
