/** Finds columns in the text of long model files, for messages. */
import { readFileSync, statSync } from "node:fs";

/** In longer files the stack of a column takes longer than everything else about it. */
const longFile = 100_000;

/** Is the file so long that its columns are better looked up than asked for? */
export function isLong(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > longFile;
}

const texts = new Map<string, readonly string[]>();

/** The line of a key within the statement that has this line; null when it stands elsewhere (in a mixin, say). Lines count from 1. */
export function findKey(file: string, line: number, key: string): number | null {
  let lines = texts.get(file);
  if (!lines) texts.set(file, lines = readFileSync(file, "utf8").split("\n"));
  for (let i = line - 1; i < lines.length; i++) {
    const text = lines[i]!;
    if (i >= line && /^(export|const|let|var|import|function|class)\b/.test(text)) return null;
    const start = text.trimStart();
    if ([key, `"${key}"`, `'${key}'`].some((name) => start.startsWith(`${name}:`) || text.includes(`{ ${name}:`))) {
      return i + 1;
    }
  }
  return null;
}
