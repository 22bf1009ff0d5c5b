/**
 * A random Postgres schema as a list of things that know each other by number, so that a name can change without anybody else noticing:
 * the SQL of everything else follows it. Written here and not by sqa; for tests only.
 *
 * What exactly a thing looks like comes from its `picks`, plain numbers of which each settles one choice: another number is a change of
 * that one choice. SQL that the server refuses is left out (see `random_world.ts`), so a maker may be careless where being careful is long.
 */
import type { RandomNumbers } from "./random.ts";

export interface Thing {
  readonly uid: number;
  /** Which maker writes it. */
  readonly kind: string;
  /** The schema that it lives in by number, null for what lives in none or on another thing. */
  schema: number | null;
  /** The thing that it lives on: a column's or constraint's table. */
  on: number | null;
  name: string;
  readonly picks: number[];
  /** What it uses by number, slot by slot as its maker has them; null where an optional one is empty. */
  readonly uses: (number | null)[];
  /** Labels of an enum. */
  values: string[];
}

/** What a thing may use. */
export interface Slot {
  readonly kinds: readonly string[];
  readonly optional?: boolean;
  /** Only what lives on the same thing. */
  readonly beside?: boolean;
}

/** How one kind of thing is written. */
export interface Maker {
  /** How often it comes up. */
  readonly weight: number;
  readonly inSchema?: boolean;
  /** Kinds of things that it lives on. */
  readonly on?: readonly string[];
  readonly slots?: readonly Slot[];
  readonly picks: number;
  /** The kind in sqa's graph, where a rename of it can be given as a hint. */
  readonly renames?: string;
  /** Is its name its own alone (no "n12" but what another one is called)? */
  name?(random: RandomNumbers, world: World): string;
  /** Adds what is made along with it: a table's first columns. */
  with?(thing: Thing, adding: (kind: string) => void, random: RandomNumbers): void;
  /** Other things that its own statements write, so that they come after what those use. */
  inlines?(thing: Thing, world: World): readonly Thing[];
  sql(thing: Thing, world: World): readonly string[];
}

export interface World {
  readonly version: number;
  /** New things get higher numbers than this one. */
  readonly above: number;
  readonly things: Map<number, Thing>;
}

export function emptyWorld(version: number): World {
  return { version, above: 0, things: new Map() };
}

/** A copy that can be changed without changing the original. */
export function copyOf(world: World): World {
  return { ...world, things: structuredClone(world.things) };
}

/** Always in double quotes. */
export function q(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function get(world: World, uid: number | null | undefined): Thing | undefined {
  return uid === null || uid === undefined ? undefined : world.things.get(uid);
}

/** A thing's path as sqa's graph has it: schema (or the table's path) and name. */
export function pathOf(world: World, thing: Thing): readonly string[] {
  const on = get(world, thing.on);
  if (on) return [...pathOf(world, on), thing.name];
  return thing.schema === null ? [thing.name] : [get(world, thing.schema)?.name ?? "public", thing.name];
}

/** The qualified name to write. */
export function ref(world: World, uid: number | null | undefined): string {
  const thing = get(world, uid);
  return thing ? pathOf(world, thing).map(q).join(".") : "missing";
}

/** Of a choice that `pick` settles. */
export function choose<T>(pick: number | undefined, choices: readonly T[]): T {
  return choices[(pick ?? 0) % choices.length]!;
}

export function ofKinds(world: World, kinds: readonly string[]): readonly Thing[] {
  return [...world.things.values()].filter((thing) => kinds.includes(thing.kind));
}

export function livingOn(world: World, uid: number, kinds?: readonly string[]): readonly Thing[] {
  return [...world.things.values()].filter((thing) => thing.on === uid && (!kinds || kinds.includes(thing.kind)));
}
