/** What the models of some files depend on, as one number: the texts of the files and of all that they import, and what each import names. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readAliases } from "./aliases.ts";
import { specifiersOf } from "./imports.ts";
import { isPure } from "./pure.ts";
import { targetOf } from "./resolve.ts";

const sourceFile = /\.(ts|mts|js|mjs)$/;

/**
 * A sha256 that is another one whenever the models may be others; null where that is not certain: where a file uses more than the language,
 * or imports a package or what is no source, or cannot be read. Runs nothing.
 */
export function contentKey(files: readonly string[], root: string): string | null {
  const hash = createHash("sha256");
  try {
    const aliases = readAliases(root);
    const open = new Set(files.map((file) => resolve(file)));
    for (const file of open) {
      if (!sourceFile.test(file) || file.includes("/node_modules/")) return null;
      const text = readFileSync(file, "utf8");
      if (!isPure(text)) return null;
      const targets = specifiersOf(text).map((specifier) => targetOf(specifier, file, aliases));
      for (const target of targets) {
        if (target.is === "other" || target.is === "file" && target.suffix !== "") return null;
        if (target.is === "file") open.add(target.path);
      }
      hash.update(JSON.stringify([file, text, targets]));
    }
    return hash.digest("hex");
  } catch {
    return null;
  }
}
