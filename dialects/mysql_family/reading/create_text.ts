/**
 * What only SHOW CREATE TABLE says: partitions, the tables of a MERGE table, parsers of fulltext indexes, parameters of vector indexes, periods, keys without overlaps,
 * defaults of binary columns that hold a zero byte. The servers write one item a line.
 */
import type { Json, Options } from "../../../schema/object.ts";
import { tokenize } from "../lexer.ts";
import { unreadIn } from "./unread_options.ts";

export interface CreateText {
  /** To be put into the table's options. */
  readonly options: Options;
  /** Options of indexes by name; "PRIMARY" is the primary key's. */
  readonly indexes: ReadonlyMap<string, Options>;
  readonly defaults: ReadonlyMap<string, string>;
  /** Names of options that are not compared. */
  readonly unread: readonly string[];
}

/** The parts of one table's text. */
export function parseCreateText(sql: string): CreateText {
  const options: { [name: string]: Json } = {};
  const indexes = new Map<string, Options>();
  const defaults = new Map<string, string>();
  const periods: { [name: string]: readonly string[] } = {};
  const [, body = "", tail = ""] = /^[^\n]*\(\n([^]*?)\n\)([^]*)$/.exec(sql) ?? [];
  for (const line of body.split("\n")) {
    const tokens = tokenize(line), first = tokens[0];
    if (first?.kind === "name") {
      const found = /^\s+`(?:[^`]|``)+` (?:var)?binary\(\d+\).*? DEFAULT (0x[0-9A-Fa-f]+)/.exec(line);
      if (found) defaults.set(first.value, found[1]!.toLowerCase());
    } else if (first?.value === "PERIOD") {
      const names = tokens.filter((token) => token.kind === "name").map((token) => token.value);
      if (tokens[2]?.value === "SYSTEM_TIME") options.system_period = names;
      else periods[names[0]!] = names.slice(1);
    } else if (first) readKey(line, indexes);
  }
  if (Object.keys(periods).length) options.periods = periods;
  const partition = partitionText(tail);
  if (partition) options.partition_by = partition;
  const union = / UNION=(\([^)]*\))/.exec(tail);
  if (union) options.union = union[1]!;
  const inserts = / INSERT_METHOD=(\w+)/.exec(tail);
  if (inserts) options.insert_method = inserts[1]!;
  const unread = [...body.split("\n"), tail].flatMap(unreadIn);
  return { options, indexes, defaults, unread: [...new Set(unread)] };
}

function readKey(line: string, indexes: Map<string, Options>): void {
  const tokens = tokenize(line);
  const isPrimary = tokens[0]?.value === "PRIMARY";
  const name = isPrimary ? "PRIMARY" : tokens.find((token) => token.kind === "name")?.value;
  if (name === undefined || tokens[0]?.value === "CONSTRAINT") return;
  const options: { [name: string]: Json } = {};
  const parser = /WITH PARSER `((?:[^`]|``)+)`/.exec(line);
  if (parser) options.parser = parser[1]!;
  const overlaps = tokens.findIndex((token, i) => token.value === "WITHOUT" && tokens[i + 1]?.value === "OVERLAPS");
  if (overlaps > 0) options.without_overlaps = tokens[overlaps - 1]!.value;
  if (tokens[0]?.value === "VECTOR") {
    const parameters = [...line.matchAll(/`?(M|DISTANCE)`?=('?)(\w+)\2/gi)].map(([, key, , value]) =>
      `${key!.toUpperCase()}=${value}`
    );
    if (parameters.length) options.vector = parameters.join(" ");
  }
  if (Object.keys(options).length) indexes.set(name, options);
}

/** PARTITION BY to the end, without the marks of version comments; each partition's own ENGINE is the table's. */
function partitionText(tail: string): string | null {
  const at = /(?:\/\*!\d+\s+)?PARTITION BY/.exec(tail);
  if (!at) return null;
  const text = tail.slice(at.index).replace(/\/\*M?!\d*\s?|\s*\*\//g, " ");
  const tokens = tokenize(text);
  let out = "", from = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.value !== "ENGINE" || tokens[i + 1]?.text !== "=") continue;
    out += text.slice(from, tokens[i]!.start).trimEnd();
    from = tokens[i + 2]!.end;
    i += 2;
  }
  return (out + text.slice(from)).split("\n").map((line) => line.replace(/\s+$/, "").replace(/([^ ]) {2,}/g, "$1 "))
    .join("\n").trim();
}
