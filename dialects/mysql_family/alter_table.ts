/**
 * One ALTER TABLE for all that changes in a table: its own options and the columns, keys, indexes and checks that were folded into it. The
 * server applies the clauses to the old definition at once, so an index can be replaced under one name and a key under a column.
 */
import type { Alter, Change } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { RenderContext } from "../dialect.ts";
import { columnDefinition, type Part, partDefinition } from "./definitions.ts";
import type { FamilyFacts } from "./facts.ts";
import { fold } from "./lexer.ts";
import { placesOf } from "./places.ts";
import { risksOf } from "./risks.ts";
import { type Settings, within } from "./session.ts";
import { quote, quotePath, quoteText } from "./sql.ts";
import { statement } from "./statement.ts";
import { optionClauses } from "./table_options.ts";
import { hasCharset } from "./types.ts";
import { zeroDatesOf } from "./zero_dates.ts";

type Column = SchemaObject<"column">;
type Table = SchemaObject<"table">;

/** The statements: one, and one more on either side where partitions change. */
export function alterTable(change: Alter<"table">, context: RenderContext, facts: FamilyFacts): readonly Statement[] {
  const { from, to } = change;
  const name = quotePath(to.name), because = change as unknown as Change;
  const clauses = [...partClauses(change, context, facts), ...tableClauses(change)];
  const partitions = partitionStatements(change, name);
  const main = clauses.length === 0
    ? []
    : [statement(because, `ALTER TABLE ${name}${layout(clauses)}`, risksOf(change, context))];
  const removed = from.options.partition_by !== undefined && partitions.length > 0 && keysChange(change);
  // What was before an ALTER is kept as if the table had always been as it is now (manual, "System-Versioned Tables"); not to ask is an error.
  const history: Settings = from.options.versioning && to.options.versioning
    ? { system_versioning_alter_history: "KEEP" }
    : {};
  return within(because, { ...zeroDatesOf(to, context), ...history }, [
    ...(removed && to.options.partition_by !== undefined
      ? [statement(because, `ALTER TABLE ${name} REMOVE PARTITIONING`, rewrite(to.id))]
      : []),
    ...(to.options.partition_by === undefined ? partitions : []),
    ...main,
    ...(to.options.partition_by === undefined ? [] : partitions),
  ]);
}

function layout(clauses: readonly string[]): string {
  return clauses.length === 1 ? ` ${clauses[0]}` : `\n  ${clauses.join(",\n  ")}`;
}

function rewrite(table: ObjectId): Partial<Effects> {
  return { locks: [{ object: table, level: "write", name: "LOCK=SHARED" }], scans: [table], rewrites: [table] };
}

function partitionStatements({ from, to, ...change }: Alter<"table">, name: string): readonly Statement[] {
  const now = to.options.partition_by;
  if (from.options.partition_by === now) return [];
  const sql = now === undefined ? "REMOVE PARTITIONING" : `\n${now}`;
  const because = { from, to, ...change } as unknown as Change;
  return [statement(because, `ALTER TABLE ${name}${sql.startsWith("\n") ? "" : " "}${sql}`, rewrite(to.id))];
}

/** Partitions rest on columns and on every unique key: these only change while there are none. */
function keysChange(change: Alter<"table">): boolean {
  return change.parts.some((part) =>
    part.kind === "primary_key" || part.kind === "unique" || (part.kind === "column" && part.op !== "create")
  );
}

function tableClauses({ from, to }: Alter<"table">): readonly string[] {
  const clauses: string[] = [];
  if (from.options.engine !== to.options.engine) clauses.push(`ENGINE=${to.options.engine ?? "InnoDB"}`);
  const collation = to.collation ?? null;
  if (collation !== null && collation !== from.collation) clauses.push(`DEFAULT COLLATE=${collation}`);
  clauses.push(...optionClauses(from.options, to.options));
  if (from.comment !== to.comment) clauses.push(`COMMENT=${quoteText(to.comment ?? "")}`);
  clauses.push(...versioningClauses(from, to));
  return clauses;
}

function versioningClauses(from: Table, to: Table): readonly string[] {
  const clauses: string[] = [];
  const before = (from.options.periods ?? {}) as Record<string, readonly string[]>;
  const after = (to.options.periods ?? {}) as Record<string, readonly string[]>;
  for (const name of Object.keys(before)) {
    if (!sameJson(before[name], after[name])) clauses.push(`DROP PERIOD FOR ${quote(name)}`);
  }
  for (const name of Object.keys(after)) {
    if (!sameJson(before[name], after[name])) clauses.push(periodClause(name, after[name]!, "ADD "));
  }
  const period = to.options.system_period as readonly string[] | undefined;
  if (from.options.versioning && !to.options.versioning) {
    if (from.options.system_period) clauses.push("DROP PERIOD FOR SYSTEM_TIME");
    clauses.push("DROP SYSTEM VERSIONING");
  }
  if (!from.options.versioning && to.options.versioning) {
    if (period) clauses.push(`ADD PERIOD FOR SYSTEM_TIME (${period.map(quote).join(", ")})`);
    clauses.push("ADD SYSTEM VERSIONING");
  }
  return clauses;
}

