/**
 * What stays as it is in a table and is dropped and made anew all the same, in the ALTER TABLE that changes something else: left alone it
 * would not be what the same definition is on its own.
 */
import type { Alter, Change } from "../../diff/change.ts";
import { children } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { mentions } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { replaces } from "./implied.ts";
import { fold } from "./lexer.ts";
import { rests } from "./rests.ts";
import { isBytes } from "./types.ts";

type Column = SchemaObject<"column">;
type Again = SchemaObject<"index" | "unique" | "primary_key" | "check">;

/** Keys, indexes and checks that the statement drops and makes again as they are. */
export function madeAgain(change: Alter<"table">, context: RenderContext, facts: FamilyFacts): ReadonlySet<Again> {
  return new Set<Again>([
    ...computedBeside(change, context),
    ...checksOfFormerBytes(change, context, facts),
    ...(facts.checksHoldSources ? checksOfFormerlyComputed(change, context) : []),
    ...madeForKeys(change, context, facts),
    ...(facts.labelsLeavePrefixes ? keysOfFormerLabels(change, context) : []),
  ]);
}

/**
 * Indexes on expressions that read a column which becomes of another type. Such an index keeps the type that its expression had, and then takes
 * no longer value (MySQL 9.7.4, error 3751), and a column beside the expression may come out with a prefix: it is made again in the same statement.
 */
function computedBeside(change: Alter<"table">, context: RenderContext): readonly SchemaObject<"index">[] {
  const retyped = new Set(change.parts.flatMap((part) => {
    if (part.kind !== "column" || part.op !== "alter") return [];
    const fields: readonly string[] = part.fields;
    return fields.some((field) => field === "type" || field === "collation") ? [fold(part.to.name.at(-1)!)] : [];
  }));
  if (retyped.size === 0) return [];
  return unchanged(change, context, "index").filter((index) =>
    index.keys.some(({ expression }) => expression !== null) &&
    index.keys.some(({ column, expression }) =>
      expression === null
        ? retyped.has(fold(column!))
        : mentions(expression.sql).some((path) => retyped.has(fold(path.at(-1)!)))
    )
  );
}

/**
 * Indexes that the server may have made for a foreign key and that stay beside a new one over their columns: it would let them go, and only it
 * knows which those are. Made again by name in the same statement, they are anybody's.
 */
function madeForKeys(
  change: Alter<"table">,
  context: RenderContext,
  facts: FamilyFacts,
): readonly SchemaObject<"index">[] {
  const added = change.parts.flatMap((part) =>
    part.kind !== "column" && (part.op === "create" || (part.op === "alter" && !rests(part))) ? [part.to] : []
  );
  if (added.length === 0) return [];
  const id = change.to.id;
  const keys = [...children(context.from, id, "foreign_key"), ...children(context.to, id, "foreign_key")];
  // An engine without foreign keys makes the index for one, and forgets the key.
  const forgotten = (change.from.options.engine ?? "InnoDB") !== "InnoDB";
  return unchanged(change, context, "index").filter((index) => {
    const columns = index.keys.flatMap((key) => key.column ?? []);
    const plain = index.method === "btree" && !index.unique && !index.comment &&
      Object.keys(index.options).length === 0 &&
      index.keys.every((key) => key.column !== null && key.options.length === undefined && key.order === "asc");
    const isForKey = (key: SchemaObject<"foreign_key">) =>
      key.columns.length === columns.length && key.columns.every((name, i) => fold(name) === fold(columns[i]!));
    return plain && (forgotten || keys.some(isForKey)) && added.some((key) => replaces(key, columns, facts));
  });
}

/**
 * Keys over a column of labels (ENUM, SET) that becomes text: of the text they would hold as many letters as a label took bytes, and two rows with
 * texts that begin alike would be the same to a unique one (MySQL 9.7.4, one-byte character sets and long sets). Made again, they hold all of it.
 */
