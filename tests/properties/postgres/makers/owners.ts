/** Whom some things belong to. Nothing is drawn for it: it follows from what was drawn already, so that a seed makes what it made before. */
import { ofKinds, ref, type Thing, type World } from "../world.ts";
import { roles } from "./programs.ts";

/** What stands after ALTER, by kind. */
const words: Readonly<Record<string, string>> = {
  schema: "schema",
  enum: "type",
  domain: "domain",
  composite: "type",
  range: "type",
  collation: "collation",
  sequence: "sequence",
  table: "table",
  child: "table",
  partitioned: "table",
  partition: "table",
  foreign_table: "foreign table",
  view: "view",
  materialized_view: "materialized view",
  pure_function: "function",
  binary_function: "function",
  trigger_function: "function",
  dictionary: "text search dictionary",
  configuration: "text search configuration",
  publication: "publication",
};

/**
 * One in four belongs to another role than the one that makes it; of some of these it is another one in another copy of the world. What a
 * materialized view reads belongs to whom makes it: the server itself could not fill the view again by the rights of a role that has none.
 */
export function ownerStatements(world: World): readonly string[] {
  const read = readBy(ofKinds(world, ["materialized_view"]), world);
  return ofKinds(world, Object.keys(words)).flatMap((thing) => {
    const role = read.has(thing.uid) ? undefined : ownerOf(thing, world);
    return role === undefined ? [] : [`alter ${words[thing.kind]} ${ref(world, thing.uid)} owner to ${role}`];
  });
}

function ownerOf({ uid, picks }: Thing, world: World): string | undefined {
  const changes = uid % 3 === 0 ? world.above / 1000 : 0;
  return roles[(uid * 5 + changes * 7 + (picks.at(-1) ?? 0)) % (4 * roles.length)];
}

/** What these use, and what that uses, and what stands on it. */
function readBy(things: readonly Thing[], world: World): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (uid: number | null) => {
    const thing = uid === null ? undefined : world.things.get(uid);
    if (!thing || found.has(thing.uid)) return;
    found.add(thing.uid);
    for (const each of [thing.on, ...thing.uses]) visit(each);
  };
  for (const thing of things) for (const each of thing.uses) visit(each);
  return found;
}
