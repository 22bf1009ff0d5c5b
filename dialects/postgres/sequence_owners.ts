/**
 * Whom a sequence belongs to before it belongs to a column: "sequence must have same owner as table it is linked to" (process_owned_by in
 * sequence.c). What is new is the role's that makes it, as is what no owner is known of. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { find, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, isThere, tableIn } from "./inheritance.ts";
import { quote, quotePath } from "./sql.ts";
import { statement } from "./statement.ts";

/** Makes a sequence over to whom the table belongs whose column it shall belong to, where that is another one as yet. */
export function madeOverToTable(
  change: Change,
  sequence: SchemaObject<"sequence">,
  context: RenderContext,
): readonly Statement[] {
  const { from, to } = context, before = find(from, "sequence", sequence.id)?.ownedBy ?? null;
  const wanted = roleOf(from, tableOf(to, sequence.ownedBy!));
  const role = before === null ? roleOf(from, sequence) : roleOfTable(context, before);
  if (role === wanted) return [];
  const path = quotePath(sequence.name);
  return [
    // "cannot change owner of sequence" while it is linked.
    ...(before !== null && isThere(context, before) ? [statement(change, `ALTER SEQUENCE ${path} OWNED BY NONE`)] : []),
    statement(change, `ALTER SEQUENCE ${path} OWNER TO ${wanted === null ? "CURRENT_USER" : quote(wanted)}`),
  ];
}

/**
 * Whose a sequence is that belongs, or belonged until its table went, to a column. Undefined: not known any more, as the table is made anew
 * (`from` is without it then); where nobody is known of afterwards either, it was never another's.
 */
function roleOfTable({ from, to }: RenderContext, column: ObjectId): string | null | undefined {
  const table = tableOf(from, column);
  return table || roleOf(to, tableOf(to, column)) === null ? roleOf(from, table) : undefined;
}

function tableOf(graph: SchemaGraph, column: ObjectId): AnyTable | undefined {
  const path = pathOfId(column).slice(0, -1);
  return tableIn(graph, objectId("table", path)) ?? tableIn(graph, objectId("foreign_table", path));
}

/** Null: of whom the connection is, or nobody's yet. */
function roleOf(graph: SchemaGraph, object: AnyTable | SchemaObject<"sequence"> | undefined): string | null {
  return object ? find(graph, "owner", objectId("owner", [...object.name, object.kind]))?.role ?? null : null;
}
