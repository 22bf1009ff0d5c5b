/** Columns, keys and checks as they are written within CREATE TABLE and ALTER TABLE. */
import type { IndexKey, Options, SchemaObject } from "../../schema/object.ts";
import { writtenDefault } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote, quoteList, quoteText } from "./sql.ts";
import { hasCharset, renderType } from "./types.ts";

/** What can stand in a table's own statement. */
export type Part = SchemaObject<"column" | "primary_key" | "unique" | "index" | "check">;

/** The column with its name. `collation` is written where the column has none of its own: what its table's default becomes. */
export function columnDefinition(
  column: SchemaObject<"column">,
  facts: FamilyFacts,
  collation: string | null = null,
): string {
  return `${quote(column.name.at(-1)!)} ${columnBody(column, facts, collation)}`;
}

function columnBody(column: SchemaObject<"column">, facts: FamilyFacts, given: string | null): string {
  const { options, generated } = column;
  const collation = hasCharset(column.type) ? column.collation ?? given : null;
  const words = [renderType(column.type)];
  if (options.compressed) words.push("COMPRESSED");
  if (collation !== null) words.push(`COLLATE ${collation}`);
  const rest: string[] = [];
  if (options.invisible) rest.push("INVISIBLE");
  if (options.unversioned) rest.push("WITHOUT SYSTEM VERSIONING");
  if (options.not_secondary) rest.push("NOT SECONDARY");
  if (column.comment) rest.push(`COMMENT ${quoteText(column.comment)}`);
  if (typeof options.check === "string") rest.push(`CHECK (${options.check})`);
  if (options.row) return [...words, `GENERATED ALWAYS AS ROW ${String(options.row).toUpperCase()}`, ...rest].join(" ");
  const nullable = column.nullable ? "NULL" : "NOT NULL";
  if (generated) {
    words.push(`GENERATED ALWAYS AS (${generated.expression.sql})`, generated.stored ? "STORED" : "VIRTUAL");
    if (!column.nullable || facts.generatedNotNull) words.push(nullable);
    if (options.srid !== undefined) words.push(`${facts.srid} ${options.srid}`);
    return [...words, ...rest].join(" ");
  }
  // It is kept only where it stands last (MariaDB 10.11.19, MySQL 9.7.4).
  const numbered = column.identity !== null && column.nullable;
  if (!numbered) words.push(nullable);
  if (options.srid !== undefined) words.push(`${facts.srid} ${options.srid}`);
  if (column.default) words.push(`DEFAULT ${writtenDefault(column.default.sql, column.type, facts)}`);
  if (options.on_update) words.push(`ON UPDATE ${options.on_update}`);
  if (column.identity) words.push("AUTO_INCREMENT");
  if (numbered) words.push(nullable);
  return [...words, ...rest].join(" ");
}

/** A key or a check, without ADD; null for a column. `engine` is the table's, where it is not InnoDB: in MEMORY a key is a hash if nothing is said. */
export function partDefinition(part: Part, facts: FamilyFacts, engine: unknown = null): string | null {
  const usual = engine === "MEMORY" ? " USING BTREE" : "";
  switch (part.kind) {
    case "column":
      return null;
    case "primary_key":
      return `PRIMARY KEY (${columnKeys(part.columns, part.options)})${keyTail(part, usual)}`;
    case "unique":
      return `UNIQUE KEY ${quote(part.name.at(-1)!)} (${columnKeys(part.columns, part.options)})${
        keyTail(part, usual)
      }`;
    case "index":
      return indexDefinition(part, facts, usual);
    case "check": {
      const rests = part.options.enforced === false ? " NOT ENFORCED" : "";
      return `CONSTRAINT ${quote(part.name.at(-1)!)} CHECK (${part.expression.sql})${rests}`;
    }
  }
}

function columnKeys(columns: readonly string[], options: Options): string {
  const lengths = (options.lengths ?? {}) as { readonly [column: string]: number };
  const descending = (options.desc ?? []) as readonly string[];
  const keys = columns.map((name) =>
    quote(name) + (lengths[name] ? `(${lengths[name]})` : "") + (descending.includes(name) ? " DESC" : "")
  );
  if (typeof options.without_overlaps === "string") keys.push(`${quote(options.without_overlaps)} WITHOUT OVERLAPS`);
  return keys.join(", ");
}

function keyTail(part: { readonly options: Options; readonly comment: string | null }, usual: string): string {
  const using = part.options.using ? ` USING ${String(part.options.using).toUpperCase()}` : usual;
  return using + (part.comment ? ` COMMENT ${quoteText(part.comment)}` : "");
}

function indexDefinition(index: SchemaObject<"index">, facts: FamilyFacts, usual: string): string {
  const special = ["fulltext", "spatial", "vector"].includes(index.method);
  const kind = special ? `${index.method.toUpperCase()} KEY` : index.unique ? "UNIQUE KEY" : "KEY";
  const overlaps = typeof index.options.without_overlaps === "string"
    ? `, ${quote(index.options.without_overlaps)} WITHOUT OVERLAPS`
    : "";
  return [
    `${kind} ${quote(index.name.at(-1)!)} (${index.keys.map(indexKey).join(", ")}${overlaps})`,
    special ? "" : index.method === "btree" ? usual : ` USING ${index.method.toUpperCase()}`,
    index.options.parser ? ` WITH PARSER ${quote(String(index.options.parser))}` : "",
    index.options.vector ? ` ${index.options.vector}` : "",
    index.comment ? ` COMMENT ${quoteText(index.comment)}` : "",
    index.options.hidden ? ` ${facts.hiddenIndex.hide}` : "",
  ].join("");
}

function indexKey(key: IndexKey): string {
  const length = key.options.length === undefined ? "" : `(${key.options.length})`;
  const text = key.column === null ? `(${key.expression!.sql})` : quote(key.column) + length;
  return text + (key.order === "desc" ? " DESC" : "");
}

export function foreignKeyDefinition(key: SchemaObject<"foreign_key">, target: string): string {
  const action = (when: string, what: string) => what === "no action" ? "" : ` ON ${when} ${what.toUpperCase()}`;
  return `CONSTRAINT ${quote(key.name.at(-1)!)} FOREIGN KEY (${quoteList(key.columns)}) REFERENCES ${target} (${
    quoteList(key.references.columns)
  })${action("DELETE", key.onDelete)}${action("UPDATE", key.onUpdate)}`;
}
