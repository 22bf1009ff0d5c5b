/** Primary keys, unique constraints, checks, indexes and foreign keys: complete but for their names, which depend on one another. */
import { objectId } from "../../schema/id.ts";
import type { DataType, Expression, IndexKey, ObjectId } from "../../schema/object.ts";
import type { CheckMeta, ExtraMeta, IndexKeyMeta, IndexMeta, KeyMeta, Place, ReferenceMeta } from "../contract.ts";
import { type Build, type Draft, type PrimaryKeys } from "./build.ts";
import { type ColumnEntry, isFor, type TableEntry } from "./catalog.ts";
import { columnNames } from "./extras.ts";
import { expressionName, type NamedKind } from "./names.ts";
import { optionsFor, supported } from "./options.ts";
import { comparableTypes, resolveTarget, type Target } from "./references.ts";
import { expressionOf } from "./sql_text.ts";

/** Everything that names and types of one table's drafts need. */
export interface DraftContext {
  readonly table: TableEntry;
  readonly build: Build;
  /** Types of all columns of all tables. */
  readonly types: ReadonlyMap<ObjectId, DataType>;
  readonly primaryKeys: PrimaryKeys;
}

/** By kind in this order; within a kind, columns first and then what stands beside them, as written. */
const order: readonly NamedKind[] = ["primary_key", "unique", "check", "index", "foreign_key"];

/** All drafts of a table. Mistakes are reported and leave their draft out. */
export function drafts(extras: readonly ExtraMeta[], context: DraftContext): readonly Draft[] {
  const { table, build } = context;
  const found: (Draft | null)[] = [];
  const wholeKeys = extras.filter((extra) => extra.kind === "primary_key");
  found.push(...primaryKey(wholeKeys.map(({ columns, key }) => ({ columns, key })), context));
  for (const column of table.columns) found.push(...ofColumn(column, context));
  for (const extra of extras) {
    if (extra.kind === "unique") found.push(unique(extra.columns, extra.key, context));
    else if (extra.kind === "check") found.push(check(extra.check, null, context));
    else if (extra.kind === "index") found.push(index(extra.index, null, context));
    else if (extra.kind === "foreign_key") {
      found.push(foreignKey(extra.columns, extra.targetColumns, extra.reference, context));
    }
  }
  const complete = found.filter((draft): draft is Draft => draft !== null && isFor(draft.item, build.dialect));
  return order.flatMap((kind) => complete.filter((draft) => draft.kind === kind));
}

/** The names of the primary key's columns as the models say, before anything is checked. */
export function primaryKeyColumns(table: TableEntry, extras: readonly ExtraMeta[]): readonly string[] {
  const whole = extras.find((extra) => extra.kind === "primary_key");
  if (whole) return whole.columns.map((key) => (table.byKey.get(key) ?? table.byName.get(key))?.name ?? key);
  return table.columns.filter(({ state }) => state.primaryKey).map((column) => column.name);
}

function primaryKey(
  whole: readonly { readonly columns: readonly string[]; readonly key: KeyMeta }[],
  context: DraftContext,
): readonly (Draft | null)[] {
  const { table, build } = context;
  const marked = table.columns.filter(({ state }) => state.primaryKey);
  const keys = [
    ...marked.map((column) => ({ columns: [column.key], key: column.state.primaryKey! })),
    ...whole,
  ];
  const joined = table.meta.inherits?.as === "joined" && whole.length === 0;
  if (keys.length > 1 && joined) {
    return [primaryKeyDraft(marked.map((column) => column.key), keys[0]!.key, context)];
  }
  if (keys.length > 1) {
    build.report.add(
      "SQA-106",
      `table "${table.meta.name}" has more than one primary key`,
      keys[1]!.key.place,
      "for a key of several columns write self.primaryKey([...]) instead of primaryKey() on each",
    );
    return [];
  }
  return keys.map(({ columns, key }) => primaryKeyDraft(columns, key, context));
}

function primaryKeyDraft(keys: readonly string[], key: KeyMeta, context: DraftContext): Draft | null {
  const { table, build } = context;
  const what = `the primary key of "${table.meta.name}"`;
  const columns = columnNames(keys, table, what, key.place, build);
  if (!columns || !supported("primary_key", build.dialect, what, key.place, build.report)) return null;
  const options = optionsFor(key.on, "primary_key", build.dialect, what, key.place, build.report);
  return draft(
    "primary_key",
    columns,
    key,
    `(${columns.join(",")})`,
    { columns, deferrable: key.deferrable, options },
    context,
  );
}

