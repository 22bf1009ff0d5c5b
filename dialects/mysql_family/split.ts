/**
 * Splits a script as the mysql client does, DELIMITER lines included (they are the client's, no server knows them). Between two semicolons of
 * a routine's body that stands without DELIMITER nothing is cut: its BEGIN … END are followed.
 */
import type { SplitStatement } from "../dialect.ts";
import { SqaError } from "../../schema/error.ts";
import { clientsOwn } from "../clients_own.ts";
import { nextToken, type Token, tokenize } from "./lexer.ts";

const delimiterLine = /delimiter[ \t]+(\S+)[^\n]*(?:\n|$)/iy;

/** The statements without their terminators. SQA-512 when the text ends inside a quote or comment, SQA-531 at a command of the shell. */
export function split(script: string): readonly SplitStatement[] {
  return [...pieces(script)];
}

/** The same one by one: of a script of a million statements only the current one is held. */
export function* pieces(script: string): Generator<SplitStatement, void, undefined> {
  let at = 0, delimiter = ";", line = 1, counted = 0;
  let statement = newStatement(), backslashes = true;
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (script.charCodeAt(counted) === 10) line++;
    return line;
  };
  const finish = (): SplitStatement | null => {
    const { first, last } = statement;
    backslashes = modeAfter(statement) ?? backslashes;
    statement = newStatement();
    if (!first || !last) return null;
    const { start } = first, { end } = last;
    return { sql: script.slice(start, end), start, end, line: lineAt(start) };
  };
  for (;;) {
    const token = nextToken(script, at, statement.last ?? undefined, statement.before ?? undefined, backslashes);
    if (!token) break;
    at = token.end;
    if (token.kind === "comment") continue;
    if (!statement.first && token.value === "DELIMITER" && startsLine(script, token.start)) {
      delimiterLine.lastIndex = token.start;
      const found = delimiterLine.exec(script);
      if (found) {
        delimiter = found[1]!;
        at = token.start + found[0].length;
        continue;
      }
    }
    const cut = token.kind === "string" || token.kind === "name"
      ? -1
      : script.startsWith(delimiter, token.start)
      ? 0
      : delimiter === ";"
      ? -1
      : token.text.indexOf(delimiter);
    if (cut >= 0 && !(delimiter === ";" && insideBody(statement))) {
      if (cut > 0) add(statement, { ...token, text: token.text.slice(0, cut), end: token.start + cut });
      const found = finish();
      if (found) yield found;
      at = token.start + cut + delimiter.length;
      continue;
    }
    if (token.kind === "bad" && "'\"`/".includes(token.text[0]!)) throw unfinished(script, token);
    // \N alone is SQL: a null.
    if (token.text === "\\" && script[token.end] !== "N") {
      throw clientsOwn(script.slice(token.start, token.end + 1), lineAt(token.start), "the mysql shell");
    }
    add(statement, token);
  }
  const rest = finish();
  if (rest) yield rest;
}

/** Are backslashes escapes after this statement? Null when it does not set the session's mode; what is no text is taken for a mode in which they are. */
function modeAfter({ head }: Open): boolean | null {
  if (head[0]?.value !== "SET") return null;
  const at = head.findIndex((token, i) =>
    /^(@@(session\.)?)?sql_mode$/i.test(token.text) && /^:?=$/.test(head[i + 1]?.text ?? "")
  );
  if (at < 0 || head.some((token) => token.value === "GLOBAL")) return null;
  const value = head[at + 2];
  return value?.kind !== "string" || !/\bNO_BACKSLASH_ESCAPES\b/i.test(value.value);
}

function startsLine(script: string, at: number): boolean {
  return /^[ \t]*$/.test(script.slice(script.lastIndexOf("\n", at - 1) + 1, at));
}

/** Words that open a block where a statement begins, as BEGIN and CASE do anywhere; each is closed by an END. */
const opening: ReadonlySet<string> = new Set(["IF", "LOOP", "REPEAT", "WHILE"]);
/** After these a statement begins. */
const starts: ReadonlySet<string> = new Set(["BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW", ";", ":"]);

