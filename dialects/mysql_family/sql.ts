/** Writing names and strings. The only place of the family that quotes. */
import { SqaError } from "../../schema/error.ts";
import { pathOfId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";

/** A name in backticks, as the servers themselves write names: what is a reserved word differs from version to version. SQA-302 for NUL. */
export function quote(identifier: string): string {
  if (identifier.includes("\0")) {
    throw new SqaError("SQA-302", `the name ${JSON.stringify(identifier)} has a NUL character, which no server takes`);
  }
  return `\`${identifier.replaceAll("`", "``")}\``;
}

/** A string literal that reads the same whatever the client does with NUL and control-Z. */
export function quoteText(text: string): string {
  return `'${
    text.replaceAll("\\", "\\\\").replaceAll("'", "''").replaceAll("\0", "\\0").replaceAll("\x1a", "\\Z").replaceAll(
      "\r",
      "\\r",
    )
  }'`;
}

export function quotePath(path: readonly string[]): string {
  return path.map(quote).join(".");
}

/** The quoted path of the object that an id names. */
export function quoteId(id: ObjectId): string {
  return quotePath(pathOfId(id));
}

export function quoteList(names: readonly string[]): string {
  return names.map(quote).join(", ");
}
