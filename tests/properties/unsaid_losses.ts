/** What a plan must say before it is run: whose values it loses. For tests only. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { RenameHint } from "../../diff/change.ts";
import { makeRoom } from "../../diff/make_room.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { rename } from "../../diff/rename.ts";
import { ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";

/**
 * Columns of tables whose values go from one graph to the other while no statement says that it loses them: there must be none. An heir's
 * go with its parent's.
 */
export function unsaidLosses(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  statements: readonly Statement[],
  dialect: Dialect,
): readonly ObjectId[] {
  const { moved } = rename(makeRoom(from, hints, dialect, to), hints, dialect);
  const lost = new Set(statements.flatMap(({ effects }) => effects.loses));
  const now = (id: ObjectId) => moved.get(id) ?? id;
  const isSaid = (table: ObjectId, name: string): boolean => {
    const old = from.objects.get(table), column = objectId("column", [...pathOfId(table), name]);
    return [table, column].some((id) => lost.has(id) || lost.has(now(id))) ||
      old?.kind === "table" && old.inherits.some((parent) => isSaid(parent, name));
  };
  return ofKind(from, "column").filter(({ id, parent, generated, name }) =>
    from.objects.get(parent!)?.kind === "table" && !generated && !to.objects.has(now(id)) &&
    !isSaid(parent!, name.at(-1)!)
  ).map(({ id }) => id);
}
