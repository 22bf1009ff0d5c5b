/** Makes a failing pair of worlds small: takes away one thing after the other, and each change, as long as it fails. For tests only. */

export interface AnyThing {
  readonly name: string;
  readonly picks: number[];
}

/** Things that know each other by number. */
export interface AnyWorld {
  readonly things: Map<number, AnyThing>;
}

export interface Worlds<World> {
  readonly first: World;
  readonly second: World;
}

/** What is asked of worlds of one kind. */
export interface WorldTools<World extends AnyWorld> {
  copyOf(world: World): World;
  /** Takes a thing away with all that cannot be without it. */
  remove(world: World, uid: number): void;
  /** Must a thing stay, because every database has it? */
  stays?(thing: AnyThing): boolean;
}

/** `fails` says whether these worlds still show what is looked for; it is asked `most` times at most. */
export async function shrink<World extends AnyWorld>(
  worlds: Worlds<World>,
  { copyOf, remove, stays }: WorldTools<World>,
  fails: (worlds: Worlds<World>) => Promise<boolean>,
  most: number,
): Promise<Worlds<World>> {
  let best = worlds, left = most;
  const attempt = async (next: Worlds<World>) => {
    if (left-- <= 0 || !await fails(next)) return false;
    best = next;
    return true;
  };
  const fixed = (uid: number) => {
    const thing = best.first.things.get(uid);
    return thing !== undefined && stays?.(thing) === true;
  };
  const all = () => [...new Set([...best.first.things.keys(), ...best.second.things.keys()])].sort((a, b) => b - a);
  for (let again = true; again && left > 0;) {
    again = false;
    // Many at once, then one by one.
    for (const size of [16, 8, 4, 1]) {
      const uids = all();
      for (let at = 0; at < uids.length; at += size) {
        const gone = uids.slice(at, at + size).filter((uid) =>
          !fixed(uid) && (best.first.things.has(uid) || best.second.things.has(uid))
        );
        if (gone.length === 0) continue;
        const first = copyOf(best.first), second = copyOf(best.second);
        for (const uid of gone) {
          remove(first, uid);
          remove(second, uid);
        }
        if (await attempt({ first, second })) again = true;
      }
    }
    for (const uid of [...best.second.things.keys()]) {
      const old = best.first.things.get(uid), now = best.second.things.get(uid);
      if (!now || JSON.stringify(old) === JSON.stringify(now)) continue;
      const second = copyOf(best.second);
      if (old) second.things.set(uid, structuredClone(old));
      else remove(second, uid);
      if (await attempt({ first: best.first, second })) again = true;
    }
    for (const uid of [...best.first.things.keys()]) {
      for (const [i, pick] of best.first.things.get(uid)!.picks.entries()) {
        const both = best.second.things.get(uid);
        if (pick === 0 || (both && both.picks[i] !== pick)) continue;
        const first = copyOf(best.first), second = copyOf(best.second);
        first.things.get(uid)!.picks[i] = 0;
        if (both) second.things.get(uid)!.picks[i] = 0;
        await attempt({ first, second });
      }
    }
  }
  return best;
}