function keysOfFormerLabels(
  change: Alter<"table">,
  context: RenderContext,
): readonly SchemaObject<"index" | "unique" | "primary_key">[] {
  const former = new Set(change.parts.flatMap((part) => {
    if (part.kind !== "column" || part.op !== "alter") return [];
    const isLabels = ({ type }: Column) => /^(enum|set)$/.test(type.name);
    return isLabels(part.from as Column) && !isLabels(part.to as Column) ? [fold(part.to.name.at(-1)!)] : [];
  }));
  if (former.size === 0) return [];
  const holds = (column: string | null) => column !== null && former.has(fold(column));
  return [
    ...unchanged(change, context, "primary_key").filter(({ columns }) => columns.some(holds)),
    ...unchanged(change, context, "unique").filter(({ columns }) => columns.some(holds)),
    ...unchanged(change, context, "index").filter(({ keys }) => keys.some(({ column }) => holds(column))),
  ];
}

/** What of that kind stays in the table as it is. */
function unchanged<K extends "index" | "unique" | "primary_key" | "check">(
  change: Alter<"table">,
  context: RenderContext,
  kind: K,
): readonly SchemaObject<K>[] {
  const parts = new Set(change.parts.map((part) => (part.op === "drop" ? part.from : part.to).id));
  return children(context.to, change.to.id, kind).filter(({ id }) => !parts.has(id) && context.from.objects.has(id));
}

/** Checks that read a column which ceases to be of bytes: like computed columns they keep _binary'x' until they are made again. */
function checksOfFormerBytes(
  change: Alter<"table">,
  context: RenderContext,
  facts: FamilyFacts,
): readonly SchemaObject<"check">[] {
  if (!facts.introducers) return [];
  const former = formerBytes(change.parts.filter((part): part is Change<"column"> => part.kind === "column"));
  if (former.size === 0) return [];
  return unchanged(change, context, "check").filter(({ expression }) => readsWithLiterals(expression.sql, former));
}

/** Checks of columns that are no longer computed as they were, where what they were computed from goes in the same statement. */
function checksOfFormerlyComputed(change: Alter<"table">, context: RenderContext): readonly SchemaObject<"check">[] {
  const columns = change.parts.filter((part): part is Change<"column"> => part.kind === "column");
  const dropped = new Set(columns.flatMap((part) => part.op === "drop" ? [fold(part.from.name.at(-1)!)] : []));
  const reads = (sql: string, names: ReadonlySet<string>) =>
    mentions(sql).some((path) => names.has(fold(path.at(-1)!)));
  const former = new Set(
    columns.flatMap((part) =>
      part.op === "alter" && part.from.generated && reads(part.from.generated.expression.sql, dropped)
        ? [fold(part.to.name.at(-1)!)]
        : []
    ),
  );
  return former.size === 0
    ? []
    : unchanged(change, context, "check").filter(({ expression }) => reads(expression.sql, former));
}

/**
 * Does a computed column read one that ceases to be of bytes? Beside bytes MySQL made _binary'x' of its literals, and they stay so until it is
 * written again (9.7.4).
 */
export function readsFormerBytes({ generated }: Column, parts: readonly Change<"column">[]): boolean {
  return generated !== null && readsWithLiterals(generated.expression.sql, formerBytes(parts));
}

/** The names of the columns that cease to be of bytes. */
function formerBytes(parts: readonly Change<"column">[]): ReadonlySet<string> {
  return new Set(
    parts.flatMap((part) => part.op === "alter" && isBytes(part.from) && !isBytes(part.to) ? [part.to] : [])
      .map(({ name }) => fold(name.at(-1)!)),
  );
}

function readsWithLiterals(sql: string, columns: ReadonlySet<string>): boolean {
  return columns.size > 0 && sql.includes("'") && mentions(sql).some((path) => columns.has(fold(path.at(-1)!)));
}