function ofColumn(column: ColumnEntry, context: DraftContext): readonly (Draft | null)[] {
  const { build, table } = context;
  const { state } = column;
  const what = `column "${table.meta.name}.${column.key}"`;
  const found: (Draft | null)[] = [];
  for (const key of state.unique) found.push(unique([column.key], key, context));
  if (
    column.enum && state.type.type === "enum" && build.dialect.enums === "check" &&
    !("type" in (state.on[build.dialect.name as "sqlite"] ?? {}))
  ) {
    found.push(enumCheck(column, state.type.enum.values, context));
  }
  for (const item of state.checks) found.push(check(item, column.name, context));
  for (const item of state.indexes) found.push(index(item, column.key, context));
  for (const reference of state.references) found.push(foreignKey([column.key], null, reference, context, what));
  return found;
}

function unique(keys: readonly string[], key: KeyMeta, context: DraftContext): Draft | null {
  const { table, build } = context;
  const what = `a unique constraint of "${table.meta.name}"`;
  const columns = columnNames(keys, table, what, key.place, build);
  if (!columns || !supported("unique", build.dialect, what, key.place, build.report)) return null;
  const options = optionsFor(key.on, "unique", build.dialect, what, key.place, build.report);
  const { deferrable, nullsDistinct } = key;
  return draft(
    "unique",
    columns,
    key,
    `(${columns.join(",")})`,
    { columns, nullsDistinct, deferrable, options },
    context,
  );
}

function check(item: CheckMeta, self: string | null, context: DraftContext): Draft | null {
  const { table, build } = context;
  const what = `a check of "${table.meta.name}${self === null ? "" : `.${self}`}"`;
  if (!supported("check", build.dialect, what, item.place, build.report)) return null;
  const text = build.text(what, item.place, self);
  const expression = expressionOf(item.sql, { ...text, columnByKey: (key) => table.byKey.get(key)?.name ?? null });
  if (!expression) return null;
  const options = optionsFor(item.on, "check", build.dialect, what, item.place, build.report);
  return checkDraft(expression, item, { expression, options }, context);
}

/** The check that stands for an enum where the database has no such type. */
function enumCheck(column: ColumnEntry, values: readonly string[], context: DraftContext): Draft | null {
  const { dialect } = context.build;
  const list = values.map((value) => dialect.quoteText(value)).join(", ");
  const expression = { sql: `${dialect.quote(column.name)} IN (${list})` };
  const { place } = column.state;
  const item = { name: null, comment: null, renamedFrom: [], on: {}, only: null, place };
  return checkDraft(expression, item, { expression, options: {} }, context);
}

function checkDraft(
  expression: Expression,
  item: Draft["item"] & { readonly place: Place },
  fields: object,
  context: DraftContext,
): Draft {
  const { table, build } = context;
  const columns = build.mentions.columns(expression.sql, table);
  const refs = [
    ...columns.map((name) => objectId("column", [...table.path, name])),
    ...build.mentions.types(expression.sql),
  ];
  return draft("check", columns, item, expression.sql, fields, context, refs);
}

function index(item: IndexMeta, self: string | null, context: DraftContext): Draft | null {
  const { table, build } = context;
  const { dialect, report } = build;
  const what = item.name === null ? `an index of "${table.meta.name}"` : `index "${item.name}"`;
  if (!isFor(item, dialect) || !supported("index", dialect, what, item.place, report)) return null;
  const keys: IndexKey[] = [], names: string[] = [], texts: string[] = [];
  for (const key of item.keys) {
    const made = indexKey(key, self, item, what, context);
    if (!made) return null;
    keys.push(made);
    names.push(made.column ?? expressionName(made.expression!.sql));
    if (made.expression) texts.push(made.expression.sql);
  }
  if (keys.length === 0) {
    report.add("SQA-103", `${what} has no columns`, item.place);
    return null;
  }
  const include = item.include.length === 0 ? [] : columnNames(item.include, table, what, item.place, build);
  const where = item.where &&
    expressionOf(item.where, build.text(`the condition of ${what}`, item.place, ownName(self, table)));
  if (!include || (item.where && !where)) return null;
  if (where) texts.push(where.sql);
  const fields = {
    unique: item.unique,
    nullsDistinct: item.nullsDistinct,
    method: item.method ?? "btree",
    keys,
    include,
    where,
    options: optionsFor(item.on, "index", dialect, what, item.place, report),
  };
  const refs = texts.flatMap((sql) => [
    ...build.mentions.columns(sql, table).map((name) => objectId("column", [...table.path, name])),
    ...build.mentions.types(sql),
  ]);
  return draft("index", names, item, `(${names.join(",")})`, fields, context, refs);
}

