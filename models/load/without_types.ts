/**
 * Model files for a runtime that cannot read TypeScript from disk: compiled programs of Deno before 2.8.2, which is what can be built where only
 * packages are to be had. The files and what they import are written without types to a temporary folder, under the same names, and imported
 * from there; `place.ts` turns the copies' paths back into the user's. Lines stay where they were.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SqaError } from "../../schema/error.ts";
import { addCopyRoot } from "../place.ts";
import type { Alias } from "./aliases.ts";
import { asModule, isCommonJs } from "./packages.ts";
import { importPlaceIn } from "./imports.ts";
import { targetOf } from "./resolve.ts";

export interface Copies {
  /** Where the copy of a file is. */
  of(file: string): string;
  /** Removes them all; files that were imported stay in memory. */
  remove(): void;
}

/** Does this runtime strip the types of a file that it imports from disk? Measured: denort 2.6.10 and 2.7.11 do not; in source since 2.8.2. */
export function readsTypes(
  standalone: boolean = Deno.build.standalone,
  version: string = Deno.version.deno,
): boolean {
  if (!standalone) return true;
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return major > 2 || (major === 2 && (minor > 8 || (minor === 8 && patch >= 2)));
}

const sourceFile = /\.(ts|mts|js|mjs)$/;
/** A specifier in an import or export, with what stands before it. */
const imported = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2/g;

/**
 * Copies of the files and of all that they import from disk. One that is not there is left out, so that importing it says so. SQA-111 when
 * files do not parse, SQA-118 when a file has a namespace, whose values cannot be taken along, all such files in one error's `all`; SQA-118
 * too when no folder for the copies can be made.
 */
export async function copiesWithoutTypes(files: readonly string[], aliases: readonly Alias[]): Promise<Copies> {
  const { transform } = await import("sucrase");
  const root = makeRoot();
  addCopyRoot(root);
  const remove = () => rmSync(root, { recursive: true, force: true });
  const of = (file: string) => join(root, file.replace(/^([A-Za-z]):/, "$1"));
  const seen = new Set(files.map((file) => resolve(file))), mistakes: SqaError[] = [];
  for (const file of seen) {
    if (!existsSync(file)) continue;
    try {
      const text = readFileSync(file, "utf8");
      mkdirSync(dirname(of(file)), { recursive: true });
      writeFileSync(of(file), copyOf(file, text));
    } catch (cause) {
      if (cause instanceof SqaError) mistakes.push(cause);
      else mistakes.push(new SqaError("SQA-118", `${file} cannot be copied to ${root}`, { place: { file }, cause }));
    }
  }
  if (mistakes.length === 0) return { of, remove };
  remove();
  if (mistakes.length === 1) throw mistakes[0]!;
  throw new SqaError("SQA-100", `${mistakes.length} model files cannot be loaded`, { all: mistakes });

  function copyOf(file: string, text: string): string {
    if (file.includes("/node_modules/") && isCommonJs(file)) return commonJs(file);
    return sourceFile.test(file) ? copied(file, text) : text;
  }

  function commonJs(file: string): string {
    try {
      return asModule(file);
    } catch (cause) {
      // denort 2.7.11 looks for files that end in .js in the program itself.
      const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;
      throw new SqaError("SQA-118", `this build of sqa cannot read "${name}", a package of CommonJS`, {
        place: importPlaceIn([...seen], name) ?? { file },
        cause,
        hint: "keep it out of the files of the models, or take a package of ES modules",
      });
    }
  }

  function copied(file: string, text: string): string {
    const plain = /\.m?ts$/.test(file) ? withoutTypes(file, text) : text;
    const code = plain.replaceAll(imported, (all, before: string, quote: string, specifier: string) => {
      const target = targetOf(specifier, file, file.includes("/node_modules/") ? [] : aliases);
      if (target.is === "sqa") return all;
      if (target.is === "other") return before + quote + target.specifier + quote;
      seen.add(target.path);
      return before + quote + pathToFileURL(of(target.path)).href + target.suffix + quote;
    });
    if (!/\bimport\.meta\b/.test(code)) return code;
    // What a file asks of its own place must be the truth.
    const own = { url: pathToFileURL(file).href, filename: file, dirname: dirname(file) };
    return `Object.assign(import.meta, ${JSON.stringify(own)});${code}`;
  }

  function withoutTypes(file: string, text: string): string {
    refuseNamespace(file, text);
    try {
      return transform(text, { transforms: ["typescript"], disableESTransforms: true }).code;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const [, line, column] = /\((\d+):(\d+)\)$/.exec(message) ?? [];
      throw new SqaError("SQA-111", `${file} does not parse: ${message.replace(/^.*?: | \(\d+:\d+\)$/g, "")}`, {
        place: { file, ...(line ? { line: Number(line), column: Number(column) } : {}) },
        cause,
      });
    }
  }
}

function makeRoot(): string {
  try {
    return realpathSync(mkdtempSync(join(tmpdir(), "sqa-models-")));
  } catch (cause) {
    throw new SqaError("SQA-118", `the models cannot be copied to ${tmpdir()}`, {
      cause,
      hint: "this build of sqa needs a temporary folder to read TypeScript: set TMPDIR to one that it may write",
    });
  }
}

/** The types of a namespace go, but its values would go with them without a word. */
function refuseNamespace(file: string, text: string): void {
  const at = text.split("\n").findIndex(hasNamespace);
  if (at < 0) return;
  throw new SqaError("SQA-118", "this build of sqa cannot read a namespace", {
    place: { file, line: at + 1 },
    hint: "export the values of the namespace from the file itself",
  });
}

/** Is there a line that begins a namespace? */
export function hasNamespace(text: string): boolean {
  return /^\s*(export\s+)?(namespace|module)\s+[A-Za-z_$][\w$.]*\s*\{/m.test(text);
}
