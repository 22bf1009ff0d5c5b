/** Just enough of TypeScript's grammar to find a call's arguments and an object's properties, with comments and strings passed over. Pure. */

/** A piece of the text, from `start` up to and without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A property of an object literal: its key, or null for a spread, and the whole of it with the comments right before it. */
export interface Property extends Span {
  readonly key: string | null;
}

const pairs: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** The position after the string, template, comment or regular expression that begins at `at`, or `at` itself when none does. */
export function afterLiteral(text: string, at: number): number {
  const char = text[at]!, next = text[at + 1];
  if (char === '"' || char === "'") {
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === char) return i + 1;
    }
    return text.length;
  }
  if (char === "`") {
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === "`") return i + 1;
      else if (text[i] === "$" && text[i + 1] === "{") i = closing(text, i + 1) ?? text.length;
    }
    return text.length;
  }
  if (char === "/" && next === "/") {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  }
  if (char === "/" && next === "*") {
    const end = text.indexOf("*/", at + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (char === "/" && /(?:^|[(,=:[!&|?{};]|\breturn)\s*$/.test(text.slice(Math.max(0, at - 40), at))) {
    const found = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.exec(text.slice(at));
    if (found) return at + found[0].length;
  }
  return at;
}

/** The position of the bracket that closes the one at `open`, or null. */
export function closing(text: string, open: number): number | null {
  const stack: string[] = [];
  for (let i = open; i < text.length;) {
    const after = afterLiteral(text, i);
    if (after > i) {
      i = after;
      continue;
    }
    const char = text[i]!;
    if (char in pairs) stack.push(pairs[char]!);
    else if (char === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return i;
    } else if (char === ")" || char === "]" || char === "}") return null;
    i++;
  }
  return null;
}

/** What stands between commas inside the brackets at `open`; empty pieces are left out. */
export function items(text: string, open: number): readonly Span[] | null {
  const end = closing(text, open);
  if (end === null) return null;
  const found: Span[] = [];
  let start = open + 1;
  for (let i = start; i <= end;) {
    const after = i < end ? afterLiteral(text, i) : i;
    if (after > i) {
      i = after;
      continue;
    }
    if (i < end && text[i]! in pairs) {
      i = closing(text, i)! + 1;
      continue;
    }
    if (i === end || text[i] === ",") {
      const span = trimmed(text, start, i);
      if (span) found.push(span);
      start = i + 1;
    }
    i++;
  }
  return found;
}

function trimmed(text: string, start: number, end: number): Span | null {
  while (start < end && /\s/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  return start < end ? { start, end } : null;
}

/** The properties of the object literal whose brace is at `open`. */
export function properties(text: string, open: number): readonly Property[] | null {
  return items(text, open)?.map((span) => {
    const bare = withoutComments(text.slice(span.start, span.end));
    const found = /^(?:([A-Za-z_$][\w$]*)|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')\s*:/.exec(bare);
    return { ...span, key: found ? found[1] ?? unquoted(found[2] ?? found[3]!) : null };
  }) ?? null;
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

/** A piece of text from its first character that is no comment. */
function withoutComments(text: string): string {
  return text.replace(/^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)+/, "");
}

/** Where the comments before a property end and it begins itself. */
export function afterComments(text: string, { start, end }: Span): number {
  return end - withoutComments(text.slice(start, end)).length;
}

/** Where the code of a piece ends and only comments follow; its beginning where it is nothing but comments. */
export function endOfCode(text: string, { start, end }: Span): number {
  let last = start;
  for (let i = start; i < end;) {
    const after = afterLiteral(text, i), isComment = text[i] === "/" && (text[i + 1] === "/" || text[i + 1] === "*");
    if (!/\s/.test(text[i]!) && !isComment) last = Math.max(after, i + 1);
    i = Math.max(after, i + 1);
  }
  return last;
}

/** The offset of a 1-based line and column. */
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at + column - 1;
}

/** The call of a builder whose name, which `name` matches up to its bracket, stands at a place: that bracket and what is between it and its end. */
export function argumentsAt(
  text: string,
  line: number,
  column: number,
  name: RegExp,
): { readonly open: number; readonly args: readonly Span[] } | null {
  const start = offsetOf(text, line, column), found = name.exec(text.slice(start));
  const open = found ? start + found[0].length - 1 : null, args = open === null ? null : items(text, open);
  return open !== null && args ? { open, args } : null;
}
