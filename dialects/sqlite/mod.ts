/** SQLite as a `Dialect`: everything that is known of it without a file being open. The driver for `node:sqlite` is `driver.ts`. */
import type { Alter, Change } from "../../diff/change.ts";
import type { Dialect } from "../dialect.ts";
import { heldRows } from "../held_rows.ts";
import { attachedSchema, changeIn, contextIn, inAnyFile, normalizeEach } from "./attached.ts";
import { check, column, foreignKey, primaryKey, unique } from "./kinds/part.ts";
import { index, trigger, view } from "./kinds/made_again.ts";
import { schema } from "./kinds/schema.ts";
import { rebuilds, table } from "./kinds/table.ts";
import { virtualTable } from "./kinds/virtual_table.ts";
import { fold } from "./lexer.ts";
import { mentions, replaceIdentifiers } from "./mentions.ts";
import { takenNames } from "./names.ts";
import { normalizeGraph } from "./normalize_graph.ts";
import { read } from "./read.ts";
import { settle } from "./settle.ts";
import { sharesTransaction } from "./shares_transaction.ts";
import { pieces, split } from "./split.ts";
import { quote, quotePath, quoteText } from "./sql.ts";
import { literal, parseType, renderType, typeOf } from "./types.ts";

const tableParts = ["column", "primary_key", "unique", "check", "foreign_key"] as const;

export const sqlite: Dialect = {
  name: "sqlite",
  label: "SQLite",
  kinds: {
    table: inAnyFile(table),
    column: inAnyFile(column),
    primary_key: inAnyFile(primaryKey),
    unique: inAnyFile(unique),
    check: inAnyFile(check),
    foreign_key: inAnyFile(foreignKey),
    index: inAnyFile(index),
    view: inAnyFile(view),
    trigger: inAnyFile(trigger),
    virtual_table: inAnyFile(virtualTable),
    schema,
    enum: "unsupported",
    sequence: "unsupported",
    domain: "unsupported",
    domain_check: "unsupported",
    composite_type: "unsupported",
    range_type: "unsupported",
    collation: "unsupported",
    extension: "unsupported",
    function: "unsupported",
    aggregate: "unsupported",
    materialized_view: "unsupported",
    exclusion: "unsupported",
    policy: "unsupported",
    rule: "unsupported",
    grant: "unsupported",
    default_privilege: "unsupported",
    event_trigger: "unsupported",
    statistics: "unsupported",
    publication: "unsupported",
    subscription: "unsupported",
    foreign_data_wrapper: "unsupported",
    foreign_server: "unsupported",
    user_mapping: "unsupported",
    foreign_table: "unsupported",
    text_search: "unsupported",
    cast: "unsupported",
    operator: "unsupported",
    conversion: "unsupported",
    language: "unsupported",
    transform: "unsupported",
    access_method: "unsupported",
    event: "unsupported",
    role: "unsupported",
    owner: "unsupported",
  },
  inline: {
    create: tableParts,
    drop: [...tableParts, "index", "trigger"],
    alter: tableParts,
    rebuild: ["index", "trigger"],
  },
  rebuilds(change, context) {
    const schema = attachedSchema(change.to);
    if (schema === null) return rebuilds(change, context);
    return rebuilds(changeIn(change as Change) as Alter<"table">, contextIn(context, schema));
  },
  placesColumns: true,
  names: takenNames,
  foldName: fold,
  // A foreign key may name a table that does not exist (foreignkeys.html 3); the driver checks all of them before it commits.
  looseForeignKeys: true,
  transactionalDdl: true,
  // SQLite sets no limit of its own but the length of a statement.
  maxIdentifierBytes: 1_000_000,
  initial: [],
  defaultSchema: null,
  attaches: true,
  enums: "check",
  history: {
    placeholder: () => "?",
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    text: "TEXT",
    integer: "INTEGER",
    schema: null,
    exists: (path) => ({
      sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
      params: [path.at(-1)!],
    }),
  },
  quote,
  quoteText,
  quotePath,
  typeOf,
  parseType,
  renderType,
  literal,
  defaultName(kind, table, columns, taken) {
    if (kind !== "index") return null;
    const base = [table.at(-1)!, ...columns, "idx"].join("_");
    let free = base;
    for (let n = 1; taken(free); n++) free = `${base}${n}`;
    return free;
  },
  // A virtual table is asked like any other.
  holds: (kind, path) => heldRows(kind === "virtual_table" ? "table" : kind, path, { quote, quotePath }),
  mentions,
  replaceIdentifiers,
  knownOptions: {
    schema: [],
    table: ["strict", "withoutRowid"],
    column: ["notNullConflict", "notNullName"],
    primary_key: ["autoincrement", "conflict", "desc", "collations", "inColumn"],
    unique: ["conflict", "desc", "collations", "name"],
    check: ["conflict", "name"],
    foreign_key: ["implicit", "match", "name"],
    index: [],
    view: ["columnList"],
    trigger: [],
    virtual_table: [],
  },
  settle,
  split,
  sharesTransaction,
  pieces,
  read,
  normalizeGraph: (graph) => normalizeEach(graph, normalizeGraph),
};
