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
import { quote, quotePath } from "./sql.ts";
import { statement } from "./statement.ts";

/** Makes a sequence over to whom the table belongs whose column it shall belong to, where that is another one as yet. */
export function madeOverToTable(
  change: Change,
  sequence: SchemaObject<"sequence">,
  { from }: RenderContext,
): readonly Statement[] {
  const before = find(from, "sequence", sequence.id);
  const wanted = roleOfTable(from, sequence.ownedBy!);
  const role = before?.ownedBy ? roleOfTable(from, before.ownedBy) : roleOf(from, "sequence", sequence.name);
  if (role === wanted) return [];
  const path = quotePath(sequence.name);
  return [
    // "cannot change owner of sequence" while it is linked.
    ...(before?.ownedBy ? [statement(change, `ALTER SEQUENCE ${path} OWNED BY NONE`)] : []),
    statement(change, `ALTER SEQUENCE ${path} OWNER TO ${wanted === null ? "CURRENT_USER" : quote(wanted)}`),
  ];
}

function roleOfTable(graph: SchemaGraph, column: ObjectId): string | null {
  const path = pathOfId(column).slice(0, -1);
  return roleOf(graph, "table", path) ?? roleOf(graph, "foreign_table", path);
}

/** Null: of whom the connection is, or nobody's yet. */
function roleOf(graph: SchemaGraph, kind: string, path: readonly string[]): string | null {
  return find(graph, "owner", objectId("owner", [...path, kind]))?.role ?? null;
}
