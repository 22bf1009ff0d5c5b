/**
 * A plan as the texts of its files. Pure: the same plan, parents and decisions give the same bytes and the same id on every machine, so
 * that replicas which each generate the file agree on it.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { Plan, Statement } from "../diff/plan_types.ts";
import { canonicalJson } from "../schema/canonical.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { fingerprint, sha256 } from "../schema/hash.ts";
import type { MigrationTexts } from "./files.ts";
import { type Grade, type Header, renderHeader } from "./header.ts";
import { renderBody } from "./script.ts";
import { leftAloneIn, type SnapshotFile, snapshotFileText } from "./snapshot_file.ts";

export interface RenderFileInput {
  readonly name: string;
  readonly dialect: Dialect;
  /** Ids of the heads that it follows. */
  readonly parents: readonly string[];
  readonly plan: Pick<Plan, "from" | "to" | "up" | "down">;
  /** The graph after up: `Planned.target`, whose notes say what is left alone. */
  readonly target: SchemaGraph;
  /** The graph after up as the database itself reports it, where it was asked (`prove`). */
  readonly proven?: SchemaGraph;
  readonly renames?: readonly { readonly from: string; readonly to: string }[];
  readonly allows?: readonly string[];
  /** A name for the branch that begins with it. */
  readonly branch?: string;
  /** Modules that have another name behind it. */
  readonly relabels?: Header["relabels"];
  /** Of a checkpoint. */
  readonly replaces?: readonly (readonly string[])[];
}

/** The files of a generated migration. */
export function renderMigration(input: RenderFileInput): MigrationTexts & { readonly grade: Grade } {
  const { dialect, plan } = input;
  const up = renderBody(plan.up, dialect), down = renderBody(plan.down, dialect);
  const grade = gradeOf(plan.up, plan.down);
  const parents = [...new Set(input.parents)].sort();
  const empty = plan.up.length === 0 && plan.down.length === 0;
  const id = migrationId({
    parents,
    dialect: dialect.name,
    up: up.text,
    down: down.text,
    ...(empty ? { name: input.name } : {}),
    ...(input.replaces ? { replaces: input.replaces } : {}),
  });
  const header: Omit<Header, "direction" | "transaction" | "checksum"> = {
    id,
    name: input.name,
    parents,
    ...(input.branch === undefined ? {} : { branches: [input.branch] }),
    ...(input.relabels?.length ? { relabels: input.relabels } : {}),
    ...(input.replaces ? { replaces: input.replaces } : {}),
    dialect: dialect.name,
    from: plan.from,
    to: input.proven ? fingerprint(input.proven) : plan.to,
    renames: input.renames ?? [],
    allows: [...new Set(input.allows ?? [])].sort(),
    grade,
    modules: modulesOf(plan.up),
    generator: "sqa",
  };
  return {
    id,
    name: input.name,
    grade,
    up: renderHeader({ ...header, direction: "up", transaction: up.mode, checksum: up.checksum }) + up.text,
    down: renderHeader({ ...header, direction: "down", transaction: down.mode, checksum: down.checksum }) + down.text,
    snapshot: snapshotFileText({ graph: input.proven ?? input.target, leftAlone: leftAloneIn(input.target) }),
  };
}

/** The modules whose models the statements come from, by name. */
function modulesOf(statements: readonly Statement[]): readonly string[] {
  const found = new Set<string>();
  for (const { change } of statements) {
    if (change && change.op !== "drop" && change.to.origin?.module) found.add(change.to.origin.module);
  }
  return [...found].sort();
}