function indexKey(
  key: IndexKeyMeta,
  self: string | null,
  item: IndexMeta,
  what: string,
  context: DraftContext,
): IndexKey | null {
  const { table, build } = context;
  const column = key.expression ? null : key.column ?? self;
  const names = column === null ? null : columnNames([column], table, what, item.place, build);
  if (column !== null && !names) return null;
  const expression = key.expression && expressionOf(key.expression, build.text(what, item.place, ownName(self, table)));
  if (key.expression && !expression) return null;
  return {
    column: names?.[0] ?? null,
    expression,
    order: key.order,
    nulls: key.nulls,
    collation: key.collate,
    options: optionsFor(key.on, "index", build.dialect, `a key of ${what}`, item.place, build.report),
  };
}

function ownName(key: string | null, table: TableEntry): string | null {
  return key === null ? null : table.byKey.get(key)?.name ?? null;
}

function foreignKey(
  keys: readonly string[],
  targetColumns: readonly string[] | null,
  item: ReferenceMeta,
  context: DraftContext,
  from = `the foreign key of "${context.table.meta.name}"`,
): Draft | null {
  const { table, build, primaryKeys } = context;
  const { dialect, report, catalog } = build;
  const what = from.startsWith("column") ? `the reference of ${from.slice(7)}` : from;
  if (!isFor(item, dialect)) return null;
  const columns = columnNames(keys, table, what, item.place, build);
  if (!columns || !supported("foreign_key", dialect, what, item.place, report)) return null;
  const target = resolveTarget(item, targetColumns, columns.length, {
    dialect,
    catalog,
    report,
    what,
    place: item.place,
    primaryKeyOf: (entry) => primaryKeys.get(entry) ?? [],
  });
  if (!target) return null;
  if (!item.unchecked) checkTypes(columns, target, item, what, context);
  if (item.onDelete === "set null") checkSetNull(columns, item, what, context);
  const referred = target.entry?.path.at(-1) ?? target.table.slice(target.table.lastIndexOf(".") + 1);
  const fields = {
    columns,
    references: { table: target.table, columns: target.columns },
    onDelete: item.onDelete,
    onUpdate: item.onUpdate,
    match: item.match,
    deferrable: item.deferrable,
    options: optionsFor(item.on, "foreign_key", dialect, what, item.place, report),
  };
  const made = draft("foreign_key", columns, item, `(${columns.join(",")})->${referred}`, fields, context);
  return { ...made, referredTable: referred };
}

function checkTypes(
  columns: readonly string[],
  target: Target,
  item: ReferenceMeta,
  what: string,
  context: DraftContext,
): void {
  const { table, types, build } = context;
  columns.forEach((column, i) => {
    const own = types.get(objectId("column", [...table.path, column]));
    const other = target.entry && types.get(objectId("column", [...target.entry.path, target.columns[i]!]));
    if (!own || !other || comparableTypes(own, other)) return;
    const { dialect } = build;
    const targetName = `${target.entry!.meta.name}.${target.columns[i]}`;
    build.report.add(
      "SQA-107",
      `${what}: "${column}" is ${dialect.renderType(own)} but "${targetName}" is ${dialect.renderType(other)}`,
      item.place,
      "give both the same type, or pass { unchecked: true } when the database takes it",
    );
  });
}

/** SET NULL needs a column that can be null. */
function checkSetNull(columns: readonly string[], item: ReferenceMeta, what: string, context: DraftContext): void {
  if (item.unchecked) return;
  const fixed = columns.filter((column) => context.table.byName.get(column)?.state.nullable === false);
  if (fixed.length < columns.length || fixed.length === 0) return;
  context.build.report.add(
    "SQA-107",
    `${what} sets "${fixed[0]}" to NULL on delete, but the column does not allow NULL`,
    item.place,
    "call nullable() on the column, or use another onDelete",
  );
}

function draft(
  kind: NamedKind,
  columns: readonly string[],
  item: Draft["item"] & { readonly place: Place },
  structure: string,
  fields: object,
  context: DraftContext,
  refs: readonly ObjectId[] = [],
): Draft {
  return { kind, table: context.table, columns, referredTable: null, item, place: item.place, structure, refs, fields };
}
