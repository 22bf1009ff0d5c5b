/** A table as TypeScript: one line a column, then what stands beside the columns, then options. */
import type { IndexKey, Options, SchemaObject } from "../../schema/object.ts";
import type { SerialOptions } from "../../dialects/dialect.ts";
import { pathOfId } from "../../schema/id.ts";
import { defaultSource } from "./defaults.ts";
import { callLines, fitted } from "./fitted.ts";
import { withGroups } from "./groups.ts";
import { isEmpty, type Item, needsUnchecked, type TablePlan, type WritePlan } from "./plan.ts";
import { call, lineWidth, object, propertyKey, source, sqlSource } from "./text.ts";

/** A key and its value as source. */
export type Property = readonly [string, string];

/** `export const users = table("users", { … });` */
export function tableSource(table: TablePlan, plan: WritePlan): string {
  const lines = withGroups(columnLines(table, plan), plan.groups).map((line) => `  ${line},`);
  const beside = besideLines(table, plan);
  const options = tableOptions(table, plan);
  const extras = beside.length === 0 ? "" : `(self) => [\n${beside.map((line) => `  ${line},`).join("\n")}\n]`;
  const tail = [extras, options].filter((part) => part !== "").map((part) => `, ${part}`).join("");
  const name = source(table.object.name.at(-1));
  const begin = `export const ${table.constant} = ${makerOf(table.object, plan)}table(`;
  const columns = lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n}`;
  const text = `${begin}${name}, ${columns}${tail});`, last = text.lastIndexOf("\n") + 1;
  if (text.indexOf("\n") > lineWidth && !text.includes("`\n")) {
    const args = [name, columns, extras, options].filter((part) => part !== "");
    return `${begin}\n${
      args.map((arg) => `${arg},`.split("\n").map((line) => `${fitted(`  ${line}`)}\n`).join("")).join("")
    });`;
  }
  return text.slice(0, last) + fitted(text.slice(last));
}

/** The columns, each as a line (or several) without its comma. */
export function columnLines(table: TablePlan, plan: WritePlan): readonly string[] {
  return table.columns.map((column) => columnSource(column, table, plan));
}

/** What stands beside the columns, each without its comma. */
export function besideLines(table: TablePlan, plan: WritePlan): readonly string[] {
  return [
    ...table.items.filter((item) => item.on === null).map((item) => besideSource(item, table, plan)),
    ...table.triggers.map((trigger) => triggerSource(trigger, plan)),
  ];
}

/** `audit.` for what lives in the schema of that constant, nothing for the default schema. */
export function makerOf(made: SchemaObject, plan: WritePlan): string {
  const { defaultSchema } = plan.dialect;
  if (plan.inline || made.parent === null || made.name[0] === defaultSchema) return "";
  const schema = plan.schemas.get(made.name[0]!);
  return schema ? `${schema.constant}.` : "";
}

/** Options that stand under `on`, or nothing. */
export function onProperty(options: Options, plan: WritePlan): readonly Property[] {
  return isEmpty(options) ? [] : [["on", object([[plan.dialect.name, source(options)]])]];
}

export function commentProperty(comment: string | null): readonly Property[] {
  return comment === null ? [] : [["comment", source(comment)]];
}

/** An object literal, or null when it would be empty. */
export function optional(properties: readonly Property[]): string | null {
  return properties.length === 0 ? null : object(properties);
}

/** The options of a table as they are written; nothing where it has none. */
export function tableOptions(table: TablePlan, plan: WritePlan): string {
  return optional(tableProperties(table, plan)) ?? "";
}

/** The same, each with its key. */
export function tableProperties(table: TablePlan, plan: WritePlan): readonly Property[] {
  const naming: readonly Property[] = table.asWritten ? [["naming", object([["columns", '"as_written"']])]] : [];
  const { comment, inherits, collation } = table.object;
  // A field of the table in the graph, an option in the models: only some databases have it.
  const options = collation ? { ...table.object.options, collation } : table.object.options;
  const parents = inherits.map((id) => pathSource(pathOfId(id), plan));
  const heir: readonly Property[] = parents.length === 0
    ? []
    : [["inherits", parents.length === 1 && !parents[0]!.startsWith("[") ? parents[0]! : `[${parents.join(", ")}]`]];
  return [
    ...schemaProperty(table.object, plan),
    ...commentProperty(comment),
    ...heir,
    ...naming,
    ...onProperty(withOwner(options, table.object, plan), plan),
  ];
}

