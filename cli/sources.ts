/**
 * Anything that can be read as a schema, named on the command line: a database's URL, `models:GLOB`, `file:schema.sql`,
 * `snapshot:FILE`, `empty`. Reads only; what it makes in between is gone afterwards.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Dialect } from "../dialects/dialect.ts";
import { DatabaseError } from "../dialects/driver.ts";
import type { Connection } from "../dialects/driver.ts";
import type { RenameHint } from "../diff/change.ts";
import type { SoftReference } from "../models/graph/links.ts";
import { SqaError } from "../schema/error.ts";
import { type GraphSource, makeGraph } from "../schema/graph.ts";
import { parseSnapshot } from "../schema/snapshot.ts";
import { type Compared, type Database, isDatabaseUrl, namedDatabase } from "./database.ts";
import { type LiveScope, readLive } from "./live.ts";
import { overTrial, trialOf } from "../migrate/trial.ts";
import { readModels } from "./models_source.ts";
import { inEmptyDatabase } from "./scratch_database.ts";

/** A source before it is known which database it is for. */
export interface Source {
  readonly label: string;
  /** Where it is a database itself. */
  readonly database: Database | null;
  /** The dialect that its text states (a snapshot's), else null: it takes the other side's. */
  readonly dialect: string | null;
  /** The texts of its expressions are the server's own. */
  readonly fromServer: boolean;
  /** It is a script, which has to be run to be read. */
  readonly script?: true;
  /** `server` stands for the dialect; a script that needs a server is loaded beside it. */
  of(server: Database): GraphSource & {
    renames?(): readonly RenameHint[];
    softReferences?(): readonly SoftReference[];
    version?(): number | null;
  };
}

export interface SourceOptions {
  readonly cwd: string;
  readonly exclude: readonly string[];
  readonly scope: LiveScope;
  /** What is compared of a database that is named, as of the configured one. */
  readonly compared: Compared;
}

const forms = "a database URL, models:GLOB, file:SCRIPT.sql, snapshot:FILE or empty";

/** The source that a text names. SQA-021 when it is none. */
export async function parseSource(text: string, options: SourceOptions): Promise<Source> {
  if (text === "empty") return emptySource();
  const colon = text.indexOf(":");
  const form = text.slice(0, Math.max(colon, 0)).toLowerCase(), rest = text.slice(colon + 1);
  if (isDatabaseUrl(text)) return liveSource(await namedDatabase(text, options.cwd, options.compared), options);
  if (rest === "" || !["models", "file", "snapshot"].includes(form)) {
    throw new SqaError("SQA-021", `"${form || text}" is no source`, { hint: `a source is ${forms}`, exit: 64 });
  }
  if (form === "models") return modelsSource(rest, options);
  if (form === "snapshot") return snapshotSource(rest, options);
  return scriptSource(rest, options);
}

function emptySource(): Source {
  return {
    label: "empty",
    database: null,
    dialect: null,
    fromServer: true,
    of: ({ dialect }) => ({
      label: "empty",
      read: () => Promise.resolve(makeGraph(dialect.name, dialect.initial)),
    }),
  };
}

function liveSource(database: Database, options: SourceOptions): Source {
  let version: number | null = null;
  return {
    label: database.label,
    database,
    dialect: database.dialect.name,
    fromServer: true,
    of: ({ dialect }) => ({
      label: database.label,
      read: async (signal) => {
        await using connection = await database.connect({ readOnly: true, ...(signal ? { signal } : {}) });
        version = database.versionFor(connection);
        return await readLive(connection, dialect, options.scope);
      },
      version: () => version,
    }),
  };
}

function modelsSource(glob: string, options: SourceOptions): Source {
  const label = `models:${glob}`;
  let renames: readonly RenameHint[] = [], soft: readonly SoftReference[] = [];
  return {
    label,
    database: null,
    dialect: null,
    fromServer: false,
    of: ({ dialect }) => ({
      label,
      read: async () => {
        const read = await readModels({ cwd: options.cwd, globs: glob.split(","), exclude: options.exclude, dialect });
        renames = read.renames, soft = read.softReferences;
        return read.graph;
      },
      renames: () => renames,
      softReferences: () => soft,
    }),
  };
}

function snapshotSource(file: string, { cwd }: SourceOptions): Source {
  const graph = parseSnapshot(readText(file, cwd), file);
  const label = `snapshot:${file}`;
  return {
    label,
    database: null,
    dialect: graph.dialect,
    fromServer: false,
    of: () => ({ label, read: () => Promise.resolve(graph) }),
  };
}

function scriptSource(file: string, { cwd, scope }: SourceOptions): Source {
  const label = `file:${file}`;
  const script = readText(file, cwd);
  return {
    label,
    database: null,
    dialect: null,
    fromServer: true,
    script: true,
    of: (server) => ({
      label,
      read: () =>
        inEmptyDatabase(server, (place) => {
          const { dialect, driver } = server, { shared } = dialect, compared = comparedWith(server);
          const loaded = async (at: Connection) => {
            await load(script, file, at, server);
            return await readLive(at, compared, scope);
          };
          // What is the whole server's must not stay as the script has it.
          if (compared !== dialect) return loaded(overTrial(driver, place));
          if (!shared || !dialect.split(script).some(({ sql }) => shared.statement(sql))) return loaded(place);
          return place.transaction(loaded, { rollback: true });
        }),
    }),
  };
}

/** By what a script is read, and whatever it is compared with: what is the whole server's is left out where its statements cannot be taken back. */
export function comparedWith({ dialect, driver }: Pick<Database, "dialect" | "driver">): Dialect {
  return dialect.transactionalDdl ? dialect : trialOf(driver).dialect;
}

/** Runs a script, one statement after the other; an error names the script's line. */
async function load(script: string, file: string, place: Connection, { dialect }: Database): Promise<void> {
  for (const statement of dialect.split(script)) {
    try {
      await place.execute(statement.sql);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      throw new SqaError("SQA-022", `${file} cannot be loaded`, {
        place: { file, line: statement.line },
        cause: error,
      });
    }
  }
}

function readText(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8").replace(/^\ufeff/, "");
  } catch (cause) {
    throw new SqaError("SQA-023", `the file "${file}" cannot be read`, { cause, exit: 64 });
  }
}

/** The first of them, unless the other one's URL asks for kinds that this one's leaves alone: what one shows, both are compared by. */
function leastLeft(from: Database | null, to: Database | null): Database | null {
  const left = ({ dialect }: Database) => Object.keys(dialect.leaves ?? {}).length;
  return from && to ? (left(to) < left(from) ? to : from) : from ?? to;
}

/** The database that both sources are for: one of them, else the configured one. SQA-024 when they are for different databases. */
export async function serverOf(
  from: Source,
  to: Source,
  configured: () => Promise<Database>,
): Promise<Database> {
  const named = leastLeft(from.database, to.database);
  const server = named ?? await configured();
  for (const source of [from, to]) {
    if (source.dialect === null || source.dialect === server.dialect.name) continue;
    throw new SqaError("SQA-024", `${source.label} is for ${source.dialect}, not for ${server.dialect.label}`, {
      hint: named
        ? "both sources must be for the same kind of database"
        : `name a ${source.dialect} database with --url`,
      exit: 64,
    });
  }
  return server;
}
