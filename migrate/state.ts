/**
 * Files and history together, checked: what a run may build on. Every problem is found before the first statement; none is found by
 * running into it. Reads only.
 */
import type { Connection } from "../dialects/driver.ts";
import { sameJson } from "../schema/canonical.ts";
import { SqaError } from "../schema/error.ts";
import { type Chain, isApplied, makeChain, type Node } from "./chain.ts";
import type { Folder } from "./files.ts";
import { type History, isKept, type Revision } from "./history.ts";
import { readableText } from "./checksum.ts";
import { textDiff } from "./text_diff.ts";

export interface State {
  readonly chain: Chain;
  /** Null: there is no history table yet. */
  readonly revisions: readonly Revision[] | null;
  readonly problems: readonly SqaError[];
  /** Applied migrations whose file is gone: allowed, and said. */
  readonly missing: readonly Node[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Reads the history and joins it with the files. SQA-503 for each applied file that was edited is among the problems. */
export async function readState(connection: Connection, folder: Folder, history: History): Promise<State> {
  const revisions = await history.read(connection);
  const { chain, problems } = makeChain(folder.migrations, revisions ?? []);
  const edited: SqaError[] = [];
  for (const node of chain.nodes.values()) {
    if (isEdited(node)) edited.push(await editedError(connection, history, node));
  }
  const missing = [...chain.nodes.values()].filter((node) =>
    isApplied(node) && !node.migration && !chain.replaced.has(node.id)
  );
  const warnings = [
    ...missing.map((node) => ({ code: "missing-file", message: `${node.label} is applied, but its file is gone` })),
    ...folder.strays.map((file) => ({
      code: "stray-file",
      message: `${file} is no migration (its name ends in neither .up.sql nor .down.sql) and is left alone`,
    })),
  ];
  return { chain, revisions, problems: [...folder.problems, ...problems, ...edited], missing, warnings };
}

/**
 * History and live schema as they belong together: read again when another runner changed the history in between, so that a diff never
 * takes the schema after a migration for the one before it. SQA-527 (exit 75) when it does not come to rest.
 */
export async function readTogether<Live>(
  connection: Connection,
  folder: Folder,
  history: History,
  readLive: () => Promise<Live>,
): Promise<{ readonly state: State; readonly live: Live }> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const state = await readState(connection, folder, history);
    const live = await readLive();
    if (sameJson(state.revisions, await history.read(connection))) return { state, live };
  }
  throw new SqaError("SQA-527", "other runs keep changing the history while it is read", {
    exit: 75,
    hint: "run the same command again when they are done",
  });
}

/** Was the file changed after it was applied? Comments and layout do not count. */
export function isEdited(node: Node): boolean {
  return isApplied(node) && node.migration !== null && node.migration.up.checksum !== node.revision!.checksum;
}

async function editedError(connection: Connection, history: History, node: Node): Promise<SqaError> {
  const file = node.migration!.paths.up;
  const stored = await history.texts(connection, node.id);
  const diff = stored && isKept(stored.up) ? textDiff(readableText(stored.up), node.migration!.text) : "";
  return new SqaError("SQA-503", `${file} was edited after it was applied`, {
    place: { file },
    object: node.id,
    detail: diff ? `- as it was applied, + as it is now\n${diff}` : "the applied text is not known any more",
    hint: "restore the file from version control; to change the schema, change the models and run `sqa diff`",
  });
}

/** Throws the one problem, or one error that holds them all; does nothing when there is none. */
export function refuseProblems(problems: readonly SqaError[]): void {
  if (problems.length === 0) return;
  const first = problems[0]!;
  if (problems.length === 1) throw first;
  throw new SqaError(first.code, `${problems.length} problems with the migration files; nothing was run`, {
    all: problems,
    ...(first.more.exit === undefined ? {} : { exit: first.more.exit }),
  });
}
