/**
 * FROM lists of views. What was written with commas stands in VIEW_DEFINITION as joins without parentheses, what was written with JOIN as joins
 * in parentheses of their own. SHOW CREATE VIEW has parentheses everywhere, and so has a view that is made from its words (MariaDB 10.11.19,
 * MySQL 9.7.4). VIEW_DEFINITION in turn leaves out the character sets of literals, so it is only asked where the commas were. Pure.
 */
import { type Token, tokenize } from "./lexer.ts";

/** A JOIN, by its token. */
interface Join {
  readonly at: number;
  readonly group: Group;
}

/** What stands between two parentheses, by their tokens, or the whole FROM of a query. */
interface Group {
  readonly open: number | null;
  close: number;
  readonly joins: Join[];
}

interface Frame {
  readonly parentheses: Group;
  /** Of a query: its FROM, once that has begun and until it ends. */
  query: boolean;
  from: Group | null;
  /** Opened within a FROM: a list of joins, or a query. */
  readonly listed: boolean;
}

const ends = /^(WHERE|GROUP|HAVING|ORDER|LIMIT|UNION|EXCEPT|INTERSECT|WINDOW)$/;

/** The query of `shown` with commas where `definition` has them, or as it is where nothing is sure. */
export function withCommas(shown: string, definition: string): string {
  const tokens = tokenize(shown), joins = joinsOf(tokens), told = joinsOf(tokenize(definition));
  if (joins.length !== told.length) return shown;
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  for (const [i, { group }] of told.entries()) {
    const listed = group.open === null || group.joins.length > 1;
    if (!listed) continue;
    const { at, group: own } = joins[i]!;
    if (own.open === null || own.joins.length !== 1) return shown;
    edits.push({ from: tokens[at - 1]!.end, to: tokens[at]!.end, text: "," });
    // The list's own parentheses are those around its last table.
    if (group.open !== null && group.joins.at(-1) === told[i]) continue;
    for (const each of [own.open, own.close]) {
      edits.push({ from: tokens[each]!.start, to: tokens[each]!.end, text: "" });
    }
  }
  let text = "", at = 0;
  for (const edit of edits.sort((a, b) => a.from - b.from)) {
    text += shown.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return text + shown.slice(at);
}

/** The plain JOINs in order, each with what it stands in. Those of LEFT JOIN and the like are never commas. */
function joinsOf(tokens: readonly Token[]): readonly Join[] {
  const joins: Join[] = [];
  const frame = (open: number | null, listed: boolean): Frame => ({
    parentheses: { open, close: tokens.length, joins: [] },
    query: open === null,
    from: null,
    listed,
  });
  const frames = [frame(null, false)];
  tokens.forEach((token, i) => {
    const top = frames.at(-1)!;
    if (token.text === "(") frames.push(frame(i, top.from !== null || (top.listed && !top.query)));
    else if (token.text === ")" && frames.length > 1) frames.pop()!.parentheses.close = i;
    else if (token.kind !== "word") return;
    else if (token.value === "SELECT") top.query = true;
    else if (token.value === "FROM" && top.query) top.from = { open: null, close: tokens.length, joins: [] };
    else if (ends.test(token.value)) top.from = null;
    else if (token.value === "JOIN" && !/^(LEFT|RIGHT|OUTER|INNER|CROSS|NATURAL)$/.test(tokens[i - 1]?.value ?? "")) {
      const group = top.from ?? top.parentheses;
      const join: Join = { at: i, group };
      group.joins.push(join);
      joins.push(join);
    }
  });
  return joins;
}
