/** Makes a failing pair of worlds small: takes away one thing after the other, and each change, as long as it fails. For tests only. */
import { copyOf, remove, type World } from "./world.ts";

export interface Worlds {
  readonly first: World;
  readonly second: World;
}

/** `fails` says whether these worlds still show what is looked for; it is asked `most` times at most. */
export async function shrink(
  worlds: Worlds,
  fails: (worlds: Worlds) => Promise<boolean>,
  most: number,
): Promise<Worlds> {
  let best = worlds, left = most;
  const attempt = async (next: Worlds) => {
    if (left-- <= 0 || !await fails(next)) return false;
    best = next;
    return true;
  };
  for (let again = true; again && left > 0;) {
    again = false;
    const uids = new Set([...best.first.things.keys(), ...best.second.things.keys()]);
    for (const uid of [...uids].sort((a, b) => b - a)) {
      const first = copyOf(best.first), second = copyOf(best.second);
      if (!first.things.has(uid) && !second.things.has(uid)) continue;
      remove(first, uid);
      remove(second, uid);
      if (await attempt({ first, second })) again = true;
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
