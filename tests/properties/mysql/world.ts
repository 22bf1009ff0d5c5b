/**
 * A random schema of the MySQL family as a list of things that know each other by number, so that a name can change and the SQL of everything
 * else follows it. What exactly a thing looks like comes from its `picks`: another number is a change of that one choice. SQL that the
 * server refuses is left out, so what stands here may be careless. Written here and not by sqa; for tests only.
 */
import type { RandomNumbers } from "../postgres/random.ts";

export type Kind =
  | "table"
  | "column"
  | "index"
  | "check"
  | "foreign_key"
  | "view"
  | "trigger"
  | "routine"
  | "event"
  | "sequence";

export interface Thing {
  readonly uid: number;
  readonly kind: Kind;
  /** The table that it lives on. */
  readonly on: number | null;
  name: string;
  readonly picks: number[];
  /** Things that it names. */
  readonly uses: number[];
  /** Where a column stands among its table's. */
  place: number;
}

export interface World {
  readonly mariadb: boolean;
  /** Of the database itself. */
  collation: number;
  readonly things: Map<number, Thing>;
}

const weights: readonly (readonly [Kind, number])[] = [
  ["table", 5],
  ["column", 14],
  ["index", 9],
  ["check", 4],
  ["foreign_key", 4],
  ["view", 4],
  ["trigger", 3],
  ["routine", 2],
  ["event", 1],
  ["sequence", 2],
];
const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
const oddNames = ["Order", "a b", "q`q", "x.y", "ünï", "select", "it's", "back\\slash", "$1", "Twin"];

export function choose<T>(pick: number | undefined, choices: readonly T[]): T {
  return choices[(pick ?? 0) % choices.length]!;
}

export function copyOf(world: World): World {
  return { ...world, things: structuredClone(world.things) };
}

export function ofKind(world: World, kind: Kind): readonly Thing[] {
  return [...world.things.values()].filter((thing) => thing.kind === kind);
}

export function livingOn(world: World, uid: number, kind: Kind): readonly Thing[] {
  return ofKind(world, kind).filter((thing) => thing.on === uid).sort((a, b) => a.place - b.place);
}

function randomKind(random: RandomNumbers): Kind {
  let left = random.int(total);
  for (const [kind, weight] of weights) if ((left -= weight) < 0) return kind;
  return "column";
}

/** Adds a thing, or nothing when there is nowhere to put it. */
export function add(random: RandomNumbers, world: World, kind: Kind, table?: number): void {
  if (kind === "sequence" && !world.mariadb) return;
  const onTable = ["column", "index", "check", "foreign_key", "trigger"].includes(kind);
  const on = onTable ? table ?? random.maybe(ofKind(world, "table"))?.uid : null;
  if (on === undefined) return;
  const uid = Math.max(0, ...world.things.keys()) + 1;
  const uses: number[] = [];
  const take = (thing: Thing | undefined) => void (thing && !uses.includes(thing.uid) && uses.push(thing.uid));
  const columns = on === null ? [] : livingOn(world, on, "column");
  if (kind === "index") { for (let i = random.int(2); i >= 0; i--) take(random.maybe(columns)); }
  if (kind === "check" || kind === "foreign_key" || kind === "trigger") take(random.maybe(columns));
  if (kind === "column" && random.chance(0.2)) take(random.maybe(columns));
  if (kind === "column" && world.mariadb && uses.length === 0 && random.chance(0.1)) {
    take(random.maybe(ofKind(world, "sequence")));
  }
  if (kind === "foreign_key") take(random.maybe(ofKind(world, "table").filter((each) => each.uid !== on)));
  if (kind === "view") {
    const read = random.maybe([...ofKind(world, "table"), ...ofKind(world, "view")]);
    take(read);
    if (read?.kind === "table") {
      for (let i = random.int(3); i >= 0; i--) take(random.maybe(livingOn(world, read.uid, "column")));
    }
  }
  if (kind === "routine" || kind === "event") take(random.maybe(ofKind(world, "table")));
  const name = random.chance(0.08) ? `${random.pick(oddNames)}${uid % 3}` : `n${uid}`;
  const picks = Array.from({ length: 10 }, () => random.int(5040));
  const place = columns.length === 0 ? 1 : Math.max(...columns.map((each) => each.place)) + 1;
  world.things.set(uid, { uid, kind, on, name, picks, uses, place });
  if (kind === "table") { for (let i = 1 + random.int(4); i > 0; i--) add(random, world, "column", uid); }
}

/** Takes a thing away with all that cannot be without it. */
export function remove(world: World, uid: number): void {
  if (!world.things.delete(uid)) return;
  for (const thing of [...world.things.values()]) {
    if (thing.on === uid) remove(world, thing.uid);
    else if (thing.uses.includes(uid)) {
      if (thing.kind === "column") thing.uses.splice(thing.uses.indexOf(uid), 1);
      else remove(world, thing.uid);
    }
  }
}

export function randomWorld(random: RandomNumbers, mariadb: boolean, most: number): World {
  const world: World = { mariadb, collation: random.int(3), things: new Map() };
  for (const kind of ["table", "table"] as const) add(random, world, kind);
  for (let i = 4 + random.int(most); i > 0; i--) add(random, world, randomKind(random));
  return world;
}

const renamable: ReadonlySet<Kind> = new Set(["table", "column", "index", "view", "sequence"]);

/** A copy with a few changes; what keeps its number and gets another name was renamed. */
export function changedWorld(random: RandomNumbers, from: World, most: number): World {
  const world = copyOf(from);
  const freed: string[] = [];
  for (let i = 1 + random.int(most); i > 0; i--) {
    const thing = random.maybe([...world.things.values()]);
    if (!thing) return world;
    switch (random.int(12)) {
      case 0:
      case 1:
        add(random, world, randomKind(random));
        break;
      case 2:
        freed.push(thing.name);
        remove(world, thing.uid);
        break;
      case 3:
      case 4:
        if (!renamable.has(thing.kind)) break;
        freed.push(thing.name);
        thing.name = random.chance(0.3) ? random.pick(freed) : `r${random.int(40)}`;
        break;
      case 5:
        if (thing.kind === "column") thing.place = random.int(6) + 0.5;
        break;
      case 6:
        if (random.chance(0.2)) world.collation = random.int(3);
        break;
      default: {
        const column = random.maybe(ofKind(world, "column"));
        const changed = column && random.chance(0.5) ? column : thing;
        changed.picks[random.int(changed.picks.length)] = random.int(5040);
      }
    }
  }
  return world;
}

/** The paths that renames lead from and to, tables first. */
export function renamesBetween(
  from: World,
  to: World,
): readonly { readonly kind: Kind; readonly from: readonly string[]; readonly to: readonly string[] }[] {
  const path = (world: World, thing: Thing) =>
    thing.on === null ? [thing.name] : [world.things.get(thing.on)!.name, thing.name];
  return [...from.things.values()].filter(({ kind }) => renamable.has(kind)).flatMap((old) => {
    const now = to.things.get(old.uid);
    if (!now) return [];
    const before = path(from, old), after = path(to, now);
    return before.join("\0") === after.join("\0") ? [] : [{ kind: old.kind, from: before, to: after }];
  }).sort((a, b) => a.from.length - b.from.length);
}
