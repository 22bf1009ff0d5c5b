/**
 * `sqa squash`: a checkpoint, which stands for every migration up to a place, so that an empty database starts from it with one file.
 * Databases that are somewhere on the way go on with the old files, which move to `squashed/` (checkpoint.ts). Reads and moves files only.
 */
import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Dialect } from "../dialects/dialect.ts";
import { identityIn } from "../diff/rename_identity.ts";
import { makePlan } from "../diff/plan.ts";
import type { Plan } from "../diff/plan_types.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type Note, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import { type Chain, type Node, withAncestors } from "./chain.ts";
import { type Migration, type MigrationTexts, readSnapshot, squashedFolder } from "./files.ts";
import { firstOf } from "./replan.ts";
import { renderMigration } from "./render_file.ts";
import type { SnapshotFile } from "./snapshot_file.ts";

export interface Squash {
  /** What the checkpoint stands for here, parents first. */
  readonly nodes: readonly Node[];
  readonly plan: Plan;
  /** The schema before: empty, but for what sqa never made. */
  readonly from: SchemaGraph;
  readonly target: SchemaGraph;
  readonly replaces: readonly (readonly string[])[];
}

export interface SquashOptions {
  readonly dialect: Dialect;
  /** Ids of hand-written or edited migrations whose statements an empty database does not need. */
  readonly leaveOut: ReadonlySet<string>;
}

/**
 * The checkpoint that leads to `until`. `chain` is made from the files alone. SQA-554 when there is nothing to squash, SQA-555 when a branch
 * leaves from the middle, SQA-506 when nobody knows the schema at its end, SQA-556 (exit 3) for statements that only their file knows.
 */
export async function planSquash(chain: Chain, until: Node, options: SquashOptions): Promise<Squash> {
  const ids = withAncestors(chain, [until.id]), inside = new Set(ids);
  const nodes = ids.map((id) => chain.nodes.get(id)!);
  if (nodes.length < 2) {
    throw new SqaError("SQA-554", `there is nothing to squash up to ${until.label}: it is one migration`, { exit: 64 });
  }
  const outside = [...chain.nodes.values()].find((node) =>
    !inside.has(node.id) && node.parents.some((id) => inside.has(id) && id !== until.id)
  );
  if (outside) {
    throw new SqaError("SQA-555", `${outside.label} leaves the history before ${until.label}`, {
      object: outside.id,
      hint: "join the branches first (`sqa merge`), or squash up to where they part",
    });
  }
  const snapshot = await readSnapshot(until.migration!);
  if (!snapshot) throw noSnapshot(until);
  refuseUnknown(nodes, options.leaveOut);
  const from = firstOf(snapshot, options.dialect);
  const { plan } = makePlan({
    from,
    to: snapshot.graph,
    dialect: options.dialect,
    options: { columnOrder: "lax", version: null },
  });
  return { nodes, plan, from, target: withNotes(snapshot), replaces: waysTo(nodes) };
}

/** Each list of ids that leads to the same place: with an older checkpoint, or with what that one replaced. */
function waysTo(nodes: readonly Node[]): readonly (readonly string[])[] {
  let ways: readonly (readonly string[])[] = [[]];
  for (const { id, migration } of nodes) {
    const own = [[id], ...(migration?.header.replaces ?? [])];
    ways = ways.flatMap((way) => own.map((ids) => [...way, ...ids]));
  }
  return ways;
}

function noSnapshot(node: Node): SqaError {
  return new SqaError("SQA-506", `nobody knows the schema after ${node.label}: it has no snapshot`, {
    ...(node.migration ? { place: { file: node.migration.paths.up } } : {}),
    hint: "squash up to a generated migration: `sqa squash ID`",
  });
}

/** A checkpoint is made from schemas. What a person wrote into a file, rows above all, is in none of them. */
function refuseUnknown(nodes: readonly Node[], leaveOut: ReadonlySet<string>): void {
  const unknown = nodes.filter((node) => !leaveOut.has(node.id) && node.migration && isByHand(node.migration));
  if (unknown.length === 0) return;
  throw new SqaError("SQA-556", "a checkpoint would not hold what was written by hand; nothing was written", {
    exit: 3,
    detail: unknown.map(({ label, migration }) => `${label}: ${migration!.up.statements.length} statements`).join("\n"),
    choices: unknown.map(({ id }) => `--leave-out ${id}`),
    hint:
      "with the flag an empty database goes without these statements (a backfill has nothing to fill there); for rows that it needs, squash " +
      "up to the migration before, or put them into a migration after the checkpoint",
  });
}

function isByHand({ header, up, paths }: Migration): boolean {
  if (up.statements.length === 0) return false;
  return header.generator !== "sqa" || paths.snapshot === null ||
    (header.checksum !== null && header.checksum !== up.checksum);
}

function withNotes({ graph, leftAlone }: SnapshotFile): SchemaGraph {
  const notes = [...leftAlone].map((object): Note => ({
    code: "left-alone",
    object,
    message: `${object} was not made by migrations`,
  }));
  return makeGraph(graph.dialect, graph.objects.values(), notes);
}

/** The checkpoint's files. */
export function squashTexts(
  { nodes, plan, target, replaces }: Squash,
  options: { readonly name: string; readonly dialect: Dialect },
): MigrationTexts {
  // What was done to rows shows in no schema: without these lines the next diff would do it again.
  const renames = nodes.flatMap(({ migration }) => migration?.header.renames ?? [])
    .filter(({ to }) => identityIn(target, to as ObjectId) !== null);
  return renderMigration({ ...options, parents: [], plan, target, replaces, renames });
}

/** Moves the old files into `squashed`, where they are still read. Stopped half-way, nothing is lost: both places count. Returns the new paths. */
export async function moveSquashed(dir: string, nodes: readonly Node[]): Promise<readonly string[]> {
  const folder = join(dir, squashedFolder), moved: string[] = [];
  await mkdir(folder, { recursive: true });
  for (const { migration } of nodes) {
    if (!migration) continue;
    // The up file makes the migration, so it comes last: until then the others are found where it is, or not at all.
    const modules = migration.up.groups.map((group) => group.module ?? null);
    for (const path of [...modules, migration.paths.snapshot, migration.paths.down, migration.paths.up]) {
      if (path === null) continue;
      const to = join(folder, basename(path));
      if (path !== to) await rename(path, to);
      moved.push(to);
    }
  }
  return moved;
}
