/**
 * What the models hold, by its name in one database: tables with their columns (single-table children folded in), views, enums. The later
 * steps look everything up here and never in the models.
 */
import type { Dialect } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";
import type {
  ColumnMeta,
  ColumnState,
  ColumnType,
  DatabaseName,
  EnumMeta,
  ExtraMeta,
  ModelMeta,
  Named,
  NamingOptions,
  RawMeta,
  SchemaMeta,
  TableMeta,
  ViewMeta,
} from "../contract.ts";
import { type Folded, foldSingles } from "./fold_single.ts";
import { columnName } from "./names.ts";
import type { Report } from "./report.ts";

export interface ColumnEntry {
  readonly key: string;
  readonly name: string;
  readonly state: ColumnState;
  /** The column metas that stand for it: several when single-table children share it. */
  readonly metas: readonly ColumnMeta[];
  readonly enum: EnumEntry | null;
}

export interface TableEntry {
  readonly kind: "table";
  readonly meta: TableMeta;
  /** It and the kinds of rows that live in it. */
  readonly metas: readonly TableMeta[];
  /** Checks that come from the kinds of rows. */
  readonly added: readonly ExtraMeta[];
  readonly path: readonly string[];
  readonly id: ObjectId;
  readonly naming: NamingOptions;
  readonly columns: readonly ColumnEntry[];
  readonly byKey: ReadonlyMap<string, ColumnEntry>;
  readonly byName: ReadonlyMap<string, ColumnEntry>;
}

export interface ViewEntry {
  readonly kind: "view";
  readonly meta: ViewMeta;
  readonly path: readonly string[];
  readonly id: ObjectId;
}

export interface EnumEntry {
  readonly kind: "enum";
  readonly meta: EnumMeta;
  readonly path: readonly string[];
  readonly id: ObjectId;
}

export interface Catalog {
  readonly tables: readonly TableEntry[];
  readonly views: readonly ViewEntry[];
  readonly enums: readonly EnumEntry[];
  readonly schemas: readonly SchemaMeta[];
  readonly raws: readonly RawMeta[];
  readonly tableOf: ReadonlyMap<TableMeta, TableEntry>;
  readonly viewOf: ReadonlyMap<ViewMeta, ViewEntry>;
  readonly enumOf: ReadonlyMap<EnumMeta, EnumEntry>;
  readonly columnOf: ReadonlyMap<ColumnMeta, { readonly table: TableEntry; readonly column: ColumnEntry }>;
  /** A table or view by its path. */
  find(path: readonly string[]): TableEntry | ViewEntry | undefined;
}

/** Is the thing meant for this database at all? */
export function isFor(item: Named, dialect: Dialect): boolean {
  return item.only === null || item.only.includes(dialect.name as DatabaseName);
}

/** Path of a thing with this schema and name; SQA-104 when the database has no schemas. */
export function pathOf(
  item: { readonly schema: string | null; readonly name: string; readonly place: ModelMeta["place"] },
  what: string,
  dialect: Dialect,
  report: Report,
): readonly string[] {
  if (dialect.defaultSchema !== null) return [item.schema ?? dialect.defaultSchema, item.name];
  if (item.schema !== null && dialect.attaches) return [item.schema, item.name];
  if (item.schema !== null) {
    report.add(
      "SQA-104",
      `${dialect.label} has no schemas, but ${what} is in the schema "${item.schema}"`,
      item.place,
      "leave the schema out, or give the model `only` the databases that have schemas",
    );
  }
  return [item.name];
}

/** What is said of all models at once. */
export interface CatalogOptions {
  readonly naming?: NamingOptions;
  /** Before the names of the tables of features. */
  readonly tablePrefix?: string;
}

/** The name of a table in the database: tables of features may have something before it. */
export function tableName(meta: TableMeta, prefix = ""): string {
  return meta.feature !== null || meta.meta["history"] === "system" ? prefix + meta.name : meta.name;
}

