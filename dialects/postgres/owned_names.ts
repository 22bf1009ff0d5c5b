/** Names that the server makes from a table's and a column's and does not rename with them. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { isPartition, tableIn } from "./inheritance.ts";
import { notNullOf } from "./inherited_not_null.ts";
import { objectName } from "./names.ts";
import { quote, quotePath } from "./sql.ts";
import { quick, statement } from "./statement.ts";

/** What carries the names of a table and a column without being an object of the graph: renamed along. */
export function renameOwned(
  change: Change,
  column: SchemaObject<"column">,
  [oldTable, oldColumn]: readonly [string, string],
  [tableName, columnName]: readonly [string, string],
  context: RenderContext,
): readonly Statement[] {
  const schema = column.name[0]!, table = quotePath([schema, tableName]);
  const id = column.parent!;
  const statements: Statement[] = [];
  // A partition's identity counts with its table's sequence (17).
  const isPart = isPartition(tableIn(context.from, id)) || isPartition(tableIn(context.to, id));
  if (column.identity && !column.identity.options.sequence && !isPart) {
    const old = objectName(oldTable, oldColumn, "seq"), now = objectName(tableName, columnName, "seq");
    if (old !== now) {
      statements.push(statement(change, `ALTER SEQUENCE ${quotePath([schema, old])} RENAME TO ${quote(now)}`));
    }
  }
  if ((context.version ?? 0) >= 180000 && !column.nullable && hasServersName(column)) {
    const old = objectName(oldTable, oldColumn, "not_null"), now = objectName(tableName, columnName, "not_null");
    if (old !== now) {
      statements.push(quick(change, id, `ALTER TABLE ${table} RENAME CONSTRAINT ${quote(old)} TO ${quote(now)}`));
    }
  }
  return statements;
}

/** Is a NOT NULL called as the server calls it, and the column's own to rename? */
function hasServersName(column: SchemaObject<"column">): boolean {
  const { name, inherited } = notNullOf(column.options);
  return name === undefined && !inherited;
}
