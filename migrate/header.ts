/**
 * The comment header of migration files: lines `-- sqa: key value` before the first statement. Written and read here alone. psql and
 * sqlite3 skip it; names from a database cannot break out of it, because a word with anything but plain characters is written as JSON.
 *
 *     -- sqa: id 3f2a9c1b77de                 identity: hash of parents, dialect and both bodies
 *     -- sqa: name add_orders                 for people
 *     -- sqa: direction up                    or down
 *     -- sqa: parents 1a2b3c4d5e6f            ids of the migrations it follows; none for the first
 *     -- sqa: branch orders                   a name for the branch that begins here: `orders@head`; may be repeated
 *     -- sqa: relabel invoices billing        a module, and the branch of its name, has another name from here on
 *     -- sqa: replaces 1a2b… 3c4d…            a checkpoint: what it stands for, in order; repeated for each other way to the same place
 *     -- sqa: dialect sqlite
 *     -- sqa: from 9c1b…                      fingerprint of the schema before, where it is known
 *     -- sqa: to 77de…                        and after
 *     -- sqa: transaction all                 all: one transaction; none: each statement alone; groups: see script.ts
 *     -- sqa: rename column:a.b column:a.c    a decision, repeated once each
 *     -- sqa: allow drop-column:a.b           a hazard that was allowed, repeated once each
 *     -- sqa: down lossy                      what the down file brings back: lossless, lossy or irreversible
 *     -- sqa: checksum h1:…                   of the statements as they were generated
 *     -- sqa: generator sqa
 *
 * Unknown keys are left alone, so that a newer sqa may add some.
 */
import { SqaError } from "../schema/error.ts";

/** How the runner wraps the statements. */
export type TransactionMode = "all" | "none" | "groups";

/** What the down file brings back: all of it, the schema but not all data, or nothing. */
export type Grade = "lossless" | "lossy" | "irreversible";

export interface Header {
  readonly id: string;
  readonly name: string;
  readonly direction: "up" | "down";
  readonly parents: readonly string[];
  /** Names of the branch that begins here. */
  readonly branches?: readonly string[];
  /** Modules that have another name from here on: the branches of the old one are found under the new one. */
  readonly relabels?: readonly { readonly from: string; readonly to: string }[];
  /**
   * Of a checkpoint: the migrations that it stands for, in order, the last of them being the place that it leads to. One list for each
   * way there: a checkpoint may have replaced an older one, which had replaced others.
   */
  readonly replaces?: readonly (readonly string[])[];
  readonly dialect: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly transaction: TransactionMode;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly allows: readonly string[];
  readonly grade: Grade;
  /** Modules of the models that it changes something of. */
  readonly modules?: readonly string[];
  readonly checksum: string | null;
  readonly generator: string;
}

/** What follows the header. */
export interface ParsedHeader {
  readonly header: Header;
  readonly body: string;
  /** 1-based line of the file at which the body begins. */
  readonly bodyLine: number;
}

const longestLine = 1_000_000;

const line = /^-- sqa: ([a-z][a-z-]*)(?: (.*))?$/;

/** The header as text; every line ends with LF. */
export function renderHeader(header: Header): string {
  const rows: [string, ...string[]][] = [
    ["id", header.id],
    ["name", header.name],
    ["direction", header.direction],
    header.parents.length ? ["parents", ...header.parents] : ["parents", "none"],
    ...(header.branches ?? []).map((branch) => ["branch", branch] as [string, string]),
    ...(header.relabels ?? []).map(({ from, to }) => ["relabel", from, to] as [string, string, string]),
    ...(header.replaces ?? []).map((ids) => ["replaces", ...ids] as [string, ...string[]]),
    ["dialect", header.dialect],
    ...(header.from === null ? [] : [["from", header.from] as [string, string]]),
    ...(header.to === null ? [] : [["to", header.to] as [string, string]]),
    ["transaction", header.transaction],
    ...header.renames.map(({ from, to }) => ["rename", from, to] as [string, string, string]),
    ...header.allows.map((allow) => ["allow", allow] as [string, string]),
    ["down", header.grade],
    ...(header.modules ?? []).map((module) => ["module", module] as [string, string]),
    ...(header.checksum === null ? [] : [["checksum", header.checksum] as [string, string]]),
    ["generator", header.generator],
  ];
  return rows.map(([key, ...words]) => `-- sqa: ${key} ${words.map(renderWord).join(" ")}\n`).join("");
}

/**
 * Reads the header of a file's text (`readableText`). `file` is for messages. SQA-502 when it is missing, incomplete or says
 * something that no sqa writes.
 */
