import { deepEqual, throws } from "node:assert/strict";
import type { Chain, Node } from "./chain.ts";
import { inRange, placesOf } from "./range.ts";

/** a <- b <- c, and d beside c on b; a and b are applied. */
const chain = chainOf([["a", []], ["b", ["a"]], ["c", ["b"]], ["d", ["b"]]], ["a", "b"]);

Deno.test("a place is a word, steps from what is applied, or a migration", () => {
  deepEqual(["base", "head", "current", "+1", "+2", "-1", "-9", "c"].map((text) => placesOf(chain, text).join(" ")), [
    "",
    "c d",
    "b",
    "c",
    "d",
    "a",
    "",
    "c",
  ]);
});

Deno.test("a range holds both of its ends and only what lies between them", () => {
  const ids = (range: string) => inRange(chain, range).map((node) => node.id).join(" ");
  deepEqual(["a:b", "b:", ":b", "b:c", "base:head", ":", "c", "current:d"].map(ids), [
    "a b",
    "b c d",
    "a b",
    "b c",
    "a b c d",
    "a b c d",
    "c",
    "b d",
  ]);
  throws(() => inRange(chain, "c:d"), { code: "SQA-515" });
  throws(() => inRange(chain, "c:a"), { code: "SQA-515" });
});

function chainOf(parents: readonly (readonly [string, readonly string[]])[], applied: readonly string[]): Chain {
  const nodes = new Map<string, Node>();
  for (const [id, of] of parents) {
    const revision = applied.includes(id) ? { state: "done" } as Node["revision"] : null;
    nodes.set(id, { id, name: `name of ${id}`, label: `label of ${id}`, parents: of, migration: null, revision });
  }
  const followed = new Set(parents.flatMap(([, of]) => of));
  return {
    nodes,
    heads: [...nodes.keys()].filter((id) => !followed.has(id)),
    replaced: new Set(),
    checkpoints: new Map(),
  };
}
