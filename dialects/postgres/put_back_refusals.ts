/** Stops the plan (SQA-311) where a partition would not come back as it was taken out. Pure. */
import type { RenderContext } from "../dialect.ts";
import { children } from "../../schema/graph.ts";
import { labelOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, wholeOf } from "./inheritance.ts";
import { partsOn } from "./made_apart.ts";
import { isIncomplete, isServerMade } from "./partition_index.ts";
import { refuse } from "./refuse.ts";

type Graphs = Pick<RenderContext, "from" | "to">;

/**
 * Stops where the server would make an index or key once more when it takes back a partition that was taken out for a moment: it takes none that is
 * there for a part that it makes itself, and gives the partition its part of an index that it has none, or none with all parts, of
 * (AttachPartitionEnsureIndexes in tablecmds.c).
 */
export function refusePutBack(parent: ObjectId, table: AnyTable, { from, to }: Graphs): void {
  for (const graph of [from, to]) {
    const own: readonly SchemaObject[] = [...partsOn(table.id, graph), ...children(graph, table.id, "exclusion")];
    // An index that comes, and that not all have a part of, comes when they are back.
    const wholes: readonly SchemaObject[] = graph === from ? partsOn(parent, from).filter(isIncomplete) : [];
    const found = own.find(isServerMade) ??
      wholes.find((whole) => !own.some((part) => wholeOf(graph, part)?.id === whole.id && !isIncomplete(part)));
    if (!found) continue;
    refuse(
      `"${labelOfId(table.id)}" cannot be taken out of "${
        labelOfId(parent)
      }" and put back as it is: the server would make the ${factsOf(found).label} "${labelOfId(found.id)}" once more`,
      `drop it, from the topmost table that has it on, in a migration of its own before, and make it again after it`,
    );
  }
}
