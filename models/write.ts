/**
 * A graph as TypeScript models: the inverse of `load.ts` and `graph.ts` together, for `sqa pull`. Pure; it gives texts and writes no file. What it
 * gives reads as a person would write it, and makes the very same graph again.
 */
import { type Dialect, kindOf } from "../dialects/dialect.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { Columns } from "./column/any_column.ts";
import { model } from "./contract.ts";
import { modelsToGraph } from "./graph.ts";
import { mixins } from "./mixins.ts";
import { table } from "./table.ts";
import { findGroups } from "./write/groups.ts";
import { relationsSource } from "./write/relations.ts";
import { planModels, type TablePlan, type WritePlan } from "./write/plan.ts";
import { rawSource } from "./write/raw.ts";
import { viewSource } from "./write/view.ts";
import { enumSource } from "./write/enum.ts";
import { importLines, namesUsed } from "./write/imports.ts";
import { schemaSource } from "./write/schema.ts";
import { columnLines, tableSource } from "./write/table.ts";
import { listLines, source } from "./write/text.ts";

export interface WriteOptions {
  /**
   * One file for all, one for each table, or one for each schema. Without it, one for all up to fifty tables; above, one for each schema where there
   * are several, else one for each table.
   */
  readonly split?: "none" | "table" | "schema";
  /** Relations for the foreign keys, in a file of their own. */
  readonly relations?: boolean;
}

/** A file below the models' folder. */
export interface ModelFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The models of a graph in normal form, as files: `schema.ts`, or one for each schema or table beside `shared.ts` for schemas, enums and shared columns
 * and `objects.ts` for the rest. The same graph gives the same bytes.
 */
export function writeModels(graph: SchemaGraph, dialect: Dialect, options: WriteOptions = {}): readonly ModelFile[] {
  const planned = planModels(graph, dialect);
  const plan: WritePlan = {
    ...planned,
    groups: findGroups(
      // What heirs have from their parents is no habit of the people who made them.
      planned.tables.filter(({ object }) => object.inherits.length === 0).map((table) => columnLines(table, planned)),
      (mixin) => mixinLines(mixin, dialect),
      (wish) => planned.constant(wish, "Columns"),
    ),
  };
  const shared: readonly Piece[] = [
    ...[...plan.schemas.values()].map(({ object, constant }) => ({
      constant,
      text: schemaSource(object, constant, plan),
    })),
    ...[...plan.enums.values()].map(({ object, constant }) => ({ constant, text: enumSource(object, constant, plan) })),
    ...plan.sharedValues.map(({ name, values, constant }) => ({
      constant,
      text: valuesSource(name, values, constant),
    })),
    ...plan.groups.flatMap(({ spread, definition }) =>
      definition === null ? [] : [{ constant: spread, text: definition }]
    ),
  ];
  const tables = plan.tables.map((table) => ({
    constant: table.constant,
    object: table.object as SchemaObject,
    text: tableSource(table, plan),
  }));
  const rest = [
    ...plan.views.map(({ object, constant }) => ({ constant, object, text: viewSource(object, constant, plan) })),
    ...plan.raws.map(({ object, constant }) => ({ constant, object, text: rawSource(object, constant, plan) })),
  ];
  const files = filesOf(splitOf(options, plan), { shared, tables, rest }, plan);
  const relations = options.relations ? relationsSource(plan) : [];
  const where = new Map(files.flatMap((file) => file.pieces.map(({ constant }) => [constant, file.path] as const)));
  return [
    ...files.filter(({ pieces }) => pieces.length > 0).map((file) => ({
      path: file.path,
      text: fileText(file.pieces.map(({ text }) => text), file.path, where, shared),
    })),
    ...(relations.length > 0
      ? [{ path: "relations.ts", text: fileText(relations, "relations.ts", where, tables) }]
      : []),
  ];
}

/** A definition and the constant that it makes. */
interface Piece {
  readonly constant: string;
  readonly text: string;
}

interface PlannedFile {
  readonly path: string;
  readonly pieces: readonly Piece[];
}

function splitOf({ split }: WriteOptions, plan: WritePlan): NonNullable<WriteOptions["split"]> {
  if (split !== undefined) return split;
  if (plan.tables.length <= 50) return "none";
  return plan.dialect.defaultSchema !== null && new Set(plan.tables.map(({ object }) => object.name[0])).size > 1
    ? "schema"
    : "table";
}

