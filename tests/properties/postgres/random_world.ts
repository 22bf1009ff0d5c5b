/** Random worlds of things and random changes of them. For tests only. */
import { makers } from "./makers/mod.ts";
import { ownerStatements } from "./makers/owners.ts";
import type { RandomNumbers } from "./random.ts";
import { copyOf, emptyWorld, get, livingOn, ofKinds, pathOf, q, type Thing, type World } from "./world.ts";

const oddNames = ["Order", "a b", 'q"q', "x.y", "ünï", "select", "it's", "back\\slash", "Twin", "twin", "😀", "$1"];

/** Adds a thing of that kind, or nothing when what it needs is not there. */
export function add(random: RandomNumbers, world: World, kind: string, on?: number, fixed: Partial<Thing> = {}) {
  const maker = makers[kind]!;
  let parent: number | null = null;
  if (maker.on) {
    const place = on ?? random.maybe(ofKinds(world, maker.on))?.uid;
    if (place === undefined) return null;
    parent = place;
  }
  const uses: (number | null)[] = [];
  for (const slot of maker.slots ?? []) {
    const found = ofKinds(world, slot.kinds).filter((each) =>
      (!slot.beside || each.on === parent) && !uses.includes(each.uid)
    );
    const used = slot.optional && random.chance(0.4) ? undefined : random.maybe(found);
    if (!used && !slot.optional) return null;
    uses.push(used?.uid ?? null);
  }
  const uid = Math.max(world.above, ...world.things.keys()) + 1;
  const schema = maker.inSchema ? random.maybe(ofKinds(world, ["schema"]))?.uid ?? null : null;
  const thing: Thing = {
    uid,
    kind,
    schema,
    on: parent,
    name: maker.name?.(random, world) ??
      (random.chance(0.1) ? `${random.pick(oddNames)}${uid % 3}` : `n${uid % apart}`),
    picks: Array.from({ length: maker.picks }, () => random.int(5040)),
    uses,
    values: kind === "enum" ? ["1", "2", "3", "x"].slice(0, 3 + random.int(2)) : [],
    ...fixed,
  };
  world.things.set(uid, thing);
  maker.with?.(thing, (each) => void add(random, world, each, uid), random);
  return thing;
}

/** Takes a thing away with all that cannot be without it. */
export function remove(world: World, uid: number): void {
  if (!world.things.delete(uid)) return;
  for (const thing of [...world.things.values()]) {
    if (thing.on === uid || thing.schema === uid) remove(world, thing.uid);
    else {
      thing.uses.forEach((used, i) => {
        if (used !== uid) return;
        if (makers[thing.kind]!.slots?.[i]?.optional) thing.uses[i] = null;
        else remove(world, thing.uid);
      });
    }
  }
}

/** The statements that make the world, each after those that it needs. */
export function statementsOf(world: World): readonly string[] {
  const done = new Set<number>(), statements: string[] = [];
  const visit = (thing: Thing) => {
    if (done.has(thing.uid)) return;
    done.add(thing.uid);
    const maker = makers[thing.kind]!;
    const inlined = maker.inlines?.(thing, world) ?? [];
    for (const each of [thing, ...inlined]) {
      for (const uid of [each.schema, each.on, ...each.uses]) {
        const needed = get(world, uid);
        if (needed && needed !== thing && !inlined.includes(needed)) visit(needed);
      }
    }
    statements.push(...maker.sql(thing, world));
  };
  for (const thing of world.things.values()) visit(thing);
  return [...statements, ...ownerStatements(world)];
}

const weighted = Object.entries(makers);
const total = weighted.reduce((sum, [, { weight }]) => sum + weight, 0);

function randomKind(random: RandomNumbers): string {
  let left = random.int(Math.floor(total * 10)) / 10;
  for (const [kind, { weight }] of weighted) {
    left -= weight;
    if (left < 0) return kind;
  }
  return "table";
}

/** A world of up to `most` things over a schema "public". */
export function randomWorld(random: RandomNumbers, version: number, most: number): World {
  const world = emptyWorld(version);
  add(random, world, "schema", undefined, { name: "public" });
  for (const kind of ["table", "table", "pure_function"]) if (random.chance(0.8)) add(random, world, kind);
  for (let i = 5 + random.int(most); i > 0; i--) add(random, world, randomKind(random));
  return world;
}

/** So far apart are the numbers of what is new in different copies of a world. They may share their names. */
const apart = 1000;

/**
 * A copy with a few random changes; what keeps its number and gets another name was renamed. Of copies with different `number`s only what they
 * have from the original has one number in both.
 */
