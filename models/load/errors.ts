/** What went wrong when a model file was imported: does not parse, imports something that is not there, or throws. Never swallowed. */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type ErrorCode, SqaError } from "../../schema/error.ts";
import { filePath, original } from "../place.ts";
import { modelFiles } from "../own_files.ts";
import { importChain, importPlace } from "./imports.ts";

/** The error for one file. Deno's messages (2.9) carry the place as "at file:///…:line:column". */
export function loadError(path: string, cause: unknown, cwd: string): SqaError {
  if (cause instanceof SqaError) return cause;
  if (cause instanceof Error) cause.message = original(cause.message);
  const message = plain(cause instanceof Error ? cause.message : String(cause));
  const [first] = message.replace(/^(Uncaught )?(SyntaxError|TypeError): /, "").split("\n");
  const place = placeIn(message) ?? placeIn(cause instanceof Error ? plain(cause.stack ?? "") : "") ?? { file: path };
  const shown = relative(cwd, path) || path;
  const chain = place.file === path ? null : importChain(path, place.file);
  const via = chain ? { detail: `imported by ${chain.map((file) => relative(cwd, file)).join(" -> ")}` } : {};
  const make = (code: ErrorCode, text: string, hint: string) =>
    new SqaError(code, text, { hint, place, cause, ...via });

  const missingFile = /^Module not found "(.+?)"/.exec(first!)?.[1];
  if (missingFile) {
    const target = missingFile.startsWith("file:") ? relative(cwd, filePath(missingFile)) : missingFile;
    const bare = !/\.\w+$/.test(target);
    return make(
      "SQA-113",
      `"${target}" does not exist, but is imported by the models`,
      bare ? "imports of files need their extension, like ./user.ts" : "correct the import, or restore the file",
    );
  }
  const missing = missingPackage(first!);
  if (missing !== null) return packageNotFound(missing === "" ? null : missing, path);
  if (/^The requested module .* does not provide an export named/.test(first!)) {
    return make("SQA-113", lowerFirst(first!.replace(/ at file:.*$/, "")), "correct the name in the import");
  }
  if (/SyntaxError/.test(message) || cause instanceof SyntaxError) {
    const excerpt = message.split("\n").slice(1).filter((line) => !/^\s*at file:/.test(line)).join("\n");
    return new SqaError("SQA-111", `${relative(cwd, place.file) || shown} does not parse: ${lowerFirst(first!)}`, {
      place,
      cause,
      ...(excerpt.trim() ? { detail: excerpt } : via),
    });
  }
  return make(
    "SQA-112",
    `${shown} throws: ${message.split("\n")[0]}`,
    "model files must be importable on their own: no server, no connection, no missing environment",
  );
}

/** The ways in which runtimes say that a name is no package: Deno 2.9 and 2.7, with and without the hook. */
const packageMessages: readonly RegExp[] = [
  /^Import "(.+?)" not a dependency/,
  /^npm package '(.+?)'/,
  /^\[ERR_MODULE_NOT_FOUND\] Cannot find (?:package|module) '(.+?)'/,
  /\bPackage import specifier "(.+?)" is not defined/,
  /^Could not find constraint '(.+?)' in the list of packages/,
  /^Module not found: ((?:jsr|npm):.+)/,
  /^Unsupported scheme "[^"]+" for module "(.+?)"/,
  /^(?:SqaError: )?the package "(.+?)" cannot be found/,
];

/** The name of the package that a message misses, "" where it names none; null when the message is about something else. */
function missingPackage(message: string): string | null {
  for (const form of packageMessages) {
    const name = form.exec(message)?.[1];
    if (name !== undefined) return name;
  }
  return /not a dependency|not in import map/.test(message) ? "" : null;
}

/** SQA-113 for an import that is no file, no short name and no installed package. `from` is a file that has it, or that leads to one. */
export function packageNotFound(name: string | null, from: string): SqaError {
  const place = (name === null ? null : importPlace(from, name)) ?? { file: from };
  const jsr = /^jsr:\/?(@[^/@]+\/[^/@]+)/.exec(name ?? "")?.[1];
  const installed = jsr !== undefined
    ? `packages of JSR are read from node_modules: npx jsr add ${jsr}`
    : name === null || /^(https?|data|blob):/.test(name)
    ? "name a file, or a package that is installed in node_modules"
    : `install it beside the models (npm install ${
      name.replace(/^npm:/, "")
    }), or name what it stands for in deno.json, tsconfig.json or package.json`;
  return new SqaError(
    "SQA-113",
    `${name === null ? "a package" : `the package "${name}"`} cannot be found, but is imported by the models`,
    {
      place,
      hint: installed,
    },
  );
}

/** Deno 2.9 colours the places in its messages, unless NO_COLOR is set, wherever they go. */
function plain(text: string): string {
  return original(stripVTControlCharacters(text));
}

/** The last "at file:///…:1:2" of a message, or the first such frame of a stack that is a user's. */
function placeIn(text: string): { file: string; line: number; column: number } | null {
  for (const match of text.matchAll(/(file:\/\/\/[^\s()]+?):(\d+):(\d+)/g)) {
    if (match[1]!.startsWith(modelFiles) && !/_test\.ts$/.test(match[1]!)) continue;
    return { file: filePath(match[1]!), line: Number(match[2]), column: Number(match[3]) };
  }
  return null;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

/** The errors that one error stands for. */
export function errorsOf(error: SqaError): readonly SqaError[] {
  return error.more.all ?? [error];
}
