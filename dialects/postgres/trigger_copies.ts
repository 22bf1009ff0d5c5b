/**
 * A row trigger of a partitioned table has a copy on each partition, made by the server, which may fire otherwise than the trigger itself
 * (ALTER TABLE partition DISABLE TRIGGER): the trigger's option `copies` says which do, by the partition's path. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import { after, before, type Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { ofKind } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { heirsOf, tableIn, wholesOf } from "./inheritance.ts";
import { quote, quotePath, undotted } from "./sql.ts";
import { shareRowExclusive, statement } from "./statement.ts";

type Trigger = SchemaObject<"trigger">;

/** What ALTER TABLE says for a trigger's option `enabled`. */
export function firing(mode: unknown): string {
  return modes[String(mode ?? "")] ?? "ENABLE TRIGGER";
}

const modes: Readonly<Record<string, string>> = {
  disabled: "DISABLE TRIGGER",
  replica: "ENABLE REPLICA TRIGGER",
  always: "ENABLE ALWAYS TRIGGER",
};

/** The copies that fire otherwise than the trigger, with how: `{"public.part": "disabled"}`; `enabled` where the trigger itself does not. */
function copiesOf(trigger: Trigger | undefined): Readonly<Record<string, unknown>> {
  const { copies } = trigger?.options ?? {};
  return typeof copies === "object" && copies !== null ? copies as Readonly<Record<string, unknown>> : {};
}

/** Sets the copies that shall fire otherwise. A new trigger, or one that is enabled or disabled, has set all of them like itself. */
export function setCopies(change: Change, context: RenderContext): readonly Statement[] {
  const from = before(change) as Trigger | undefined, to = after(change) as Trigger;
  const whole = String(to.options.enabled ?? "enabled");
  const reset = change.op === "create" || (from?.options.enabled ?? null) !== (to.options.enabled ?? null);
  const [was, shall] = [reset ? {} : copiesOf(from), copiesOf(to)];
  return [...new Set([...Object.keys(was), ...Object.keys(shall)])].sort().flatMap((path) => {
    const table = tableOf(path, context), mode = String(shall[path] ?? whole);
    // One that has left its table has no copy any more.
    const hasCopy = wholesOf(context.to, tableIn(context.to, table ?? null)).some((id) => id === to.parent);
    if (table === undefined || !hasCopy || mode === String(was[path] ?? whole)) return [];
    return [setCopy(change, to, path, mode, table)];
  });
}

/**
 * Sets the copies on a partition that has just been attached, and on those that it has by then, of triggers that stay as they are; but not those of
 * triggers of the `others`.
 */
export function copiesBelow(
  change: Change,
  partition: ObjectId,
  context: RenderContext,
  others: readonly ObjectId[] = [],
): readonly Statement[] {
  const below = (id: ObjectId): readonly ObjectId[] => [
    id,
    ...heirsOf(context.to, id).filter((table) => tableIn(context.from, table.id)?.inherits.includes(id))
      .flatMap((table) => below(table.id)),
  ];
  const tables = new Set(below(partition));
  return ofKind(context.to, "trigger").flatMap((trigger) => {
    if (!context.from.objects.has(trigger.id) || others.some((id) => id === trigger.parent)) return [];
    return Object.entries(copiesOf(trigger)).flatMap(([path, mode]) => {
      const table = tableOf(path, context);
      return table && tables.has(table) ? [setCopy(change, trigger, path, String(mode), table)] : [];
    });
  });
}

function setCopy(change: Change, trigger: Trigger, path: string, mode: string, table: ObjectId): Statement {
  const sql = `ALTER TABLE ONLY ${quotePath(undotted(path))} ${firing(mode)} ${quote(trigger.name.at(-1)!)}`;
  return statement(change, sql, { locks: [shareRowExclusive(table)] });
}

function tableOf(path: string, context: Pick<RenderContext, "to">): ObjectId | undefined {
  const name = undotted(path);
  return [objectId("table", name), objectId("foreign_table", name)].find((id) => tableIn(context.to, id));
}

/** The partitions, and those that they are part of, are there, and attached, before their copies are set. */
export function aroundCopies(change: Change, context: Pick<RenderContext, "to">): Around {
  if (change.kind !== "trigger" || change.op === "drop" || change.op === "rename") return { before: [], after: [] };
  const before = Object.keys(copiesOf(change.to)).flatMap((path) => {
    const table = tableIn(context.to, tableOf(path, context) ?? null);
    return table ? [table.id, ...wholesOf(context.to, table).filter((id) => id !== change.to.parent)] : [];
  });
  return { before, after: [] };
}
