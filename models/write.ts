/**
 * A graph as TypeScript models: the inverse of `load.ts` and `graph.ts` together, for `sqa pull`. Pure; it gives texts and writes no file. What it
 * gives reads as a person would write it, and makes the very same graph again.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { children, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { sameJson } from "../schema/canonical.ts";
import type { SchemaObject } from "../schema/object.ts";
import { planModels, type TablePlan, type WritePlan } from "./write/plan.ts";
import { rawSource } from "./write/raw.ts";
import { commentProperty, makerOf, onProperty, optional, tableSource } from "./write/table.ts";
import { call, object, source, sqlSource } from "./write/text.ts";

export interface WriteOptions {
  /** A file for each table, or one for all. Without it, one for up to fifty tables. */
  readonly perTable?: boolean;
}

/** A file below the models' folder. */
export interface ModelFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The models of a graph in normal form, as files: `schema.ts`, or with `perTable` one for each table, beside `shared.ts` for schemas and
 * enums and `objects.ts` for the rest. The same graph gives the same bytes.
 */
export function writeModels(graph: SchemaGraph, dialect: Dialect, options: WriteOptions = {}): readonly ModelFile[] {
  const plan = planModels(graph, dialect);
  const shared = [
    ...[...plan.schemas.values()].map(({ object, constant }) => schemaSource(object, constant, plan)),
    ...[...plan.enums.values()].map(({ object, constant }) => enumSource(object, constant, plan)),
  ];
  const rest = [
    ...plan.views.map(({ object, constant }) => viewSource(object, constant, plan)),
    ...plan.raws.map(({ object, constant }) => rawSource(object, constant, plan)),
  ];
  if (!(options.perTable ?? plan.tables.length > 50)) {
    const tables = plan.tables.map((table) => tableSource(table, plan));
    return [{ path: "schema.ts", text: fileText([...shared, ...tables, ...rest], []) }];
  }
  const constants = [...plan.schemas.values(), ...plan.enums.values()].map(({ constant }) => constant);
  const alike = Map.groupBy(plan.tables, (table) => table.constant.toLowerCase());
  const files = [
    ...(shared.length ? [{ path: "shared.ts", text: fileText(shared, []) }] : []),
    ...plan.tables.map((table) => ({
      path: fileName(table, alike),
      text: fileText([tableSource(table, plan)], constants),
    })),
    ...(rest.length ? [{ path: "objects.ts", text: fileText(rest, constants) }] : []),
  ];
  return files;
}

/** A file for a table: its constant in snake_case, which no other table has, out of the way of the two shared files. */
function fileName(table: TablePlan, alike: ReadonlyMap<string, readonly TablePlan[]>): string {
  const name = table.constant.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  const same = alike.get(table.constant.toLowerCase())!;
  const number = same.length > 1 ? `_${same.indexOf(table) + 1}` : "";
  return `${name === "shared" || name === "objects" ? `${name}_table` : name}${number}.ts`;
}

/** What a text uses of "sqa": each name with what it looks like in use. */
const uses: readonly (readonly [string, RegExp])[] = [
  ["enumType", /= enumType\(/],
  ["raw", /= raw\(/],
  ["schema", /= schema\(/],
  ["sql", /\bsql[`.]/],
  ["t", /\bt\./],
  ["table", /= table\(/],
  ["view", /= view\(/],
];

/** Definitions under the imports that they need; `shared` are the constants of shared.ts. */
function fileText(definitions: readonly string[], shared: readonly string[]): string {
  const body = definitions.join("\n\n");
  const names = uses.filter(([, pattern]) => pattern.test(body)).map(([name]) => name);
  const own = shared.filter((name) => new RegExp(`[(= ]${name.replaceAll("$", "\\$")}[).]`).test(body));
  const imports = [
    ...(names.length ? [`import { ${names.join(", ")} } from "sqa";`] : []),
    ...(own.length ? [`import { ${own.join(", ")} } from "./shared.ts";`] : []),
  ];
  return `${[imports.join("\n"), body].filter((part) => part !== "").join("\n\n")}\n`;
}

function schemaSource(made: SchemaObject<"schema">, constant: string, plan: WritePlan): string {
  const options = optional([...commentProperty(made.comment), ...onProperty(made.options, plan)]);
  return `export const ${constant} = ${call("schema", [source(made.name[0]), options])};`;
}

function enumSource(made: SchemaObject<"enum">, constant: string, plan: WritePlan): string {
  const args = [source(made.name.at(-1)), source(made.values), optional(commentProperty(made.comment))];
  return `export const ${constant} = ${call(`${makerOf(made, plan)}enumType`, args)};`;
}

function viewSource(made: SchemaObject<"view">, constant: string, plan: WritePlan): string {
  const { options, columns } = withoutColumns(made, plan);
  const triggers = children(plan.graph, made.id, "trigger").filter((trigger) =>
    trigger.comment === null && Object.keys(trigger.options).length === 0
  );
  const properties = optional([
    ...commentProperty(made.comment),
    ...(columns === null ? [] : [["columns", source(columns)] as const]),
    ...(triggers.length === 0 ? [] : [
      [
        "triggers",
        object(triggers.map((trigger) => [trigger.name.at(-1)!, sqlSource(trigger.definition.sql)])),
      ] as const,
    ]),
    ...onProperty(options, plan),
  ]);
  const args = [source(made.name.at(-1)), sqlSource(made.definition.sql), properties];
  return `export const ${constant} = ${call(`${makerOf(made, plan)}view`, args)};`;
}

/**
 * The view's columns as they have to be said: not at all where the query says them, which is so when leaving them out changes nothing else
 * in the normal form.
 */
function withoutColumns(
  made: SchemaObject<"view">,
  { dialect }: WritePlan,
): Pick<SchemaObject<"view">, "options" | "columns"> {
  const bare: SchemaObject<"view"> = { ...made, columns: null };
  const after = dialect.normalizeGraph(makeGraph(dialect.name, [bare])).objects.get(made.id);
  return after?.kind === "view" && sameJson(after.options, made.options) && sameJson(after.definition, made.definition)
    ? { options: made.options, columns: null }
    : { options: made.options, columns: made.columns };
}
