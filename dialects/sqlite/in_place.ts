/**
 * Decides whether a table's changes can be done with ALTER TABLE alone, and renders them if so. Everything that this refuses is done by
 * a rebuild (`rebuild.ts`), so when in doubt it refuses.
 */
import type { Alter, Change } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { brokenIn } from "./broken.ts";
import { fold } from "./lexer.ts";
import { netParts } from "./net_parts.ts";
import { quote } from "./sql.ts";
import { statement, writeLock } from "./statement.ts";
import { columnDefinition, type Constraint, isLiteral } from "./table_sql.ts";

/** ALTER TABLE … ALTER COLUMN … SET/DROP NOT NULL came with 3.53. */
const alterColumnSince = 3053000;

/** One ALTER TABLE. */
type Step =
  | { readonly do: "drop"; readonly column: SchemaObject<"column"> }
  | { readonly do: "add"; readonly column: SchemaObject<"column">; readonly constraints: readonly Constraint[] }
  | { readonly do: "not null"; readonly column: SchemaObject<"column"> };

/** The statements, or null when the table must be rebuilt. */
export function inPlace(change: Alter<"table">, context: RenderContext): readonly Statement[] | null {
  const steps = stepsOf(change, context);
  return steps && steps.map((step) => render(step, change));
}

/** The ALTERs that make the change, in order, or null when there are none that do. */
function stepsOf(change: Alter<"table">, context: RenderContext): readonly Step[] | null {
  if (change.fields.some((field) => field !== "comment")) return null;
  const drops: Step[] = [], adds: SchemaObject<"column">[] = [], others: Step[] = [];
  const constraints: Constraint[] = [];
  for (const part of netParts(change.parts)) {
    if (part.kind === "index" || part.kind === "trigger") continue;
    if (part.kind !== "column") {
      if (part.op !== "create") return null;
      constraints.push(part.to as Constraint);
    } else if (part.op === "drop") {
      if (!canDrop(part.from as SchemaObject<"column">, context.from)) return null;
      drops.push({ do: "drop", column: part.from as SchemaObject<"column"> });
    } else if (part.op === "create") adds.push(part.to as SchemaObject<"column">);
    else if (part.op === "alter") {
      const step = altered(part as Alter<"column">, context);
      if (step === null) return null;
      if (step !== "nothing") others.push(step);
    } else return null;
  }
  // Names that differ only in letter case are one name: the column is renamed in effect, which a rebuild does by copying.
  const names = new Set(adds.map((column) => fold(column.name.at(-1)!)));
  if (drops.some((step) => names.has(fold(step.column.name.at(-1)!)))) return null;
  const carried = carriedBy(adds, constraints);
  if (carried === null) return null;
  // A table keeps at least one column, and SQLite counts only those that are not generated.
  if (drops.length > 0 && !keepsColumn(change.from.id, context)) return null;
  // SQLite drops no column while a view or a trigger does not work; a rebuild asks none of them.
  if (drops.length > 0 && brokenIn(context).length > 0) return null;
  adds.sort((a, b) => a.position - b.position);
  // A generated column may stand before a new one that it reads; added one by one it cannot.
  if (adds.some((column, i) => adds.slice(i + 1).some((later) => column.refs.includes(later.id)))) return null;
  const added = adds.map((column): Step => ({ do: "add", column, constraints: carried.get(column.id) ?? [] }));
  if (added.some((step) => step.do === "add" && !canAdd(step.column, step.constraints))) return null;
  return [...drops, ...added, ...others];
}

/** New constraints by the new column whose definition can hold them, or null when one has to stand elsewhere. */
function carriedBy(
  adds: readonly SchemaObject<"column">[],
  constraints: readonly Constraint[],
): ReadonlyMap<ObjectId, readonly Constraint[]> | null {
  const carried = new Map<ObjectId, Constraint[]>();
  for (const constraint of constraints) {
    const column = constraint.kind === "check"
      // A column's CHECK may read other columns too; it must come with the last of the new ones that it reads.
      ? adds.filter((each) => constraint.refs.includes(each.id)).sort((a, b) => a.position - b.position).at(-1)
      : constraint.kind === "foreign_key" && constraint.columns.length === 1
      ? adds.find((each) => each.name.at(-1) === constraint.columns[0])
      : undefined;
    if (!column) return null;
    carried.set(column.id, [...carried.get(column.id) ?? [], constraint]);
  }
  return carried;
}

