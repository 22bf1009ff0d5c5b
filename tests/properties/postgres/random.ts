/** Random numbers from a seed (mulberry32): the same on every machine. */
export interface RandomNumbers {
  int(below: number): number;
  chance(part: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Undefined of an empty list. */
  maybe<T>(items: readonly T[]): T | undefined;
}

export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    chance: (part) => next() < part,
    pick: (items) => items[int(items.length)]!,
    maybe: (items) => items[int(items.length)],
  };
}
