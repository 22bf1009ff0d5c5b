/** Renames of what is what another object has of it, whatever it is called (`Dialect.parts`): they need no word from anybody. Pure. */
import type { Dialect } from "../dialects/dialect.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import type { RenameHint } from "./change.ts";
import { makeRoom } from "./make_room.ts";
import { rename } from "./rename.ts";

/** The hints and those about parts, by the names that hold before any of them. What is said of a part by hand gives way to what it is. */
export function withParts(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  dialect: Dialect,
): readonly RenameHint[] {
  const { parts } = dialect;
  if (!parts) return hints;
  if (hints.length === 0) return parts.renames(from, to);
  const isOfPart = (hint: RenameHint) => {
    const object = from.objects.get(hint.from);
    return object !== undefined && parts.isPart(object);
  };
  const others = hints.filter((hint) => !isOfPart(hint));
  const { graph, moved } = rename(makeRoom(from, others, dialect, to), others, dialect);
  const old = new Map([...moved].map(([before, now]) => [now, before]));
  const found = parts.renames(graph, to).map((hint) => ({ ...hint, from: old.get(hint.from) ?? hint.from }));
  const settled = new Set(found.flatMap((hint) => [hint.from, hint.to]));
  const left = hints.filter((hint) => isOfPart(hint) && !settled.has(hint.from) && !settled.has(hint.to));
  return [...others, ...found, ...left];
}
