/** Another name for a table. SQLite rewrites whatever mentions it (lang_altertable.html 2). */
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { withoutBroken } from "./broken.ts";
import { fold } from "./lexer.ts";
import { temporaryName } from "./rebuild.ts";
import { quote } from "./sql.ts";
import { statement, writeLock } from "./statement.ts";

type AnyTable = SchemaObject<"table" | "virtual_table">;

/** One ALTER, or two by way of a free name where only the letter case changes: SQLite finds the new name taken then, by the table itself. */
export function renameTable(
  change: Change,
  from: AnyTable,
  to: AnyTable,
  context: RenderContext,
): readonly Statement[] {
  const old = from.name.at(-1)!, now = to.name.at(-1)!;
  const step = (a: string, b: string) =>
    statement(change, `ALTER TABLE ${quote(a)} RENAME TO ${quote(b)}`, { locks: writeLock(to.id) });
  const between = temporaryName(now, context);
  const steps = fold(old) !== fold(now) ? [step(old, now)] : [step(old, between), step(between, now)];
  return withoutBroken(change, context, steps);
}
