/** Which schemas the pair of a seed is of: pairs come in groups, so that a schema that is made and read once is met in four of them. For tests only. */
import type { SchemaGraph } from "../../schema/graph.ts";
import type { AnyWorld, Worlds } from "./shrink.ts";

/** A schema that was made on its own, as sqa and as the server describe it. */
export interface Described {
  readonly graph: SchemaGraph;
  readonly facts: readonly string[];
}

/** So many schemas are remembered: more than a group of pairs has. */
const mostKnown = 10;

/** A group is a schema and four changes of it, each with each that comes after: between two of the changes there are renames on both sides. */
const group = [[0, 1], [0, 2], [0, 3], [0, 4], [1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4]] as const;

/** The pair of the seed. `worldOf` makes the schema of that number (0: the one that the others are changes of) of the group that starts at a seed. */
export function pairOfGroup<World extends AnyWorld>(
  seed: number,
  worldOf: (start: number, number: number) => World,
): Worlds<World> {
  const at = seed % group.length, [first, second] = group[at]!;
  return { first: worldOf(seed - at, first), second: worldOf(seed - at, second) };
}

/** Keeps it under the script that makes it, and forgets the oldest where there are enough. */
export function remember(known: Map<string, Described> | undefined, script: string, described: Described): Described {
  const [oldest] = known?.keys() ?? [];
  if (known && known.size >= mostKnown) known.delete(oldest!);
  known?.set(script, described);
  return described;
}
