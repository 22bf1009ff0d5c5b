/**
 * `sqa merge`: two heads become one. Branches that touch different things are joined by an empty migration; where they meet, somebody has
 * to look. Reads files only.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";
import type { ObjectId } from "../schema/object.ts";
import { type Chain, type Node, withAncestors } from "./chain.ts";
import { type MigrationTexts, readSnapshot } from "./files.ts";
import { dataConflicts, type DataSide, isReadableData, mentionedIn } from "./data_footprint.ts";
import { type Conflict, conflicts, type Footprint, footprint, merged } from "./footprint.ts";
import { renderMerge } from "./render_file.ts";
import { firstOf } from "./replan.ts";
import type { SnapshotFile } from "./snapshot_file.ts";

/** One side of a merge: a head and what leads to it from where the branches part. */
export interface Side {
  readonly head: Node;
  readonly branch: readonly Node[];
  readonly footprint: Footprint | null;
}

export interface Merge {
  readonly sides: readonly [Side, Side];
  /** Where the branches part: null is the beginning. */
  readonly ancestor: Node | null;
  readonly conflicts: readonly Conflict[];
  /** Why it cannot be told whether the branches are independent. */
  readonly unknown: string | null;
  /** The schema after both; null when it is not known. */
  readonly snapshot: SnapshotFile | null;
}

/** Compares two heads. Writes nothing. */
export async function compareHeads(chain: Chain, one: Node, other: Node, dialect: Dialect): Promise<Merge> {
  const common = commonAncestors(chain, one, other);
  const shared = new Set(withAncestors(chain, common));
  const sideOf = (head: Node): Side => ({
    head,
    branch: withAncestors(chain, [head.id]).filter((id) => !shared.has(id)).map((id) => chain.nodes.get(id)!),
    footprint: null,
  });
  const sides: readonly [Side, Side] = [sideOf(one), sideOf(other)];
  const ancestor = common.length === 1 ? chain.nodes.get(common[0]!)! : null;
  const open = { sides, ancestor, conflicts: [], snapshot: null };
  if (common.length > 1) return { ...open, unknown: "the branches part at several places" };
  const strange = sides.flatMap((side) => side.branch).find(unknownContent);
  if (strange) return { ...open, unknown: `nobody knows what ${strange.label} does: ${unknownContent(strange)}` };
  const first = await readSnapshot(one.migration!), second = await readSnapshot(other.migration!);
  const base = ancestor ? ancestor.migration && (await readSnapshot(ancestor.migration))?.graph : "empty";
  const nameless = !first ? one : !second ? other : ancestor;
  if (!first || !second || !base) return { ...open, unknown: `nobody knows the schema at ${nameless?.label}` };
  const from = base === "empty" ? bothFirst(first, second, dialect) : base;
  const prints = [footprint(from, first.graph, dialect), footprint(from, second.graph, dialect)] as const;
  const graphs = [from, first.graph, second.graph];
  const dataOf = (i: 0 | 1): DataSide => ({
    mentioned: mentionedIn(sides[i].branch.map(({ migration }) => migration!), graphs),
    footprint: prints[i],
  });
  const parentOf = (id: ObjectId) => graphs.map(({ objects }) => objects.get(id)).find((each) => each)?.parent ?? null;
  const found = [...conflicts(prints[0], prints[1]), ...dataConflicts(dataOf(0), dataOf(1), parentOf)];
  const known = sides.map((side, i) => ({ ...side, footprint: prints[i]! })) as unknown as readonly [Side, Side];
  return {
    ...open,
    sides: known,
    conflicts: found,
    unknown: null,
    snapshot: found.length ? null : {
      graph: makeGraph(dialect.name, merged(from, first.graph, second.graph).values()),
      leftAlone: new Set<ObjectId>([...first.leftAlone, ...second.leftAlone]),
    },
  };
}

/** Why it is not known what a migration does, or null. */
function unknownContent({ migration }: Node): string | null {
  if (!migration) return "its file is gone";
  const { header, up } = migration;
  if (isReadableData(migration)) return null;
  if (header.generator !== "sqa" || migration.paths.snapshot === null) {
    return up.statements.length === 0 && header.generator === "sqa"
      ? null
      : "it was written by hand or has no snapshot";
  }
  return header.checksum !== null && header.checksum !== up.checksum ? "its statements were edited" : null;
}

/** The last migrations that both heads follow. */
function commonAncestors(chain: Chain, one: Node, other: Node): readonly string[] {
  const mine = new Set(withAncestors(chain, [one.id]));
  const both = withAncestors(chain, [other.id]).filter((id) => mine.has(id));
  const followed = new Set(both.flatMap((id) => chain.nodes.get(id)!.parents));
  return both.filter((id) => !followed.has(id));
}

/** Two beginnings: an empty database with what either of them left alone. */
function bothFirst(one: SnapshotFile, other: SnapshotFile, dialect: Dialect): SchemaGraph {
  const objects = new Map([...firstOf(one, dialect).objects, ...firstOf(other, dialect).objects]);
  return makeGraph(dialect.name, objects.values());
}

/** The files of the merge: no statement, two parents, and the schema after both where it is known. SQA-545 for conflicts unless `force`. */
export function mergeTexts(merge: Merge, options: { name: string; dialect: Dialect; force: boolean }): MigrationTexts {
  if (!options.force && (merge.unknown !== null || merge.conflicts.length)) throw conflictError(merge);
  const { snapshot, sides } = merge;
  return renderMerge({
    name: options.name,
    dialect: options.dialect,
    parents: sides.map((side) => side.head.id),
    snapshot,
    fingerprint: snapshot && fingerprint(snapshot.graph),
  });
}

/** Both sides, what each does where they meet, and the flag that says it is all right. */
export function conflictError({ sides, conflicts: found, unknown }: Merge): SqaError {
  const [one, other] = sides;
  const lines = found.map(({ what, one, other }) => `${what}: one ${one} it, the other ${other} it`);
  const side = (title: string, { branch }: Side) => `${title}: ${branch.map((node) => node.label).join(", ")}`;
  return new SqaError(
    "SQA-545",
    unknown === null
      ? `${one.head.label} and ${other.head.label} are not independent`
      : `it is not known whether ${one.head.label} and ${other.head.label} are independent`,
    {
      exit: 3,
      detail: [side("one", one), side("other", other), ...(unknown === null ? lines : [unknown])].join("\n"),
      choices: ["--force"],
      hint:
        "look at both (`sqa show`): delete the files of one and run `sqa diff` again, or pass the flag when any order is right",
    },
  );
}
