/**
 * Folds single-table children into their parent: their columns, allowing NULL, what stands beside these, and the column that tells the kinds
 * of rows apart, which joined tables share. The order of the models makes no difference.
 */
import { model } from "../contract.ts";
import type { CheckMeta, ColumnMeta, ColumnState, ExtraMeta, SqlPart, TableMeta } from "../contract.ts";
import { identityOf } from "../subtypes.ts";
import { t } from "../types.ts";
import type { Report } from "./report.ts";
import { sameColumn } from "./same_column.ts";

/** A table of the database with the columns of all models that live in it. */
export interface Folded {
  readonly meta: TableMeta;
  /** The table and its single-table children. */
  readonly metas: readonly TableMeta[];
  readonly columns: readonly FoldedColumn[];
  /** Checks that come from the kinds of rows. */
  readonly added: readonly ExtraMeta[];
}

interface FoldedColumn {
  readonly key: string;
  readonly state: ColumnState;
  readonly metas: readonly ColumnMeta[];
}

/** One entry for each table of the database, in the order of the models. */
export function foldSingles(tables: readonly TableMeta[], report: Report): readonly Folded[] {
  const singles = grouped(tables.filter((meta) => meta.inherits?.as === "single"), tableOf);
  const kinds = grouped(tables, kindRootOf);
  const parents = new Set(
    tables.flatMap(({ inherits }) => inherits && inherits.as !== "concrete" ? [inherits.parent] : []),
  );
  return tables.filter((meta) => meta.inherits?.as !== "single" && (!meta.abstract || parents.has(meta))).map(
    (meta) => {
      const own = singles.get(meta) ?? [];
      for (const single of own) report.addAll(single.problems);
      const columns = columnsOf(meta, own, report);
      const discriminator = kindRootOf(meta) === meta
        ? withDiscriminator(meta, kinds.get(meta)!, columns, report)
        : null;
      checkInherited(meta, report);
      for (const each of [meta, ...own]) checkVersionColumn(each, report);
      if (discriminator === null) refuseRequired(own, report);
      const required = discriminator === null ? [] : own.flatMap((single) => requiredCheck(single, own, discriminator));
      return { meta, metas: [meta, ...own], columns: [...columns.values()], added: required };
    },
  );
}

function grouped(
  tables: readonly TableMeta[],
  by: (meta: TableMeta) => TableMeta,
): ReadonlyMap<TableMeta, TableMeta[]> {
  return Map.groupBy(tables, by);
}

/** The table of the database that a model lives in. */
function tableOf(meta: TableMeta): TableMeta {
  return meta.inherits?.as === "single" ? tableOf(meta.inherits.parent) : meta;
}

/** The topmost table that shares this one's discriminator. */
export function kindRootOf(meta: TableMeta): TableMeta {
  const { inherits } = meta;
  if (!inherits || inherits.as === "concrete") return meta;
  const own = inherits.as === "joined" && meta.discriminator !== inherits.parent.discriminator;
  return own ? meta : kindRootOf(inherits.parent);
}

/** How a model is called in a message. */
function label(meta: TableMeta): string {
  return meta.inherits?.as === "single" ? `"${identityOf(meta)}" (in table "${meta.name}")` : `table "${meta.name}"`;
}

function columnsOf(root: TableMeta, singles: readonly TableMeta[], report: Report): Map<string, FoldedColumn> {
  const columns = new Map<string, { key: string; state: ColumnState; metas: ColumnMeta[]; owner: TableMeta }>();
  for (const [key, column] of root.columns) {
    columns.set(key, { key, state: column.state, metas: [column], owner: root });
  }
  for (const single of singles) {
    for (const [key, column] of single.columns) {
      const known = columns.get(key);
      const own = { key, state: { ...column.state, nullable: true }, metas: [column], owner: single };
      if (!known) columns.set(key, own);
      else if (sameColumn(known.state, column.state, isMadeFrom(single, known.owner))) known.metas.push(column);
      else if (isMadeFrom(known.owner, single) && sameColumn(column.state, known.state, true)) {
        columns.set(key, { ...own, metas: [...known.metas, column] });
      } else {
        report.add(
          "SQA-109",
          `"${key}" of ${label(single)} differs from "${key}" of ${label(known.owner)}`,
          column.state.place,
          "they share one column: give one of them a name of its own, or write both alike",
        );
      }
    }
  }
  return columns;
}

/** Whether a model is made from another one, directly or not. */
function isMadeFrom(meta: TableMeta, other: TableMeta): boolean {
  const parent = meta.inherits?.parent;
  return parent !== undefined && (parent === other || isMadeFrom(parent, other));
}

/** The key of the column that tells the kinds below a topmost table apart; null where there is none. */
export function discriminatorKey({ discriminator }: TableMeta, below: readonly TableMeta[]): string | null {
  if (discriminator !== null) return discriminator.column;
  return below.some((meta) => meta.inherits?.as === "single") ? "kind" : null;
}