export function changedWorld(random: RandomNumbers, from: World, most: number, number: number): World {
  const world = { ...copyOf(from), above: number * apart };
  const freed: string[] = [];
  for (let i = 1 + random.int(most); i > 0; i--) {
    const thing = random.maybe([...world.things.values()].filter((each) => each.name !== "public"));
    if (!thing) return world;
    const maker = makers[thing.kind]!;
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
      case 5:
        rename(random, thing, world, freed);
        break;
      case 6:
        if (thing.kind === "enum") relabel(random, thing);
        else if (maker.inSchema && maker.renames) thing.schema = random.pick(ofKinds(world, ["schema"])).uid;
        break;
      case 7:
        reuse(random, thing, world);
        break;
      default:
        repick(random, thing, world);
    }
  }
  return world;
}

function repick(random: RandomNumbers, thing: Thing, world: World): void {
  if (thing.kind === "enum" && random.chance(0.8)) return relabel(random, thing);
  // Tables change by their columns, mostly.
  const column = random.maybe(livingOn(world, thing.uid, ["column"]));
  const changed = column && random.chance(0.5) ? column : thing;
  if (changed.picks.length) changed.picks[random.int(changed.picks.length)] = random.int(5040);
}

/** Lets it use something else. */
function reuse(random: RandomNumbers, thing: Thing, world: World): void {
  const slots = makers[thing.kind]!.slots ?? [], i = random.int(Math.max(1, slots.length)), slot = slots[i];
  if (!slot) return repick(random, thing, world);
  const found = ofKinds(world, slot.kinds).filter((each) =>
    // Only what is older, so that nothing ends in needing itself.
    each.uid < thing.uid && (!slot.beside || each.on === thing.on) && !thing.uses.includes(each.uid)
  );
  const used = random.maybe(found);
  if (used) thing.uses[i] = used.uid;
}

function rename(random: RandomNumbers, thing: Thing, world: World, freed: string[]): void {
  if (!makers[thing.kind]!.renames) return repick(random, thing, world);
  const old = thing.name;
  const twin = random.maybe(
    ofKinds(world, [thing.kind]).filter((each) => each !== thing && each.on === thing.on && each.name !== "public"),
  );
  if (twin && random.chance(0.08)) thing.name = twin.name, twin.name = old;
  else if (freed.length && random.chance(0.3)) thing.name = random.pick(freed);
  else thing.name = random.chance(0.15) ? `${random.pick(oddNames)}${random.int(3)}` : `r${random.int(40)}`;
  freed.push(old);
}

function relabel(random: RandomNumbers, thing: Thing): void {
  const { values } = thing;
  switch (random.int(4)) {
    case 0:
    case 1:
      values.splice(random.int(values.length + 1), 0, `${random.pick(["new", "it's", "4"])}${random.int(99)}`);
      break;
    case 2:
      values.push(...values.splice(random.int(values.length), 1));
      break;
    default:
      // The labels that rows hold stay, mostly: without them the change cannot work.
      if (values.length > 3 || random.chance(0.1)) {
        values.splice(random.chance(0.1) ? random.int(values.length) : values.length - 1, 1);
      }
  }
  thing.values = [...new Set(values)];
  if (thing.values.length === 0) thing.values = ["1"];
}

/** What was renamed or moved to another schema, as ids without their kinds' other details: kind and both paths. */
export function renamesBetween(
  from: World,
  to: World,
): readonly { readonly kind: string; readonly from: readonly string[]; readonly to: readonly string[] }[] {
  return [...from.things.values()].flatMap((old) => {
    const now = to.things.get(old.uid), maker = makers[old.kind]!;
    if (!now || !maker.renames) return [];
    const before = graphPath(from, old), after = graphPath(to, now);
    return before.join("\0") === after.join("\0") ? [] : [{ kind: maker.renames, from: before, to: after }];
  });
}

/** An index is named in its table's schema; a function has its argument types in its name. */
function graphPath(world: World, thing: Thing): readonly string[] {
  const on = get(world, thing.on);
  if (thing.kind === "index" && on) return [pathOf(world, on)[0]!, thing.name];
  const path = pathOf(world, thing),
    signatures: Record<string, string> = {
      pure_function: "integer",
      trigger_function: "",
      binary_function: "integer, integer",
    };
  if (!(thing.kind in signatures)) return path;
  // As quote_ident writes it.
  const name = /^[a-z_][a-z0-9_]*$/.test(thing.name) ? thing.name : q(thing.name);
  return [path[0]!, `${name}(${signatures[thing.kind]})`];
}
