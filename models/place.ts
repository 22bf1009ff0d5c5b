/** Finds the line of the user's file that called a builder. Costs two microseconds a call; the stack is read only when it is needed. */
import type { Place } from "./contract.ts";

/** This folder: its frames are ours, not the user's. */
const own = new URL(".", import.meta.url).href;

/** A place that nobody can point to. */
export const nowhere: Place = { file: null, line: null, column: null };

/** The place of the first caller outside this folder. Formatting the stack costs more than making it, so that waits until asked for. */
export function capture(): Place {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  Error.captureStackTrace(holder, capture);
  Error.stackTraceLimit = limit;
  let found: Place | null = null;
  const read = () => found ??= parse(holder.stack ?? "");
  return {
    get file() {
      return read().file;
    },
    get line() {
      return read().line;
    },
    get column() {
      return read().column;
    },
  };
}

/** Where the key of a column stands in a file, from the line of its table on; null where it does not. */
export type FindKey = (file: string, line: number, key: string) => number | null;

let findKey: FindKey | null = null;
const open = new WeakMap<Place, (table: Place, key: string) => void>();

/**
 * Runs `work`, in which the places of columns are found from their tables' when somebody asks: in Deno every stack costs as much as the function
 * that stands in it is long, and a file of a thousand tables is one function with ten thousand columns.
 */
export async function findingColumns<T>(find: FindKey, work: () => Promise<T>): Promise<T> {
  const before = findKey;
  findKey = find;
  try {
    return await work();
  } finally {
    findKey = before;
  }
}

/** The place of a new column. */
export function captureColumn(): Place {
  const find = findKey;
  if (!find) return capture();
  let read = (): Place => nowhere;
  const place: Place = {
    get file() {
      return read().file;
    },
    get line() {
      return read().line;
    },
    get column() {
      return read().column;
    },
  };
  open.set(place, (table, key) => {
    open.delete(place);
    let found: Place | null = null;
    read = () => {
      const { file, line } = found ?? table;
      if (found || file === null || line === null) return found ?? table;
      const at = find(file, line, key);
      return found = at === null ? table : { file, line: at, column: null };
    };
  });
  return place;
}

/** The column of this place is this table's, under this key. The first table counts. */
export function settleColumn(place: Place, table: Place, key: string): void {
  open.get(place)?.(table, key);
}

/** The first frame of a stack that is not ours. Tests and doc examples live in this folder and are users all the same. */
function parse(stack: string): Place {
  for (const line of stack.split("\n")) {
    const frame = /(file:\/\/.+?|\/.+?|[a-zA-Z]:\\.+?):(\d+):(\d+)\)?$/.exec(line);
    if (!frame) continue;
    const at = frame[1]!;
    if (at.startsWith(own) && !/_test\.ts$|\$\d+-\d+/.test(at)) continue;
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
