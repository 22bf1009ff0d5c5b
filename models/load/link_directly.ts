/**
 * Model files linked and run by this program itself instead of by the runtime's loader, which takes half a millisecond for each file. They are
 * ordinary modules all the same (node:vm's SourceTextModule, there since Deno 2.9): imports, cycles and places in stacks are the language's own.
 * Only files that need nothing else of the loader come here: those that import "sqa" and one another.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as sqa from "../mod.ts";
import { modelFiles } from "../own_files.ts";
import type { Alias } from "./aliases.ts";
import { breather } from "./breathe.ts";
import { targetOf as importTarget } from "./resolve.ts";
import { hasNamespace } from "./without_types.ts";

/** What a module exports, by name. */
export type Namespace = Readonly<Record<string, unknown>>;

/** Files that are linked. */
export interface Linked {
  /** Runs one of them, after what it imports; each runs once. */
  run(file: string): Promise<Namespace>;
  /**
   * Runs all of them anew at once, in the given order, as modules of their own. Null where a file may do other things than make models, or
   * not the same each time: where it uses anything but the language and "sqa".
   */
  readonly again: ((files: readonly string[], around: (file: string, run: () => void) => void) => void) | null;
}

/** What this uses of node:vm; the types of it do not come with Deno. */
interface Module {
  readonly namespace: Namespace;
  readonly moduleRequests: readonly Request[];
  linkRequests(modules: readonly Module[]): void;
  instantiate(): void;
  evaluate(): Promise<unknown>;
}
interface Request {
  readonly specifier: string;
  readonly attributes: object;
}
interface Modules {
  readonly SourceTextModule?: {
    new (code: string, options: { readonly identifier: string }): Module;
    readonly prototype: Partial<Module>;
  };
  readonly SyntheticModule?: new (
    names: readonly string[],
    evaluate: (this: { setExport(name: string, value: unknown): void }) => void,
  ) => Module;
}

/** sqa's own files: to run one of them a second time would make a second list of models. */
const own: string = fileURLToPath(modelFiles);

const sourceFile = /\.(ts|mts|js|mjs)$/;

