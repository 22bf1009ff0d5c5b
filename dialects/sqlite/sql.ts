/** Writing names and strings for SQLite. The only place that quotes. */
import { isKeyword } from "./keywords.ts";
import { upper } from "./lexer.ts";
import { SqaError } from "../../schema/error.ts";

/** A name, in double quotes when it needs them. A NUL would end the statement's text inside SQLite, so it is refused (SQA-302). */
export function quote(identifier: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(identifier) && !isKeyword(upper(identifier))) return identifier;
  return quoteAlways(identifier);
}

/** A name in double quotes. */
export function quoteAlways(identifier: string): string {
  if (identifier.includes("\0")) {
    throw new SqaError(
      "SQA-302",
      `the name ${JSON.stringify(identifier)} has a NUL character, which SQLite cannot hold`,
    );
  }
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A string literal. */
export function quoteText(text: string): string {
  if (text.includes("\0")) {
    return `CAST(X'${
      [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    }' AS TEXT)`;
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path's quoted name. SQLite objects live in the main database; only the last part is theirs. */
export function quotePath(path: readonly string[]): string {
  return path.map(quote).join(".");
}