export function periodClause(name: string, columns: readonly string[], verb = ""): string {
  return `${verb}PERIOD FOR ${name === "SYSTEM_TIME" ? name : quote(name)} (${columns.map(quote).join(", ")})`;
}

function partClauses(change: Alter<"table">, context: RenderContext, facts: FamilyFacts): readonly string[] {
  const drops: string[] = [], adds: string[] = [], others: string[] = [];
  const parts = change.parts.filter((part) => part.kind !== "column");
  for (const part of parts) {
    if (part.op === "drop" || (part.op === "alter" && !rests(part))) drops.push(dropClause(part.from as Part, facts));
    if (part.op === "create" || (part.op === "alter" && !rests(part))) {
      adds.push(`ADD ${partDefinition(part.to as Part, facts, change.to.options.engine)}`);
    }
    if (part.op === "alter" && rests(part)) others.push(restClause(part, facts));
  }
  const columns = columnClauses(change, context, facts);
  return [...drops, ...columns, ...adds, ...others];
}

/** Only whether it is used changes: the check's enforcement, the index's visibility. */
function rests(part: Alter): boolean {
  return part.fields.length > 0 && part.fields.every((field) => field === "options") &&
    (part.kind === "check" || part.kind === "index");
}

function restClause(part: Alter, facts: FamilyFacts): string {
  const object = part.to as SchemaObject;
  const name = quote(object.name.at(-1)!);
  if (object.kind === "check") {
    return `ALTER CHECK ${name} ${object.options.enforced === false ? "NOT ENFORCED" : "ENFORCED"}`;
  }
  const hidden = object.kind === "index" && object.options.hidden === true;
  return `ALTER INDEX ${name} ${hidden ? facts.hiddenIndex.hide : facts.hiddenIndex.show}`;
}

function dropClause(part: Part, facts: FamilyFacts): string {
  const name = quote(part.name.at(-1)!);
  switch (part.kind) {
    case "primary_key":
      return "DROP PRIMARY KEY";
    case "check":
      return `${facts.dropCheck} ${name}`;
    case "column":
      return `DROP COLUMN ${name}`;
    default:
      return `DROP INDEX ${name}`;
  }
}

/** Drops, then everything that is written, in the order of the columns of `to`: AFTER may name a column of the clause before. */
function columnClauses(change: Alter<"table">, context: RenderContext, facts: FamilyFacts): readonly string[] {
  const { to } = change;
  const parts = change.parts.filter((part): part is Change<"column"> => part.kind === "column");
  const dropped = new Map<string, Column>();
  for (const part of parts) if (part.op === "drop") dropped.set(fold(part.from.name.at(-1)!), part.from);
  const written = new Map<ObjectId, string>();
  const verb = new Map<ObjectId, string>();
  for (const part of parts) {
    if (part.op === "drop" || part.op === "rename") continue;
    const column = part.to, old = part.op === "create" ? dropped.get(fold(column.name.at(-1)!)) : undefined;
    if (old && old.id !== column.id) {
      // The same name in other letters is the same column to the server.
      dropped.delete(fold(column.name.at(-1)!));
      verb.set(column.id, `CHANGE COLUMN ${quote(old.name.at(-1)!)} `);
    } else verb.set(column.id, part.op === "create" ? "ADD COLUMN " : "MODIFY COLUMN ");
    written.set(column.id, columnDefinition(column, facts, effectiveCollation(change)));
  }
  const { moved, added } = placesOf(change, context, new Set([...dropped.values()].map((each) => each.id)));
  const wanted = inOrder(children(context.to, to.id, "column"));
  for (const column of wanted) {
    if (written.has(column.id)) continue;
    if (!moved.has(column.id) && !followsTable(column, change, context)) continue;
    verb.set(column.id, "MODIFY COLUMN ");
    written.set(column.id, columnDefinition(column, facts, effectiveCollation(change)));
  }
  const clauses = wanted.flatMap((column, i) => {
    const text = written.get(column.id);
    if (text === undefined) return [];
    const place = !moved.has(column.id) && !added.has(column.id)
      ? ""
      : i === 0
      ? " FIRST"
      : ` AFTER ${quote(wanted[i - 1]!.name.at(-1)!)}`;
    return [verb.get(column.id)! + text + place];
  });
  return [...[...dropped.values()].map((column) => `DROP COLUMN ${quote(column.name.at(-1)!)}`), ...clauses];
}

/** The table's collation when it becomes another one; then columns that follow it say so themselves. */
function effectiveCollation({ from, to }: Alter<"table">): string | null {
  return to.collation && to.collation !== from.collation ? to.collation : null;
}

/** A new default of the table leaves its columns as they are, so those that go with it are written again. */
function followsTable(column: Column, change: Alter<"table">, context: RenderContext): boolean {
  const collation = effectiveCollation(change);
  if (collation === null || !hasCharset(column.type)) return false;
  const before = context.from.objects.get(column.id);
  if (before?.kind !== "column") return false;
  return (column.collation ?? collation) !== (before.collation ?? change.from.collation);
}
