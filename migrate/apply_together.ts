/**
 * Small files on a database without a history: several share one transaction, since on a new database it is the commits that take the time.
 * Only files of statements that cannot tell (`Dialect.sharesTransaction`) take part. What was applied and recorded at the end is what it would
 * have been one by one; where anything stands in the way, nothing of them has happened, and they are run one by one, which also finds the words
 * for it.
 */
import type { Connection } from "../dialects/driver.ts";
import { ahead } from "./ahead.ts";
import type { Node } from "./chain.ts";
import type { Named } from "./events.ts";
import { readDown } from "./files.ts";
import type { DoneRevision } from "./history.ts";
import { named, refuseInterrupted, type RunLock, type Runner } from "./runner.ts";

/** A transaction holds so many files, statements and characters at most: what it locks is free again after a moment. */
const mostFiles = 128, mostStatements = 512, mostCharacters = 512 * 1024;

/** Whoever is in the way of a transaction of several files is not waited for, nor is a statement that takes long: then each runs alone. */
const limits = { lockTimeoutMs: 100, statementTimeoutMs: 1000 };

/** A file that was applied. */
export type Applied = Named & { readonly statements: number; readonly ms: number };

/** The files at the beginning of `nodes` that may share a transaction; fewer than two are none. */
export function sharing(nodes: readonly Node[], { options }: Pick<Runner, "options">): readonly Node[] {
  const { dialect } = options.driver;
  let files = 0, statements = 0, characters = 0;
  for (const { migration } of nodes) {
    if (!migration || files === mostFiles) break;
    const { up, text, header } = migration, [group, ...more] = up.groups;
    statements += up.statements.length;
    characters += text.length;
    if (statements > mostStatements || characters > mostCharacters || header.replaces?.length) break;
    // A file without statements has no group.
    if (!group?.transactional || group.rows || group.module !== undefined || more.length) break;
    if (![...up.statements].every(({ sql }) => dialect.sharesTransaction?.(sql))) break;
    files++;
  }
  return files < 2 ? [] : nodes.slice(0, files);
}

/** Applies them in one transaction; null when that did not work, and then nothing has happened. */
export async function applyTogether(
  runner: Runner,
  nodes: readonly Node[],
  lock: RunLock,
): Promise<readonly Applied[] | null> {
  const { options, connection, emit } = runner, { driver } = options;
  const downs = new Map<Node, string | null>();
  for (const node of nodes) {
    const down = await readDown(node.migration!, driver.dialect);
    downs.set(node, down?.text ?? null);
  }
  const settings = {
    ...limits,
    transactional: true,
    readsFirst: true,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const done = await driver.migration(connection, settings, async (tx) => {
    const [free] = await Promise.all([areFree(runner, tx, nodes), lock.check()]);
    if (!free) throw new Error("another run is at these files");
    const rows: DoneRevision[] = [];
    for await (const { node, ms } of runAll(runner, tx, nodes)) {
      const { id, name, parents, migration } = node, { up, text } = migration!;
      const texts = { version: options.version, up: text, down: downs.get(node)! };
      rows.push({ ...texts, id, name, parents, checksum: up.checksum, total: up.statements.length, durationMs: ms });
    }
    await Promise.all([runner.history.record(tx, rows), lock.check()]);
    return rows;
  }).catch(() => null);
  refuseInterrupted(options.signal);
  return done && nodes.map((node, i) => {
    const file = named(node), statements = node.migration!.up.statements.length, ms = done[i]!.durationMs;
    emit({ type: "file-start", direction: "up", file, statements });
    emit({ type: "file-done", direction: "up", file, ms });
    return { ...file, statements, ms };
  });
}

/** Is none of them begun, and is all done that they follow? */
async function areFree({ history }: Runner, tx: Connection, nodes: readonly Node[]): Promise<boolean> {
  const ids = new Set(nodes.map(({ id }) => id));
  const parents = [...new Set(nodes.flatMap((node) => node.parents))].filter((id) => !ids.has(id));
  const rows = await history.rows(tx, [...ids, ...parents]);
  return rows.length === parents.length && rows.every(({ id, state }) => !ids.has(id) && state === "done");
}

/** Runs the statements of all files, one behind the other, and tells of each file that is done. */
async function* runAll(
  { options }: Runner,
  tx: Connection,
  nodes: readonly Node[],
): AsyncGenerator<{ readonly node: Node; readonly ms: number }, void, undefined> {
  const all = (function* () {
    for (const node of nodes) {
      const { statements } = node.migration!.up;
      for (const { number, sql } of statements) yield { sql, ends: number === statements.length ? node : null };
    }
  })();
  let start = performance.now();
  for await (
    const { item, answer } of ahead(
      all,
      options.driver,
      (sql) => tx.execute(sql),
      () => options.signal?.throwIfAborted(),
    )
  ) {
    await answer();
    if (!item.ends) continue;
    yield { node: item.ends, ms: performance.now() - start };
    start = performance.now();
  }
}
