/** Which columns of an altered table must be moved, so that the fewest are: those outside the longest run that is in order already. */
import type { Alter } from "../../diff/change.ts";
import { children } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { ObjectId } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { fold } from "./lexer.ts";

export interface Places {
  /** Columns that stay and get another place. */
  readonly moved: ReadonlySet<ObjectId>;
  /** New columns that do not come out right at the end of the table. */
  readonly added: ReadonlySet<ObjectId>;
}

/** `dropped` are the columns that go, made anew or not. */
export function placesOf(change: Alter<"table">, context: RenderContext, dropped: ReadonlySet<ObjectId>): Places {
  const wanted = inOrder(children(context.to, change.to.id, "column"));
  const own = (name: readonly string[]) => fold(name.at(-1)!);
  const before = inOrder(children(context.from, change.from.id, "column"))
    .filter((column) => !dropped.has(column.id)).map((column) => own(column.name));
  const position = new Map(before.map((name, i) => [name, i]));
  const kept = wanted.filter((column) => position.has(own(column.name)));
  const fresh = wanted.filter((column) => !position.has(own(column.name)));
  const strict = change.fields.includes("order");
  const again = new Set(fresh.filter((column) => context.from.objects.has(column.id)).map((column) => column.id));
  if (!strict) return { moved: new Set(), added: again };
  const stays = longestRun(kept.map((column) => position.get(own(column.name))!));
  const moved = new Set(kept.filter((_, i) => !stays.has(i)).map((column) => column.id));
  // From the end: as long as only new columns follow, ADD COLUMN puts each behind the one before.
  let tail = wanted.length;
  while (tail > 0 && fresh.includes(wanted[tail - 1]!)) tail--;
  const trailing = new Set(wanted.slice(tail).map((column) => column.id));
  return { moved, added: new Set(fresh.filter((column) => !trailing.has(column.id)).map((column) => column.id)) };
}

/** Indexes of one longest increasing subsequence. */
function longestRun(values: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [], before: number[] = [];
  values.forEach((value, i) => {
    let low = 0, high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    before[i] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = i;
  });
  const run = new Set<number>();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i]!) run.add(i);
  return run;
}