/** Everything that the models hold for one database. */
export function makeCatalog(
  metas: readonly ModelMeta[],
  dialect: Dialect,
  says: CatalogOptions,
  report: Report,
): Catalog {
  const wanted = withParents(metas).filter((meta) => isFor(meta, dialect));
  for (const meta of wanted) report.addAll(meta.problems);
  const folded = foldSingles(wanted.filter((meta): meta is TableMeta => meta.kind === "table"), report);
  const enumOf = new Map<EnumMeta, EnumEntry>(), enumByName = new Map<string, EnumEntry>();
  const useEnum = (meta: EnumMeta, schema: string | null) => {
    const known = meta.inline ? undefined : enumOf.get(meta);
    if (known) return known;
    const path = pathOf(
      { ...meta, schema: meta.inline ? schema : meta.schema, place: meta.place },
      `enum "${meta.name}"`,
      dialect,
      report,
    );
    const entry = sharedEnum({ kind: "enum", meta, path, id: objectId("enum", path) }, enumByName, report);
    report.addAll(meta.problems);
    if (!meta.inline) enumOf.set(meta, entry);
    return entry;
  };
  for (const meta of wanted) if (meta.kind === "enum") useEnum(meta, null);

  const tables = folded.map((table) => tableEntry(table, dialect, says, report, useEnum));
  const views = wanted.filter((meta): meta is ViewMeta => meta.kind === "view").map((meta): ViewEntry => {
    const path = pathOf(meta, `view "${meta.name}"`, dialect, report);
    return { kind: "view", meta, path, id: objectId("view", path) };
  });
  const byPath = new Map<string, TableEntry | ViewEntry>();
  // Models name a table as they make it; under what is put before that, only the database knows it.
  for (const entry of tables) byPath.set(JSON.stringify([...entry.path.slice(0, -1), entry.meta.name]), entry);
  for (const entry of [...tables, ...views]) byPath.set(JSON.stringify(entry.path), entry);
  return {
    tables,
    views,
    enums: [...enumByName.values()],
    schemas: wanted.filter((meta): meta is SchemaMeta => meta.kind === "schema"),
    raws: wanted.filter((meta): meta is RawMeta => meta.kind === "raw"),
    tableOf: new Map(tables.flatMap((table, i) => folded[i]!.metas.map((meta) => [meta, table] as const))),
    viewOf: new Map(views.map((entry) => [entry.meta, entry])),
    enumOf,
    columnOf: new Map(
      tables.flatMap((table) =>
        table.columns.flatMap((column) => column.metas.map((meta) => [meta, { table, column }] as const))
      ),
    ),
    find: (path) => byPath.get(JSON.stringify(path)),
  };
}

/** The models and the tables that joined and single ones cannot do without, each once. */
function withParents(metas: readonly ModelMeta[]): readonly ModelMeta[] {
  const all = new Set<ModelMeta>();
  const add = (meta: ModelMeta) => {
    if (meta.kind === "table" && meta.inherits && meta.inherits.as !== "concrete") add(meta.inherits.parent);
    all.add(meta);
  };
  metas.forEach(add);
  return [...all];
}

/** The enum that already has this name, if it is the same; SQA-106 when it is another. */
function sharedEnum(entry: EnumEntry, byName: Map<string, EnumEntry>, report: Report): EnumEntry {
  const key = JSON.stringify(entry.path);
  const known = byName.get(key);
  if (!known) {
    byName.set(key, entry);
    return entry;
  }
  if (JSON.stringify(known.meta.values) !== JSON.stringify(entry.meta.values)) {
    report.add(
      "SQA-106",
      `enum "${entry.meta.name}" is written twice with different values`,
      entry.meta.place,
      "make it once with enumType() and use that in each table",
    );
  }
  return known;
}

function tableEntry(
  folded: Folded,
  dialect: Dialect,
  { naming, tablePrefix }: CatalogOptions,
  report: Report,
  useEnum: (meta: EnumMeta, schema: string | null) => EnumEntry,
): TableEntry {
  const { meta } = folded;
  const name = tableName(meta, tablePrefix);
  const path = pathOf({ ...meta, name }, `table "${meta.name}"`, dialect, report);
  const own: NamingOptions = { ...naming, ...meta.naming };
  const columns = folded.columns.filter(({ state }) => isFor(state, dialect)).map(
    ({ key, state, metas }): ColumnEntry => {
      report.addAll(state.problems);
      const type = enumIn(state.type);
      return { key, state, metas, name: state.name ?? columnName(key, own), enum: type && useEnum(type, meta.schema) };
    },
  );
  const byName = new Map<string, ColumnEntry>();
  for (const column of columns) {
    const other = byName.get(column.name);
    if (other) {
      report.add(
        "SQA-106",
        `"${other.key}" and "${column.key}" of table "${meta.name}" are both named "${column.name}" in the database`,
        column.state.place,
        "give one of them another name with named()",
      );
    }
    byName.set(column.name, column);
  }
  return {
    kind: "table",
    meta,
    metas: folded.metas,
    added: folded.added,
    path,
    id: objectId("table", path),
    naming: own,
    columns,
    byKey: new Map(columns.map((column) => [column.key, column])),
    byName,
  };
}

/** The enum of a type, alone or in an array. */
function enumIn(type: ColumnType): EnumMeta | null {
  return type.type === "enum" ? type.enum : type.type === "array" ? enumIn(type.of) : null;
}
