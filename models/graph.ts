/**
 * Models to a schema graph for one database: the models' half of every diff. Pure. Names, types and defaults come out in the dialect's
 * spelling; the final normal form is `diff/normalize.ts`, for both halves alike. All mistakes are gathered and thrown together.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { RenameHint } from "../diff/change.ts";
import { deferRefs, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { withRefs } from "../schema/refs.ts";
import type { ModelMeta, NamingOptions, Place } from "./contract.ts";
import { adviceOn } from "./graph/advice.ts";
import type { Build, Draft, PrimaryKeys } from "./graph/build.ts";
import { type Catalog, makeCatalog, type TableEntry } from "./graph/catalog.ts";
import { checkNames } from "./graph/check_names.ts";
import { columnObjects, serialSequences, tableObject } from "./graph/columns.ts";
import { drafts, primaryKeyColumns } from "./graph/drafts.ts";
import { extrasOf } from "./graph/extras.ts";
import { type RowKind, rowKinds } from "./graph/identities.ts";
import { linksOf, type SoftReference, softReferences } from "./graph/links.ts";
import { makeMentions } from "./graph/mentions.ts";
import { checkModules } from "./graph/modules.ts";
import { assignNames, type Taken } from "./graph/names.ts";
import { namedObject } from "./graph/named_object.ts";
import { supported } from "./graph/options.ts";
import { ownerIn } from "./graph/owners.ts";
import { type RenamedItem, renameHints } from "./graph/renames.ts";
import { rawObjects } from "./graph/raw_objects.ts";
import { checkRelations } from "./graph/relations.ts";
import { makeReport, type Report } from "./graph/report.ts";
import { enumObjects, schemaObjects } from "./graph/schemas.ts";
import type { SqlContext } from "./graph/sql_text.ts";
import { tableTriggers, viewObjects } from "./graph/views.ts";

/** Models as the loader gives them. */
export interface ModelSet {
  readonly models: readonly ModelMeta[];
}

export interface ModelGraphOptions {
  readonly naming?: NamingOptions;
  /** Before the names of the tables of features. */
  readonly tablePrefix?: string;
  /** Options that there are none of are notes, not mistakes. */
  readonly lenient?: boolean;
  /** The version of sqa that modules may ask for with `requires`. */
  readonly version?: string;
}

/** The graph that the models describe, and what they say about earlier names. */
export interface ModelGraph {
  readonly graph: SchemaGraph;
  readonly renames: readonly RenameHint[];
  /** Kinds of rows with the identities that they have and had. */
  readonly kinds: readonly RowKind[];
  /** Columns that point somewhere without a constraint. */
  readonly softReferences: readonly SoftReference[];
}

/**
 * The graph of these models for one database, with everything that a new database of it holds. Throws SQA-100 whose `more.all` lists every
 * mistake with its file and line: what the database cannot do (SQA-104), references to nothing (SQA-105), names used twice (SQA-106)
 * and the rest.
 */
export function modelsToGraph(models: ModelSet, dialect: Dialect, options: ModelGraphOptions = {}): ModelGraph {
  const report = makeReport(options.lenient);
  checkModules(models.models, report, options.version ?? null);
  const catalog = makeCatalog(models.models, dialect, options, report);
  const build = makeBuild(catalog, dialect, report);
  const tables = tableObjects(build);
  const objects = [
    ...schemaObjects(build),
    ...enumObjects(build),
    ...tables.objects,
    ...viewObjects(build),
    ...rawObjects(build),
  ];
  checkNames(objects, build);
  const links = linksOf(objects, build, tables.primaryKeys);
  checkRelations(build, links);
  const kinds = rowKinds(build);
  report.finish();
  const bare = makeGraph(dialect.name, objects, [...report.notes(), ...adviceOn(objects, links, build)]);
  const graph = deferRefs(bare, () => withRefs(objects));
  return { graph, renames: renameHints(bare, build, tables.renamed), kinds, softReferences: softReferences(links) };
}

function makeBuild(catalog: Catalog, dialect: Dialect, report: Report): Build {
  const text = (what: string, place: Place, self: string | null = null, qualified = false): SqlContext => ({
    dialect,
    report,
    what,
    place,
    self,
    qualified,
    columnNameOf: (column) => catalog.columnOf.get(column)?.column.name ?? null,
    pathOf: (model) => {
      if (model.kind === "table") return catalog.tableOf.get(model)?.path ?? null;
      if (model.kind === "view") return catalog.viewOf.get(model)?.path ?? null;
      if (model.kind === "enum") return catalog.enumOf.get(model)?.path ?? null;
      if (model.kind === "raw") return model.path;
      return [model.name];
    },
  });
  return { dialect, catalog, report, mentions: makeMentions(catalog, dialect), text };
}

interface Tables {
  readonly objects: readonly SchemaObject[];
  /** What is in them and had another name. */
  readonly renamed: readonly RenamedItem[];
  readonly primaryKeys: PrimaryKeys;
}

/** Tables with all that is in them; columns of unmanaged ones only help to check references. */
function tableObjects(build: Build): Tables {
  const { catalog, dialect, report } = build;
  const columns = new Map(catalog.tables.map((table) => [table, columnObjects(table, build)]));
  const types = new Map([...columns.values()].flat().map((column) => [column.id, column.type]));
  const extras = new Map(catalog.tables.map((table) => [table, extrasOf(table, build)]));
  const primaryKeys = new Map(catalog.tables.map((table) => [table, primaryKeyColumns(table, extras.get(table)!)]));
  const managed = catalog.tables
    .filter(({ meta }) => !meta.unmanaged && supported("table", dialect, `table "${meta.name}"`, meta.place, report))
    .sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  const all = managed.flatMap((table) => drafts(extras.get(table)!, { table, build, types, primaryKeys }));
  const named = withNames(all, build);
  const objects = managed.flatMap((table): readonly SchemaObject[] => {
    const object = tableObject(table, schemaOf(table), build);
    return [
      object,
      ...columns.get(table)!,
      ...serialSequences(table, columns.get(table)!, build),
      ...tableTriggers(table, extras.get(table)!, build),
      ...ownerIn(table.meta.on, object, table.meta.place, build),
    ];
  });
  const renamed = all.map(({ kind, table, item }, i) => ({ kind, table, item, path: named[i]!.name }));
  return {
    objects: [...objects, ...named],
    renamed: renamed.filter(({ item }) => item.renamedFrom.length > 0),
    primaryKeys,
  };
}

function schemaOf(table: TableEntry): ObjectId | null {
  return table.path.length < 2 ? null : objectId("schema", [table.path[0]!]);
}

/** Constraints and indexes under their names, in the order of their drafts. */
function withNames(all: readonly Draft[], build: Build): readonly SchemaObject[] {
  const { catalog, dialect } = build;
  const entries = [...catalog.tables, ...catalog.views, ...(dialect.enums === "type" ? catalog.enums : [])];
  const taken: readonly Taken[] = entries.map((entry) => ({ kind: entry.kind, name: entry.path }));
  const slots = all.map((draft) => ({
    kind: draft.kind,
    table: draft.table.path,
    columns: draft.columns,
    referredTable: draft.referredTable,
    naming: draft.table.naming,
    name: draft.item.name,
  }));
  const names = assignNames(slots, taken, dialect);
  const structures = new Map<string, number>();
  return all.map((draft, i) => namedObject(draft, names[i]!, structures, build.dialect));
}
