/** What a foreign key points to: from a text, a path or a function to a table and its columns in the database. */
import type { Dialect } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { DataType, ObjectId, TypeFamily } from "../../schema/object.ts";
import {
  type ColumnMeta,
  metaOf,
  type Place,
  type ReferenceMeta,
  type ReferenceTarget,
  type TableMeta,
} from "../contract.ts";
import { nearest } from "../nearest.ts";
import type { Catalog, ColumnEntry, TableEntry } from "./catalog.ts";
import type { Report } from "./report.ts";

/** Where a foreign key points. `entry` is null for a table that the models do not know (only with `unchecked`). */
export interface Target {
  readonly entry: TableEntry | null;
  readonly table: ObjectId;
  readonly columns: readonly string[];
}

export interface ReferenceContext {
  readonly dialect: Dialect;
  readonly catalog: Catalog;
  readonly report: Report;
  /** Names of the primary key's columns. */
  primaryKeyOf(table: TableEntry): readonly string[];
  /** `the reference of "orders.buyerId"`, for messages. */
  readonly what: string;
  readonly place: Place;
}

/** A table or a column of it, as found. */
interface Found {
  readonly table: TableEntry;
  readonly column: ColumnEntry | null;
}

/**
 * The target, or null after a mistake has been reported. `columns` null: the one that the target names, else the primary key. There must
 * be as many as `count`.
 */
export function resolveTarget(
  reference: ReferenceMeta,
  columns: readonly string[] | null,
  count: number,
  context: ReferenceContext,
): Target | null {
  const { report, what } = context;
  const found = find(reference, context, columns !== null);
  if (found === "unknown") return uncheckedTarget(reference, columns, context);
  if (found === null) return null;
  const { table } = found;
  const names: readonly (string | null)[] = found.column
    ? [found.column.name]
    : columns
    ? columns.map((column) => namedColumn(table, column, reference, context))
    : context.primaryKeyOf(table);
  if (names.includes(null)) return null;
  if (names.length !== count) {
    report.add(
      "SQA-107",
      names.length === 0
        ? `${what} names no column, and table "${table.meta.name}" has no primary key`
        : `${what} has ${count} column${
          count === 1 ? "" : "s"
        } but points to ${names.length} of table "${table.meta.name}"`,
      reference.place,
      "name as many columns of the target",
    );
    return null;
  }
  return { entry: table, table: table.id, columns: names as readonly string[] };
}

/** The table that a model names as the one it is a part or an heir of, or null after a mistake has been reported. */
export function resolveTable(
  target: ReferenceTarget,
  context: Omit<ReferenceContext, "primaryKeyOf">,
): TableEntry | null {
  const place = context.place;
  const reference = { target, unchecked: false, place };
  const found = find(reference, { ...context, primaryKeyOf: () => [] }, true);
  return found === "unknown" ? null : found?.table ?? null;
}

/** As much of a reference as looking it up takes. */
type Pointer = Pick<ReferenceMeta, "target" | "unchecked" | "place">;

function find(reference: Pointer, context: ReferenceContext, tableOnly: boolean): Found | "unknown" | null {
  const { target } = reference;
  if ("thunk" in target) return fromFunction(target.thunk, reference, context);
  const hits = "path" in target
    ? fromPath(target.path, context, tableOnly)
    : splits(target.text.split(".")).flatMap((path) => fromPath(path, context, tableOnly));
  const label = "path" in target ? target.path.join(".") : target.text;
  const whole = unique(hits.filter((hit): hit is Found => !("missing" in hit)));
  if (whole.length === 1) return whole[0]!;
  if (whole.length > 1) {
    context.report.add(
      "SQA-105",
      `${context.what}: "${label}" can mean more than one column`,
      reference.place,
      'write it as a list of names: ["table", "column"]',
    );
    return null;
  }
  if (reference.unchecked) return "unknown";
  const near = hits.find((hit): hit is Missing => "missing" in hit);
  if (near) {
    const guess = nearest(near.missing, [...near.table.byName.keys()]);
    context.report.add(
      "SQA-105",
      `${context.what}: table "${near.table.meta.name}" has no column "${near.missing}"`,
      reference.place,
      guess ? `did you mean "${guess}"?` : `its columns are: ${[...near.table.byName.keys()].join(", ")}`,
    );
    return null;
  }
  const names = context.catalog.tables.map((table) => shortName(table, context.dialect));
  const guess = nearest(label, names) ?? nearest(label.split(".").slice(0, -1).join("."), names);
  context.report.add(
    "SQA-105",
    `${context.what}: no model is named "${tableOnly ? label : label.split(".").slice(0, -1).join(".") || label}"`,
    reference.place,
    guess
      ? `did you mean "${guess}"?`
      : "export that table from a model file, or pass { unchecked: true } when it is not to be a model",
  );
  return null;
}

interface Missing {
  readonly table: TableEntry;
  readonly missing: string;
}