/** The limits of ADD COLUMN (lang_altertable.html 4). What only fails on a table with rows fails in a rebuild as well. */
function canAdd(column: SchemaObject<"column">, constraints: readonly Constraint[]): boolean {
  if (column.generated?.stored) return false;
  if (column.default !== null && !isLiteral(column.default.sql)) return false;
  const hasDefault = column.default !== null && column.default.sql !== "NULL";
  return !(hasDefault && constraints.some((constraint) => constraint.kind === "foreign_key"));
}

/**
 * The limits of DROP COLUMN (lang_altertable.html 5): nothing that stays may use the column. Constraints that use it are parts of the
 * same change and need a rebuild; indexes, triggers and views that use it are dropped before.
 */
function canDrop(column: SchemaObject<"column">, from: SchemaGraph): boolean {
  const name = column.name.at(-1)!;
  return children(from, column.parent!).every((sibling) => {
    switch (sibling.kind) {
      case "primary_key":
      case "unique":
      case "foreign_key":
        return !sibling.columns.includes(name);
      case "check":
      case "column":
        return sibling.id === column.id || !sibling.refs.includes(column.id);
      default:
        return true;
    }
  });
}

function keepsColumn(table: ObjectId, context: RenderContext): boolean {
  return children(context.from, table, "column").some((column) =>
    context.to.objects.has(column.id) && column.generated === null
  );
}

function altered(change: Alter<"column">, context: RenderContext): Step | "nothing" | null {
  const { from, to } = change;
  const fields = change.fields.filter((field) => field !== "comment");
  if (fields.length === 0) return "nothing";
  const onlyNullable = fields.every((field) => field === "nullable");
  if (!onlyNullable || (context.version ?? 0) < alterColumnSince) return null;
  if (from.generated || Object.keys(to.options).length > 0 || Object.keys(from.options).length > 0) return null;
  return { do: "not null", column: to };
}

function render(step: Step, change: Alter<"table">): Statement {
  const table = change.to, name = quote(table.name.at(-1)!);
  const column = quote(step.column.name.at(-1)!);
  const because = partFor(change, step.column.id);
  switch (step.do) {
    case "drop":
      return statement(because, `ALTER TABLE ${name} DROP COLUMN ${column}`, {
        locks: writeLock(table.id),
        rewrites: step.column.generated && !step.column.generated.stored ? [] : [table.id],
        loses: step.column.generated ? [] : [step.column.id],
      });
    case "add":
      return statement(
        because,
        `ALTER TABLE ${name} ADD COLUMN ${columnDefinition(step.column, step.constraints)}`,
        { locks: writeLock(table.id), ...mayFail(step.column, step.constraints, name) },
      );
    case "not null":
      return statement(
        because,
        `ALTER TABLE ${name} ALTER COLUMN ${column} ${step.column.nullable ? "DROP" : "SET"} NOT NULL`,
        {
          locks: writeLock(table.id),
          ...(step.column.nullable ? {} : {
            scans: [table.id],
            mayFail: {
              reason: "rows may hold NULL in it",
              probe: `SELECT count(*) FROM ${name} WHERE ${column} IS NULL`,
            },
          }),
        },
      );
  }
}

function mayFail(
  column: SchemaObject<"column">,
  constraints: readonly Constraint[],
  table: string,
): Partial<Effects> {
  const noDefault = column.default === null || column.default.sql === "NULL";
  if (!column.nullable && noDefault && column.generated === null) {
    const probe = `SELECT count(*) FROM ${table}`;
    return { mayFail: { reason: "rows that are there have no value for it", probe } };
  }
  if (constraints.some((constraint) => constraint.kind === "check") || (column.generated && !column.nullable)) {
    return {
      scans: [column.parent!],
      mayFail: { reason: "rows that are there may break its constraint", probe: null },
    };
  }
  return {};
}

function partFor(change: Alter<"table">, column: ObjectId): Change {
  return change.parts.find((part) => (part.op === "drop" ? part.from.id : part.to.id) === column) ??
    change as unknown as Change;
}
