/**
 * Random pairs of schemas with the renames that lead from one to the other. The second schema is made of the first one's tables under
 * their new names, of changed copies of them and of a second spec, so that all four verbs come up together.
 */
import fc from "fast-check";
import type { RenameHint } from "../../diff/change.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind } from "../../schema/object.ts";
import {
  buildGraph,
  enumName,
  type Flavor,
  type Place,
  type SchemaSpec,
  schemaSpec,
  type TableSpec,
} from "./random_schema.ts";

interface RenameSpec {
  readonly what: "table" | "column" | "enum" | "view";
  readonly pick: number;
  readonly to: number;
  /** Moves it to the other schema too. */
  readonly moves: boolean;
}

export interface PairSpec {
  readonly first: SchemaSpec;
  readonly second: SchemaSpec;
  readonly renames: readonly RenameSpec[];
  /** For each table, view and enum of the first: kept as it is, changed, or gone. */
  readonly fates: readonly number[];
}

export interface Pair {
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  readonly hints: readonly RenameHint[];
}

/** Two specs, what is renamed and what is kept. */
export const pairSpec: fc.Arbitrary<PairSpec> = fc.record({
  first: schemaSpec,
  second: schemaSpec,
  renames: fc.array(
    fc.record({
      what: fc.constantFrom(
        "table" as const,
        "table" as const,
        "column" as const,
        "column" as const,
        "enum" as const,
        "view" as const,
      ),
      pick: fc.nat(4),
      to: fc.nat(8),
      moves: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  fates: fc.array(fc.nat(2), { minLength: 12, maxLength: 12 }),
});

/** The two graphs of a pair and the hints that hold between them. */
export function buildPair(spec: PairSpec, flavor: Flavor): Pair {
  const first = settled(spec.first, flavor), second = settled(spec.second, flavor);
  const from = buildGraph(first, flavor);
  const path = (kind: Kind, at: Place) => {
    const schema = flavor.schemas[at.schema % Math.max(1, flavor.schemas.length)];
    const name = kind === "enum" ? enumName(at.name) : `n${at.name}`;
    return schema === undefined ? [name] : [schema, name];
  };
  let moved = first;
  const renames: Renamed[] = [];
  for (const rename of spec.renames) {
    const step = renamed(moved, rename, flavor);
    if (!step) continue;
    moved = step.spec;
    follow(renames, step, rename.what);
  }
  const to = buildGraph(merged(moved, second, spec.fates), flavor);
  const seen = new Set<string>();
  const hints: RenameHint[] = [];
  for (const each of renames) {
    const column = (name: number | null) => name === null ? [] : [`c${name}`];
    const oldId = objectId(each.kind, [...path(each.kind, each.from), ...column(each.fromColumn)]);
    const newId = objectId(each.kind, [...path(each.kind, each.to), ...column(each.toColumn)]);
    const free = !from.objects.has(newId) && !seen.has(oldId) && !seen.has(newId) && oldId !== newId;
    if (!free || !from.objects.has(oldId) || !to.objects.has(newId)) continue;
    // A column of a table whose own rename could not be given as a hint is simply another column.
    // A column keeps its table; where that one's own rename could not be given as a hint, it is simply another column.
    if (each.kind === "column" && same(each.from, each.to) === seen.has(objectId("table", path("table", each.from)))) {
      continue;
    }
    seen.add(oldId).add(newId);
    hints.push({ from: oldId, to: newId, source: "test" });
  }
  return { from, to, hints };
}

/** The spec with one thing at each place, so that it is clear what a rename is about. */
function settled(spec: SchemaSpec, flavor: Flavor): SchemaSpec {
  const at = <T extends Place>(each: T): T => ({ ...each, schema: each.schema % Math.max(1, flavor.schemas.length) });
  const unique = <T extends Place>(list: readonly T[]) =>
    list.map(at).filter((each, i, all) => all.findIndex((other) => same(each, other)) === i);
  return {
    enums: unique(spec.enums),
    tables: unique(spec.tables).map((table) => ({
      ...table,
      foreignKeys: table.foreignKeys.map((key) => ({ ...key, to: at(key.to) })),
    })),
    views: unique(spec.views).map((view) => ({
      ...view,
      reads: view.reads.map((read) => ({ ...read, of: at(read.of) })),
    })),
  };
}

/** One object's way from its first name to its last; a column's places are its table's. */
interface Renamed {
  readonly kind: Kind;
  readonly from: Place;
  to: Place;
  readonly fromColumn: number | null;
  toColumn: number | null;
}

interface Step {
  readonly spec: SchemaSpec;
  readonly from: Place;
  readonly to: Place;
  readonly fromColumn: number | null;
  readonly toColumn: number | null;
}

/** Adds a step to what was renamed before it: a second rename of the same thing leads on, a table takes its columns along. */
function follow(renames: Renamed[], step: Step, kind: Kind): void {
  const before = renames.find((each) =>
    each.kind === kind && same(each.to, step.from) && each.toColumn === step.fromColumn
  );
  const table = renames.find((each) => each.kind === "table" && same(each.to, step.from));
  if (before) before.to = step.to, before.toColumn = step.toColumn;
  else {
    const origin = kind === "column" && table ? table.from : step.from;
    renames.push({ kind, from: origin, to: step.to, fromColumn: step.fromColumn, toColumn: step.toColumn });
  }
  if (kind === "table") {
    for (const each of renames) if (each.kind === "column" && same(each.to, step.from)) each.to = step.to;
    renames.sort((a, b) => Number(a.kind === "column") - Number(b.kind === "column"));
  }
}

/** The spec with one thing under another name, everything that names it following. */
function renamed(spec: SchemaSpec, rename: RenameSpec, flavor: Flavor): Step | null {
  const list = rename.what === "enum" ? spec.enums : rename.what === "view" ? spec.views : spec.tables;
  const old = list[rename.pick % Math.max(1, list.length)];
  if (!old) return null;
  const from: Place = { schema: old.schema, name: old.name };
  if (rename.what === "column") {
    const fromColumn = (old as TableSpec).columns[rename.to % (old as TableSpec).columns.length]!.name;
    const toColumn = rename.to;
    if ((old as TableSpec).columns.some((column) => column.name === toColumn)) return null;
    return { spec: withColumn(spec, from, fromColumn, toColumn), from, to: from, fromColumn, toColumn };
  }
  const to: Place = {
    schema: rename.moves && flavor.schemas.length > 1 ? 1 - from.schema : from.schema,
    name: rename.to,
  };
  if (list.some((each) => same(each, to))) return null;
  const at = <T extends Place>(each: T): T => same(each, from) ? { ...each, ...to } : each;
  return {
    from,
    to,
    fromColumn: null,
    toColumn: null,
    spec: {
      enums: rename.what === "enum" ? spec.enums.map(at) : spec.enums,
      tables: rename.what !== "table" ? spec.tables : spec.tables.map((table) => ({
        ...at(table),
        foreignKeys: table.foreignKeys.map((key) => ({ ...key, to: at(key.to) })),
      })),
      views: spec.views.map((view) => ({
        ...(rename.what === "view" ? at(view) : view),
        reads: rename.what === "enum" ? view.reads : view.reads.map((read) => ({ ...read, of: at(read.of) })),
      })),
    },
  };
}

function withColumn(spec: SchemaSpec, table: Place, from: number, to: number): SchemaSpec {
  const map = (name: number) => name === from ? to : name;
  return {
    ...spec,
    tables: spec.tables.map((each) =>
      !same(each, table) ? each : {
        ...each,
        columns: each.columns.map((column) => ({ ...column, name: map(column.name) })),
        key: each.key.map(map),
        uniques: each.uniques.map((names) => names.map(map)),
        checks: each.checks.map(map),
        foreignKeys: each.foreignKeys.map((key) => ({ ...key, column: map(key.column) })),
        indexes: each.indexes.map((index) => ({ ...index, columns: index.columns.map(map) })),
      }
    ),
    views: spec.views.map((view) => ({
      ...view,
      reads: view.reads.map((read) => same(read.of, table) ? { ...read, column: map(read.column) } : read),
    })),
  };
}

function same(a: Place, b: Place): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** The first spec as the fates have it, then what the second has. */
function merged(first: SchemaSpec, second: SchemaSpec, fates: readonly number[]): SchemaSpec {
  const fate = (i: number) => fates[i % fates.length]!;
  const survivors = <T>(list: readonly T[], offset: number) => list.filter((_, i) => fate(i + offset) !== 2);
  const tables = survivors(first.tables, 0).map((table, i) =>
    fate(i + 5) === 1 ? changed(table, second.tables[i % Math.max(1, second.tables.length)]) : table
  );
  return {
    enums: [...survivors(first.enums, 8), ...second.enums],
    tables: [...tables, ...second.tables],
    views: [...survivors(first.views, 3), ...second.views],
  };
}

/** A table with another one's ideas: the same name, other columns, keys and indexes. */
function changed(table: TableSpec, other: TableSpec | undefined): TableSpec {
  if (!other) return table;
  const names = new Set(other.columns.map((column) => column.name));
  return {
    ...other,
    schema: table.schema,
    name: table.name,
    columns: [...other.columns, ...table.columns.filter((column) => !names.has(column.name)).slice(0, 2)],
  };
}
