/**
 * Statistics targets of index columns and of extended statistics: the server makes these anew when a column of theirs changes its type, and forgets
 * the targets (RememberAllDependentForRebuilding in tablecmds.c keeps their definitions and their comments). Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { heirsOf, isThere } from "./inheritance.ts";
import { quotePath } from "./sql.ts";
import { shareUpdateExclusive, statement } from "./statement.ts";

/** The targets of what stays while a column changes its type, in its table and in those that inherit it. */
export function targetsAgain(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  const below = (id: ObjectId): readonly ObjectId[] => [
    id,
    ...heirsOf(context.to, id).flatMap((heir) => below(heir.id)),
  ];
  return below(change.to.parent!).flatMap((table) => {
    const column = objectId("column", [...pathOfId(table), change.to.name.at(-1)!]);
    const say = (sql: string) => statement(change as Change, sql, { locks: [shareUpdateExclusive(table)] });
    const stays = (object: SchemaObject) => object.refs.includes(column) && isThere(context, object.id);
    return [
      ...children(context.to, table, "index").filter(stays).flatMap((index) =>
        index.keys.flatMap(({ options: { statistics } }, i) =>
          statistics === undefined
            ? []
            : [say(`ALTER INDEX ${quotePath(index.name)} ALTER COLUMN ${i + 1} SET STATISTICS ${Number(statistics)}`)]
        )
      ),
      ...children(context.to, table, "statistics").filter(stays).flatMap(({ name, options: { target } }) =>
        target === undefined ? [] : [say(`ALTER STATISTICS ${quotePath(name)} SET STATISTICS ${Number(target)}`)]
      ),
    ];
  });
}
