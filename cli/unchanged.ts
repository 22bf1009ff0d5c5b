/**
 * What a diff said when it found nothing to change, for the next run to say again where it is certain that it would find the same: a file in
 * the project's `.sqa/cache`, under a hash of all that a diff depends on. That is the models' files, this program, the settings and flags, the
 * migration files, the history, and every answer of the database to every question about its schema. Nothing of it is looked up by a date
 * or a size, and a run that had to ask the database what it makes of an expression keeps nothing. It can be lost at any time.
 */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { basePrint } from "../migrate/base_print.ts";
import { writeWhole } from "../migrate/files.ts";
import type { Note } from "../schema/graph.ts";
import { sha256 } from "../schema/hash.ts";
import type { Asked } from "./asked.ts";

/** What is known before the database is asked. */
export interface Ours {
  /** The folder of the project. */
  readonly root: string;
  /** What the models depend on, this program included. */
  readonly models: string;
  /** Everything else that decides what a diff finds, as JSON; no secrets. */
  readonly about: unknown;
  /** Which of the project's databases and ways to ask it is: each has a file of its own. */
  readonly name: string;
}

/** The place of what was said. */
export interface Unchanged {
  /** May it be known? Then it is worth waiting for what the database says. */
  readonly maybe: boolean;
  /** The notes of the run that found nothing to change, if this one would find just that; else null. */
  notes(asked: Asked): Promise<readonly Note[] | null>;
  /** Keeps the notes of a run that has found nothing to change. Never fails. To be asked for before the graph is made of the answers. */
  keeper(asked: Asked): Promise<(notes: readonly Note[]) => Promise<void>>;
}

interface Kept {
  readonly ours: string;
  readonly all: string;
  readonly notes: readonly Note[];
}

/** The place in a project's cache. Reads it. */
export function unchanged({ root, models, about, name }: Ours): Unchanged {
  const ours = sha256(JSON.stringify([models, about]));
  const folder = join(root, ".sqa/cache"), path = join(folder, `${sha256(name).slice(0, 12)}.same.json`);
  const kept = read(path), known = kept?.ours === ours ? kept : null;
  const whole = async ({ folder, state, live }: Asked): Promise<string | null> => {
    const print = live.print(), base = await basePrint(folder, state);
    return print === null || base === null ? null : sha256(JSON.stringify([ours, print, base]));
  };
  return {
    maybe: known !== null,
    notes: async (asked) => known !== null && known.all === await whole(asked) ? known.notes : null,
    keeper: async (asked) => {
      const all = await whole(asked);
      return async (notes) => {
        if (all === null) return;
        try {
          const body = JSON.stringify({ ours, all, notes } satisfies Kept);
          await mkdir(folder, { recursive: true });
          await writeFile(join(folder, ".gitignore"), "*\n");
          await writeWhole(path, `${sha256(body)}\n${body}`);
        } catch {
          // A folder that may not be written: the next run looks again.
        }
      };
    },
  };
}

/** What is there; null where nothing is, or half of it. */
function read(path: string): Kept | null {
  try {
    const text = readFileSync(path, "utf8"), end = text.indexOf("\n"), body = text.slice(end + 1);
    return text.slice(0, end) === sha256(body) ? JSON.parse(body) as Kept : null;
  } catch {
    return null;
  }
}
