/** Changes of a model file's text: pieces that are put in, replaced or taken out. Pure. */
import { closing, type Span } from "./source_text.ts";

/** A piece and what stands there instead. */
export interface Edit extends Span {
  readonly text: string;
}

/** A new item at the end of a list in brackets, on a line of its own. */
export function insertion(text: string, open: number, present: readonly Span[], line: string): Edit {
  const last = present.at(-1);
  if (!last) return { start: open + 1, end: closing(text, open)!, text: `\n  ${line},\n` };
  const comma = /^\s*,/.exec(text.slice(last.end))?.[0].length ?? 0;
  const indent = /(?:^|\n)([ \t]*)\S[^\n]*$/.exec(text.slice(0, last.start + 1))?.[1] ?? "  ";
  const at = last.end + comma;
  return { start: at, end: at, text: `${comma > 0 ? "" : ","}\n${indent}${line}${comma > 0 ? "," : ""}` };
}

/** An item without its comma and the white space before it. */
export function removal(text: string, { start, end }: Span): Edit {
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
  const white = /\n?[ \t]*$/.exec(text.slice(0, start))![0].length;
  return { start: start - white, end: end + comma, text: "" };
}

/** All edits at once, from the last to the first; several at one place come out in their order. */
export function applied(text: string, edits: readonly Edit[]): string {
  return edits.map((edit, i) => ({ edit, i })).sort((a, b) => b.edit.start - a.edit.start || b.i - a.i)
    .reduce((result, { edit }) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}
