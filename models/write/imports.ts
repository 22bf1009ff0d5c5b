/** What a model file imports. Pure. */
import { lineWidth, source } from "./text.ts";

/** What a text uses of "sqa": each name with what it looks like in use. */
const uses: readonly (readonly [string, RegExp])[] = [
  ["enumType", /= enumType\(/],
  ["fields", /= fields\(/],
  ["mixins", /\bmixins\./],
  ["raw", /= raw\(/],
  ["relations", /= relations\(/],
  ["schema", /= schema\(/],
  ["sql", /\bsql[`.]/],
  ["t", /\bt\./],
  ["table", /= table\(/],
  ["view", /= view\(/],
];

/** The names of "sqa" that a text needs. */
export function namesUsed(text: string): readonly string[] {
  return uses.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

/** An import, its names in the order of the alphabet, whatever the case, as the formatter wants them. */
export function importLines(names: readonly string[], from: string): string {
  const sorted = inAlphabet(names);
  const line = `import { ${sorted.join(", ")} } from ${source(from)};`;
  return line.length <= lineWidth
    ? line
    : `import {\n${sorted.map((name) => `  ${name},\n`).join("")}} from ${source(from)};`;
}

/** The text with these names among its imports from "sqa". */
export function withImports(text: string, names: Iterable<string>): string {
  const found = /import\s*\{([^}]*)\}\s*from\s*["']sqa["']/.exec(text);
  const there = new Set(found ? found[1]!.split(",").map((name) => name.trim()) : []);
  const missing = [...names].filter((name) => !there.has(name));
  if (missing.length === 0) return text;
  if (!found) return `${importLines(missing, "sqa")}\n${text}`;
  const all = inAlphabet([...there, ...missing].filter((name) => name !== ""));
  return text.replace(found[0], () => `import { ${all.join(", ")} } from "sqa"`);
}

function inAlphabet(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => {
    const [one, other] = [a.toLowerCase(), b.toLowerCase()];
    return one < other ? -1 : one > other ? 1 : a < b ? -1 : 1;
  });
}
