/**
 * Other names for columns and indexes. Where the server refuses to rename what a check, a generated column or an index on an expression reads, all
 * renames of a table are one ALTER TABLE that puts these aside and brings them back, for each may read several columns.
 */
import type { Change, Rename } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { copyRisk } from "./copy_risks.ts";
import { columnDefinition, partDefinition } from "./definitions.ts";
import { mentions } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { columnGrantsFollow } from "./kinds/grant.ts";
import { fold } from "./lexer.ts";
import { within } from "./session.ts";
import { quote, quoteId, quoteText } from "./sql.ts";
import { metadataLock, rebuilt, statement } from "./statement.ts";
import { zeroDatesOf } from "./zero_dates.ts";

type Renaming = Pick<RenderContext, "from" | "renames">;

/** The statements of one rename; only those about privileges when an earlier one of the table has done it. */
export function renameParts(change: Rename, context: RenderContext, facts: FamilyFacts): readonly Statement[] {
  return [...renamed(change, context, facts), ...columnGrantsFollow(change, context, facts)];
}

function renamed(change: Rename, context: RenderContext, facts: FamilyFacts): readonly Statement[] {
  const table = change.to.parent!, because = change as unknown as Change;
  const sql = `ALTER TABLE ${quoteId(table)}`, effects = { locks: metadataLock(table) };
  const settings = zeroDatesOf(table, context);
  if (!facts.renameRefusesUses) {
    const again = facts.checksRememberAliases && change.to.kind === "column" && isRead(change.to, context, facts)
      ? [statement(because, `${sql} COMMENT=${quoteText(context.from.objects.get(table)?.comment ?? "")}`, effects)]
      : [];
    return within(because, settings, [...again, statement(because, `${sql} ${clauseOf(change)}`, effects)]);
  }
  const together = renamesOf(table, context);
  if (together.length > 1 && together[0]!.to.id !== change.to.id) return [];
  const { clauses, copies } = allAtOnce(table, together.length === 0 ? [change] : together, context, facts);
  const text = clauses.length === 1 ? ` ${clauses[0]}` : `\n  ${clauses.join(",\n  ")}`;
  const mayFail = copyRisk(table, context, facts);
  return within(because, settings, [
    statement(because, sql + text, copies ? { ...rebuilt(table), mayFail } : effects),
  ]);
}

/**
 * Must a foreign key be away while columns of the table get other names? What was put aside comes back by a copy of the table, and no column of
 * a key is renamed in one (MySQL 9.7.4, error 1846).
 */
export function keyForbidsCopy(
  key: SchemaObject<"foreign_key">,
  table: ObjectId,
  context: Renaming,
  facts: FamilyFacts,
): boolean {
  if (!facts.renameRefusesUses) return false;
  const together = renamesOf(table, context);
  const renamed = new Set(together.flatMap(({ to }) => to.kind === "column" ? [fold(to.name.at(-1)!)] : []));
  const isRenamed = (name: string) => renamed.has(fold(name));
  const takesPart = (key.parent === table && key.columns.some(isRenamed)) ||
    (key.references.table === table && key.references.columns.some(isRenamed));
  return takesPart && allAtOnce(table, together, context, facts).copies;
}

/** The renames of what lives in the table, in their order. */
function renamesOf(table: ObjectId, { renames = [] }: Renaming): readonly Rename[] {
  return renames.filter(({ to }) => to.parent === table && ["column", "index", "unique"].includes(to.kind));
}

function clauseOf({ from, to }: Rename): string {
  const what = to.kind === "column" ? "COLUMN" : "INDEX";
  return `RENAME ${what} ${quote(from.name.at(-1)!)} TO ${quote(to.name.at(-1)!)}`;
}

/** Does a check, a generated column or a default of the table read the column, under its new name as `context.from` has it? */
function isRead(column: SchemaObject, context: RenderContext, facts: FamilyFacts): boolean {
  const name = fold(column.name.at(-1)!);
  // Behind JSON there is a check of the column itself.
  if (facts.jsonIsText && column.kind === "column" && column.type.name === "json") return true;
  return children(context.from, column.parent!).some((object) => {
    const texts = object.kind === "check"
      ? [object.expression.sql]
      : object.kind === "column"
      ? [object.options.check, object.generated?.expression.sql, object.default?.sql]
      : [];
    return texts.some((sql) => typeof sql === "string" && mentions(sql).some((path) => fold(path.at(-1)!) === name));
  });
}

/** The renamed columns, and those that are computed from them at whatever distance: the server follows these as well (MySQL 9.7.4, error 3837). */
function touchedBy(renames: readonly Rename[], table: ObjectId, context: Renaming): ReadonlySet<string> {
  const found = new Set(renames.flatMap(({ to }) => to.kind === "column" ? [fold(to.name.at(-1)!)] : []));
  const computed = found.size === 0 ? [] : children(context.from, table, "column").filter((each) => each.generated);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { name, generated } of computed) {
      if (mentions(generated!.expression.sql).some((path) => found.has(fold(path.at(-1)!)))) {
        found.add(fold(name.at(-1)!));
      }
    }
  }
  return found;
}

/** The clauses of the renames, among those that take out of their way what reads the columns, and whether they copy the table. */
function allAtOnce(
  table: ObjectId,
  renames: readonly Rename[],
  context: Renaming,
  facts: FamilyFacts,
): { readonly clauses: readonly string[]; readonly copies: boolean } {
  const columns = touchedBy(renames, table, context);
  const uses = (sql: string | undefined) =>
    sql !== undefined && mentions(sql).some((path) => columns.has(fold(path.at(-1)!)));
  const renameOf = new Map(renames.map((rename) => [rename.to.id, rename]));
  const before: string[] = [], written: string[] = [], after: string[] = [];
  // `context.from` has the new names already, in texts too.
  for (const object of columns.size === 0 ? [] : children(context.from, table)) {
    const rename = renameOf.get(object.id), old = quote((rename?.from ?? object).name.at(-1)!);
    if (object.kind === "check" && uses(object.expression.sql)) {
      before.push(`${facts.dropCheck} ${old}`);
      after.push(`ADD ${partDefinition(object, facts)}`);
    } else if (object.kind === "index" && object.keys.some((key) => uses(key.expression?.sql))) {
      before.push(`DROP INDEX ${old}`);
      after.push(`ADD ${partDefinition(object, facts)}`);
      renameOf.delete(object.id);
    } else if (object.kind === "column" && (uses(object.generated?.expression.sql) || uses(object.default?.sql))) {
      written.push(`${rename ? `CHANGE COLUMN ${old}` : "MODIFY COLUMN"} ${columnDefinition(object, facts)}`);
      renameOf.delete(object.id);
    }
  }
  const plain = renames.filter(({ to }) => renameOf.has(to.id)).map(clauseOf);
  return { clauses: [...before, ...plain, ...written, ...after], copies: written.length + after.length > 0 };
}
