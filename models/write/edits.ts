/** Changes of a model file's text: pieces that are put in, replaced or taken out. Pure. */
import { endOfCode, type Span } from "./source_text.ts";
import { lineWidth } from "./text.ts";

/** A piece and what stands there instead. */
export interface Edit extends Span {
  readonly text: string;
}

/** A new item at the end of a list in brackets, on a line of its own, behind those that are there and stay. */
export function insertion(text: string, open: number, present: readonly Span[], line: string): Edit {
  const last = present.at(-1);
  if (!last) {
    const end = /^[^\S\n]*\n/.test(text.slice(open + 1)) ? "" : "\n";
    return { start: open + 1, end: open + 1, text: `\n  ${line},${end}` };
  }
  const indent = /(?:^|\n)([ \t]*)\S[^\n]*$/.exec(text.slice(0, last.start + 1))?.[1] ?? "  ";
  const code = endOfCode(text, last);
  const inLine = !/\n/.test(text.slice(open, last.end) + line) &&
    lineAround(text, last.end).length + line.length + 2 <= lineWidth;
  const behind = inLine ? ` ${line}` : `\n${indent}${line}`;
  // Nothing but comments behind the last comma: they stay with what they stand behind.
  if (code === last.start) return { start: last.end, end: last.end, text: `${behind},` };
  const comma = /^\s*,[^\S\n]*(?:\/\/[^\n]*)?/.exec(text.slice(last.end))?.[0];
  const at = comma === undefined ? code : last.end + comma.trimEnd().length;
  return { start: at, end: at, text: comma === undefined ? `,${behind}` : `${behind},` };
}

/** An item without its comma and the white space before it. A comment in the line of what stands before it is not its own. */
export function removal(text: string, span: Span): Edit {
  const others = /\S[^\S\n]*$/.test(text.slice(0, span.start))
    ? /^(?:\/\/[^\n]*|\/\*(?:(?!\*\/)[^\n])*\*\/(?=[^\S\n]*\n))/.exec(text.slice(span.start, span.end))
    : null;
  const start = span.start + (others?.[0].length ?? 0), { end } = span;
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
  const first = start + /^\s*/.exec(text.slice(start, end))![0].length;
  const white = /\n?[ \t]*$/.exec(text.slice(0, first))![0].length;
  // A comment behind it is its own where it has a line of its own.
  const behind = text[first - white] === "\n"
    ? /^[^\S\n]*\/\/[^\n]*/.exec(text.slice(end + comma))?.[0].length ?? 0
    : 0;
  return { start: first - white, end: end + comma + behind, text: "" };
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, end < 0 ? text.length : end);
}

/** All edits at once, from the last to the first; several at one place come out in their order. */
export function applied(text: string, edits: readonly Edit[]): string {
  const inserted = Map.groupBy(edits.filter(({ start, end }) => start === end), ({ start }) => start);
  const together = [...inserted].map(([start, some]): Edit => ({
    start,
    end: start,
    // Items of an empty list each bring the line ends around them.
    text: some.map((edit) => edit.text).join("").replaceAll(/(?<=,\n)\n(?= )/g, ""),
  }));
  return [...together, ...edits.filter(({ start, end }) => start !== end)]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { start, end, text: own }) => result.slice(0, start) + own + result.slice(end), text);
}
