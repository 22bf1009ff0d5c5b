/** Reads which files a file imports, from its text. Good enough to explain an error and to find models; nothing is run. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

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
