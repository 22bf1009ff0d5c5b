/** Foreign keys: statements of their own after all tables are there, so that cycles do not matter. */
import type { Change } from "../../../diff/change.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { comparable } from "../../../schema/hash.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { foreignKeyDefinition } from "../definitions.ts";
import { covers } from "../implied.ts";
import { quote, quoteId, quoteList } from "../sql.ts";
import { sharedLock, statement } from "../statement.ts";

export const foreignKey: KindDialect<"foreign_key"> = {
  normalize: (key) => ({
    ...key,
    comment: null,
    // InnoDB has no deferred checks, so both words mean the same (manual, "FOREIGN KEY Constraints").
    onDelete: key.onDelete === "restrict" ? "no action" : key.onDelete,
    onUpdate: key.onUpdate === "restrict" ? "no action" : key.onUpdate,
    match: "simple",
    deferrable: "no",
    options: {},
  }),
  alters: () => "recreate",
  renames: false,
  survives: (key, dropped, context) => isReplaced(key, dropped, context),
  render(change, _context) {
    const because = change as Change;
    switch (change.op) {
      case "create": {
        const { parent, references, columns } = change.to;
        const sql = `ALTER TABLE ${quoteId(parent!)} ADD ${foreignKeyDefinition(change.to, quoteId(references.table))}`;
        return [
          statement(because, sql, {
            locks: [...sharedLock(parent!), ...sharedLock(references.table)],
            scans: [parent!],
            mayFail: {
              reason: "rows may point to none",
              probe: `SELECT count(*) FROM ${quoteId(parent!)} AS child LEFT JOIN ${
                quoteId(references.table)
              } AS target ON ${
                columns.map((name, i) => `child.${quote(name)} = target.${quote(references.columns[i] ?? name)}`).join(
                  " AND ",
                )
              } WHERE target.${quote(references.columns[0] ?? columns[0]!)} IS NULL AND ${
                columns.map((name) => `child.${quoteList([name])} IS NOT NULL`).join(" AND ")
              }`,
            },
          }),
        ];
      }
      case "drop":
        return [
          statement(
            because,
            `ALTER TABLE ${quoteId(change.from.parent!)} DROP FOREIGN KEY ${quote(change.from.name.at(-1)!)}`,
          ),
        ];
      case "alter":
      case "rename":
        return [
          ...foreignKey.render({ op: "drop", kind: "foreign_key", from: change.from, parts: [] }, _context),
          ...foreignKey.render({ op: "create", kind: "foreign_key", to: change.to, parts: [] }, _context),
        ];
      default:
        return assertNever(change, "change");
    }
  },
};

/** Another index serves the key as well before and after, or takes the dropped one's place in the same ALTER TABLE. */
function isReplaced(key: SchemaObject<"foreign_key">, dropped: SchemaObject, context: RenderContext): boolean {
  if (dropped.kind !== "index" && dropped.kind !== "unique" && dropped.kind !== "primary_key") return false;
  const after = context.to.objects.get(key.id);
  if (after?.kind !== "foreign_key" || !sameJson(comparable(key), comparable(after))) return false;
  const served = (columns: readonly string[], exact: boolean) =>
    [...context.to.objects.values()].some((index) =>
      index.parent === dropped.parent && covers(index, columns) &&
      (!exact || (index.id !== dropped.id && sameJson(context.from.objects.get(index.id), index)))
    );
  if (dropped.parent === key.references.table && covers(dropped, key.references.columns)) {
    return served(key.references.columns, true);
  }
  return dropped.parent === key.parent && served(key.columns, false);
}
