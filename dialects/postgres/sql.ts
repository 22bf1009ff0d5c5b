/** The one place where names and texts become SQL for Postgres. Pure; everything that comes from a database or a model passes through here. */
import { SqaError } from "../../schema/error.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { Kind, ObjectId } from "../../schema/object.ts";
import { quotedWords } from "./keywords.ts";

/** A name as it must be written: bare when Postgres reads it back unchanged, else in double quotes. SQA-305 for a name with a zero byte. */
export function quote(identifier: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(identifier) && !quotedWords.has(identifier)) return identifier;
  refuseZero(identifier, "name");
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A string literal; with a backslash it is an E'' literal, which means the same whatever `standard_conforming_strings` says. */
export function quoteText(text: string): string {
  refuseZero(text, "text");
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

/** A dotted, quoted path, outermost name first. */
export function quotePath(path: readonly string[]): string {
  return path.map(quote).join(".");
}

/** The quoted path of the object that an id names. */
export function quoteId(id: ObjectId): string {
  return quotePath(pathOfId(id));
}

/** A quoted list of column names. */
export function quoteList(names: readonly string[]): string {
  return names.map(quote).join(", ");
}

/** A path as one text that can be taken apart again: dots and backslashes inside names are escaped. */
export function dotted(path: readonly string[]): string {
  return objectId("schema" as Kind, path).slice("schema:".length);
}

/** The inverse of `dotted`. */
export function undotted(text: string): readonly string[] {
  return pathOfId(`schema:${text}`);
}

function refuseZero(text: string, what: string) {
  if (text.includes("\0")) {
    throw new SqaError("SQA-305", `a ${what} holds a zero byte, which Postgres cannot store: ${JSON.stringify(text)}`, {
      hint: `take the zero byte out of the ${what}`,
    });
  }
}