/** What only the runtime's loader gives a module. These words in a string do no harm, but send their file there. */
const asksLoader = /\bimport\s*[.(]|\bawait\b/;

/** What reaches beyond the language and "sqa", or is another thing each time. These words in a string do no harm, but their file is not run again. */
const asksWorld =
  /\b(Deno|globalThis|console|eval|Function|Date|Temporal|Symbol|WeakRef|FinalizationRegistry|navigator|localStorage|sessionStorage|Worker)\b|\b(process|performance|crypto|window|Buffer|global)\s*[.[;,)]|\b(random|fetch|prompt|alert|confirm|close|queueMicrotask|set(Timeout|Interval|Immediate)|addEventListener|dispatchEvent|reportError)\s*\(/;

/**
 * May a text hold types and be JavaScript all the same? The one such use is `f<T>(x)` (or with a template behind it), which JavaScript takes for two
 * comparisons; no other use of types parses. `<=` and `<>` begin no list of types, and no arrow ends one. Where in doubt it may.
 */
function mayHaveTypes(text: string): boolean {
  return hasListOfTypes(text) && hasListOfTypes(withoutStrings(text));
}

function hasListOfTypes(text: string): boolean {
  const first = text.search(/<(?![=>])/);
  return first >= 0 && /(?<![=-])>\s*[(`]/.test(text.slice(first));
}

/** The text without strings and comments: SQL compares too. As it is where that cannot be told without a parser. */
function withoutStrings(text: string): string {
  if (text.includes("${")) return text;
  const parts = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/g;
  const bare = text.replace(parts, "_");
  return /["'`]/.test(bare) ? text : bare;
}

/**
 * Links the files without running one of them. Null when that cannot be done here: an older runtime, a file that asks for more, or one that does
 * not parse. To import the files then does what is wanted, or says what is wrong.
 */
export async function linkDirectly(files: readonly string[], aliases: readonly Alias[]): Promise<Linked | null> {
  const { SourceTextModule, SyntheticModule } = await import("node:vm") as unknown as Modules;
  if (!SourceTextModule?.prototype.linkRequests || !SyntheticModule) return null;
  const itself = new SyntheticModule(Object.keys(sqa), function () {
    for (const [name, value] of Object.entries(sqa)) this.setExport(name, value);
  });
  // A name of its own: under the file's, Deno would take these lines for those of the file's import, which may follow.
  const moduleOf = (file: string, code: string) =>
    new SourceTextModule(code, { identifier: `${pathToFileURL(file).href}#linked` });
  const codes = new Map<string, string>();
  let repeats = true;
  const compiled = async (file: string): Promise<Module> => {
    const text = withoutPlainTypes(file, textOf(file));
    repeats &&= !asksWorld.test(text);
    if (!mayHaveTypes(text)) {
      try {
        const module = moduleOf(file, text);
        codes.set(file, text);
        return module;
      } catch {
        // Types, or a mistake that shows again without them.
      }
    }
    const bare = await withoutTypes(file, text);
    codes.set(file, bare);
    return moduleOf(file, bare);
  };
  const linkAll = (modules: ReadonlyMap<string, Module>, targets: ReadonlyMap<string, readonly string[]>) => {
    for (const [file, module] of modules) {
      module.linkRequests(targets.get(file)!.map((target) => target === "sqa" ? itself : modules.get(target)!));
    }
    for (const module of modules.values()) module.instantiate();
  };
  try {
    const modules = new Map<string, Module>(), links = new Map<string, readonly string[]>();
    const open = new Set(files.map((file) => resolve(file))), breathe = breather();
    // Grows while it is walked, by what the files import.
    for (const file of open) {
      await breathe();
      const module = await compiled(file);
      modules.set(file, module);
      const targets = module.moduleRequests.map((request) => targetOf(request, file, aliases));
      for (const target of targets) if (target !== "sqa") open.add(target);
      links.set(file, targets);
    }
    linkAll(modules, links);
    return {
      run: async (file) => {
        const module = modules.get(resolve(file))!;
        await module.evaluate();
        return module.namespace;
      },
      again: !repeats ? null : (order, around) => {
        const anew = new Map([...codes].map(([file, code]) => [file, moduleOf(file, code)]));
        linkAll(anew, links);
        for (const file of order) {
          around(file, () => {
            // Without a top-level await (see asksLoader) all is done when this returns; a mistake was there the first time.
            anew.get(resolve(file))!.evaluate().catch(() => {});
          });
        }
      },
    };
  } catch {
    return null;
  }
}

/** The text of a file that may come here; throws for any other. */
function textOf(file: string): string {
  const text = readFileSync(file, "utf8");
  if (!sourceFile.test(file) || file.startsWith(own) || asksLoader.test(text)) {
    throw new Error(`${file} is to be imported`);
  }
  return text;
}

/**
 * The text without the type of `t.sql<number>("…")`, which pulled models have in every file, with blanks in its place; strings and comments
 * stay. Whatever else may be a type is left to a parser.
 */
function withoutPlainTypes(file: string, text: string): string {
  if (!text.includes("t.sql<") || !/\.m?ts$/.test(file)) return text;
  const strings = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/.source;
  const pieces = new RegExp(`${strings}|\\bt\\.sql<[A-Za-z]\\w*>(?=\\()`, "g");
  return text.replace(pieces, (piece) => piece.startsWith("t.sql<") ? "t.sql".padEnd(piece.length) : piece);
}

async function withoutTypes(file: string, text: string): Promise<string> {
  if (!/\.m?ts$/.test(file) || hasNamespace(text)) return text;
  const { transform } = await import("sucrase");
  return transform(text, { transforms: ["typescript"], disableESTransforms: true }).code;
}

/** The file that a specifier names, or "sqa"; throws for packages, built-in modules and what is no source. */
function targetOf({ specifier, attributes }: Request, from: string, aliases: readonly Alias[]): string {
  const target = importTarget(specifier, from, aliases);
  if (target.is === "sqa") return "sqa";
  const plain = target.is === "file" && Object.keys(attributes).length === 0 && target.suffix === "";
  if (plain && !/[?#%]/.test(target.path) && !target.path.includes("/node_modules/")) return target.path;
  throw new Error(`${specifier} is to be imported`);
}
