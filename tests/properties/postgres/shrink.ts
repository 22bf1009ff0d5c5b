/** Makes a failing pair of worlds small: takes away one thing after the other, and each change, as long as it fails in the same way. */
import { remove } from "./random_world.ts";
import { copyOf, type World } from "./world.ts";

export interface Worlds {
  readonly first: World;
  readonly second: World;
}

/** `fails` says whether these worlds still show what is looked for. */
export async function shrink(worlds: Worlds, fails: (worlds: Worlds) => Promise<boolean>, most = 400): Promise<Worlds> {
  let best = worlds, left = most;
  const attempt = async (next: Worlds) => {
    if (left-- <= 0 || !await fails(next)) return false;
    best = next;
    return true;
  };
  for (let again = true; again && left > 0;) {
    again = false;
    // Many at once, then one by one.
    for (const size of [16, 8, 4]) {
      const all = [...new Set([...best.first.things.keys(), ...best.second.things.keys()])].sort((a, b) => b - a);
      for (let at = 0; at < all.length; at += size) {
        const first = copyOf(best.first), second = copyOf(best.second);
        for (const uid of all.slice(at, at + size)) {
          if (best.first.things.get(uid)?.name === "public") continue;
          remove(first, uid);
          remove(second, uid);
        }
        if (await attempt({ first, second })) again = true;
      }
    }
    const uids = new Set([...best.first.things.keys(), ...best.second.things.keys()]);
    for (const uid of [...uids].sort((a, b) => b - a)) {
      if (!best.first.things.has(uid) && !best.second.things.has(uid)) continue;
      if (best.first.things.get(uid)?.name === "public") continue;
      const first = copyOf(best.first), second = copyOf(best.second);
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
      const thing = best.first.things.get(uid)!;
      for (let i = 0; i < thing.picks.length; i++) {
        const both = best.second.things.get(uid);
        if (thing.picks[i] === 0 || both && both.picks[i] !== thing.picks[i]) continue;
        const first = copyOf(best.first), second = copyOf(best.second);
        first.things.get(uid)!.picks[i] = 0;
        if (both) second.things.get(uid)!.picks[i] = 0;
        await attempt({ first, second });
      }
    }
  }
  return best;
}
