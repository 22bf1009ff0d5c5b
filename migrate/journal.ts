/** How a run of an up or a down file is written into the history. The two are mirror images: one opens a row, the other removes it. */
import { SqaError } from "../schema/error.ts";
import { prefixChecksums } from "./checksum.ts";
import type { Node } from "./chain.ts";
import type { History, NewRevision, Revision } from "./history.ts";
import type { Journal } from "./script_run.ts";
import type { Script } from "./script.ts";

export interface JournalOptions {
  readonly history: History;
  readonly node: Node;
  readonly script: Script;
}

/** For an up file. `snapshot` is kept with the row when it is done; null keeps the older one. */
export function upJournal(
  { history, node, script }: JournalOptions,
  texts: Pick<NewRevision, "version" | "up" | "down">,
  snapshot: string | null,
): Journal {
  const hashes = prefixesOf(script);
  const revision: NewRevision = {
    ...texts,
    id: node.id,
    name: node.name,
    parents: node.parents,
    checksum: script.checksum,
    total: script.statements.length,
  };
  return {
    async claim(connection, ahead = false) {
      const rows = await history.rows(connection, [node.id, ...node.parents]);
      const row = rows.find(({ id }) => id === node.id);
      if (row?.state === "done") return "finished";
      if (row?.state === "reverting") throw halfDone(node, "rolled back", "rollback");
      if (row) {
        refuseEdited(row, hashes, node);
        if (row.checksum !== script.checksum) await history.adopt(connection, revision);
        return row;
      }
      refuseMissingParents(rows, node);
      const written = history.begin(connection, revision), begun = { applied: 0, ...idle };
      if (!ahead) await written;
      written.catch(() => {});
      return ahead ? { ...begun, written } : begun;
    },
    async progress(connection, applied, running) {
      await history.progress(connection, node.id, {
        state: "running",
        applied,
        appliedHash: hashes(applied),
        running: running?.number ?? null,
        runningFrom: running?.from ?? null,
        runningSession: running?.session ?? null,
      });
    },
    async finish(connection, ms) {
      const total = script.statements.length;
      await history.finish(connection, node.id, { total, durationMs: ms, appliedHash: hashes(total) });
      if (snapshot !== null) await history.keepSnapshot(connection, node.id, snapshot);
    },
  };
}

/** For a down file. `snapshot` is the schema after it, kept with the migration that is then the newest. */
export function downJournal(
  { history, node, script }: JournalOptions,
  snapshot: { readonly id: string; readonly text: string } | null,
): Journal {
  const hashes = prefixesOf(script);
  return {
    async claim(connection) {
      const rows = await history.read(connection) ?? [];
      const row = rows.find((each) => each.id === node.id);
      if (!row) return "finished";
      const follower = rows.find((each) => each.parents.includes(node.id));
      if (follower) {
        throw new SqaError("SQA-526", `${follower.id} (${follower.name}) follows ${node.label} and is applied`, {
          exit: 75,
          hint: "another run has just applied it; run `sqa status`, then roll back again",
        });
      }
      if (row.state === "running") throw halfDone(node, "applied", "migrate");
      if (row.state === "reverting") refuseEdited(row, hashes, node);
      return row.state === "done" ? { ...row, applied: 0, ...idle } : row;
    },
    async progress(connection, applied, running) {
      await history.progress(connection, node.id, {
        state: "reverting",
        applied,
        appliedHash: hashes(applied),
        running: running?.number ?? null,
        runningFrom: running?.from ?? null,
        runningSession: running?.session ?? null,
      });
    },
    async finish(connection) {
      await history.remove(connection, node.id);
      if (snapshot) await history.keepSnapshot(connection, snapshot.id, snapshot.text);
    },
  };
}

/** No statement is under way. */
const idle = { running: null, runningFrom: null, runningSession: null };

function prefixesOf(script: Script): (n: number) => string | null {
  const { statements, checksum } = script, total = statements.length;
  const some = prefixChecksums({ length: total, at: (index) => statements.at(index)?.sql });
  return (n) => n === total && total > 0 ? checksum : some(n);
}

function refuseEdited(row: Revision, hashes: (n: number) => string | null, node: Node): void {
  if (row.appliedHash === hashes(row.applied)) return;
  throw new SqaError("SQA-503", `${node.label} was edited in its first ${row.applied} statements, which are applied`, {
    object: node.id,
    hint: "restore these statements; what comes after them may be changed",
  });
}

/** The file was pending when the run began; its parents may have been rolled back meanwhile. */
function refuseMissingParents(rows: readonly Revision[], node: Node): void {
  for (const parent of node.parents) {
    if (rows.some(({ id, state }) => id === parent && state === "done")) continue;
    throw new SqaError("SQA-526", `${node.label} follows ${parent}, which is not applied any more`, {
      exit: 75,
      hint: "another run has changed the history meanwhile; run the same command again",
    });
  }
}

function halfDone(node: Node, what: string, command: string): SqaError {
  return new SqaError("SQA-526", `${node.label} is only partly ${what}`, {
    object: node.id,
    hint: `run \`sqa ${command}\` first, to finish it`,
  });
}
