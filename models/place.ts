/** Finds the line of the user's file that called a builder. Costs next to nothing until somebody asks for it. */
import type { Place } from "./contract.ts";
import { modelFiles } from "./own_files.ts";

/** A place that nobody can point to. */
export const nowhere: Place = { file: null, line: null, column: null };

/** How many frames are kept: those of this folder and the first one behind them. */
const depth = 12, columnDepth = 6;

/**
 * The place of the first caller outside this folder. Formatting the stack costs more than making it, so that waits until asked for. Frames
 * up to that of `above` are left out: a large schema keeps a hundred thousand of these. Within `numbering` not even a stack is made.
 */
export function capture(above: (...given: never[]) => unknown = capture, frames = depth): Place {
  if (numbered) return late(ofRun, numbered, numbered.count++);
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  Error.captureStackTrace(holder, above);
  Error.stackTraceLimit = limit;
  const place = late(ofStack, holder, 0);
  repeated?.push(place);
  return place;
}

/** A place that is found out when somebody asks: `how` finds it `from` something. All have one shape, and functions that they share. */
interface LatePlace extends Place {
  found: Place | null;
  how: (place: LatePlace) => Place;
  from: unknown;
  at: number | string;
}

/** Getters of all late places together: with its own, each would be a hash table. */
const getters = {
  get file(): string | null {
    return placeOf(this as unknown as LatePlace).file;
  },
  get line(): number | null {
    return placeOf(this as unknown as LatePlace).line;
  },
  get column(): number | null {
    return placeOf(this as unknown as LatePlace).column;
  },
};

function placeOf(place: LatePlace): Place {
  return place.found ??= place.how(place);
}

function late(how: LatePlace["how"], from: unknown, at: LatePlace["at"]): LatePlace {
  return { __proto__: getters, found: null, how, from, at } as unknown as LatePlace;
}

function ofStack({ from }: LatePlace): Place {
  return parse((from as { readonly stack?: string }).stack ?? "");
}

/** A run whose places are numbers until somebody asks for one: then it is repeated with stacks. */
interface NumberedRun {
  count: number;
  /** Does the same once more, at once. */
  readonly again: () => void;
  places: readonly Place[] | null;
}

let numbered: NumberedRun | null = null;
/** What a repeated run finds, in its order. */
let repeated: Place[] | null = null;

/**
 * Runs `work` without making stacks, which take a quarter of a millisecond each in a long file: places are counted instead. The first question
 * for one does the work once more, by `again`, this time with stacks, and in the same order. For work that does the same each time and has no
 * effect on anything else; where it does not, its places are nowhere.
 */
export async function numbering<T>(run: NumberedRun, work: () => Promise<T>): Promise<T> {
  const before = numbered;
  numbered = run;
  try {
    return await work();
  } finally {
    numbered = before;
  }
}

/** A run to number places in. */
export function numberedRun(again: () => void): NumberedRun {
  return { count: 0, again, places: null };
}

function ofRun({ from, at }: LatePlace): Place {
  const run = from as NumberedRun;
  run.places ??= repeatedPlaces(run);
  return run.places[at as number] ?? nowhere;
}

function repeatedPlaces({ again }: NumberedRun): readonly Place[] {
  const before = { numbered, repeated, findKey }, found: Place[] = [];
  numbered = null, repeated = found;
  try {
    again();
  } catch {
    // It stops where it stopped the first time; what was found until then counts.
  } finally {
    ({ numbered, repeated, findKey } = before);
  }
  return found;
}

/** Where the key of a column stands in a file, from the line of its table on; null where it does not. */
export type FindKey = (file: string, line: number, key: string) => number | null;

let findKey: FindKey | null = null;

/**
 * Runs `work`, in which the places of columns are found from their tables' when somebody asks: in Deno every stack costs as much as the function
 * that stands in it is long, and a file of a thousand tables is one function with ten thousand columns.
 */
export function findingColumns<T>(find: FindKey, work: () => T): T {
  const before = findKey;
  findKey = find;
  const back = () => void (findKey = before);
  try {
    const made = work();
    if (made instanceof Promise) return made.finally(back) as T;
    back();
    return made;
  } catch (error) {
    back();
    throw error;
  }
}

/** The place of a new column; frames up to that of `above` are not looked at. */
export function captureColumn(above: (...given: never[]) => unknown): Place {
  return findKey ? late(ofNoTable, findKey, "") : capture(above, columnDepth);
}

/** The column of this place is this table's, under this key. The first table counts. */
export function settleColumn(place: Place, table: Place, key: string): void {
  const open = place as LatePlace;
  if (open.how !== ofNoTable) return;
  open.how = ofTable, open.from = { table, find: open.from as FindKey }, open.at = key, open.found = null;
}

function ofNoTable(): Place {
  return nowhere;
}

function ofTable({ from, at }: LatePlace): Place {
  const { table, find } = from as { readonly table: Place; readonly find: FindKey };
  const { file, line } = table;
  if (file === null || line === null) return table;
  const found = find(file, line, at as string);
  return found === null ? table : { file, line: found, column: null };
}

/** The first frame of a stack that is not ours. Tests and doc examples live in this folder and are users all the same. */
function parse(stack: string): Place {
  for (const line of stack.split("\n")) {
    const frame = /(file:\/\/.+?|\/.+?|[a-zA-Z]:\\.+?):(\d+):(\d+)\)?$/.exec(line);
    if (!frame) continue;
    const at = frame[1]!;
    if (at.startsWith(modelFiles) && !/_test\.ts$|\$\d+-\d+/.test(at)) continue;
    return { file: at.startsWith("file://") ? filePath(at) : at, line: Number(frame[2]), column: Number(frame[3]) };
  }
  return nowhere;
}

/** A file URL as a path of this system; query and hash (used to load a file again) left out, and a copy's path turned back into the original's. */
export function filePath(url: string): string {
  const parsed = new URL(url);
  const path = original(decodeURIComponent(parsed.pathname));
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1).replaceAll("/", "\\") : path;
}

const copyRoots: string[] = [];

/** From now on paths below `root` stand for the files that were copied there, each under its whole path. */
export function addCopyRoot(root: string): void {
  copyRoots.push(root);
}

/** Text about copies as text about the originals. */
export function original(text: string): string {
  return copyRoots.reduce((all, root) => all.replaceAll(root, ""), text);
}
