/**
 * The model API as source files, for editors of projects that have nothing but the binary: `import … from "sqa"` then has types and
 * documentation. From source they are read where they are; the binary carries them as one JSON file, for it keeps no file that is types alone.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFolder } from "../models/own_files.ts";

/** The folder of this program's files, in the binary as well. */
const root = fileURLToPath(ownFolder);

/** Where the build puts the files for the binary. */
export const embedded = "dist/editor_types.json";

/** The model API's files by their paths, `models/mod.ts` among them; null where they are not at hand. */
export function editorTypes(): Readonly<Record<string, string>> | null {
  const built = join(root, embedded), start = join(root, "models/mod.ts");
  if (existsSync(join(root, "schema/object.ts")) && existsSync(start)) return reachedFrom(start);
  return existsSync(built) ? JSON.parse(readFileSync(built, "utf8")) as Record<string, string> : null;
}

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+\.ts)["']/g;

/** A file and all that it imports, types included. Comments of examples that import are no imports of files that are there. */
function reachedFrom(start: string): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path) || !existsSync(path)) continue;
    const text = readFileSync(path, "utf8");
    // The project's compiler options are not those that the files are written for: its checker is to look at their types alone.
    found.set(path, `// @ts-nocheck Part of sqa.\n${text}`);
    for (const match of text.matchAll(specifier)) open.push(resolve(dirname(path), match[1]!));
  }
  const entries = [...found].map(([path, text]) => [relative(root, path).replaceAll("\\", "/"), text] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

/** The compiler options that an editor needs to find them. */
export const tsconfig = `{
  // For editors: sqa itself needs no TypeScript configuration.
  "compilerOptions": {
    "target": "es2023",
    "module": "esnext",
    "moduleResolution": "bundler",
    "strict": true,
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "types": [],
    "paths": { "sqa": ["./.sqa/types/models/mod.ts"] }
  },
  "include": ["models"]
}
`;
