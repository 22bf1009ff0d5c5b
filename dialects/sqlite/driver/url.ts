/** SQLite's database URLs, and what they name: a file by its path, or a database in memory. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SqaError } from "../../../schema/error.ts";

/** Where a database is. */
export type Place = { readonly memory: true } | { readonly memory: false; readonly path: string };

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
