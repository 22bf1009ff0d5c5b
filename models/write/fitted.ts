/** Long lines broken as the formatter would break them. Pure. */
import { afterLiteral, closing, items } from "./source_text.ts";
import { call, lineWidth } from "./text.ts";

/**
 * A line of TypeScript, with its indentation and what ends it, in several lines where it is too long: the last object of a call with a property a line,
 * else every argument or item in a line of its own. What already has several lines, or cannot be broken, stays.
 */
export function fitted(line: string): string {
  if (line.length <= lineWidth || line.includes("\n")) return line;
  const long = /^( *)([\w$]+:) ((?:sql`|["']).*)$/.exec(line);
  if (long && afterLiteral(long[3]!, long[3]!.startsWith("sql") ? 3 : 0) === long[3]!.length - 1) {
    return `${long[1]}${long[2]}\n${long[1]}  ${long[3]}`;
  }
  const open = lastGroup(line), within = open === null ? null : items(line, open);
  if (open === null || within === null || within.length === 0) return line;
  const indent = /^ */.exec(line)![0], last = within.at(-1)!;
  const texts = within.map(({ start, end }) => line.slice(start, end));
  const plain = texts.slice(0, -1).every((text) => text === "{}" || !/^[{[]/.test(text));
  if (line[open] === "(" && texts.at(-1)!.startsWith("{") && plain && last.start < lineWidth) {
    return exploded(line, last.start, items(line, last.start)!, indent);
  }
  return exploded(line, open, within, indent);
}

/** Each piece between the brackets at `open` in a line of its own. */
function exploded(
  line: string,
  open: number,
  pieces: readonly { readonly start: number; readonly end: number }[],
  indent: string,
): string {
  if (pieces.length === 0) return line;
  const lines = pieces.map(({ start, end }) => `${fitted(`${indent}  ${line.slice(start, end)},`)}\n`);
  return `${line.slice(0, open + 1)}\n${lines.join("")}${indent}${line.slice(closing(line, open)!)}`;
}

/** The outermost brackets behind which nothing follows but the end of what they stand in. */
function lastGroup(line: string): number | null {
  for (let i = 0; i < line.length;) {
    const after = afterLiteral(line, i);
    if (after > i) {
      i = after;
      continue;
    }
    const end = "([{".includes(line[i]!) ? closing(line, i) : null;
    if (end !== null && /^[\])},;]*$/.test(line.slice(end + 1))) return i;
    i = end === null ? i + 1 : end + 1;
  }
  return null;
}

/** `call`, as the formatter would write it: in one line where that fits behind `before` and ends with one more character, else each argument in its own. */
export function callLines(name: string, args: readonly (string | null)[], indent: string, before = indent): string {
  const line = call(name, args);
  if (before.length + line.length + 1 <= lineWidth && !line.includes("\n")) return line;
  const last = args.findLastIndex((arg) => arg !== null);
  const each = args.slice(0, last + 1).map((arg) => `${fitted(`${indent}  ${arg ?? "undefined"},`)}\n`);
  return `${name}(\n${each.join("")}${indent})`;
}
