/** SQLite's database URLs, and what they name: a file by its path, or a database in memory. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SqaError } from "../../../schema/error.ts";

/** Where a database is. */
export type Place = { readonly memory: true } | { readonly memory: false; readonly path: string };

/** What belongs to the connection beside its file: `?attach.NAME=PATH&pragma.NAME=VALUE&functions=MODULE`, each any number of times. */
export interface Setup {
  readonly attached: readonly { readonly name: string; readonly path: string }[];
  /** In lower case; only those of `knownPragmas`. */
  readonly pragmas: Readonly<Record<string, string>>;
  /** Modules whose exported functions SQL may call. */
  readonly functions: readonly string[];
}

export const noSetup: Setup = { attached: [], pragmas: {}, functions: [] };

/** The pragmas that are kept in a file's header and so belong to its schema. */
export const knownPragmas: readonly string[] = [
  "application_id",
  "user_version",
  "auto_vacuum",
  "encoding",
  "journal_mode",
  "page_size",
];

/** SQA-203 for a name that cannot be attached or a pragma that belongs to no schema. */
export function parseSetup(url: string): Setup {
  const attached: { name: string; path: string }[] = [], pragmas: Record<string, string> = {}, functions: string[] = [];
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  for (const [key, value] of new URLSearchParams(query)) {
    const [, what, name] = /^(attach|pragma)\.(.*)$/.exec(key) ?? [];
    if (what === "attach") {
      if (name === "" || ["main", "temp"].includes(name!.toLowerCase())) {
        throw malformed(url, `no database can be attached as "${name}"`);
      }
      attached.push({ name: name!, path: value === ":memory:" ? value : resolve(value) });
    } else if (what === "pragma") {
      const pragma = name!.toLowerCase();
      if (!knownPragmas.includes(pragma)) {
        throw malformed(url, `"${name}" is none of the pragmas that belong to a schema: ${knownPragmas.join(", ")}`);
      }
      if (!/^[-+\w]+$/.test(value)) throw malformed(url, `${pragma} cannot be ${JSON.stringify(value)}`);
      pragmas[pragma] = value;
    } else if (key === "functions") functions.push(resolve(value));
  }
  return { attached, pragmas, functions };
}

/**
 * Reads `sqlite:path`, `sqlite:///abs/path`, `sqlite://./rel/path`, `sqlite::memory:`, `file:path` and `file:///abs/path`. Relative paths
 * are from the working directory. SQA-203 for anything else.
 */
export function parseUrl(url: string): Place {
  const match = /^(sqlite3?|file):(.*)$/is.exec(url);
  if (!match) throw malformed(url, "it starts with neither sqlite: nor file:");
  const [, scheme, all] = match;
  const [rest] = all!.split(/[?#]/, 1) as [string];
  const query = new URLSearchParams(all!.slice(rest.length).replace(/^\?/, "").replace(/#.*$/s, ""));
  if (rest === ":memory:" || rest === "//:memory:" || query.get("mode") === "memory") return { memory: true };
  if (scheme!.toLowerCase() === "file" && rest.startsWith("///")) {
    return { memory: false, path: fileURLToPath(`file:${rest}`) };
  }
  // Two slashes stand before a host in other URLs; here the path begins behind them.
  const path = decoded(rest.startsWith("//") ? rest.slice(2) : rest, url);
  if (path === "" || path === "/") throw malformed(url, "it names no file");
  if (path.includes("\0")) throw malformed(url, "the path has a NUL character");
  return { memory: false, path: resolve(path) };
}

/** The URL as it may be printed. SQLite's have no secrets, but what follows a "?" may be anything. */
export function maskUrl(url: string): string {
  return url.replace(/\?.*$/s, "");
}

function decoded(path: string, url: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw malformed(url, "it has a % that begins no escape");
  }
}

function malformed(url: string, why: string): SqaError {
  return new SqaError("SQA-203", `the database URL "${maskUrl(url)}" cannot be read: ${why}`, {
    hint: "write sqlite:app.db, sqlite:///var/lib/app.db or sqlite::memory:",
    exit: 78,
  });
}
