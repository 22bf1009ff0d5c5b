/** Stretches of the history as people type them: "a:b", "a:", ":b", one place alone; a place is what `target.ts` resolves. Pure. */
import { SqaError } from "../schema/error.ts";
import { appliedHeads, type Chain, isApplied, type Node, withAncestors } from "./chain.ts";
import { onBranch, resolve } from "./target.ts";

/**
 * The ids that a place stands for: "base" none, "head" and "heads" all that nothing follows, "current" what is applied last, "-1" and
 * "+2" steps from there, else one migration. SQA-515 unknown, SQA-516 ambiguous.
 */
export function placesOf(chain: Chain, text: string): readonly string[] {
  const part = onBranch(chain, text);
  if (part) return placesOf(part.chain, part.place);
  if (text === "base") return [];
  if (text === "head" || text === "heads") return chain.heads;
  if (text === "current") return appliedHeads(chain);
  const steps = /^([+-])(\d+)$/.exec(text);
  if (!steps) return [resolve(chain, text).id];
  const all = [...chain.nodes.values()], number = Number(steps[2]);
  const list = steps[1] === "+"
    ? all.filter((node) => !isApplied(node)).slice(0, number)
    : all.filter(isApplied).toReversed().slice(number);
  const reached = steps[1] === "+" ? list.at(-1) : list[0];
  return reached ? [reached.id] : [];
}

/** The migrations from one place to another, both counted, parents first. SQA-515 when nothing leads from the one to the other. */
export function inRange(chain: Chain, range: string): readonly Node[] {
  const colon = range.indexOf(":");
  const from = colon < 0 ? "" : range.slice(0, colon), to = colon < 0 ? range : range.slice(colon + 1);
  const ends = withAncestors(chain, placesOf(chain, to === "" ? "heads" : to)).map((id) => chain.nodes.get(id)!);
  const starts = colon < 0 ? placesOf(chain, to) : from === "" ? [] : placesOf(chain, from);
  if (starts.length === 0) return ends;
  const after = new Set(starts);
  for (const node of ends) if (node.parents.some((parent) => after.has(parent))) after.add(node.id);
  const found = ends.filter((node) => after.has(node.id));
  if (found.length > 0) return found;
  throw new SqaError("SQA-515", `nothing leads from "${from}" to "${to === "" ? "heads" : to}"`, {
    exit: 64,
    hint: "put the older one first; `sqa history` shows the order",
  });
}
