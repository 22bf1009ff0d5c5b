/** Checksums of migration files: over the statements alone, so that layout, comments, BOM and line ends can be edited freely. */
import { sha256 } from "../schema/hash.ts";
import { canonicalStatement } from "./canonical_sql.ts";

/** "h1:" and 64 hex digits. The prefix names the rules by which it was made; another set of rules is another prefix. */
export type Checksum = `h1:${string}`;

/** The checksum of a script, from its statements in order. Empty ones (a comment at the end) do not count. */
export function checksum(statements: readonly string[]): Checksum {
  return `h1:${sha256(statements.map(canonicalStatement).filter((text) => text !== "").join(";\n"))}`;
}

/** The checksum of the first 0, 1, 2… statements, each made from the one before it: how a half applied file is known again. */
export function prefixChecksums(statements: readonly string[]): readonly (Checksum | null)[] {
  const hashes: (Checksum | null)[] = [null];
  for (const sql of statements) hashes.push(`h1:${sha256(`${hashes.at(-1)}\n${canonicalStatement(sql)}`)}`);
  return hashes;
}

/**
 * A file's text as sqa reads it: without byte order mark, and with LF where the file as a whole was turned into CRLF, told by its first
 * line. A lone CRLF within a string literal of an LF file is content and stays.
 */
export function readableText(text: string): string {
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return /^[^\n]*\r\n/.test(plain) ? plain.replaceAll("\r\n", "\n") : plain;
}