/** What of a statement says where it ends: its first words, its last tokens, and how many blocks are open. */
interface Open {
  first: Token | null;
  last: Token | null;
  before: Token | null;
  readonly head: Token[];
  /**
   * A letter for each block that is open, the outermost first: "b" for one of statements, "v" for a CASE that is a value, in which nothing but
   * another one opens anything (IF and REPEAT are functions there). Of all tokens but the last, which may mean something else with the next
   * one beside it.
   */
  blocks: string;
  /** The word behind END (END IF) opens nothing. */
  closing: boolean;
}

function newStatement(): Open {
  return { first: null, last: null, before: null, head: [], blocks: "", closing: false };
}

function add(statement: Open, token: Token): void {
  if (statement.last && statement.before) {
    const { blocks, closing } = counted(statement, token);
    statement.blocks = blocks, statement.closing = closing;
  }
  statement.first ??= token;
  if (statement.head.length < 24) statement.head.push(token);
  statement.before = statement.last, statement.last = token;
}

/** Blocks that are open behind the last token, when `next` comes after it. */
function counted(
  { last, before, blocks, closing }: Open,
  next: Token | null,
): { readonly blocks: string; readonly closing: boolean } {
  if (!last || !before || last.kind !== "word" || closing) return { blocks, closing: false };
  const { value } = last;
  if (value === "END") {
    const closing = ["IF", "CASE", "LOOP", "REPEAT", "WHILE"].includes(next?.value ?? "");
    return { blocks: blocks.slice(0, -1), closing };
  }
  const inValue = blocks.endsWith("v"), begins = starts.has(before.value);
  if (value === "CASE") return { blocks: blocks + (inValue || !begins ? "v" : "b"), closing: false };
  const opens = !inValue && (value === "BEGIN" || opening.has(value) && begins && next?.text !== "NOT");
  return { blocks: opens ? `${blocks}b` : blocks, closing: false };
}

/** Does a semicolon here belong to the body of a routine, trigger or event? */
function insideBody(statement: Open): boolean {
  const { head } = statement, first = head[0]?.value;
  if (first !== "CREATE" && first !== "ALTER" && first !== "BEGIN") return false;
  if (first === "BEGIN") return head[1]?.value === "NOT";
  const kind = head.slice(1).find((token) =>
    token.kind === "word" && /^(PROCEDURE|FUNCTION|TRIGGER|EVENT|TABLE|VIEW|INDEX|DATABASE|PACKAGE)$/.test(token.value)
  );
  if (!kind || !/^(PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)$/.test(kind.value)) return false;
  return counted(statement, null).blocks !== "";
}

function unfinished(script: string, token: Token): SqaError {
  const line = script.slice(0, token.start).split("\n").length;
  const isComment = token.text.startsWith("/*");
  const open = isComment ? "/*" : token.text.replace(/^[^'"`]*/, "")[0];
  return new SqaError(
    "SQA-512",
    `the text ends inside ${isComment ? "a comment" : "a quote"} that opens on line ${line}`,
    {
      hint: isComment ? "close it with */" : `close the ${open} that opens there`,
    },
  );
}

/** The statement as part of a script that the mysql client runs: a body with semicolons gets a delimiter of its own. */
export function terminated(sql: string): string {
  const tokens = tokenize(sql);
  const text = /--|#/.test(sql.slice(sql.lastIndexOf("\n") + 1)) ? `${sql}\n` : sql;
  // Where backslashes may be no escapes (NO_BACKSLASH_ESCAPES), a text may end before it seems to.
  const hidden = sql.includes("\\") && sql.includes(";");
  if (!hidden && !tokens.some((token) => token.text === ";" && token.kind === "operator")) return `${text};`;
  let delimiter = ";;";
  for (const each of ["//", "$$", "%%", "|||", "@@@"]) if (sql.includes(delimiter)) delimiter = each;
  return `DELIMITER ${delimiter}\n${text}${delimiter}\nDELIMITER ;`;
}
