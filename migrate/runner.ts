/**
 * What migrate and rollback have in common: connect, lock, read the history under the lock, run files, compare the end with a snapshot.
 * The order of these steps is the protocol: the history counts only as it is read under the lock.
 */
import type { Connection, Driver, MigrationLock, ServerInfo } from "../dialects/driver.ts";
import { introspect } from "../introspect/introspect.ts";
import { SqaError } from "../schema/error.ts";
import { fingerprint } from "../schema/hash.ts";
import type { ObjectId } from "../schema/object.ts";
import type { Node } from "./chain.ts";
import type { Named, OnEvent } from "./events.ts";
import { type Folder, readSnapshot } from "./files.ts";
import { ownTables } from "./guard.ts";
import { type History, historyOf } from "./history.ts";
import { type Lease, takeLease } from "./lease.ts";
import { readFolderLocked } from "./lock_file.ts";
import { managedIn, parseSnapshotFile, type SnapshotFile } from "./snapshot_file.ts";
import { describeDifferences, differencesFrom, touchedBetween } from "./verify.ts";

export interface RunnerOptions {
  readonly driver: Driver;
  readonly url: string;
  /** Folder of the migration files. */
  readonly dir: string;
  /** This sqa's version, written into the history. */
  readonly version: string;
  /** Name of the history table, with its schema or without; the default is "sqa_history". */
  readonly historyTable?: string;
  /** How long to wait for other runners, and to try a transaction again that met somebody's lock. Default 60,000. */
  readonly lockTimeoutMs?: number;
  /** Exclude other runners by a row that lasts so long without a sign of life (lease.ts), not by a lock of the session. 0, the default: by the lock. */
  readonly leaseMs?: number;
  /** How long one statement may wait for a lock before the transaction gives way and is tried again. Default 3,000. */
  readonly statementLockTimeoutMs?: number;
  /** How long one statement may run; 0, the default, is without limit. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a server that is not up yet. Default 0. */
  readonly waitMs?: number;
  /** May a database that is a file be made? Default true. */
  readonly create?: boolean;
  /** The project, and what this database is ("production"): compared with what the database remembers (guard.ts). */
  readonly project?: string | null;
  readonly label?: string | null;
  /** Take the database for the right one whatever it remembers. */
  readonly acceptDatabase?: boolean;
  /** Run only what `sqa.lock` lists, as it lists it. */
  readonly locked?: boolean;
  /**
   * May small files share transactions on a database that has no history yet (apply_together.ts)? Then what is told of a file is told when it
   * is committed. Default false.
   */
  readonly together?: boolean;
  /** The folder's files, where they have just been read. */
  readonly folder?: Folder;
  /** Other histories of this database, whose objects are not ours to change (foreign_objects.ts). */
  readonly others?: readonly { readonly name: string; readonly table: string }[];
  /** Tables of sqa's own beside those of this history. */
  readonly ignoreTables?: readonly (readonly string[])[];
  /** Schemas to compare; null is all. */
  readonly schemas?: readonly string[] | null;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/** One run: its connection, its files, its history. */
export interface Runner {
  readonly options: RunnerOptions;
  readonly connection: Connection;
  readonly server: ServerInfo;
  readonly folder: Folder;
  readonly history: History;
  readonly emit: OnEvent;
  readonly lockTimeoutMs: number;
  readonly reading: {
    readonly schemas: readonly string[] | null;
    readonly ignoreTables: readonly (readonly string[])[];
  };
}

/** Reads the folder, connects, and hands both to `work`; closes whatever happens. */
export async function withRunner<T>(
  options: RunnerOptions,
  command: string,
  work: (runner: Runner) => Promise<T>,
): Promise<T> {
  const { driver, url, signal } = options;
  const folder = options.folder ?? await readFolderLocked(options.dir, driver.dialect, options.locked ?? false);
  await using connection = await whileConnecting(signal, (signal) =>
    driver.connect(url, {
      create: options.create ?? true,
      waitMs: options.waitMs ?? 0,
      applicationName: `sqa/${options.version} ${command}`,
      signal,
    }));
  const emit: OnEvent = options.onEvent ?? (() => {});
  emit({ type: "connected", server: connection.server });
  const history = historyOf(driver.dialect, options.historyTable);
  return await work({
    options,
    connection,
    server: connection.server,
    folder,
    history,
    emit,
    lockTimeoutMs: options.lockTimeoutMs ?? 60_000,
    reading: {
      schemas: options.schemas ?? null,
      ignoreTables: [
        ...ownTables(driver.dialect, options.historyTable),
        ...options.ignoreTables ?? [],
      ],
    },
  });
}

/**
 * Stops an attempt to connect at once when the run is stopped. A connection that is open is not torn down by that: its statement ends in
 * order (run_script.ts).
 */
async function whileConnecting<T>(
  signal: AbortSignal | undefined,
  connect: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const given = new AbortController(), stop = (): void => given.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await connect(given.signal);
  } catch (error) {
    // It was given up, so nobody knows whether the server could have been reached.
    refuseInterrupted(signal);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The name of the lock of one history. */
export function lockName({ history }: Pick<Runner, "history">): string {
  return `sqa:${history.path.join(".")}`;
}

/** How long a lease lasts where the server's own lock may exclude nobody and nothing else is asked for. */
const uncertainLeaseMs = 30_000;

/** The lock of a history; one that can be lost while its holder goes on has a fence. */
export type RunLock = MigrationLock & Partial<Pick<Lease, "fence">>;

/** Takes the lock of this history. Where the migration's own transaction excludes others (SQLite) there is nothing to take. */
export async function takeLock({ options, connection, history, emit, lockTimeoutMs }: Runner): Promise<RunLock> {
  const { driver, url, signal, historyTable } = options;
  const given = {
    timeoutMs: lockTimeoutMs,
    onWait: (holder: string | null) => emit({ type: "lock-wait", holder }),
    ...(signal ? { signal } : {}),
  };
  const lastsMs = options.leaseMs || (await driver.uncertainLock?.(connection) ? uncertainLeaseMs : 0);
  if (lastsMs && driver.dialect.history.clock !== undefined) {
    const lease = await takeLease({
      ...given,
      driver,
      url,
      lastsMs,
      ...(historyTable === undefined ? {} : { historyTable }),
    });
    emit({ type: "locked" });
    return lease;
  }
  const lock = await driver.lock(url, lockName({ history }), given);
  if (lock) emit({ type: "locked" });
  return lock ?? noLock;
}

/** Where nothing is to be taken: it is never lost. */
export const noLock: MigrationLock = { check: async () => {}, [Symbol.asyncDispose]: async () => {} };

/** The live schema's fingerprint. */
export async function liveFingerprint({ connection, options, reading }: Runner): Promise<string> {
  return fingerprint(await introspect(connection, options.driver.dialect, reading));
}

/** Stops before anything is begun. */
export function refuseInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new SqaError("SQA-525", "stopped before the next migration", { hint: "run the same command again to go on" });
  }
}

