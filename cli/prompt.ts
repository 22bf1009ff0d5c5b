/** Questions on a terminal, drawn by @clack/prompts. Loaded only when something is really asked. */
import { isCancel, select } from "@clack/prompts";
import process from "node:process";
import type { Question } from "./io.ts";

/** Asks on stderr, so that stdout stays data. Null when the user stops. */
export async function ask(question: Question): Promise<string | null> {
  const answer = await select({
    message: question.message,
    options: question.choices.map(({ value, label, hint }) =>
      hint === undefined ? { value, label } : { value, label, hint }
    ),
    output: process.stderr,
  });
  return isCancel(answer) ? null : answer;
}
