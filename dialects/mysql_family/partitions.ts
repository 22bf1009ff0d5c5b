/**
 * Partitions that change while their scheme stays: added at the end, put in place of some of the old ones, or more and fewer of a hash. Everything
 * else makes the table anew. No way here drops a partition with its rows: those of one that goes are taken over by its neighbours, or the
 * server refuses (manual, "Partition Management").
 */
import { closing } from "./expression.ts";
import { type Token, tokenize } from "./lexer.ts";

interface Partition {
  /** As written. */
  readonly name: string;
  readonly text: string;
  /** What RANGE values are less than, as written; null for other schemes. */
  readonly bound: string | null;
}

interface Scheme {
  /** Everything in front of the number or the list of partitions. */
  readonly head: string;
  readonly count: number | null;
  readonly parts: readonly Partition[];
}

/** A clause for ALTER TABLE. `cheap`: no row is moved. */
export interface PartitionStep {
  readonly clause: string;
  readonly cheap: boolean;
}

/** The step from one PARTITION BY text to another, both as the server writes them; null when the table must be made anew. */
export function partitionStep(from: string, to: string): PartitionStep | null {
  const before = schemeOf(from), after = schemeOf(to);
  if (before === null || after === null || before.head !== after.head) return null;
  if (before.count !== null && after.count !== null) {
    const more = after.count - before.count;
    if (more === 0) return null;
    const clause = more > 0 ? `ADD PARTITION PARTITIONS ${more}` : `COALESCE PARTITION ${-more}`;
    return { clause, cheap: false };
  }
  if (before.count !== null || after.count !== null) return null;
  if (/^PARTITION BY RANGE\b/.test(before.head)) return inRun(before.parts, after.parts, true);
  // A default takes every row that nobody else does, also those of a new partition.
  const hasDefault = [...before.parts, ...after.parts].some(({ text }) => isDefault(text));
  return /^PARTITION BY LIST\b/.test(before.head) && !hasDefault ? inRun(before.parts, after.parts, false) : null;
}

function isDefault(text: string): boolean {
  const tokens = tokenize(text);
  return tokens.some((token, i) => token.kind === "word" && token.value === "DEFAULT" && i > 1);
}

function schemeOf(text: string): Scheme | null {
  const tokens = tokenize(text);
  const number = tokens.at(-2);
  if (number?.value === "PARTITIONS" && tokens.at(-1)!.kind === "number") {
    return { head: text.slice(0, number.start).trim(), count: Number(tokens.at(-1)!.text), parts: [] };
  }
  const open = tokens.findIndex((token, i) => token.text === "(" && isWord(tokens[i + 1], "PARTITION"));
  if (open < 0 || closing(tokens, open) !== tokens.length - 1) return null;
  const parts: Partition[] = [];
  for (let at = open + 1; at < tokens.length - 1;) {
    const end = endOfItem(tokens, at);
    parts.push(partitionOf(text, tokens.slice(at, end)));
    at = end + 1;
  }
  return { head: text.slice(0, tokens[open]!.start).trim(), count: null, parts };
}

/** The index of the comma or parenthesis behind the item that begins at `at`. */
function endOfItem(tokens: readonly Token[], at: number): number {
  while (tokens[at]!.text !== "," && tokens[at]!.text !== ")") {
    at = tokens[at]!.text === "(" ? closing(tokens, at) + 1 : at + 1;
  }
  return at;
}

function partitionOf(text: string, tokens: readonly Token[]): Partition {
  const than = tokens.findIndex((token, i) => isWord(token, "THAN") && isWord(tokens[i - 1], "LESS"));
  const [first, last] = [
    tokens[than + 1],
    tokens[than + 1]?.text === "(" ? tokens[closing(tokens, than + 1)] : tokens[than + 1],
  ];
  return {
    name: tokens[1]!.text,
    text: text.slice(tokens[0]!.start, tokens.at(-1)!.end),
    bound: than < 0 ? null : text.slice(first!.start, last!.end),
  };
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.value === word;
}

/** Only the partitions between those that are the same at both ends change; ranges must then reach as far as before, or further at the end. */
function inRun(before: readonly Partition[], after: readonly Partition[], ranges: boolean): PartitionStep | null {
  const same = (a: Partition | undefined, b: Partition | undefined) => a !== undefined && a.text === b?.text;
  let start = 0, tail = 0;
  while (same(before[start], after[start])) start++;
  while (tail < Math.min(before.length, after.length) - start && same(before.at(-1 - tail), after.at(-1 - tail))) {
    tail++;
  }
  const runs = () => [before.slice(start, before.length - tail), after.slice(start, after.length - tail)] as const;
  let [old, now] = runs();
  if (old.length === 0 && now.length === 0) return null;
  if (old.length === 0 && tail === 0) return { clause: `ADD PARTITION ${listed(now)}`, cheap: true };
  if (tail > 0 && (old.length === 0 || now.length === 0 || (ranges && old.at(-1)!.bound !== now.at(-1)!.bound))) tail--;
  else if (now.length === 0 && !ranges) start--;
  if (start < 0) return null;
  [old, now] = runs();
  if (old.length === 0 || now.length === 0) return null;
  if (ranges && !reaches(now.at(-1)!.bound, old.at(-1)!.bound)) return null;
  const names = old.map(({ name }) => name).join(", ");
  return { clause: `REORGANIZE PARTITION ${names} INTO ${listed(now)}`, cheap: false };
}

function listed(parts: readonly Partition[]): string {
  return `(\n  ${parts.map(({ text }) => text).join(",\n  ")}\n)`;
}

/** Is the bound the same or a higher one? What is not plain to see is none. */
function reaches(now: string | null, old: string | null): boolean {
  if (now === old || /^\(?MAXVALUE\)?$/.test(now ?? "")) return true;
  const number = (bound: string | null) => /^\((-?\d+)\)$/.exec(bound ?? "")?.[1];
  const [high, low] = [number(now), number(old)];
  return high !== undefined && low !== undefined && BigInt(high) > BigInt(low);
}
