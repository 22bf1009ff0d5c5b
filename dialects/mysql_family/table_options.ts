/** Options of tables as the catalog lists them in CREATE_OPTIONS, and how each is set and taken back. */
import type { Json, Options } from "../../schema/object.ts";
import { quote, quoteText } from "./sql.ts";

/** Value that takes an option back, by name. What is not here is taken back with DEFAULT. */
const resets: Readonly<Record<string, string>> = {
  key_block_size: "0",
  avg_row_length: "0",
  max_rows: "0",
  min_rows: "0",
  checksum: "0",
  delay_key_write: "0",
  insert_method: "NO",
  secondary_engine: "NULL",
  union: "()",
  table_checksum: "0",
  compression: "''",
  encryption: "'N'",
};

/** Options that are written without quotes; what the engine itself defines (page_compressed) is a quoted name with a string. */
const plain: ReadonlySet<string> = new Set([
  "row_format",
  "key_block_size",
  "avg_row_length",
  "max_rows",
  "min_rows",
  "checksum",
  "delay_key_write",
  "pack_keys",
  "stats_persistent",
  "stats_auto_recalc",
  "stats_sample_pages",
  "transactional",
  "insert_method",
  "page_checksum",
  "secondary_engine",
  "union",
]);

/** Options that are not written as NAME=VALUE: the table's own statement and the partitions have their own place. */
const apart: ReadonlySet<string> = new Set([
  "collation",
  "engine",
  "partition_by",
  "versioning",
  "system_period",
  "periods",
]);

/** CREATE_OPTIONS of the catalog: `row_format=DYNAMIC COMPRESSION="zlib" `page_compressed`='1' partitioned`. */
export function parseCreateOptions(text: string): Options {
  const found: Record<string, Json> = {};
  for (const [, name, value] of text.matchAll(/(`?[A-Za-z_]+`?)=("[^"]*"|'[^']*'|\S+)/g)) {
    // What the engine itself defines keeps the letters that it was given.
    const key = name!.startsWith("`") ? name!.replaceAll("`", "") : name!.toLowerCase();
    found[key] = normalValue(key, value!.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return found;
}

function normalValue(name: string, value: string): string {
  return name === "row_format" || name === "insert_method" ? value.toUpperCase() : value;
}

/** Options in normal form: names in lower case, values as text, defaults left out. */
export function normalOptions(options: Options): Options {
  const isAria = String(options.engine).toLowerCase() === "aria";
  const entries = Object.entries(options).flatMap(([name, value]): [string, Json][] => {
    if (value === null || value === false) return [];
    const low = name.toLowerCase();
    // Whether the rows are loaded there is no part of the definition.
    if (low === "secondary_load") return [];
    // Any ALTER of an Aria table writes it, and no word takes it back (MariaDB 10.11.19); it is the default as long as aria_page_checksum is.
    if (low === "page_checksum" && isAria && String(value) === "1") return [];
    const key = plain.has(low) || apart.has(low) || low in resets ? low : name;
    if (key === "engine") return String(value).toLowerCase() === "innodb" ? [] : [[key, engineName(String(value))]];
    if (apart.has(key)) return [[key, value]];
    const text = normalValue(key, value === true ? "1" : String(value));
    return key === "row_format" && text === "DEFAULT" ? [] : [[key, text]];
  });
  return Object.fromEntries(entries);
}

const engines = [
  "InnoDB",
  "MyISAM",
  "MEMORY",
  "CSV",
  "ARCHIVE",
  "BLACKHOLE",
  "Aria",
  "MRG_MyISAM",
  "RocksDB",
  "FEDERATED",
];

function engineName(name: string): string {
  return engines.find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
}

/**
 * The options of `from` that only its engine knows and that go with it. The next engine knows no word to take them back (error 1911, MariaDB
 * 10.11.19), so they go before it comes.
 */
export function goneWithEngine(from: Options, to: Options): Options {
  if (from.engine === to.engine) return {};
  const isOwn = (name: string) => !plain.has(name) && !apart.has(name) && !(name in resets);
  return Object.fromEntries(Object.entries(from).filter(([name]) => isOwn(name) && to[name] === undefined));
}

/** What turns one set of options into another, as clauses: from {} for a new table. */
export function optionClauses(from: Options, to: Options): readonly string[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => !apart.has(name)).sort();
  return names.filter((name) => from[name] !== to[name]).map((name) => {
    const value = to[name];
    const written = plain.has(name) || name === "compression" || name === "encryption"
      ? name.toUpperCase()
      : quote(name);
    if (value === undefined) return `${written}=${resets[name] ?? "DEFAULT"}`;
    return `${written}=${plain.has(name) ? String(value) : quoteText(String(value))}`;
  });
}
