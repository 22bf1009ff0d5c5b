/** Tables and columns from their rows. What the catalog does not say comes from SHOW CREATE TABLE (create_text.ts). */
import { objectId } from "../../../schema/id.ts";
import type { Json, Options, SchemaObject } from "../../../schema/object.ts";
import { bare, isLiteral, unescaped, withoutDatabase, withoutIntroducers } from "../expression.ts";
import type { FamilyFacts } from "../facts.ts";
import { quote, quoteText } from "../sql.ts";
import { parseCreateOptions } from "../table_options.ts";
import { parseType } from "../types.ts";
import type { CreateText } from "./create_text.ts";
import type { CheckRow, ColumnRow, TableRow } from "./rows.ts";
import { withoutPlaces } from "./unread_options.ts";

export interface Reading {
  readonly facts: FamilyFacts;
  readonly database: string;
}

/** A text of the catalog as SQL: escapes undone, the database's own name left out. */
export function textOf(sql: string, { facts, database }: Reading): string {
  return withoutDatabase(facts.escapedTexts ? unescaped(readAsUtf8(sql)) : sql, database);
}

/** MySQL hands the bytes of these texts out as if each were a character ("â\x82¬" for "€"). What is no UTF-8 then was right already. */
function readAsUtf8(sql: string): string {
  if (!/[\u0080-\u00ff]/.test(sql) || /[\u0100-\uffff]/.test(sql)) return sql;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(sql, (char) => char.charCodeAt(0)));
  } catch {
    return sql;
  }
}

export function tableObject(row: TableRow, created: CreateText | undefined): SchemaObject<"table"> {
  const options: Record<string, Json> = {
    ...parseCreateOptions(withoutPlaces(row.options ?? "").rest),
    ...(row.engine ? { engine: row.engine } : {}),
    ...(row.type === "SYSTEM VERSIONED" ? { versioning: true } : {}),
    ...created?.options,
  };
  return {
    kind: "table",
    id: objectId("table", [row.name]),
    name: [row.name],
    parent: null,
    refs: [],
    comment: row.comment || null,
    inherits: [],
    collation: row.collation,
    options,
  };
}

/** Checks of columns alone, by "table.column". */
export type ColumnChecks = ReadonlyMap<string, CheckRow>;

export function columnKey(table: string, column: string): string {
  return JSON.stringify([table, column]);
}

export function columnObject(
  row: ColumnRow,
  tableCollation: string | null,
  checks: ColumnChecks,
  created: CreateText | undefined,
  reading: Reading,
): SchemaObject<"column"> {
  const { facts } = reading;
  const name = [row.table_name, row.name];
  const extra = row.extra.toUpperCase();
  const check = checks.get(columnKey(row.table_name, row.name));
  const isJson = facts.jsonIsText && row.type === "longtext" && row.collation === "utf8mb4_bin" &&
    check !== undefined && bare(check.clause) === `json_valid(${quote(row.name)})`;
  const type = isJson ? parseType("json", facts) : parseType(row.type, facts);
  const rowEnd = /^ROW (START|END)$/.exec(row.generated ?? "");
  const generated = row.generated && !rowEnd
    ? {
      expression: { sql: textOf(row.generated, reading) },
      stored: extra.includes("STORED") || extra.includes("PERSISTENT"),
    }
    : null;
  // MariaDB puts a comma behind it when more follows.
  const update = /ON UPDATE ([^\s,]+)/.exec(extra);
  const options: { [name: string]: Json } = {};
  if (update) options.on_update = update[1]!;
  if (extra.includes("INVISIBLE")) options.invisible = true;
  if (extra.includes("WITHOUT SYSTEM VERSIONING")) options.unversioned = true;
  if (extra.includes("NOT SECONDARY")) options.not_secondary = true;
  if (/COMPRESSED/.test(row.type)) options.compressed = true;
  if (row.srid !== null && row.srid !== undefined) options.srid = String(row.srid);
  if (rowEnd) options.row = rowEnd[1]!.toLowerCase();
  if (check && !isJson) options.check = bare(textOf(check.clause, reading));
  const fallback = generated || rowEnd ? null : created?.defaults.get(row.name) ?? defaultOf(row, extra, reading);
  return {
    kind: "column",
    id: objectId("column", name),
    name,
    parent: objectId("table", [row.table_name]),
    refs: [],
    comment: row.comment || null,
    type,
    nullable: row.nullable === "YES",
    default: fallback === null ? null : { sql: fallback },
    generated,
    identity: extra.includes("AUTO_INCREMENT") ? { mode: "by default", options: {} } : null,
    collation: isJson || row.collation === tableCollation ? null : row.collation,
    position: Number(row.position),
    options: options as Options,
  };
}

/**
 * MariaDB writes a default as SQL. MySQL writes a literal as it is, without quotes, and marks what is an expression.
 */
function defaultOf(row: ColumnRow, extra: string, reading: Reading): string | null {
  const text = row.fallback;
  if (text === null) return null;
  if (!reading.facts.defaultsInParentheses) return textOf(text, reading);
  if (extra.includes("DEFAULT_GENERATED")) {
    const sql = withoutIntroducers(textOf(text, reading));
    // CURRENT_TIMESTAMP in capitals is the clause, now() is the expression.
    if (/^now\(/.test(sql)) return `(${sql})`;
    return isLiteral(bare(sql)) && !/^CURRENT_TIMESTAMP/i.test(sql) ? `(${bare(sql)})` : sql;
  }
  if (/^(bit|binary|varbinary)/.test(row.type) && /^(b'[01]*'|0x[0-9a-fA-F]+)$/.test(text)) return text;
  return quoteText(text);
}
