/** What is applied, what is pending, and what does not fit: `sqa status` as data. Reads only, takes no lock, makes no table. */
import type { Connection, Driver, ServerInfo } from "../dialects/driver.ts";
import type { SqaError } from "../schema/error.ts";
import { appliedHeads, type Chain, type Node } from "./chain.ts";
import type { Grade } from "./header.ts";
import { type History, historyOf } from "./history.ts";
import { readFolderLocked } from "./lock_file.ts";
import { isEdited, readState } from "./state.ts";

/** "partial": begun and not finished. "missing": applied, its file is gone. "edited": applied, its file says something else now. */
export type MigrationState = "applied" | "pending" | "partial" | "missing" | "edited";

export interface MigrationStatus {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly state: MigrationState;
  readonly parents: readonly string[];
  readonly file: string | null;
  readonly statements: number;
  /** How many of them are done. */
  readonly done: number;
  /** Null where the file is gone. */
  readonly grade: Grade | null;
  /** The database's clock. */
  readonly appliedAt: string | null;
  readonly durationMs: number | null;
  readonly version: string | null;
}

export interface Status {
  readonly server: ServerInfo;
  /** False: nothing was ever applied here. */
  readonly hasHistory: boolean;
  /** Parents first. */
  readonly migrations: readonly MigrationStatus[];
  /** Ids of the applied migrations that nothing applied follows. */
  readonly current: readonly string[];
  /** Ids that nothing follows at all. */
  readonly heads: readonly string[];
  readonly pending: number;
  readonly problems: readonly SqaError[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** For what follows from it: what to diff against, what is ours. */
  readonly chain: Chain;
  readonly history: History;
}

export interface StatusOptions {
  readonly driver: Driver;
  readonly connection: Connection;
  readonly dir: string;
  readonly historyTable?: string;
  readonly locked?: boolean;
}

/** Reads files and history. What is wrong with the files is in `problems`; it throws only when disk or database cannot be read. */
export async function status(options: StatusOptions): Promise<Status> {
  const { driver, connection, dir } = options;
  const history = historyOf(driver.dialect, options.historyTable);
  const state = await readState(
    connection,
    await readFolderLocked(dir, driver.dialect, options.locked ?? false),
    history,
  );
  const migrations = [...state.chain.nodes.values()].map(statusOf);
  return {
    server: connection.server,
    hasHistory: state.revisions !== null && state.revisions.length > 0,
    migrations,
    current: appliedHeads(state.chain),
    heads: state.chain.heads,
    pending: migrations.filter((each) => each.state === "pending" || each.state === "partial").length,
    problems: state.problems,
    warnings: state.warnings,
    chain: state.chain,
    history,
  };
}

/** One migration of a chain, as it is shown. */
export function statusOf(node: Node): MigrationStatus {
  const { migration, revision } = node;
  return {
    id: node.id,
    name: node.name,
    label: node.label,
    state: stateOf(node),
    parents: node.parents,
    file: migration?.paths.up ?? null,
    statements: migration?.up.statements.length ?? revision?.total ?? 0,
    done: revision?.applied ?? 0,
    grade: migration?.header.grade ?? null,
    appliedAt: revision?.finishedAt ?? null,
    durationMs: revision?.durationMs ?? null,
    version: revision?.version ?? null,
  };
}

function stateOf(node: Node): MigrationState {
  if (!node.revision) return "pending";
  if (node.revision.state !== "done") return "partial";
  if (!node.migration) return "missing";
  return isEdited(node) ? "edited" : "applied";
}
