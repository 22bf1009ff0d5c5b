/**
 * ATTACH PARTITION, with what goes around it for partitions of the partition: from 17 on they share the identities of the tables above them, and lose
 * them with a DETACH farther above, but ATTACH gives them to the table alone that it attaches (shared_identities.ts). Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { ObjectId } from "../../schema/object.ts";
import { type AnyTable, heirsOf, isPartition, tableIn } from "./inheritance.ts";
import { refuseCarrying, refuseUnshared } from "./identity_refusals.ts";
import { detach } from "./referred_parts.ts";
import { carried } from "./shared_identities.ts";
import { quoteId, quotePath } from "./sql.ts";
import { accessExclusive, shareUpdateExclusive, statement } from "./statement.ts";

type TableChange = Change<"table"> | Change<"foreign_table">;

/**
 * ATTACH PARTITION. Rows that are there are checked against the bound, and those of the default partition against what it has left; it is
 * locked for that (ACCESS EXCLUSIVE, ATExecAttachPartition in tablecmds.c).
 */
export function attach(change: TableChange, table: AnyTable, context: RenderContext): Statement {
  refuseUnshared(table, context);
  const parent = table.inherits[0]!, bound = String(table.options.bound), path = quotePath(table.name);
  const rest = heirsOf(context.from, parent).find((each) =>
    each.options.bound === "DEFAULT" && each.id !== table.id && isPartition(tableIn(context.to, each.id))
  );
  const reasons = [
    ...(change.op === "create" ? [] : [`rows that do not belong into ${path} (${bound}) are refused`]),
    ...(rest ? [`rows of ${quotePath(rest.name)} that belong into ${path} (${bound}) are refused`] : []),
  ];
  return statement(change, `ALTER TABLE ${quoteId(parent)} ATTACH PARTITION ${path} ${bound}`, {
    locks: [
      shareUpdateExclusive(parent),
      accessExclusive(table.id),
      ...(rest ? [accessExclusive(rest.id)] : []),
    ],
    scans: [...(change.op === "create" ? [] : [table.id]), ...(rest ? [rest.id] : [])],
    mayFail: reasons.length > 0 ? { reason: reasons.join("; "), probe: null } : null,
  });
}

/** The partitions below a table that is attached anew, taken out from the lowest on: each is given the identities when it is put back. */
export function takenOut(change: TableChange, id: ObjectId, context: RenderContext): readonly Statement[] {
  const partitions = carried(context, id);
  refuseCarrying(id, partitions, context);
  return partitions.flatMap((table) => [
    ...takenOut(change, table.id, context),
    detach(change as Change, table, context),
  ]);
}

/** What `takenOut` has taken out, from the highest on. The default partition comes last: there is nothing to be looked for in it then. */
export function putBack(change: TableChange, id: ObjectId, context: RenderContext): readonly Statement[] {
  const isRest = (table: AnyTable) => table.options.bound === "DEFAULT";
  return carried(context, id).toSorted((a, b) => Number(isRest(a)) - Number(isRest(b))).flatMap((table) => [
    attach(change, table, context),
    ...putBack(change, table.id, context),
  ]);
}
