/** `--strict`: what is otherwise only told (left alone, not compared, advice on the models) is a mistake. */
import { SqaError } from "../schema/error.ts";
import type { Note } from "../schema/graph.ts";
import { count } from "./output/table.ts";

/** How many of the notes are mistakes. */
export function mistakesIn(notes: readonly Note[], strict: boolean | undefined): number {
  return strict ? notes.length : 0;
}

/** SQA-408 for notes that a strict run does not take. They have been printed by then. */
export function refuseNotes(notes: readonly Note[], strict: boolean | undefined): void {
  const mistakes = mistakesIn(notes, strict);
  if (mistakes === 0) return;
  throw new SqaError(
    "SQA-408",
    `${count(mistakes, "note")}, and --strict takes notes for mistakes; nothing was written`,
    {
      hint: "do what they say, leave out what is not meant (exclude_objects), or run it without --strict",
    },
  );
}
