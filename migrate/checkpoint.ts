/**
 * Checkpoints (`sqa squash`): one file that stands for many, so that an empty database starts from it. Which of the two takes part is said by
 * the rows of the database alone: nothing is rewritten, neither in the history nor in the files. Pure.
 *
 * A database that has none of the replaced migrations takes the checkpoint. One that has some of them goes on with the old files to the
 * place that the checkpoint leads to, and is then where the checkpoint would have brought it. What follows the checkpoint follows, there,
 * the last of the old ones.
 */
import { SqaError } from "../schema/error.ts";
import type { Migration } from "./files.ts";
import type { Revision } from "./history.ts";

export interface SettledCheckpoints {
  /** Ids of files that take no part here. */
  readonly hidden: ReadonlySet<string>;
  /** Everything that a checkpoint stands for. */
  readonly replaced: ReadonlySet<string>;
  /** From the end of the old files to the checkpoint, where the old files take part. */
  readonly checkpoints: ReadonlyMap<string, string>;
  /** A migration's parents as they are on this database. */
  parentsOf(id: string, parents: readonly string[]): readonly string[];
  readonly problems: readonly SqaError[];
}

type Rows = ReadonlyMap<string, Pick<Revision, "state">>;

/** Decides for each checkpoint among the files. SQA-553 where the database is in the middle of one and its old files are gone. */
export function settleCheckpoints(migrations: readonly Migration[], rows: Rows): SettledCheckpoints {
  const files = new Map(migrations.map((migration) => [migration.id, migration]));
  const hidden = new Set<string>(), instead = new Map<string, string>(), after = new Map<string, string>();
  const problems: SqaError[] = [], passed: string[] = [];
  const checkpoints = newestFirst(migrations.filter((migration) => migration.header?.replaces?.length));
  for (const checkpoint of checkpoints) {
    if (hidden.has(checkpoint.id)) continue;
    const ways = checkpoint.header.replaces!, all = new Set(ways.flat()), end = ways[0]!.at(-1)!;
    if (!rows.has(checkpoint.id) && [...all].some((id) => rows.has(id))) {
      hidden.add(checkpoint.id);
      passed.push(checkpoint.id);
      const way = ways.find((ids) => ids.every((id) => isDone(id, rows))) ??
        ways.find((ids) => ids.every((id) => isDone(id, rows) || files.has(id)));
      instead.set(checkpoint.id, (way ?? ways[0]!).at(-1)!);
      if (!way) problems.push(inTheMiddle(checkpoint, ways[0]!, rows, files));
      continue;
    }
    for (const id of all) {
      if (!rows.has(id)) hidden.add(id);
      instead.set(id, checkpoint.id);
    }
    // Both: somebody wrote the rows by hand. The checkpoint then comes after what it stands for.
    if (rows.has(end)) after.set(checkpoint.id, end);
  }
  const placeOf = (id: string): string => {
    const seen = new Set<string>();
    let at = id;
    while (instead.has(at) && !seen.has(at)) seen.add(at), at = instead.get(at)!;
    return at;
  };
  const replaced = new Set(checkpoints.flatMap((checkpoint) => checkpoint.header.replaces!.flat()));
  return {
    hidden,
    replaced,
    problems,
    checkpoints: new Map(passed.map((id) => [placeOf(id), id] as const).reverse()),
    parentsOf: (id, parents) => {
      if (checkpoints.length === 0) return parents;
      // What a checkpoint stands for keeps its own order.
      const inside = replaced.has(id);
      const mapped = parents.map((parent) =>
        inside && replaced.has(parent) && !hidden.has(parent) ? parent : placeOf(parent)
      );
      const end = after.get(id);
      return [...new Set(end === undefined ? mapped : [...mapped, end])];
    },
  };
}

function isDone(id: string, rows: Rows): boolean {
  return rows.get(id)?.state === "done";
}

/** One that replaces another comes before it. */
function newestFirst(checkpoints: readonly Migration[]): readonly Migration[] {
  const size = (checkpoint: Migration): number => new Set(checkpoint.header.replaces!.flat()).size;
  return [...checkpoints].sort((a, b) => size(b) - size(a) || (a.id < b.id ? -1 : 1));
}

function inTheMiddle(
  checkpoint: Migration,
  way: readonly string[],
  rows: Rows,
  files: ReadonlyMap<string, Migration>,
): SqaError {
  const gone = way.filter((id) => !isDone(id, rows) && !files.has(id));
  return new SqaError(
    "SQA-553",
    `this database is in the middle of what ${checkpoint.label} replaces, and files that it still needs are gone`,
    {
      place: { file: checkpoint.paths.up },
      object: checkpoint.id,
      detail: `missing: ${gone.join(", ")}`,
      hint: "restore the folder `squashed` of the migrations from version control, then run the same command again",
    },
  );
}
