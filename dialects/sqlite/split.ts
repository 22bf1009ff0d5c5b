/** Splits a script into statements by SQLite's own rule (complete.c): a semicolon ends one, but a trigger ends with "; END ;". */
import type { SplitStatement } from "../dialect.ts";
import { SqaError } from "../../schema/error.ts";
import { lex, refuseBad, type Token } from "./lexer.ts";

/** The statements of a script, without terminators; text of nothing but comments is none. SQA-512 when it ends inside a quote or comment. */
export function split(script: string): readonly SplitStatement[] {
  return [...pieces(script)];
}

/** The same one by one: of a script of a million statements only the current one is held. */
export function* pieces(script: string): Generator<SplitStatement, void, undefined> {
  // Of a statement only its first words and its last two tokens say where it ends.
  let head: Token[] = [], last: Token | null = null, before: Token | null = null, line = 1, counted = 0;
  const finish = (): SplitStatement | null => {
    let found: SplitStatement | null = null;
    if (last) {
      const { start } = head[0]!, { end } = last;
      line += newlines(script, counted, start);
      counted = start;
      found = { sql: script.slice(start, end), start, end, line };
    }
    head = [], last = null, before = null;
    return found;
  };
  for (const token of lex(script)) {
    if (token.kind === "comment") {
      if (token.text.startsWith("/*") && !closed(token.text)) throw openComment(script, token);
      continue;
    }
    if (token.kind === "bad" && "'\"`[".includes(token.text[0]!)) refuseBad(script, [token]);
    const isEnd = token.text === ";" && token.kind === "operator";
    if (isEnd && !(isTrigger(head) && !(last && isWord(last, "END") && before?.text === ";"))) {
      const found = finish();
      if (found) yield found;
    } else {
      if (head.length < 6) head.push(token);
      before = last, last = token;
    }
  }
  const rest = finish();
  if (rest) yield rest;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === "word" && token.value === word;
}

function openComment(script: string, { start }: Token): SqaError {
  const line = script.slice(0, start).split("\n").length;
  return new SqaError("SQA-512", `the text ends inside a comment that opens on line ${line}`, {
    hint: "close it with */",
  });
}

/** Do the first tokens begin a trigger, whose body has semicolons of its own? */
function isTrigger(head: readonly Token[]): boolean {
  if (head[0]?.value === "EXPLAIN") {
    return isTrigger(head.slice(head[1]?.value === "QUERY" && head[2]?.value === "PLAN" ? 3 : 1));
  }
  if (head[0]?.value !== "CREATE") return false;
  const second = head[1]?.value;
  return (second === "TEMP" || second === "TEMPORARY" ? head[2]?.value : second) === "TRIGGER";
}

function closed(comment: string): boolean {
  return comment.length >= 4 && comment.endsWith("*/");
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === 10) count++;
  return count;
}
