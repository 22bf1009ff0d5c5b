/**
 * How `sqa diff` begins: the database is asked while the models are looked at. Where it is certain that a run before found nothing to change
 * in just this, that is said again, and nothing that plans is loaded.
 */
import type { Connection } from "../dialects/driver.ts";
import type { Note } from "../schema/graph.ts";
import { askBase, type Asked, openForDiff } from "./asked.ts";
import type { DiffFlags } from "./commands/diff_models.ts";
import { openProject, type Project } from "./context.ts";
import type { Session } from "./session.ts";
import type { Unchanged } from "./unchanged.ts";

/** A diff that is under way: its database is being asked, or has answered. */
export interface Started {
  readonly project: Project;
  readonly opening: Promise<Connection | null>;
  /** Null where no database is opened. */
  readonly asking: Promise<Asked | null>;
  /** Gives the connecting up. */
  giveUp(): void;
  /** The notes of a run that found nothing to change in just this; null where nobody knows. */
  readonly notes: readonly Note[] | null;
  /** Keeps what was found, should it be nothing; null where that may be another thing next time. To be asked for before the base is made. */
  readonly keep: ((notes: readonly Note[]) => Promise<void>) | null;
}

/** How long the models wait for a database that is slow to answer, and how long for questions to be on their way: long work holds sockets up. */
const slowMs = 500, sentMs = 20;

/** Models against the live database. Exit codes as of `diffStarted`. */
export async function diffModels(session: Session, flags: DiffFlags, restarts = 0): Promise<0 | 2> {
  const started = await startDiff(session, flags);
  if (started === null) return await (await import("./commands/diff_modules.ts")).diffByModule(session, flags);
  if (started.notes !== null) return await sayUnchanged(started, started.notes, flags);
  const { diffStarted } = await import("./commands/diff_models.ts");
  return await diffStarted(started, flags, restarts < 5 ? () => diffModels(session, flags, restarts + 1) : null);
}

async function sayUnchanged({ project, opening }: Started, notes: readonly Note[], flags: DiffFlags): Promise<0> {
  await using connection = await opening;
  const { session: { out }, database: { label } } = project;
  out.note(`${connection!.server.product}  ${label}`);
  if (notes.length > 0) {
    const { noteText } = await import("./output/human.ts");
    for (const note of notes) out.note(noteText(note, out.messages));
  }
  if (!flags.sql) out.data(noChanges(label));
  return 0;
}

/** How it is said that nothing differs. */
export function noChanges(what: string): string {
  return `no changes: ${what} is what the models say`;
}

/** Begins. Errors of the settings are thrown; those of the database come with `asking`. Null where each module has files of its own. */
async function startDiff(session: Session, flags: DiffFlags): Promise<Started | null> {
  const opened = await openProject(session, {
    columnOrder: { raw: flags.columnOrder, flag: "--column-order" },
    ...(flags.modules ? { modules: { raw: flags.modules, flag: "--split" } } : {}),
    online: { raw: flags.online, flag: flags.online ? "--online" : "--no-online" },
  });
  const writes = !flags.check && flags.sql === undefined && flags.modules === undefined && !flags.whole;
  if (writes && opened.settings.layout === "per-module") return null;
  const { project, hasAsked } = watched(opened), given = new AbortController(), begun = Promise.withResolvers<void>();
  const opening = openForDiff(project, flags.offline === true, given.signal);
  const asking = opening.then((connection) =>
    connection && askBase(project, connection, { onRead: begun.resolve, print: mayKnow(project, flags) })
  );
  asking.catch(() => {});
  await questionsAreOut(begun.promise, asking);
  const place = await placeOf(project, flags);
  const started = { project, opening, asking, giveUp: () => given.abort() };
  if (place === null) return { ...started, notes: null, keep: null };
  const asked = place.known.maybe ? await asking.catch(() => null) : null;
  const notes = asked && await place.known.notes(asked);
  return { ...started, notes, keep: keeping(project, asking, place, hasAsked) };
}

/** Is it a diff whose end another run can know: of the live database, all of it, for people? */
function mayKnow({ session }: Project, { offline, modules, strict }: DiffFlags): boolean {
  const { flags, out } = session;
  return flags.cache !== false && flags.tenant === undefined && !out.machine && !offline && !strict &&
    modules === undefined;
}

interface KnownPlace {
  readonly known: Unchanged;
  readonly models: string;
}

async function placeOf(project: Project, flags: DiffFlags): Promise<KnownPlace | null> {
  const models = mayKnow(project, flags) ? await project.modelsKey() : null;
  if (models === null) return null;
  const { unchanged } = await import("./unchanged.ts");
  const { config, settings, database: { label } } = project;
  // The label says where the database is, without its secrets.
  const { url: _url, notify: _notify, ...rest } = settings;
  const { history, env, target, historyTables } = config;
  const about = { flags, settings: rest, label, history, env, target, historyTables: [...historyTables] };
  const name = JSON.stringify([label, history, env, target, flags]);
  return { known: unchanged({ root: config.root, models, about, name }), models };
}

function keeping(
  project: Project,
  asking: Promise<Asked | null>,
  { known, models }: KnownPlace,
  hasAsked: () => boolean,
): Started["keep"] {
  // Before the graph is made of the answers.
  const keeper = asking.then((asked) => asked && known.keeper(asked));
  keeper.catch(() => {});
  return async (notes) => {
    if (hasAsked() || await project.modelsKey(true) !== models) return;
    await (await keeper)?.(notes);
  };
}

/** The project, and whether its database was asked what it makes of an expression: its answer may depend on more than its schema. */
function watched(project: Project): { readonly project: Project; readonly hasAsked: () => boolean } {
  const { database } = project, { driver } = database;
  let asked = false;
  const canonicalize: typeof driver.canonicalize = (...question) => {
    asked = true;
    return driver.canonicalize(...question);
  };
  return {
    project: { ...project, database: { ...database, driver: { ...driver, canonicalize } } },
    hasAsked: () => asked,
  };
}

/** Waits until the schema is being read, so that the server works while the models are imported; or until that fails or takes long. */
async function questionsAreOut(begun: Promise<void>, reading: Promise<unknown>): Promise<void> {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (ms: number) => new Promise<void>((resolve) => void timers.push(setTimeout(resolve, ms)));
  const over = reading.then(() => {}, () => {});
  await Promise.race([begun, over, after(slowMs)]);
  await Promise.race([over, after(sentMs)]);
  for (const timer of timers) clearTimeout(timer);
}