/**
 * Adds the column that tells the kinds apart where there are kinds and the table lacks it, and holds the kinds to it. Gives its key, or null
 * where there are no kinds.
 */
function withDiscriminator(
  root: TableMeta,
  below: readonly TableMeta[],
  columns: Map<string, FoldedColumn>,
  report: Report,
): string | null {
  const said = root.discriminator, key = discriminatorKey(root, below);
  if (key === null) return null;
  const known = columns.get(key);
  if (!known) {
    const { state } = t.varchar(64).index()[model];
    columns.set(key, { key, state: { ...state, place: root.place }, metas: [] });
  }
  const type = known?.state.type;
  const kinds = new Map<string, TableMeta>();
  for (const meta of below) {
    if (meta.abstract || (meta === root && said === null)) continue;
    const identity = identityOf(meta);
    const other = kinds.get(identity);
    if (other) {
      report.add("SQA-109", `${label(meta)} and ${label(other)} both have the identity "${identity}"`, meta.place);
    }
    if (type?.type === "enum" && !type.enum.values.includes(identity)) {
      report.add(
        "SQA-109",
        `"${identity}" is no value of "${key}" of table "${root.name}"`,
        meta.place,
        `its values are ${type.enum.values.map((value) => `"${value}"`).join(", ")}`,
      );
    }
    kinds.set(identity, meta);
  }
  if (said?.check) {
    const column = columns.get(key)!;
    const parts: SqlPart[] = [{ self: true }, { text: " IN (" }, { value: [...kinds.keys()].sort() }, { text: ")" }];
    const check = unnamedCheck(parts, root);
    columns.set(key, { ...column, state: { ...column.state, checks: [...column.state.checks, check] } });
  }
  return key;
}

/** Rows of this kind, and of those made from it, need a value wherever the model does not allow NULL. */
function requiredCheck(single: TableMeta, all: readonly TableMeta[], discriminator: string): readonly ExtraMeta[] {
  if (!single.inherits!.required) return [];
  const needed = [...single.columns.values()].filter(({ state }) => !state.nullable && !state.generated);
  if (needed.length === 0) return [];
  const within = (meta: TableMeta): boolean =>
    meta === single || (meta.inherits?.as === "single" && within(meta.inherits.parent));
  const kinds = all.filter((meta) => within(meta) && !meta.abstract).map(identityOf).sort();
  const parts: SqlPart[] = [
    { key: discriminator },
    { text: " NOT IN (" },
    { value: kinds },
    { text: ") OR " },
    ...needed.flatMap((each, i): SqlPart[] => [
      ...(i === 0 ? [] : [{ text: " AND " }]),
      { key: each.key! },
      { text: " IS NOT NULL" },
    ]),
  ];
  return [{ kind: "check", check: unnamedCheck(parts, single) }];
}

/** A check cannot read the discriminator of another table. */
function refuseRequired(singles: readonly TableMeta[], report: Report): void {
  for (const single of singles.filter(({ inherits }) => inherits!.required)) {
    report.add(
      "SQA-109",
      `${label(single)} cannot be held to its columns: the column that tells the kinds apart is in table "${
        kindRootOf(single).name
      }"`,
      single.place,
      "leave `required` out",
    );
  }
}

function unnamedCheck(parts: readonly SqlPart[], meta: TableMeta): CheckMeta {
  const sql = { kind: "sql" as const, parts, by: null };
  return { name: null, comment: null, renamedFrom: [], on: {}, only: null, sql, place: meta.place };
}

/** A joined table has its parents' columns already. */
function checkInherited(meta: TableMeta, report: Report): void {
  if (meta.inherits?.as !== "joined") return;
  const keys = new Set(
    [...meta.inherits.parent.columns].filter(([, { state }]) => state.primaryKey).map(([key]) => key),
  );
  for (
    let at: TableMeta | null = meta.inherits.parent;
    at;
    at = at.inherits?.as === "concrete" ? null : at.inherits?.parent ?? null
  ) {
    for (const [key, column] of meta.columns) {
      if (keys.has(key) || !at.columns.has(key)) continue;
      report.add(
        "SQA-109",
        `"${key}" of ${label(meta)} is a column of ${label(at)} already`,
        column.state.place,
        "leave it out, it is inherited; or give it a name of its own",
      );
    }
  }
}

function checkVersionColumn(meta: TableMeta, report: Report): void {
  const key = meta.versionColumn;
  if (key === null) return;
  for (let at: TableMeta | null = meta; at; at = at.inherits?.parent ?? null) {
    const column = at.columns.get(key);
    if (column && ["smallint", "int", "bigint"].includes(column.state.type.type)) return;
  }
  report.add(
    "SQA-109",
    `the version column "${key}" of ${label(meta)} is no column of whole numbers`,
    meta.place,
    "add it with ...mixins.versioned(), or name another column",
  );
}
