/** Reads which files a file imports, from its text. Good enough to explain an error and to find models; nothing is run. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { packageIn } from "./packages.ts";

/** What the text imports, as it is written there. */
export function specifiersOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n]+)["']/g)].map((match) => match[1]!);
}

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

/** Paths of the files that relative imports in this text name, whether they exist or not. */
export function relativeImports(path: string, text: string): readonly string[] {
  return [...text.matchAll(specifier)].map((match) => resolve(dirname(path), match[1]!.replace(/[?#].*$/, "")));
}

/** The files by which `from` comes to import `to`, both included; null when no way is found. */
export function importChain(from: string, to: string): readonly string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  for (const path of cameFrom.keys()) {
    if (path === to) {
      const chain: string[] = [];
      for (let at: string | null = path; at !== null; at = cameFrom.get(at) ?? null) chain.unshift(at);
      return chain;
    }
    if (!existsSync(path)) continue;
    for (const next of relativeImports(path, readFileSync(path, "utf8"))) {
      if (!cameFrom.has(next)) cameFrom.set(next, path);
    }
  }
  return null;
}

/** A place in the text of a file; lines and columns count from 1. */
interface TextPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a file, or one that it imports by its path, imports this specifier; null when none does. */
export function importPlace(from: string, specifier: string): TextPlace | null {
  const files = new Set([from]);
  for (const path of files) {
    if (!existsSync(path)) continue;
    for (const next of relativeImports(path, readFileSync(path, "utf8"))) files.add(next);
  }
  return importPlaceIn([...files], specifier);
}

/** The first import of this specifier, or of a path within the package of this name, in these files; null when none has it. */
export function importPlaceIn(files: readonly string[], specifier: string): TextPlace | null {
  const name = packageIn(specifier)?.name ?? specifier;
  for (const path of files) {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    for (const found of text.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)) {
      if (found[1] !== specifier && packageIn(found[1]!)?.name !== name) continue;
      const before = text.slice(0, found.index + found[0].lastIndexOf(found[1]!) - 1).split("\n");
      return { file: path, line: before.length, column: before.at(-1)!.length + 1 };
    }
  }
  return null;
}