/** Every way to read words between dots as one to three names that may have dots themselves. */
function splits(words: readonly string[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [[words.join(".")]];
  for (let i = 1; i < words.length; i++) {
    found.push([words.slice(0, i).join("."), words.slice(i).join(".")]);
    for (let j = i + 1; j < words.length; j++) {
      found.push([words.slice(0, i).join("."), words.slice(i, j).join("."), words.slice(j).join(".")]);
    }
  }
  return found;
}

/** What a path of one to three names can mean. */
function fromPath(
  path: readonly string[],
  context: ReferenceContext,
  tableOnly: boolean,
): readonly (Found | Missing)[] {
  const { catalog, dialect } = context;
  const table = (names: readonly string[]): TableEntry | null => {
    const full = names.length === 1 && dialect.defaultSchema !== null ? [dialect.defaultSchema, ...names] : names;
    const entry = catalog.find(full);
    return entry?.kind === "table" ? entry : null;
  };
  const hits: (Found | Missing)[] = [];
  const alone = table(path);
  if (alone) hits.push({ table: alone, column: null });
  const owner = tableOnly || path.length < 2 ? null : table(path.slice(0, -1));
  if (owner) {
    const name = path.at(-1)!;
    const column = owner.byName.get(name) ?? owner.byKey.get(name);
    hits.push(column ? { table: owner, column } : { table: owner, missing: name });
  }
  return hits;
}

function unique(hits: readonly Found[]): readonly Found[] {
  return hits.filter((hit, i) =>
    hits.findIndex((other) => other.table === hit.table && other.column === hit.column) === i
  );
}

/** The model that a function gives. */
function fromFunction(thunk: () => unknown, reference: Pointer, context: ReferenceContext): Found | null {
  const { catalog, report, what } = context;
  let value: unknown;
  try {
    value = thunk();
  } catch (cause) {
    report.add("SQA-105", `${what}: the function that gives its target fails: ${messageOf(cause)}`, reference.place);
    return null;
  }
  const meta = metaOf(value);
  if (meta?.kind === "table") {
    const table = catalog.tableOf.get(meta as TableMeta);
    if (table) return { table, column: null };
    return missingModel((meta as TableMeta).name, reference, context);
  }
  if (meta?.kind === "column") {
    const column = meta as ColumnMeta;
    const found = catalog.columnOf.get(column);
    if (found) return found;
    if (column.table) return missingModel(column.table.name, reference, context);
  }
  report.add(
    "SQA-105",
    `${what}: the function that gives its target gives no column`,
    reference.place,
    "return a table's column, like `(): AnyColumn => users.columns.id`",
  );
  return null;
}

function missingModel(name: string, reference: Pointer, context: ReferenceContext): null {
  context.report.add(
    "SQA-105",
    `${context.what}: table "${name}" is not among the models`,
    reference.place,
    "export it from a file that the models' globs match",
  );
  return null;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function namedColumn(
  table: TableEntry,
  column: string,
  reference: ReferenceMeta,
  context: ReferenceContext,
): string | null {
  const found = table.byName.get(column) ?? table.byKey.get(column);
  if (found || reference.unchecked) return found?.name ?? column;
  const guess = nearest(column, [...table.byName.keys()]);
  context.report.add(
    "SQA-105",
    `${context.what}: table "${table.meta.name}" has no column "${column}"`,
    reference.place,
    guess ? `did you mean "${guess}"?` : `its columns are: ${[...table.byName.keys()].join(", ")}`,
  );
  return null;
}

/** A target that no model knows, taken as it is written: the last name is the column. */
function uncheckedTarget(
  reference: ReferenceMeta,
  columns: readonly string[] | null,
  context: ReferenceContext,
): Target | null {
  const { target } = reference;
  const names = "path" in target ? target.path : "text" in target ? target.text.split(".") : [];
  const tableNames = columns ? names : names.slice(0, -1);
  const { defaultSchema } = context.dialect;
  const path = defaultSchema === null
    ? [tableNames.join(".")]
    : tableNames.length > 1
    ? [tableNames[0]!, tableNames.slice(1).join(".")]
    : [defaultSchema, tableNames[0] ?? ""];
  if (path.at(-1) === "") {
    context.report.add("SQA-105", `${context.what} names no table`, reference.place, 'write it as "table.column"');
    return null;
  }
  return { entry: null, table: objectId("table", path), columns: columns ?? [names.at(-1)!] };
}

/** The name of a table as one writes it in a reference. */
function shortName(table: TableEntry, dialect: Dialect): string {
  return table.path[0] === dialect.defaultSchema ? table.path.slice(1).join(".") : table.path.join(".");
}

const numeric: ReadonlySet<TypeFamily> = new Set(["integer", "decimal", "float"]);

/** Can a value of one type be found among values of the other? Types that sqa does not know can. */
export function comparableTypes(a: DataType, b: DataType): boolean {
  if (a.dimensions !== b.dimensions) return false;
  if (a.of !== null || b.of !== null) return a.of === b.of;
  if (a.family === "other" || b.family === "other" || a.family === b.family) return true;
  return numeric.has(a.family) && numeric.has(b.family);
}
