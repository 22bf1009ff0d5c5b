/** Statements that set something for the rest of the session (manual, SET): how they are told, and what takes them back. */
import { is, significant, type Token } from "./lexer.ts";

/** SET and set_config() last beyond their transaction unless they are LOCAL. RESET ends what one of them began, so it belongs to them. */
export function isSetting(sql: string): boolean {
  return /^\s*reset\s/i.test(sql) || /^\s*set\s+(?!local\b|constraints\b|transaction\b)/i.test(sql) ||
    /^\s*select\s+(pg_catalog\s*\.\s*)?set_config\s*\(.*,\s*false\s*\)\s*$/is.test(sql);
}

/**
 * What takes a setting back, to what the session began with: none but the parameters that it names are touched, because a pooler keeps
 * others as it has agreed with its clients. Null: it cannot be told what the statement sets.
 *
 * @example
 * ```ts
 * import { undoneBy } from "./settings.ts";
 * import { deepEqual } from "node:assert/strict";
 * deepEqual(undoneBy("SET SESSION work_mem TO '7MB'"), ["RESET work_mem"]);
 * ```
 */
export function undoneBy(sql: string): readonly string[] | null {
  const words = significant(sql).slice(0, 40);
  if (is(words[0], "select")) {
    const at = words.findIndex((token) => is(token, "set_config"));
    const name = /^'([a-z_][a-z0-9_.$]*)'$/i.exec(words[at + 2]?.text ?? "")?.[1];
    return name === undefined || !is(words[at + 3], ",") ? null : [`RESET ${name}`];
  }
  if (is(words[0], "reset")) return [];
  const session = is(words[1], "session");
  if (session && is(words[2], "authorization")) return ["RESET SESSION AUTHORIZATION"];
  if (session && is(words[2], "characteristics")) {
    return ["isolation", "read_only", "deferrable"].map((each) => `RESET default_transaction_${each}`);
  }
  const at = session ? 2 : 1, [first, second] = words.slice(at);
  if (is(first, "time") && is(second, "zone")) return ["RESET TIME ZONE"];
  if (is(first, "xml") && is(second, "option")) return ["RESET xmloption"];
  // These end by themselves and refuse RESET.
  if (/^(seed|transaction_(isolation|read_only|deferrable))$/.test(first?.value ?? "")) return [];
  if (is(second, "to") || is(second, "=") || is(second, ".")) {
    const end = words.findIndex((token, i) => i > at && (is(token, "to") || is(token, "=")));
    return end < 0 ? null : [`RESET ${words.slice(at, end).map(({ text }: Token) => text).join("")}`];
  }
  const short: Readonly<Record<string, string>> = { names: "client_encoding", schema: "search_path", role: "ROLE" };
  const known = first?.type === "word" ? short[first.value] : undefined;
  return known === undefined ? null : [`RESET ${known}`];
}

/**
 * Does the statement make, change or drop objects and nothing else (`Dialect.sharesTransaction`)? Temporary tables are the session's and may go
 * with the transaction; CREATE TABLE AS runs a query, and set_config() in one sets something.
 */
export function sharesTransaction(sql: string): boolean {
  return /^(create|alter|drop|comment)\s/i.test(sql) &&
    !/\b(temp|temporary|pg_temp|set_config)\b/i.test(sql) &&
    !/^create\s+(unlogged\s+)?table\b.*\bas\s*\(*\s*(select|with|values|table|execute)\b/is.test(sql);
}
