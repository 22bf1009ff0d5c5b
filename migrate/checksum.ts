/** Checksums of migration files: over the statements alone, so that layout, comments, BOM and line ends can be edited freely. */
import { createHash } from "node:crypto";
import { sha256 } from "../schema/hash.ts";
import { canonicalStatement } from "./canonical_sql.ts";

/** "h1:" and 64 hex digits. The prefix names the rules by which it was made; another set of rules is another prefix. */
export type Checksum = `h1:${string}`;

/** The checksum of a script, from its statements in order. Empty ones (a comment at the end) do not count. */
export function checksum(statements: readonly string[]): Checksum {
  const hash = createHash("sha256");
  let first = true;
  for (const sql of statements) {
    const text = canonicalStatement(sql);
    if (text === "") continue;
    hash.update(first ? text : `;\n${text}`);
    first = false;
  }
  return `h1:${hash.digest("hex")}`;
}

/**
 * The checksum of the first n statements, each made from the one before it: how a half applied file is known again. Null for n = 0 and beyond
 * the end. It is made when it is asked for, and asking for growing numbers goes over the statements once.
 */
export function prefixChecksums(statements: readonly string[]): (n: number) => Checksum | null {
  const known = new Map<number, Checksum | null>([[0, null]]);
  let at = 0, hash: Checksum | null = null;
  return (n) => {
    if (n > statements.length) return null;
    if (known.has(n)) return known.get(n)!;
    if (n < at) at = 0, hash = null;
    while (at < n) hash = `h1:${sha256(`${hash}\n${canonicalStatement(statements[at++]!)}`)}`;
    known.set(n, hash);
    return hash;
  };
}

/**
 * A file's text as sqa reads it: without byte order mark, and with LF where the file as a whole was turned into CRLF, told by its first
 * line. A lone CRLF within a string literal of an LF file is content and stays.
 */
export function readableText(text: string): string {
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return /^[^\n]*\r\n/.test(plain) ? plain.replaceAll("\r\n", "\n") : plain;
}
