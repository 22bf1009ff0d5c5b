/**
 * Columns and constraints: parts of their table's text. Their changes are folded into the table's; what comes here by itself is
 * rendered as if it were the only part of one.
 */
import { type Alter, alter, type Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import type { Kind, SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { withoutBroken } from "../broken.ts";
import { rebuild } from "../rebuild.ts";
import { quote } from "../sql.ts";
import { nameOfId } from "../names.ts";
import { statement, writeLock } from "../statement.ts";
import { table } from "./table.ts";

type PartKind = "column" | "primary_key" | "unique" | "check" | "foreign_key";

/** Columns: SQLite renames them in every text that mentions them (lang_altertable.html 3). */
export const column: KindDialect<"column"> = {
  ...part("column"),
  renames: true,
};
export const primaryKey: KindDialect<"primary_key"> = part("primary_key");
export const unique: KindDialect<"unique"> = part("unique");
export const check: KindDialect<"check"> = part("check");
export const foreignKey: KindDialect<"foreign_key"> = part("foreign_key");

function part<K extends PartKind>(_kind: K): KindDialect<K> {
  return {
    normalize: (object) => object.comment === null ? object : { ...object, comment: null },
    alters: () => "in place",
    renames: false,
    render: (change, context) => renderPart(change as unknown as Change, context),
  };
}

function renderPart(change: Change, context: RenderContext): readonly Statement[] {
  const parent = (change.op === "drop" ? change.from : change.to).parent!;
  if (change.op === "rename") return renamePart(change.from, change.to, change, context);
  const from = context.from.objects.get(parent) as SchemaObject<"table">;
  const to = context.to.objects.get(parent) as SchemaObject<"table">;
  return table.render(alter(from, to, [], [change]) as unknown as Alter<"table">, context);
}

function renamePart(
  from: SchemaObject<Kind>,
  to: SchemaObject<Kind>,
  change: Change,
  context: RenderContext,
): readonly Statement[] {
  const name = quote(nameOfId(to.parent!));
  if (to.kind === "column") {
    const sql = `ALTER TABLE ${name} RENAME COLUMN ${quote(from.name.at(-1)!)} TO ${quote(to.name.at(-1)!)}`;
    return withoutBroken(change, context, [statement(change, sql, { locks: writeLock(to.parent!) })]);
  }
  // A constraint's name is in its table's text and nowhere else; `context.from` has the new one already.
  const owner = context.from.objects.get(to.parent!) as SchemaObject<"table"> | undefined;
  if (!owner) return [];
  return rebuild(change, owner, { ...context, to: context.from }, { inOrder: false });
}
