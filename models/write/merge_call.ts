/** Arguments of a builder's call, brought up to date where they stand: only what differs changes. Pure. */
import { type Edit, insertion, removal } from "./edits.ts";
import { fitted } from "./fitted.ts";
import { plain } from "./merge_column.ts";
import { optional, type Property } from "./table.ts";
import { afterComments, properties, type Span } from "./source_text.ts";
import { propertyKey } from "./text.ts";

/** An argument as it is written: a value, or the properties of an object. */
export type Argument = string | readonly Property[];

/**
 * The edits that lead from a call that means `before` to one that means `after`, or null where a person wrote what differs in another way: with a
 * constant, a spread, or pieces put into the SQL.
 */
export function callEdits(
  text: string,
  args: readonly Span[],
  before: readonly Argument[],
  after: readonly Argument[],
): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const [i, wanted] of after.entries()) {
    const own = argumentEdits(text, args, i, before[i] ?? [], wanted);
    if (own === null) return null;
    edits.push(...own);
  }
  return edits;
}

function argumentEdits(
  text: string,
  args: readonly Span[],
  at: number,
  before: Argument,
  after: Argument,
): readonly Edit[] | null {
  const span = args[at];
  if (typeof after === "string") {
    if (before === after) return [];
    return span && isPlain(text.slice(span.start, span.end)) ? [{ ...span, text: after }] : null;
  }
  return propertyEdits(text, args, at, typeof before === "string" ? [] : before, after);
}

/** The edits of the object that is the argument at this place, or that is missing there. */
export function propertyEdits(
  text: string,
  args: readonly Span[],
  at: number,
  before: readonly Property[],
  after: readonly Property[],
): readonly Edit[] | null {
  const known = new Map(before), wanted = new Map(after), span = args[at];
  const differing = [...new Set([...known.keys(), ...wanted.keys()])].filter((key) =>
    known.get(key) !== wanted.get(key)
  );
  if (differing.length === 0) return [];
  if (!span) {
    const last = args.at(-1);
    return last && args.length === at && known.size === 0
      ? [{ start: last.end, end: last.end, text: `, ${optional(after)}` }]
      : null;
  }
  const present = text[span.start] === "{" ? properties(text, span.start) : null;
  if (!present) return null;
  const edits: Edit[] = [];
  let stay = present.length;
  for (const key of differing) {
    const own = present.find((each) => each.key === key), value = wanted.get(key);
    if (own === undefined) {
      // What the call means without saying it comes from elsewhere.
      if (known.has(key) || value === undefined) return null;
      edits.push(propertyInsertion(text, span, present, `${propertyKey(key)}: ${value}`));
      stay++;
      continue;
    }
    const start = afterComments(text, own), written = text.slice(start, own.end);
    if (!isTheSame(written.slice(written.indexOf(":") + 1).trim(), known.get(key)!)) return null;
    if (value === undefined) {
      edits.push(removal(text, own));
      stay--;
    } else {edits.push({
        start,
        end: own.end,
        text: fitted(`  ${propertyKey(key)}: ${value},`).trimStart().slice(0, -1),
      });}
  }
  const behind = args[at - 1];
  return stay === 0 && behind && at === args.length - 1 ? [{ start: behind.end, end: span.end, text: "" }] : edits;
}

/** In the line of the others, where they stand in one. */
function propertyInsertion(text: string, span: Span, present: readonly Span[], line: string): Edit {
  const last = present.at(-1), inLine = !text.slice(span.start, span.end).includes("\n") && !line.includes("\n");
  if (!inLine) return insertion(text, span.start, present, line);
  const end = last ? last.end : span.start + 1;
  return { start: end, end, text: last ? `, ${line}` : ` ${line} ` };
}

/** Is it a value that stands there itself, and no more than a value? */
function isPlain(written: string): boolean {
  if (/\$\{/.test(written.replace(/\\[\s\S]/g, ""))) return false;
  return /^(?:sql(?:`|\.raw\()|["'`]|\[\s*["'\]]|-?\d|(?:null|true|false)$)/.test(written);
}

/** Does it say what sqa would write, and nothing of a person's own beside? */
function isTheSame(written: string, before: string): boolean {
  return isPlain(written) || plain(written) === plain(before);
}