/** Which definition stands in which file. */
function filesOf(
  split: NonNullable<WriteOptions["split"]>,
  { shared, tables, rest }: {
    readonly shared: readonly Piece[];
    readonly tables: readonly (Piece & { readonly object: SchemaObject })[];
    readonly rest: readonly (Piece & { readonly object: SchemaObject })[];
  },
  plan: WritePlan,
): readonly PlannedFile[] {
  if (split === "none") return [{ path: "schema.ts", pieces: [...shared, ...tables, ...rest] }];
  const first = { path: "shared.ts", pieces: shared };
  if (split === "schema") {
    const inSchema = (piece: { readonly object: SchemaObject }) =>
      piece.object.name.length > 1 && piece.object.parent !== null ? piece.object.name[0]! : "";
    const all = Map.groupBy([...tables, ...rest], inSchema);
    const files = [...all].sort(([a], [b]) => a < b ? -1 : 1).map(([schema, pieces]) => ({
      path: `${fileWord(schema === "" ? "objects" : schema, schema !== "")}.ts`,
      pieces,
    }));
    return [first, ...files];
  }
  const alike = Map.groupBy(plan.tables, (table) => table.constant.toLowerCase());
  return [
    first,
    ...plan.tables.map((table, i) => ({ path: fileName(table, alike), pieces: [tables[i]!] })),
    { path: "objects.ts", pieces: rest },
  ];
}

/** A name as that of a file, out of the way of the files that are always there. */
function fileWord(name: string, own: boolean): string {
  const plain = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().replace(/[^a-z0-9_]+/g, "_");
  return own && ["shared", "objects", "relations"].includes(plain) ? `${plain}_schema` : plain;
}

/** The columns of a mixin as this database would have them read, or null where it lacks one of their types. */
function mixinLines(mixin: keyof typeof mixins, dialect: Dialect): readonly string[] | null {
  try {
    const probe = table("probe", (mixins[mixin] as () => Columns)());
    const { graph } = modelsToGraph({ models: [probe[model]] }, dialect);
    const kind = kindOf(dialect, "column");
    const objects = [...graph.objects.values()].map((object) =>
      object.kind === "column" && kind !== "unsupported" ? kind.normalize(object) : object
    );
    const plan = planModels(dialect.normalizeGraph(makeGraph(dialect.name, objects)), dialect);
    return columnLines(plan.tables[0]!, plan);
  } catch {
    return null;
  }
}

/** A file for a table: its constant in snake_case, which no other table has, out of the way of the two shared files. */
function fileName(table: TablePlan, alike: ReadonlyMap<string, readonly TablePlan[]>): string {
  const name = table.constant.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  const same = alike.get(table.constant.toLowerCase())!;
  const number = same.length > 1 ? `_${same.indexOf(table) + 1}` : "";
  return `${["shared", "objects", "relations"].includes(name) ? `${name}_table` : name}${number}.ts`;
}

/** Definitions under the imports that they need: from "sqa", and of `others` from the files that they stand in. */
function fileText(
  definitions: readonly string[],
  path: string,
  where: ReadonlyMap<string, string>,
  others: readonly { readonly constant: string }[],
): string {
  const body = definitions.join("\n\n");
  const names = namesUsed(body);
  const used = others.map(({ constant }) => constant).filter((name) =>
    where.get(name) !== path && new RegExp(`(?:[(= ]|\\.\\.\\.)${name.replaceAll("$", "\\$")}[).,]`).test(body)
  );
  const files = [...Map.groupBy(used, (name) => where.get(name)!)].sort(([a], [b]) => a < b ? -1 : 1);
  const imports = [
    ...(names.length ? [importLines(names, "sqa")] : []),
    ...files.map(([file, own]) => importLines(own, `./${file}`)),
  ];
  return `${[imports.join("\n"), body].filter((part) => part !== "").join("\n\n")}\n`;
}

function valuesSource(name: string, values: readonly string[], constant: string): string {
  const begin = `export const ${constant} = enumType(${source(name)}, `;
  return `${begin}${listLines(values.map(source), "", begin.length, 2)});`;
}
