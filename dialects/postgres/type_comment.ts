/** The comment on the row type of a table or view, which is another one than that of the table or view. Pure. */
import type { Alter, Change, Create } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
import { commentOn } from "./comment.ts";
import { quotePath } from "./sql.ts";

type Rowed = "table" | "foreign_table" | "view" | "materialized_view";

/** Its text (a column `type_comment`), for the pg_class row of this name. */
export function typeCommentOf(row: string): string {
  return `pg_catalog.obj_description(${row}.reltype, 'pg_type') AS type_comment`;
}

/** COMMENT ON TYPE where a change needs it. */
export function typeComment<K extends Rowed>(change: Create<K> | Alter<K>): readonly Statement[] {
  const made = change as unknown as Create<Rowed> | Alter<Rowed>, { to } = made;
  const was = made.op === "alter" ? textOf(made.from) : null, text = textOf(to);
  if (was === text) return [];
  return [commentOn(made as Change, `TYPE ${quotePath(to.name)}`, text, to.id)];
}

function textOf({ options }: SchemaObject<Rowed>): string | null {
  const { type_comment } = options as Options;
  return type_comment === undefined ? null : String(type_comment);
}
