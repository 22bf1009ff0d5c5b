/** What the models of some files depend on, as one number: the texts of the files and of all that they import, and what each import names. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { readAliases } from "./aliases.ts";
import { specifiersOf } from "./imports.ts";
import { isPure } from "./pure.ts";
import { type Target, targetOf } from "./resolve.ts";

const sourceFile = /\.(ts|mts|js|mjs)$/;

/**
 * A sha256 over the texts and what their imports name; null where a file imports a package or what is no source, or cannot be read. For files
 * that are sure it is another one whenever the models may be others. Runs nothing.
 */
export function contentKey(files: readonly string[], root: string): string | null {
  const hash = createHash("sha256");
  const whole = each(files, root, (file, text, targets) => {
    hash.update(JSON.stringify([file, text, targets]));
    return true;
  });
  return whole ? hash.digest("hex") : null;
}

/** Do these files and all that they import use the language and nothing else? Who finds what was kept of the same texts need not ask again. */
export function areSure(files: readonly string[], root: string): boolean {
  return each(files, root, (_, text) => isPure(text));
}

/** Visits the files and all that they import; false where one is no plain source, or is not to the visitor's liking. */
function each(
  files: readonly string[],
  root: string,
  visit: (file: string, text: string, targets: readonly Target[]) => boolean,
): boolean {
  try {
    const aliases = readAliases(root);
    const open = new Set(files.map((file) => resolve(file)));
    for (const file of open) {
      if (!sourceFile.test(file) || file.includes("/node_modules/")) return false;
      // A third faster than readFileSync of node:fs, which counts for a thousand files.
      const text = Deno.readTextFileSync(file);
      const targets = specifiersOf(text).map((specifier) => targetOf(specifier, file, aliases));
      for (const target of targets) {
        if (target.is === "other" || target.is === "file" && target.suffix !== "") return false;
        if (target.is === "file") open.add(target.path);
      }
      if (!visit(file, text, targets)) return false;
    }
    return true;
  } catch {
    return false;
  }
}
