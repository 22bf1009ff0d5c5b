/**
 * Reads the repository's own TypeScript as text: which files there are, what each imports, and its code without comments. For the
 * architecture test; a line scanner and not a parser, because imports stand at the start of a line here (`deno fmt` sees to it).
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Import {
  readonly specifier: string;
  /** The imported file's path from the root, or null for packages and built-ins. */
  readonly file: string | null;
  /** Erased by the compiler: `import type`, `export type`. (`import { type X }` is not: it still loads the module.) */
  readonly typeOnly: boolean;
  /** `await import()`: loaded later, so it can make no cycle of initialisation. */
  readonly lazy: boolean;
}

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

const skipped = new Set([".git", ".sqa", "dist", "coverage", "node_modules", "transcripts", "golden"]);

/** All TypeScript files of the repository, sorted by path. */
export function sourceFiles(): readonly SourceFile[] {
  const found: SourceFile[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) walk(path);
      } else if (entry.name.endsWith(".ts")) found.push(read(path));
    }
  };
  walk(root);
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

function read(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n").length - 1;
  return { path: fromRoot(path), text, lines, imports: importsOf(text, dirname(path)) };
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?["']([^"'\n]+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"'\n]+)["']/g;

function importsOf(text: string, folder: string): readonly Import[] {
  const file = (specifier: string) => specifier.startsWith(".") ? fromRoot(join(folder, specifier)) : null;
  const found: Import[] = [];
  for (const [, type, specifier] of text.matchAll(statement)) {
    found.push({ specifier: specifier!, file: file(specifier!), typeOnly: type !== undefined, lazy: false });
  }
  for (const [, specifier] of codeOf(text).matchAll(dynamic)) {
    found.push({ specifier: specifier!, file: file(specifier!), typeOnly: false, lazy: true });
  }
  return found;
}

function fromRoot(path: string): string {
  return relative(root, path).replaceAll("\\", "/");
}

/** The text with its comment lines and trailing line comments blanked; line numbers stay. */
export function codeOf(text: string): string {
  let block = false;
  return text.split("\n").map((line) => {
    const trimmed = line.trim();
    if (block) {
      if (trimmed.includes("*/")) block = false;
      return "";
    }
    if (trimmed.startsWith("/*")) {
      block = !trimmed.includes("*/");
      return "";
    }
    return trimmed.startsWith("//") ? "" : line.replace(/\s\/\/ .*$/, "");
  }).join("\n");
}
