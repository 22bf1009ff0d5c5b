/** Holds sqa's reading of a table against SQLite's own (pragma table_xinfo). */
import type { CreateTable, KeyPart } from "./parse/ast.ts";
import { fold, upper } from "./lexer.ts";

/** A row of table_xinfo. */
export interface XInfo {
  readonly table: string;
  readonly name: string;
  readonly type: string | null;
  readonly notnull: number;
  /** 1-based place in the primary key, or 0. */
  readonly pk: number;
  readonly hidden: number;
}

/** In what the two differ, as a clause of a sentence, or null. */
export function disagreement(table: CreateTable, infos: readonly XInfo[]): string | null {
  const { columns } = table;
  if (columns.length !== infos.length) return `sqa reads ${columns.length} columns where SQLite has ${infos.length}`;
  for (const clause of table.constraints) {
    if (clause.kind !== "primary_key" && clause.kind !== "unique") continue;
    const twice = clause.keys.find((part, i) => clause.keys.slice(0, i).some((each) => isOtherwise(each, part)));
    if (twice) return `a key has column "${twice.name ?? twice.sql}" twice, not collated alike`;
  }
  const key = table.constraints.find((constraint) => constraint.kind === "primary_key");
  const keys = key?.kind === "primary_key" ? key.keys.map((part) => fold(part.name ?? part.sql)) : [];
  for (const [i, column] of columns.entries()) {
    const info = infos[i]!;
    const differs = (what: string) => `sqa reads the ${what} of column "${info.name}" otherwise than SQLite`;
    if (column.name !== info.name) return differs("name");
    // SQLite spells its own common types in capitals.
    if (upper(column.type) !== upper(info.type ?? "")) return differs("type");
    const inKey = keys.indexOf(fold(column.name)) + 1;
    if (inKey !== info.pk) return differs("place in the primary key");
    const implied = inKey > 0 && (table.withoutRowid || table.strict);
    if ((column.notNull !== null) !== (info.notnull !== 0) && !implied) return differs("NOT NULL");
    const hidden = column.generated === null ? 0 : column.generated.stored ? 3 : 2;
    if (hidden !== info.hidden) return differs("GENERATED");
  }
  return null;
}

/** The same column, with another collation: a key's columns are known by their names alone. */
function isOtherwise(a: KeyPart, b: KeyPart): boolean {
  return fold(a.name ?? a.sql) === fold(b.name ?? b.sql) && fold(a.collation ?? "") !== fold(b.collation ?? "");
}
