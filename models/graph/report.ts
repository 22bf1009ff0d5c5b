/** Gathers the mistakes of all models, so that they are shown together. */
import { type ErrorCode, SqaError } from "../../schema/error.ts";
import type { Note } from "../../schema/graph.ts";
import type { Place, Problem } from "../contract.ts";

export interface Report {
  /** Notes a mistake with the line of the model that it is in. */
  add(code: ErrorCode, message: string, place: Place, hint?: string): void;
  /** Notes what a builder found. */
  addAll(problems: readonly Problem[]): void;
  /** What is no mistake because the models may say more than there is. */
  notes(): readonly Note[];
  /** Throws SQA-100 with everything in `all`, when there is anything. */
  finish(): void;
}

/** Nothing found yet. `lenient`: unknown options (SQA-102) become notes. */
export function makeReport(lenient = false): Report {
  const errors = new Map<string, SqaError>(), notes = new Map<string, Note>();
  const add = (code: ErrorCode, message: string, place: Place, hint?: string) => {
    if (lenient && code === "SQA-102") {
      const where = place.file === null
        ? ""
        : ` (${[place.file, place.line].filter((part) => part !== null).join(":")})`;
      const text = `${message}${where}${hint === undefined ? "" : `; ${hint}`}`;
      return void notes.set(text, { code: "unknown-option", object: null, message: text });
    }
    const error = new SqaError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      ...(place.file === null ? {} : { place: sourcePlace(place) }),
    });
    errors.set(`${code} ${message} ${place.file}:${place.line}`, error);
  };
  return {
    add,
    addAll: (problems) =>
      problems.forEach((problem) => add(problem.code, problem.message, problem.place, problem.hint)),
    notes: () => [...notes.values()],
    finish() {
      if (errors.size === 0) return;
      const all = [...errors.values()].sort(byPlace);
      throw new SqaError(
        "SQA-100",
        all.length === 1 ? "the models have a mistake" : `the models have ${all.length} mistakes`,
        {
          all,
        },
      );
    },
  };
}

function sourcePlace(place: Place): { file: string; line?: number; column?: number } {
  return {
    file: place.file!,
    ...(place.line === null ? {} : { line: place.line }),
    ...(place.column === null ? {} : { column: place.column }),
  };
}

/** As a reader goes through the files. */
function byPlace(a: SqaError, b: SqaError): number {
  const left = a.more.place, right = b.more.place;
  const [fileA, fileB] = [left?.file ?? "", right?.file ?? ""];
  return fileA < fileB ? -1 : fileA > fileB ? 1 : (left?.line ?? 0) - (right?.line ?? 0);
}
