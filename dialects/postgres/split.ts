/** Splits a script into statements at the semicolons that end one: not those in quotes, parentheses or a BEGIN ATOMIC body. Pure. */
import type { SplitStatement } from "../dialect.ts";
import { clientsOwn } from "../clients_own.ts";
import { is, lex, type Token } from "./lexer.ts";

/**
 * Statements without terminators, comments around them left out. SQA-512 when the script ends inside a quote or a comment, SQA-531 where it
 * goes on in psql's own words.
 */
export function split(script: string): readonly SplitStatement[] {
  return [...pieces(script)];
}

/** The same one by one: of a script of a million statements only the current one is held. */
export function* pieces(script: string): Generator<SplitStatement, void, undefined> {
  const lines = lineCounter(script);
  let first: Token | null = null, last: Token | null = null;
  let parentheses = 0, atomic = 0, fromClient = false, passed = 0;
  const finish = (): SplitStatement | null => {
    let found: SplitStatement | null = null;
    if (first && last) {
      const end = last.start + last.text.length;
      found = { sql: script.slice(first.start, end), start: first.start, end, line: lines(first.start) };
      // The server would wait for rows that nobody sends.
      if (fromClient && is(first, "copy")) throw clientsOwn("COPY … FROM STDIN", found.line, "psql");
    }
    first = null, last = null, parentheses = 0, atomic = 0, fromClient = false;
    return found;
  };
  for (const token of lex(script)) {
    if (token.type === "space" || token.type === "comment") continue;
    if (is(token, ";") && parentheses === 0 && atomic === 0) {
      const found = finish();
      if (found) yield found;
      continue;
    }
    if (token.start < passed) continue;
    if (!first && token.text === "\\") {
      passed = psqlLine(script, token.start, lines);
      continue;
    }
    if (is(token, "stdin") && is(last ?? undefined, "from")) fromClient = true;
    if (is(token, "(")) parentheses++;
    else if (is(token, ")")) parentheses = Math.max(0, parentheses - 1);
    else if (token.type === "word" && (atomic > 0 || mayHaveBody(first ?? undefined))) {
      // The same counting as psql's: inside BEGIN ATOMIC only CASE opens something that END closes.
      if (is(token, "atomic") && is(last ?? undefined, "begin")) atomic = 1;
      else if (atomic > 0 && is(token, "case")) atomic++;
      else if (atomic > 0 && is(token, "end")) atomic--;
    }
    first ??= token;
    last = token;
  }
  const rest = finish();
  if (rest) yield rest;
}

function mayHaveBody(first: Token | undefined): boolean {
  return is(first, "create");
}

/** Lines of offsets that only grow, in one pass over the text. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1, next = text.indexOf("\n");
  return (offset) => {
    while (next >= 0 && next < offset) line++, next = text.indexOf("\n", next + 1);
    return line;
  };
}

const psqlCommand = /(\\\S*)[^\n]*/y;

/** Where the line of a psql command ends. What a dump begins and ends with since August 2025 says nothing to the server; SQA-531 for others. */
function psqlLine(script: string, start: number, lines: (offset: number) => number): number {
  psqlCommand.lastIndex = start;
  const [line, command] = psqlCommand.exec(script)!;
  if (command === "\\restrict" || command === "\\unrestrict") return start + line.length;
  throw clientsOwn(command!, lines(start), "psql");
}
