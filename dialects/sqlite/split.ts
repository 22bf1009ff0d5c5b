/** Splits a script into statements by SQLite's own rule (complete.c): a semicolon ends one, but a trigger ends with "; END ;". */
import type { SplitStatement } from "../dialect.ts";
import { SqaError } from "../../schema/error.ts";
import { refuseBad, type Token, tokenize } from "./lexer.ts";

/** The statements of a script, without terminators; text of nothing but comments is none. SQA-512 when it ends inside a quote or comment. */
export function split(script: string): readonly SplitStatement[] {
  const tokens = tokenize(script, { comments: true });
  refuseBad(script, tokens.filter((token) => token.kind === "bad" && "'\"`[".includes(token.text[0]!)));
  const open = tokens.find((token) => token.kind === "comment" && token.text.startsWith("/*") && !closed(token.text));
  if (open) {
    const line = script.slice(0, open.start).split("\n").length;
    throw new SqaError("SQA-512", `the text ends inside a comment that opens on line ${line}`, {
      hint: "close it with */",
    });
  }
  const statements: SplitStatement[] = [];
  let current: Token[] = [], line = 1, counted = 0;
  const finish = (): void => {
    if (current.length === 0) return;
    const start = current[0]!.start, end = current.at(-1)!.end;
    line += newlines(script, counted, start);
    counted = start;
    statements.push({ sql: script.slice(start, end), start, end, line });
    current = [];
  };
  for (const token of tokens) {
    if (token.kind === "comment") continue;
    if (token.text === ";" && token.kind === "operator" && !insideTrigger(current)) finish();
    else current.push(token);
  }
  finish();
  return statements;
}

/** Does a semicolon here belong to a trigger's body? */
function insideTrigger(tokens: readonly Token[]): boolean {
  if (tokens[0]?.value === "EXPLAIN") {
    return insideTrigger(tokens.slice(tokens[1]?.value === "QUERY" && tokens[2]?.value === "PLAN" ? 3 : 1));
  }
  if (tokens[0]?.value !== "CREATE") return false;
  const second = tokens[1]?.value;
  if ((second === "TEMP" || second === "TEMPORARY" ? tokens[2]?.value : second) !== "TRIGGER") return false;
  return !(tokens.at(-1)?.value === "END" && tokens.at(-1)?.kind === "word" && tokens.at(-2)?.text === ";");
}

function closed(comment: string): boolean {
  return comment.length >= 4 && comment.endsWith("*/");
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === 10) count++;
  return count;
}
