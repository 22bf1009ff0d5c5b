/**
 * Reads, compiles and links many files in one go, without running one of them: importing a thousand files one by one costs a millisecond
 * each for the way through the loader alone. They are then imported one by one as before, in order, and each finds its module ready.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The first import of the module below: it throws, so that nothing after it is run. */
const stop = 'import "data:text/javascript,throw null";';

/**
 * Never fails: a file that cannot be read or does not parse says so when it is imported by itself. The module is a blob: the name of a data URL
 * is its text, and Deno hands it around with every import that it makes.
 */
export async function loadAhead(files: readonly string[]): Promise<void> {
  const plain = withPlainImports(files);
  if (plain.length < 2) return;
  const lines = plain.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};`);
  const all = URL.createObjectURL(new Blob([[stop, ...lines].join("\n")], { type: "text/javascript" }));
  try {
    await import(all);
  } catch {
    // Always: by the first line, or by a file's own mistake.
  } finally {
    URL.revokeObjectURL(all);
  }
}

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n]+)["']/g;

/**
 * The files that import nothing but "sqa" and one another. Of an import that cannot be found Deno 2.9 tells the first time only which file
 * has it, so a file with any other import is left to be loaded by itself.
 */
function withPlainImports(files: readonly string[]): readonly string[] {
  const imports = new Map<string, readonly string[]>();
  for (const file of files) {
    try {
      const found = [...readFileSync(file, "utf8").matchAll(specifier)].map((match) => match[1]!);
      imports.set(file, found.filter((each) => each !== "sqa").map((each) => resolved(file, each)));
    } catch {
      // Its own import says why it cannot be read.
    }
  }
  for (let size = -1; size !== imports.size;) {
    size = imports.size;
    for (const [file, names] of imports) if (!names.every((name) => imports.has(name))) imports.delete(file);
  }
  return [...imports.keys()];
}

function resolved(file: string, name: string): string {
  return name.startsWith("./") || name.startsWith("../") ? resolve(dirname(file), name) : name;
}
