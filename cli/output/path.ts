/** Paths as people read them. */
import { relative } from "node:path";

/** Relative when it is in the working directory or below it, else as it is. */
export function shownPath(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
