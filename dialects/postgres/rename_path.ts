/** ALTER … SET SCHEMA and RENAME TO for what has a path of schema and name. Pure. */
import type { Change, Rename } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Kind } from "../../schema/object.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

/** The statements that give the object its new schema and its new name; `what` is the word after ALTER ("SEQUENCE"). */
export function renamePath<K extends Kind>(change: Rename<K>, what: string): readonly Statement[] {
  const { from, to } = change as unknown as Rename;
  const [oldSchema, oldName] = from.name as [string, string], [schema, name] = to.name as [string, string];
  const locks = [accessExclusive(to.id)];
  const run = (sql: string) => statement(change as unknown as Change, sql, { locks });
  return [
    ...(oldSchema === schema ? [] : [run(`ALTER ${what} ${quotePath(from.name)} SET SCHEMA ${quote(schema)}`)]),
    ...(oldName === name ? [] : [run(`ALTER ${what} ${quotePath([schema, oldName])} RENAME TO ${quote(name)}`)]),
  ];
}