export function named(node: Node): Named {
  return { id: node.id, name: node.name, label: node.label };
}

/** The schema after a migration, from its file or from the history; null when neither knows. */
export async function snapshotOf(
  node: Node | undefined,
  runner: Pick<Runner, "connection" | "history">,
): Promise<SnapshotFile | null> {
  if (!node) return null;
  if (node.migration?.paths.snapshot) return await readSnapshot(node.migration);
  if (!node.revision) return null;
  const kept = await runner.history.snapshot(runner.connection);
  return kept?.id === node.id ? parseSnapshotFile(kept.text, `the snapshot in ${runner.history.path.join(".")}`) : null;
}

/** Compares the end of a run with where it should be. SQA-540 with the differences; null and why when there is nothing to compare with. */
export async function verifyEnd(
  runner: Runner,
  expected: SnapshotFile | null,
  from: SnapshotFile | null,
  what: string,
): Promise<true | null> {
  const { connection, options, reading, emit } = runner;
  if (!expected) {
    emit({ type: "verified", verified: null, reason: `${what} has no snapshot` });
    return null;
  }
  // The host's own objects are in the snapshots as they were when each was written: what became of them since is not our failure.
  const ours = new Set<ObjectId>([...managedIn(expected), ...(from ? managedIn(from) : [])]);
  const touched = from ? new Set([...touchedBetween(from.graph, expected.graph)].filter((id) => ours.has(id))) : ours;
  const differences = await differencesFrom(connection, options.driver, expected.graph, { ...reading, touched });
  if (differences.length) {
    throw new SqaError("SQA-540", `the files are applied, but the database is not what ${what} says`, {
      exit: 1,
      detail: describeDifferences(differences),
      hint: "run `sqa diff` to see what differs from the models; edited or hand-written SQL is the usual cause",
    });
  }
  emit({ type: "verified", verified: true, reason: null });
  return true;
}
