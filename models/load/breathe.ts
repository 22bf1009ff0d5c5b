/** Lets sockets and timers have their turn in the middle of long work: a database reads while models are imported, and nobody gives up on it. */
import { setImmediate } from "node:timers";

/** How long others wait at most. */
const turnMs = 8;

/** A function to call between pieces of work; it waits for one turn of the event loop when the last one is some time ago. */
export function breather(): () => Promise<void> | void {
  let last = performance.now();
  return () => {
    if (performance.now() - last < turnMs) return;
    return new Promise((resolve) => setImmediate(() => (last = performance.now(), resolve())));
  };
}
