/** What a statement is about to do, as far as the rows of tables are concerned: read from its first words. */
import { nameOf, type Token, tokenize } from "../lexer.ts";

/** A table as a statement names it; a null schema is whichever has it, the main one first. */
export interface NamedTable {
  readonly schema: string | null;
  readonly name: string;
}

export type Purpose =
  | { readonly does: "switch foreign keys" | "begin or end" | "other" }
  /** A null table: it writes somewhere, and the text does not say where. */
  | { readonly does: "write rows"; readonly table: NamedTable | null }
  | { readonly does: "drop table"; readonly table: NamedTable }
  | { readonly does: "rename table"; readonly table: NamedTable; readonly to: string };

/** Statements are read up to this many characters: an INSERT may be many megabytes of values. */
const enough = 4000;

export function purposeOf(sql: string): Purpose {
  const tokens = tokenize(sql.length > enough ? sql.slice(0, enough) : sql);
  const is = (i: number, ...values: readonly string[]): boolean =>
    values.every((value, n) => tokens[i + n]?.value === value);
  switch (tokens[0]?.value) {
    case "PRAGMA": {
      const name = tokens[tokens[2]?.text === "." ? 3 : 1];
      const sets = tokens.some((token) => token.text === "=" || token.text === "(");
      return name?.value === "FOREIGN_KEYS" && sets ? { does: "switch foreign keys" } : { does: "other" };
    }
    case "DROP": {
      const table = is(1, "TABLE") ? nameAt(tokens, is(2, "IF", "EXISTS") ? 4 : 2) : null;
      return table === null ? { does: "other" } : { does: "drop table", table };
    }
    case "ALTER": {
      const at = tokens.findIndex((_, i) => is(i, "RENAME", "TO"));
      const table = nameAt(tokens, 2), to = at < 0 ? null : nameAt(tokens, at + 2);
      return table === null || to === null ? { does: "other" } : { does: "rename table", table, to: to.name };
    }
    case "BEGIN":
    case "COMMIT":
    case "END":
      return { does: "begin or end" };
    case "ROLLBACK":
      return { does: tokens.some((token) => token.value === "TO") ? "other" : "begin or end" };
    case "INSERT":
    case "REPLACE":
    case "UPDATE":
    case "DELETE":
    case "WITH":
      return writes(tokens);
    default:
      return { does: "other" };
  }
}

/** The table of INSERT, REPLACE, UPDATE or DELETE, which common table expressions may stand before. */
function writes(tokens: readonly Token[]): Purpose {
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.text === "(") depth++;
    else if (token.text === ")") depth--;
    if (depth > 0 || token.kind !== "word") continue;
    const next = (word: string): number => tokens.findIndex((each, n) => n > i && each.value === word);
    switch (token.value) {
      case "SELECT":
      case "VALUES":
        return { does: "other" };
      case "INSERT":
      case "REPLACE":
        return { does: "write rows", table: nameAt(tokens, next("INTO") + 1) };
      case "DELETE":
        return { does: "write rows", table: nameAt(tokens, next("FROM") + 1) };
      case "UPDATE":
        return { does: "write rows", table: nameAt(tokens, tokens[i + 1]?.value === "OR" ? i + 3 : i + 1) };
    }
  }
  return { does: "write rows", table: null };
}

/** `name` or `schema.name`. */
function nameAt(tokens: readonly Token[], at: number): NamedTable | null {
  const qualified = tokens[at + 1]?.text === "." && tokens[at];
  const token = qualified ? tokens[at + 2] : tokens[at];
  if (!token || !["word", "quoted", "double", "string"].includes(token.kind)) return null;
  return { schema: qualified ? nameOf(qualified) : null, name: nameOf(token) };
}