/** Options of an object with the one that says whom it belongs to. */
export function withOwner(options: Options, { id }: Pick<SchemaObject, "id">, { owners }: WritePlan): Options {
  const owner = owners.get(id);
  return owner === undefined ? options : { owner, ...options };
}

/** The schema, for what stands alone and lives in another one than the default. */
export function schemaProperty({ name, parent }: SchemaObject, { dialect, inline }: WritePlan): readonly Property[] {
  const said = inline && parent !== null && dialect.defaultSchema !== null && name[0] !== dialect.defaultSchema;
  return said ? [["schema", source(name[0])]] : [];
}

function columnSource(column: SchemaObject<"column">, table: TablePlan, plan: WritePlan): string {
  const name = column.name.at(-1)!;
  const { key, named } = table.keys.get(name)!;
  const schema = plan.inline && plan.dialect.defaultSchema !== null ? table.object.name[0]! : null;
  const written = plan.writeType(column.type, `${table.object.name.at(-1)}_${name}`, schema);
  const items = table.items.filter((item) => item.on === name);
  const of = (kind: string) => items.filter((item) => item.object.kind === kind);
  const steps = [
    named ? call("named", [source(name)]) : null,
    column.nullable ? "nullable()" : null,
    column.default && !table.serials.has(name)
      ? call("default", [defaultSource(column.default, written, column.type, plan.dialect)])
      : null,
    serialSource(table.serials.get(name)),
    column.identity ? identitySource(column.identity) : null,
    column.generated
      ? call("generated", [
        sqlSource(column.generated.expression.sql),
        column.generated.stored ? null : object([["stored", "false"]]),
      ])
      : null,
    column.collation === null ? null : call("collate", [source(column.collation)]),
    ...["primary_key", "unique", "foreign_key", "check", "index"].flatMap((kind) =>
      of(kind).map((item) => stepSource(item, table, plan))
    ),
    column.comment === null ? null : call("comment", [source(column.comment)]),
    isEmpty(column.options) ? null : call("on", [object([[plan.dialect.name, source(column.options)]])]),
  ];
  const chain = steps.filter((step) => step !== null).map((step) => `.${step}`);
  const line = `${propertyKey(key)}: ${written.call}${chain.join("")}`;
  // As the formatter would: what does not fit stands one call a line.
  if (line.length + 3 <= lineWidth || line.includes("\n")) return line;
  if (chain.length < 2) return fitted(`  ${line},`).slice(2, -1);
  return [`${propertyKey(key)}: ${written.call}`, ...chain.map((step) => fitted(`    ${step},`).slice(0, -1))].join(
    "\n",
  );
}

function serialSource(options: SerialOptions | undefined): string | null {
  if (!options) return null;
  return call("serial", [optional(Object.entries(options).map(([key, value]): Property => [key, countSource(value)]))]);
}

function identitySource(identity: NonNullable<SchemaObject<"column">["identity"]>): string {
  const always: readonly Property[] = identity.mode === "always" ? [["always", "true"]] : [];
  const counting = Object.entries(identity.options).map(([key, value]): Property => [
    key,
    key === "comment" ? source(value) : countSource(value),
  ]);
  return call("identity", [optional([...always, ...counting])]);
}

/** Numbers of a sequence are text in the graph; in a model they are numbers. */
function countSource(value: unknown): string {
  if (typeof value !== "string" || !/^-?\d+$/.test(value)) return source(value);
  return Number.isSafeInteger(Number(value)) ? value : `${value}n`;
}

/** A constraint in the chain of its column. */
function stepSource(item: Item, table: TablePlan, plan: WritePlan): string {
  const { object: made } = item;
  const options = optionsSource(item, table, plan);
  switch (made.kind) {
    case "primary_key":
      return call("primaryKey", [options]);
    case "unique":
      return call("unique", [options]);
    case "check":
      return call("check", [sqlSource(made.expression.sql), options]);
    case "index":
      return call("index", [options]);
    case "foreign_key":
      return call("references", [targetSource(made, made.references.columns, plan), options]);
  }
}

