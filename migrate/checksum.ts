/** Checksums of migration files: over the statements alone, so that layout, comments, BOM and line ends can be edited freely. */
import { createHash } from "node:crypto";
import { canonicalStatement } from "./canonical_sql.ts";

/** "h1:" and 64 hex digits. The prefix names the rules by which it was made; another set of rules is another prefix. */
export type Checksum = `h1:${string}`;

/** The checksum of a script, from its statements in order. Empty ones (a comment at the end) do not count. */
export function checksum(statements: Iterable<string>): Checksum {
  const hash = running();
  for (const sql of statements) hash.add(sql);
  return hash.end();
}

/** A checksum that grows by a statement at a time, and can be read in between; `end` is for the last time, and needs no copy of the hash. */
function running(): { add(sql: string): void; now(): Checksum; end(): Checksum } {
  const hash = createHash("sha256");
  let first = true;
  return {
    add(sql) {
      const text = canonicalStatement(sql);
      if (text === "") return;
      if (!first) hash.update(";\n");
      for (const part of parts(text)) hash.update(part);
      first = false;
    },
    now: () => `h1:${hash.copy().digest("hex")}`,
    end: () => `h1:${hash.digest("hex")}`,
  };
}

/** Statements that can be asked for by their place; an array is one. */
export interface Texts {
  readonly length: number;
  at(index: number): string | undefined;
}

const partLength = 1 << 20;

/** A text in pieces, so that hashing it needs no second copy of all of it. No piece ends between the halves of a character. */
function* parts(text: string): Generator<string, void, undefined> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + partLength, text.length);
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
    yield text.slice(at, end);
    at = end;
  }
}

/**
 * The checksum of the first n statements, by which a half applied file is known again. Null for n = 0 and beyond the end. It is made when it
 * is asked for, and asking for growing numbers goes over the statements once, with one hash: one for each of a million statements would take
 * 200 MB beside the heap until they are collected (measured).
 */
export function prefixChecksums(statements: Texts): (n: number) => Checksum | null {
  const known = new Map<number, Checksum | null>([[0, null]]);
  let at = 0, hash = running();
  return (n) => {
    if (n > statements.length) return null;
    if (known.has(n)) return known.get(n)!;
    if (n < at) at = 0, hash = running();
    while (at < n) hash.add(statements.at(at++)!);
    known.set(n, hash.now());
    return known.get(n)!;
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