export function parseHeader(text: string, file: string): ParsedHeader {
  const values = new Map<string, string[][]>();
  let last = -1, after = 0;
  // Line by line from the top: a file may have many megabytes behind its header.
  for (let i = 0, at = 0; at <= text.length; i++) {
    const next = text.indexOf("\n", at), end = next < 0 ? text.length : next;
    // No line of a header is so long.
    const each = text.slice(at, Math.min(end, at + longestLine));
    at = end + 1;
    const found = line.exec(each.trimEnd());
    if (found?.[1] === "group" || found?.[1] === "end") break;
    if (found) {
      values.set(found[1]!, [...values.get(found[1]!) ?? [], parseWords(found[2] ?? "", file, i + 1)]);
      last = i, after = at;
    } else if (!/^\s*(--.*)?$/.test(each)) break;
  }
  if (last < 0) {
    throw new SqaError("SQA-502", `${file} has no sqa header`, {
      place: { file, line: 1 },
      hint: "make a migration of your own with `sqa new <name>` and write your SQL below its header",
    });
  }
  return {
    header: headerOf(values, file),
    body: text.slice(after),
    bodyLine: last + 2,
  };
}

function headerOf(values: ReadonlyMap<string, readonly string[][]>, file: string): Header {
  const all = (key: string): readonly string[][] => values.get(key) ?? [];
  const one = (key: string): string | null => all(key)[0]?.[0] ?? null;
  const needed = (key: string, form: RegExp): string => {
    const value = one(key);
    if (value !== null && all(key).length === 1 && form.test(value)) return value;
    throw new SqaError(
      "SQA-502",
      value === null ? `the header of ${file} has no "${key}"` : `the header of ${file} has a wrong "${key}": ${value}`,
      { place: { file }, hint: "restore the header from version control" },
    );
  };
  const id = /^[0-9a-f]{12}$/;
  const parents = all("parents").flat();
  const wrong = parents.find((parent) => parent !== "none" && !id.test(parent));
  if (parents.length === 0 || wrong !== undefined) needed("parents", /^(none|[0-9a-f]{12})$/);
  if (wrong !== undefined) {
    throw new SqaError("SQA-502", `the header of ${file} names a parent that is no id: ${wrong}`, { place: { file } });
  }
  return {
    id: needed("id", id),
    name: needed("name", /./),
    direction: needed("direction", /^(up|down)$/) as Header["direction"],
    parents: parents.filter((parent) => parent !== "none"),
    ...(all("branch").length ? { branches: all("branch").flat() } : {}),
    ...(all("relabel").length ? { relabels: pairsOf(all("relabel")) } : {}),
    ...(all("replaces").length ? { replaces: replacedIn(all("replaces"), file) } : {}),
    dialect: needed("dialect", /./),
    from: one("from"),
    to: one("to"),
    transaction: needed("transaction", /^(all|none|groups)$/) as TransactionMode,
    renames: pairsOf(all("rename")),
    allows: all("allow").flat(),
    grade: needed("down", /^(lossless|lossy|irreversible)$/) as Grade,
    ...(all("module").length ? { modules: all("module").flat() } : {}),
    checksum: one("checksum"),
    generator: one("generator") ?? "unknown",
  };
}

function pairsOf(lines: readonly (readonly string[])[]): readonly { readonly from: string; readonly to: string }[] {
  return lines.flatMap(([from, to]) => from && to ? [{ from, to }] : []);
}

function replacedIn(lists: readonly (readonly string[])[], file: string): readonly (readonly string[])[] {
  const wrong = lists.flat().find((id) => !/^[0-9a-f]{12}$/.test(id));
  if (wrong === undefined && lists.every((list) => list.length > 0)) return lists;
  throw new SqaError("SQA-502", `the header of ${file} has a wrong "replaces": ${wrong ?? "it names nothing"}`, {
    place: { file },
    hint: "restore the header from version control",
  });
}

/** A word that no terminal, line reader or SQL lexer can take for anything else. */
function renderWord(word: string): string {
  if (/^[^\s"\\\p{C}]+$/u.test(word)) return word;
  return JSON.stringify(word).replace(
    /[^ \P{Z}]|\p{C}/gu,
    (char) => [...char].flatMap((each) => codeUnits(each)).map((unit) => `\\u${unit}`).join(""),
  );
}

function codeUnits(char: string): string[] {
  return Array.from({ length: char.length }, (_, i) => char.charCodeAt(i).toString(16).padStart(4, "0"));
}

function parseWords(text: string, file: string, at: number): string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((word) => {
    if (!word.startsWith('"')) return word;
    try {
      return String(JSON.parse(word));
    } catch (cause) {
      throw new SqaError("SQA-502", `line ${at} of ${file} is no header line of sqa`, {
        place: { file, line: at },
        cause,
      });
    }
  });
}