/** The files of a migration that a person will write: headers, a line of comment and no statement. It has no snapshot. */
export function renderEmptyMigration(
  input: {
    readonly name: string;
    readonly dialect: Dialect;
    readonly parents: readonly string[];
    readonly branch?: string;
  },
): MigrationTexts {
  const parents = [...new Set(input.parents)].sort();
  const mode = input.dialect.transactionalDdl ? "all" : "none";
  const id = migrationId({ parents, dialect: input.dialect.name, up: "", down: "", name: input.name });
  const header: Omit<Header, "direction"> = {
    id,
    name: input.name,
    parents,
    ...(input.branch === undefined ? {} : { branches: [input.branch] }),
    dialect: input.dialect.name,
    from: null,
    to: null,
    transaction: mode,
    renames: [],
    allows: [],
    grade: "lossy",
    checksum: null,
    generator: "hand",
  };
  const body = (what: string) => `\n-- ${what}\n\n-- sqa: end\n`;
  return {
    id,
    name: input.name,
    up: renderHeader({ ...header, direction: "up" }) +
      body("write the statements here, each with a semicolon at its end"),
    down: renderHeader({ ...header, direction: "down" }) + body("write here what undoes the up file"),
    snapshot: null,
  };
}

/**
 * The files of a migration that changes rows and no schema. `body` is what stands below the up file's header; `snapshot` is the schema
 * that it meets and leaves, null where nobody knows it.
 */
export function renderDataMigration(
  input: {
    readonly name: string;
    readonly dialect: Dialect;
    readonly parents: readonly string[];
    readonly branch?: string;
    readonly body: string;
    readonly snapshot: SnapshotFile | null;
  },
): MigrationTexts {
  const parents = [...new Set(input.parents)].sort();
  const id = migrationId({ parents, dialect: input.dialect.name, up: "", down: "", name: input.name });
  const at = input.snapshot && fingerprint(input.snapshot.graph);
  const header: Omit<Header, "direction" | "transaction"> = {
    id,
    name: input.name,
    parents,
    ...(input.branch === undefined ? {} : { branches: [input.branch] }),
    dialect: input.dialect.name,
    from: at,
    to: at,
    renames: [],
    allows: [],
    grade: "lossy",
    checksum: null,
    generator: "data",
  };
  const none =
    "\n-- the rows stay as they are; write here what brings the old values back, where that is possible\n\n-- sqa: end\n";
  return {
    id,
    name: input.name,
    up: renderHeader({ ...header, direction: "up", transaction: "groups" }) + input.body,
    down: renderHeader({ ...header, direction: "down", transaction: input.dialect.transactionalDdl ? "all" : "none" }) +
      none,
    snapshot: input.snapshot && snapshotFileText(input.snapshot),
  };
}

/** The files of a merge: two parents, no statement. `snapshot` is the schema after both parents, null where nobody knows it. */
export function renderMerge(
  input: {
    readonly name: string;
    readonly dialect: Dialect;
    readonly parents: readonly string[];
    readonly snapshot: SnapshotFile | null;
    readonly fingerprint: string | null;
  },
): MigrationTexts {
  const parents = [...new Set(input.parents)].sort();
  const body = renderBody([], input.dialect);
  const id = migrationId({ parents, dialect: input.dialect.name, up: body.text, down: body.text });
  const header: Omit<Header, "direction"> = {
    id,
    name: input.name,
    parents,
    dialect: input.dialect.name,
    from: input.fingerprint,
    to: input.fingerprint,
    transaction: body.mode,
    renames: [],
    allows: [],
    grade: "lossless",
    checksum: body.checksum,
    generator: "sqa",
  };
  return {
    id,
    name: input.name,
    up: renderHeader({ ...header, direction: "up" }) + body.text,
    down: renderHeader({ ...header, direction: "down" }) + body.text,
    snapshot: input.snapshot && snapshotFileText(input.snapshot),
  };
}

/** The id: 12 hex digits of what the migration does and what it follows. Names and clocks are no part of it, save for empty ones. */
export function migrationId(
  content: {
    readonly parents: readonly string[];
    readonly dialect: string;
    readonly up: string;
    readonly down: string;
    readonly name?: string;
    readonly replaces?: readonly (readonly string[])[];
  },
): string {
  return sha256(canonicalJson(content)).slice(0, 12);
}

/** What running up and then down brings back, judged by what the statements say that they lose. */
export function gradeOf(up: readonly Statement[], down: readonly Statement[]): Grade {
  if (up.length > 0 && down.length === 0) return "irreversible";
  return [...up, ...down].some((statement) => statement.effects.loses.length > 0) ? "lossy" : "lossless";
}
