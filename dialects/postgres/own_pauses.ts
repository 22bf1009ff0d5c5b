/** How long this program kept its own timers waiting: models that are imported meanwhile, or a machine with too much to do. */

export interface Pauses {
  /** Milliseconds of the longest one so far. */
  longest(): number;
  [Symbol.dispose](): void;
}

const look = 100;

/** Watches until it is disposed of. */
export function ownPauses(): Pauses {
  let last = performance.now(), longest = 0;
  const since = () => Math.max(longest, performance.now() - last - look);
  const timer = setInterval(() => {
    longest = since();
    last = performance.now();
  }, look);
  return { longest: since, [Symbol.dispose]: () => clearInterval(timer) };
}
