/**
 * The graph of the models from the last run, where it is certain that this run would make the same: a file in the project's `.sqa/cache`, keyed
 * by the texts of all files that models come from, by where they are, by the database and by this very program. It can be lost at any
 * time; where it cannot be read or written there is none, and nothing is said.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../migrate/files.ts";
import type { RenameHint } from "../diff/change.ts";
import type { RowKind } from "../models/graph/identities.ts";
import type { SoftReference } from "../models/graph/links.ts";
import { areSure, contentKey } from "../models/load/content_key.ts";
import { findModelFiles } from "../models/load/find_files.ts";
import { makeGraph, type Note, type SchemaGraph } from "../schema/graph.ts";
import type { SchemaObject } from "../schema/object.ts";

/** Where the graphs are kept, below the project. */
export const cacheFolder = ".sqa/cache";

/** What is kept: what models say to everything but commands that ask for the models themselves. */
export interface KeptModels {
  readonly graph: SchemaGraph;
  readonly renames: readonly RenameHint[];
  readonly kinds: readonly RowKind[];
  readonly softReferences: readonly SoftReference[];
  readonly files: readonly string[];
}

export interface CacheQuery {
  readonly cwd: string;
  readonly globs: readonly string[] | null;
  readonly exclude: readonly string[];
  readonly dialect: { readonly name: string; readonly leaves?: object; readonly setUp?: string };
  /** What is said of all models, as JSON can say it. */
  readonly says?: unknown;
  /** The program that runs: another one may read the same models as something else. */
  readonly program: string;
}

/** An entry that may be there. */
export interface CacheEntry {
  /** What everything that is kept depends on, as a sha256, where the files are sure. */
  readonly key: string;
  /** Is it certain that files with these texts make the same models every time? Nothing is kept of others. */
  isSure(): boolean;
  /** What is kept; null where nothing is, or something else. */
  read(): KeptModels | null;
  /** Keeps it, unless a file has changed since the entry was asked for. Never fails. */
  write(models: KeptModels): Promise<void>;
}

/** The place of these models in the cache; null where there can be none. */
export async function cacheEntry(query: CacheQuery): Promise<CacheEntry | null> {
  const { cwd, globs, exclude, dialect } = query, files = filesOf(query), key = files && await keyOf(query, files);
  if (files === null || key === null) return null;
  const isSure = () => areSure(files, cwd);
  const name = `${dialect.name}-${sha256(JSON.stringify([globs, exclude])).slice(0, 12)}.json`;
  const folder = join(cwd, cacheFolder), path = join(folder, name);
  return {
    key,
    isSure,
    read() {
      try {
        return parse(readFileSync(path, "utf8"), key);
      } catch {
        return null;
      }
    },
    async write(models) {
      try {
        const body = text(models);
        const now = filesOf(query);
        if (body === null || !isSure() || now === null || await keyOf(query, now) !== key) return;
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, ".gitignore"), "*\n");
        await writeWhole(path, `${key} ${sha256(body)}\n${body}`);
      } catch {
        // A folder that may not be written: the next run makes the graph again.
      }
    },
  };
}

function filesOf({ cwd, globs, exclude }: CacheQuery): readonly string[] | null {
  try {
    return findModelFiles({ cwd, globs, exclude });
  } catch {
    return null;
  }
}

async function keyOf(
  { cwd, globs, exclude, dialect, says, program }: CacheQuery,
  files: readonly string[],
): Promise<string | null> {
  const content = await contentKey(files, cwd), { deno, v8 } = Deno.version;
  return content === null ? null : sha256(
    JSON.stringify([
      program,
      deno,
      v8,
      cwd,
      globs,
      exclude,
      dialect.name,
      dialect.leaves ?? {},
      dialect.setUp ?? "",
      says ?? {},
      files,
      content,
    ]),
  );
}

/** This program, if it is one file that can be told from every other: from source, any of its files may have changed. */
export function programIdentity(): string | null {
  if (!Deno.build.standalone) return null;
  try {
    const { dev, ino, size, mtime, ctime } = Deno.statSync(Deno.execPath());
    return JSON.stringify([dev, ino, size, mtime, ctime]);
  } catch {
    return null;
  }
}

function text({ graph, renames, kinds, softReferences, files }: KeptModels): string | null {
  const objects = [...graph.objects.values()].map(({ origin, ...object }) => ({
    ...object,
    ...(origin ? { origin: { module: origin.module, file: origin.file, line: origin.line } } : {}),
  }));
  const kept = { dialect: graph.dialect, objects, notes: graph.notes, renames, kinds, softReferences, files };
  return isJson(kept) ? JSON.stringify(kept) : null;
}

function parse(all: string, key: string): KeptModels | null {
  const end = all.indexOf("\n"), body = all.slice(end + 1);
  if (all.slice(0, end) !== `${key} ${sha256(body)}`) return null;
  const { dialect, objects, notes, ...more } = JSON.parse(body) as Omit<KeptModels, "graph"> & {
    readonly dialect: string;
    readonly objects: readonly SchemaObject[];
    readonly notes: readonly Note[];
  };
  return { graph: makeGraph(dialect, objects, notes), ...more };
}

/** Does a value come out of JSON as it went in? */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.every(isJson);
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
