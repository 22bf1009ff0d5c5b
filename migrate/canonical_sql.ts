/**
 * One text for one SQL statement, however it is laid out: comments and white space do not count. The base of the checksums, so it
 * may never change for a given input (a new rule needs a new prefix, see checksum.ts). It knows no dialect: where databases read a text
 * differently (backslashes, `#`, brackets) the statement counts as it stands, because taking content for a comment would hide an edit.
 */

const quotes = new Set(["'", '"', "`"]);
const glue = new Set(["(", ")", ","]);
/** Characters that stand for themselves, as many as follow each other: to look at each alone takes several times as long. */
const plain = /[\w.:=<>;*+%&|!?@^~{}\u00a1-\u167f]+/y;

/**
 * The statement without comments and with single spaces, or, where that is not certain, as it stands less trailing white space.
 *
 * @example
 * ```ts
 * import { canonicalStatement } from "./canonical_sql.ts";
 * import { equal } from "node:assert/strict";
 * equal(canonicalStatement("select 1, -- one\r\n  'a  b'"), "select 1,'a  b'");
 * ```
 */
export function canonicalStatement(sql: string): string {
  const text = sql.replaceAll("\r\n", "\n");
  return tokens(text) ?? verbatim(text);
}

function verbatim(text: string): string {
  return text.slice(leadingTrivia(text)).split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").join(
    "\n",
  );
}

/** The length of the white space and `--` lines that a text begins with: never part of a statement in any dialect. */
export function leadingTrivia(text: string): number {
  return /^(?:\s+|--(?=[\s-]|$)[^\n]*(?:\n|$))*/.exec(text)![0].length;
}

/** Null when the text cannot be read without knowing the dialect. */
function tokens(text: string): string | null {
  // The last character is kept beside: asking the growing text for it would copy that text every time.
  let out = "", last = "", space = false;
  const put = (piece: string) => {
    if (space && out !== "" && !glue.has(piece[0]!) && !glue.has(last)) out += " ";
    space = false;
    out += piece;
    last = piece.at(-1)!;
  };
  for (let i = 0; i < text.length;) {
    plain.lastIndex = i;
    const run = plain.exec(text)?.[0];
    if (run !== undefined) {
      put(run);
      i += run.length;
      continue;
    }
    const char = text[i]!;
    if (/\s/.test(char)) space = true, i++;
    else if (text.startsWith("--", i)) {
      // MySQL takes `--x` for two minus signs.
      if (!/[\s-]/.test(text[i + 2] ?? "\n")) return null;
      const end = text.indexOf("\n", i);
      i = end < 0 ? text.length : end;
      space = true;
    } else if (text.startsWith("/*", i)) {
      const end = text.indexOf("*/", i + 2);
      // MySQL runs what stands in /*! */, optimizers read /*+ */, and Postgres nests comments where others do not.
      if (end < 0 || text[i + 2] === "!" || text[i + 2] === "+" || text.slice(i + 2, end).includes("/*")) return null;
      i = end + 2;
      space = true;
    } else if (char === "#") return null;
    else {
      const end = quotes.has(char)
        ? endOfQuote(text, i)
        : char === "$"
        ? endOfDollarQuote(text, i)
        : char === "[" && !plainBrackets(text, i)
        ? -1
        : i + 1;
      if (end < 0) return null;
      put(text.slice(i, end));
      i = end;
    }
  }
  return out;
}

/** After the closing quote; -1 when there is none, or a backslash makes it doubtful which one closes. */
function endOfQuote(text: string, start: number): number {
  const quote = text[start]!;
  for (let end = text.indexOf(quote, start + 1); end >= 0; end = text.indexOf(quote, end + 2)) {
    if (text[end - 1] === "\\") return -1;
    if (text[end + 1] !== quote) return end + 1;
  }
  return -1;
}

/** After a Postgres dollar quote, or after the single "$" of something else; -1 when it is never closed. */
function endOfDollarQuote(text: string, start: number): number {
  if (start > 0 && /[\w$\u0080-\uffff]/.test(text[start - 1]!)) return start + 1;
  const tag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(text.slice(start, start + 130))?.[0];
  if (!tag) return start + 1;
  const end = text.indexOf(tag, start + tag.length);
  return end < 0 ? -1 : end + tag.length;
}

/** Is what stands in the brackets read alike as a Postgres array and as a name in SQLite's brackets? */
function plainBrackets(text: string, start: number): boolean {
  const end = text.indexOf("]", start);
  if (end < 0) return false;
  const inner = text.slice(start + 1, end);
  return !/--|\/\*|[#$]/.test(inner) && [...quotes].every((quote) => (inner.split(quote).length - 1) % 2 === 0);
}
