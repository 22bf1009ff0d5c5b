/** Stops the plan (SQA-311) where no statement of the server leads to the identities that partitions shall have (17). Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Create } from "../../diff/change.ts";
import { labelOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, inParents, joins, tableIn } from "./inheritance.ts";
import { refusePutBack } from "./put_back_refusals.ts";
import { refuse } from "./refuse.ts";
import { isCarried, isUnshared, standing, unsharedIn } from "./shared_identities.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew" | "version">;

/** Stops where a partition that is attached shall lack an identity of its table, or have another one. */
export function refuseUnshared(table: AnyTable, context: Graphs): void {
  const column = isSharing(context) && unsharedIn(context.to, table.id);
  if (column) refuseOther(column);
}

/** The same for a column of a partition that stays; and where a table's identity changes while a partition lacks it all along. */
export function refuseIdentity(change: Create<"column"> | Alter<"column">, context: Graphs): void {
  const { to } = change;
  if (!isSharing(context) || joins(context, to.parent)) return;
  if (change.op === "alter" && !change.fields.includes("identity")) return;
  if (!isUnshared(context.to, to)) {
    if (change.op === "alter") refuseLacking(to.parent!, context);
    return;
  }
  // What is part of a table that is attached anew has none by that, if the table has the same all along.
  const isLeftWithout = change.op === "alter" && to.identity === null && !isUnshared(context.from, change.from) &&
    change.from.identity?.mode === inParents(context.to, to).map(modeOf)[0] &&
    isCarried(context, tableIn(context.to, to.parent));
  if (!isLeftWithout) refuseOther(to);
}

/** Stops where the partitions of a table that is attached anew cannot be taken out and put back meanwhile. */
export function refuseCarrying(id: ObjectId, partitions: readonly AnyTable[], context: Graphs): void {
  if (!isSharing(context) || !isCarried(context, tableIn(context.to, id))) return;
  refuseLacking(id, context);
  for (const table of partitions) refusePutBack(id, table, context);
}

/**
 * Stops where partitions below a table lack an identity all along: the server refuses to change it above them, or to detach what they are part of
 * ("is not an identity column").
 */
function refuseLacking(id: ObjectId, context: Graphs): void {
  for (const table of standing(context, id)) {
    const column = unsharedIn(context.from, table.id) && unsharedIn(context.to, table.id);
    if (column) refuseOther(column);
    refuseLacking(table.id, context);
  }
}

function refuseOther(column: SchemaObject<"column">): never {
  const table = labelOfId(column.parent!);
  refuse(
    `the column "${labelOfId(column.id)}" shares the identity of its table's and cannot ${
      column.identity ? "have another one" : "be without it"
    }`,
    column.identity
      ? `leave the identity out of "${table}", which has it from its table`
      : `give it the same identity, or leave the column out of "${table}", which has it from its table`,
  );
}

function modeOf(column: SchemaObject): string | undefined {
  return column.kind === "column" ? column.identity?.mode : undefined;
}

/** Do partitions have the identities of their tables? Before 17 they have none of them. */
function isSharing({ version }: Graphs): boolean {
  return (version ?? 0) >= 170000;
}
