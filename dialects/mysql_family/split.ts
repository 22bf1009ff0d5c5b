/**
 * Splits a script as the mysql client does, DELIMITER lines included (they are the client's, no server knows them). Between two semicolons of
 * a routine's body that stands without DELIMITER nothing is cut: its BEGIN … END are followed.
 */
import type { SplitStatement } from "../dialect.ts";
import { SqaError } from "../../schema/error.ts";
import { nextToken, type Token, tokenize } from "./lexer.ts";

const delimiterLine = /delimiter[ \t]+(\S+)[^\n]*(?:\n|$)/iy;

/** The statements without their terminators. SQA-512 when the text ends inside a quote or comment. */
export function split(script: string): readonly SplitStatement[] {
  const statements: SplitStatement[] = [];
  let at = 0, delimiter = ";", line = 1, counted = 0;
  let tokens: Token[] = [];
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (script.charCodeAt(counted) === 10) line++;
    return line;
  };
  const finish = (): void => {
    const first = tokens[0], last = tokens.at(-1);
    tokens = [];
    if (!first || !last) return;
    const { start } = first, { end } = last;
    statements.push({ sql: script.slice(start, end), start, end, line: lineAt(start) });
  };
  for (;;) {
    const token = nextToken(script, at, tokens.at(-1), tokens.at(-2));
    if (!token) break;
    at = token.end;
    if (token.kind === "comment") continue;
    if (tokens.length === 0 && token.value === "DELIMITER" && startsLine(script, token.start)) {
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
    if (cut >= 0 && !(delimiter === ";" && insideBody(tokens))) {
      if (cut > 0) tokens.push({ ...token, text: token.text.slice(0, cut), end: token.start + cut });
      finish();
      at = token.start + cut + delimiter.length;
      continue;
    }
    if (token.kind === "bad" && "'\"`/".includes(token.text[0]!)) throw unfinished(script, token);
    tokens.push(token);
  }
  finish();
  return statements;
}

function startsLine(script: string, at: number): boolean {
  return /^[ \t]*$/.test(script.slice(script.lastIndexOf("\n", at - 1) + 1, at));
}

/** Words that open a block where a statement begins; each is closed by an END. */
const blocks: ReadonlySet<string> = new Set(["BEGIN", "CASE", "IF", "LOOP", "REPEAT", "WHILE"]);
/** After these a statement begins. */
const starts: ReadonlySet<string> = new Set(["BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW", ";", ":"]);

/** Does a semicolon here belong to the body of a routine, trigger or event? */
function insideBody(tokens: readonly Token[]): boolean {
  if (tokens[0]?.value !== "CREATE" && tokens[0]?.value !== "ALTER" && tokens[0]?.value !== "BEGIN") return false;
  if (tokens[0].value === "BEGIN") return tokens[1]?.value === "NOT";
  const kind = tokens.slice(1, 24).find((token) =>
    token.kind === "word" && /^(PROCEDURE|FUNCTION|TRIGGER|EVENT|TABLE|VIEW|INDEX|DATABASE|PACKAGE)$/.test(token.value)
  );
  if (!kind || !/^(PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)$/.test(kind.value)) return false;
  let depth = 0;
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i]!, before = tokens[i - 1]!, { value } = token;
    if (token.kind !== "word") continue;
    if (value === "END") {
      depth--;
      if (["IF", "CASE", "LOOP", "REPEAT", "WHILE"].includes(tokens[i + 1]?.value ?? "")) i++;
    } else if (value === "BEGIN") depth++;
    else if (value === "CASE") depth++;
    else if (blocks.has(value) && starts.has(before.value) && tokens[i + 1]?.text !== "NOT") depth++;
  }
  return depth > 0;
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
  if (!tokens.some((token) => token.text === ";" && token.kind === "operator")) return `${text};`;
  let delimiter = ";;";
  for (const each of ["//", "$$", "%%", "|||", "@@@"]) if (sql.includes(delimiter)) delimiter = each;
  return `DELIMITER ${delimiter}\n${text}${delimiter}\nDELIMITER ;`;
}
