import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqaError } from "../schema/error.ts";
import { appliedHeads, makeChain, pendingNodes, withAncestors } from "./chain.ts";
import type { Migration } from "./files.ts";
import type { Revision } from "./history.ts";
import { parentsForNext, resolve, toApply, toRollBack } from "./target.ts";

const hex = (letter: string) => letter.repeat(12);

function file(letter: string, parents: string, label = `2026010100000${letter}_name_${letter}`): Migration {
  const id = hex(letter);
  return {
    id,
    name: `name_${letter}`,
    parents: [...parents].map(hex),
    label,
    paths: { up: `${label}.up.sql`, down: null, snapshot: null },
  } as unknown as Migration;
}
function row(letter: string, parents: string, sequence: number): Revision {
  const id = hex(letter);
  return { id, name: `name_${letter}`, parents: [...parents].map(hex), sequence, state: "done" } as unknown as Revision;
}
const letters = (ids: Iterable<string | { id: string }>) =>
  [...ids].map((each) => (typeof each === "string" ? each : each.id)[0]).join("");
const codes = (problems: readonly SqaError[]) => problems.map((problem) => problem.code);
const code = (work: () => unknown) => {
  let found: unknown = null;
  throws(work, (error) => error instanceof SqaError && (found = error.code, true));
  return found;
};

Deno.test("parents order the migrations, not their names or time stamps", () => {
  const { chain, problems } = makeChain(
    [file("c", "", "2030_c"), file("a", "b", "2020_a"), file("b", "c", "2025_b")],
    [],
  );
  deepEqual(problems, []);
  equal(letters(chain.nodes.keys()), "cba");
  equal(letters(chain.heads), "a");
});

Deno.test("the order is the same however the folder is read", () => {
  const files = [file("a", ""), file("d", "a"), file("b", "a"), file("c", "bd"), file("f", "c"), file("e", "c")];
  fc.assert(fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
    equal(letters(makeChain(shuffled, []).chain.nodes.keys()), "abdcef");
  }));
});

Deno.test("an unknown parent, and parents in a circle, have codes of their own (T20)", () => {
  deepEqual(codes(makeChain([file("a", ""), file("b", "f")], []).problems), ["SQA-507"]);
  deepEqual(codes(makeChain([file("a", "b"), file("b", "a"), file("c", "b")], []).problems), ["SQA-509"]);
});

Deno.test("a file may follow a migration that only the history knows", () => {
  const { chain, problems } = makeChain([file("b", "a")], [row("a", "", 1)]);
  deepEqual(problems, []);
  equal(letters(toApply(chain)), "b");
  equal(letters(appliedHeads(chain)), "a");
});

Deno.test("nothing is skipped because a later one is applied already", () => {
  const { chain } = makeChain([file("a", ""), file("b", "a"), file("c", "b")], [row("a", "", 1), row("c", "b", 2)]);
  equal(letters(pendingNodes(chain)), "b");
});

Deno.test("targets forward: head, +n, id, prefix, name, time stamp", () => {
  const { chain } = makeChain([file("a", ""), file("b", "a"), file("c", "b"), file("d", "c")], [row("a", "", 1)]);
  equal(letters(toApply(chain)), "bcd");
  equal(letters(toApply(chain, "+2")), "bc");
  equal(letters(toApply(chain, "+9")), "bcd");
  equal(letters(toApply(chain, "ccc")), "bc");
  equal(letters(toApply(chain, "name_b")), "b");
  equal(letters(toApply(chain, "2026010100000d")), "bcd");
  equal(letters(toApply(chain, "aaaa")), "");
  equal(code(() => toApply(chain, "2026")), "SQA-516");
  equal(code(() => toApply(chain, "nothing")), "SQA-515");
  equal(code(() => toApply(chain, "")), "SQA-515");
  equal(code(() => toApply(chain, "base")), "SQA-515");
  equal(code(() => toApply(chain, "-1")), "SQA-515");
});

Deno.test("targets back: -n, base, id", () => {
  const files = [file("a", ""), file("b", "a"), file("c", "b"), file("d", "c")];
  const { chain } = makeChain(files, [row("a", "", 1), row("b", "a", 2), row("c", "b", 3)]);
  equal(letters(toRollBack(chain)), "c");
  equal(letters(toRollBack(chain, "-2")), "cb");
  equal(letters(toRollBack(chain, "base")), "cba");
  equal(letters(toRollBack(chain, "aaaaaa")), "cb");
  equal(letters(toRollBack(chain, "cc")), "");
  equal(code(() => toRollBack(chain, "dd")), "SQA-515");
  equal(code(() => toRollBack(chain, "head")), "SQA-515");
  equal(code(() => toRollBack(chain, "+1")), "SQA-515");
});

Deno.test("back goes against the parents even where the rows stand in another order", () => {
  const { chain } = makeChain([], [row("b", "a", 1), row("a", "", 2)]);
  equal(letters(toRollBack(chain, "base")), "ba");
});

Deno.test("two heads are a decision for people (SQA-508)", () => {
  const { chain } = makeChain([file("a", ""), file("b", "a"), file("c", "a")], [row("a", "", 1)]);
  equal(letters(chain.heads), "bc");
  equal(code(() => toApply(chain)), "SQA-508");
  equal(code(() => toApply(chain, "+1")), "SQA-508");
  equal(code(() => parentsForNext(chain)), "SQA-508");
  equal(letters(toApply(chain, "bb")), "b");
  equal(letters(toApply(chain, "heads")), "bc");
});

Deno.test("a migration is found by its whole id even when others begin like its name", () => {
  const { chain } = makeChain([file("a", ""), file("b", "a")], []);
  equal(resolve(chain, hex("a")).id, hex("a"));
  equal(letters(withAncestors(chain, [hex("b")])), "ab");
});

Deno.test("head is the newest migration, unless there are several", () => {
  equal(resolve(makeChain([file("a", ""), file("b", "a")], []).chain, "head").id, hex("b"));
  equal(code(() => resolve(makeChain([file("a", ""), file("b", "a"), file("c", "a")], []).chain, "head")), "SQA-516");
  equal(code(() => resolve(makeChain([], []).chain, "head")), "SQA-515");
});

Deno.test("a chain of ten thousand is ordered at once", () => {
  const id = (i: number) => i.toString(16).padStart(12, "0");
  const files = Array.from({ length: 10_000 }, (_, i) => ({
    ...file("a", ""),
    id: id(i),
    parents: i ? [id(i - 1)] : [],
  }));
  const { chain } = makeChain(files.reverse(), []);
  equal(chain.nodes.size, 10_000);
  equal(toApply(chain).length, 10_000);
});