/** A call in the list beside the columns. */
function beside(name: string, args: readonly (string | null)[]): string {
  return callLines(name, args, "  ");
}

/** A constraint beside the columns. */
function besideSource(item: Item, table: TablePlan, plan: WritePlan): string {
  const { object: made } = item;
  const options = optionsSource(item, table, plan);
  const keys = (columns: readonly string[]) => source(columns.map((name) => table.keys.get(name)?.key ?? name));
  switch (made.kind) {
    case "primary_key":
      return beside("self.primaryKey", [keys(made.columns), options]);
    case "unique":
      return beside("self.unique", [keys(made.columns), options]);
    case "check":
      return beside("self.check", [sqlSource(made.expression.sql), options]);
    case "index":
      return beside("self.index", [
        `[${made.keys.map((key) => indexKeySource(key, table, plan)).join(", ")}]`,
        options,
      ]);
    case "foreign_key":
      return beside("self.foreignKey", [
        keys(made.columns),
        targetSource(made, [], plan),
        source(made.references.columns),
        options,
      ]);
  }
}

function indexKeySource(key: IndexKey, table: TablePlan, plan: WritePlan): string {
  const more: readonly Property[] = [
    ...(key.order === "desc" ? [["order", '"desc"'] as const] : []),
    ...(key.nulls === null ? [] : [["nulls", source(key.nulls)] as const]),
    ...(key.collation === null ? [] : [["collate", source(key.collation)] as const]),
    ...onProperty(key.options, plan),
  ];
  const what = key.column === null
    ? sqlSource(key.expression!.sql)
    : source(table.keys.get(key.column)?.key ?? key.column);
  return more.length === 0 ? what : object([[key.column === null ? "expression" : "column", what], ...more]);
}

/** "table.column" as one writes it, as a list where a name has a dot itself. */
function targetSource(key: SchemaObject<"foreign_key">, columns: readonly string[], plan: WritePlan): string {
  return pathSource([...pathOfId(key.references.table), ...columns], plan);
}

function pathSource(path: readonly string[], plan: WritePlan): string {
  const full = path[0] === plan.dialect.defaultSchema ? path.slice(1) : path;
  return full.some((part) => part.includes(".") || part === "") ? source(full) : source(full.join("."));
}

/** The last argument of a constraint: its name alone as a text, or an object. */
function optionsSource(item: Item, table: TablePlan, plan: WritePlan): string | null {
  const { object: made, name } = item;
  const properties = [
    ...commentProperty(made.comment),
    ...ownProperties(made, table, plan),
    ...onProperty(made.options, plan),
  ];
  if (name === null) return optional(properties);
  const plainText = properties.length === 0 && made.kind !== "foreign_key";
  return plainText ? source(name) : object([["name", source(name)], ...properties]);
}

function ownProperties(made: Item["object"], table: TablePlan, plan: WritePlan): readonly Property[] {
  const found: Property[] = [];
  const add = (key: string, value: unknown, standard: unknown) => {
    if (value !== standard) found.push([key, source(value)]);
  };
  if (made.kind === "primary_key" || made.kind === "unique") add("deferrable", made.deferrable, "no");
  if (made.kind === "unique") add("nullsDistinct", made.nullsDistinct, true);
  if (made.kind === "index") {
    add("unique", made.unique, false);
    add("nullsDistinct", made.nullsDistinct, true);
    add("method", made.method, "btree");
    if (made.include.length > 0) {
      found.push(["include", source(made.include.map((name) => table.keys.get(name)?.key ?? name))]);
    }
    if (made.where) found.push(["where", sqlSource(made.where.sql)]);
  }
  if (made.kind === "foreign_key") {
    add("onDelete", made.onDelete, "no action");
    add("onUpdate", made.onUpdate, "no action");
    add("match", made.match, "simple");
    add("deferrable", made.deferrable, "no");
    if (needsUnchecked(made, plan.graph)) found.push(["unchecked", "true"]);
  }
  return found;
}

function triggerSource(trigger: SchemaObject<"trigger">, plan: WritePlan): string {
  const options = optional([...commentProperty(trigger.comment), ...onProperty(trigger.options, plan)]);
  return beside("self.trigger", [source(trigger.name.at(-1)), sqlSource(trigger.definition.sql), options]);
}
