/**
 * Functions, procedures and aggregates: their paths in SQL, what their text says about them, and what they name. A path's last part is
 * `name(argument types)` with the name quoted where it must be, so it stands in SQL as it is. Pure.
 */
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { pathOfId } from "../../schema/id.ts";
import { mentions } from "./expression.ts";
import { is, significant, type Token, tokens } from "./lexer.ts";
import { quote } from "./sql.ts";

/** `schema.name(types)` of a routine's path. */
export function routinePath(path: readonly string[]): string {
  return `${quote(path[0]!)}.${path.at(-1)!}`;
}

/**
 * `schema.name(types)` of a routine, meaning no namesake of it. A procedure's types have a mode: bare ones may also be all of another's
 * arguments, with those that come out of it (DROP PROCEDURE, since Postgres 14).
 */
export function routineSelf(object: SchemaObject<"function">): string {
  const path = routinePath(object.name);
  if (object.routine !== "procedure") return path;
  const types = splitSignature(object.name.at(-1)!)[1];
  return path.slice(0, path.length - types.length) + withMode(types);
}

/** "(integer, text)" with IN before each type. */
function withMode(types: string): string {
  let text = "", depth = 0, first = true;
  for (const token of tokens(types)) {
    const inner = depth === 1 && first && !is(token, ")") && token.type !== "space";
    text += (inner ? "IN " : "") + token.text;
    if (inner) first = false;
    if (is(token, "(") || is(token, "[")) depth++, first = depth === 1;
    else if (is(token, ")") || is(token, "]")) depth--;
    else if (depth === 1 && is(token, ",")) first = true;
  }
  return text;
}

/** The name alone, quoted, and the types in parentheses: the two halves of a path's last part. */
export function splitSignature(signature: string): readonly [string, string] {
  const at = signature.startsWith('"') ? /^"(?:[^"]|"")*"/.exec(signature)![0].length : signature.indexOf("(");
  return at < 0 ? [signature, "()"] : [signature.slice(0, at), signature.slice(at)];
}

/** The bare name of a routine's path, unquoted. */
export function routineName(path: readonly string[]): string {
  const [name] = splitSignature(path.at(-1)!);
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

interface Parts {
  /** Lower case; "sql" for a SQL-standard body. */
  readonly language: string;
  /** The text between the quotes after AS; null for a SQL-standard body and for a C function. */
  readonly body: string | null;
  /** Everything that is not the body. */
  readonly head: string;
}

const known = new Map<string, Parts>();

/** Takes a CREATE FUNCTION statement apart. */
export function partsOf(definition: string): Parts {
  const found = known.get(definition);
  if (found) return found;
  const all = significant(definition);
  let language = "sql", body: Token | null = null;
  for (let i = 0; i < all.length; i++) {
    if (is(all[i], "language") && all[i + 1]) language = languageName(all[i + 1]!);
    if (is(all[i], "as") && all[i + 1]?.type === "string" && !is(all[i + 2], ",")) body = all[i + 1]!;
  }
  const parts: Parts = body
    ? {
      language,
      body: unquotedBody(body.text),
      head: definition.slice(0, body.start) + definition.slice(body.start + body.text.length),
    }
    : { language, body: null, head: definition };
  if (known.size > 20_000) known.clear();
  known.set(definition, parts);
  return parts;
}

function languageName(token: Token): string {
  return (token.type === "string" ? token.text.slice(1, -1) : token.value).toLowerCase();
}

function unquotedBody(text: string): string {
  const tag = /^\$[^$]*\$/.exec(text)?.[0];
  if (tag) return text.slice(tag.length, -tag.length);
  const inner = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  return /^[eE]'/.test(text) ? inner.replace(/\\([\\'])/g, "$1") : inner;
}

/** Does the server itself track what the body needs (BEGIN ATOMIC, RETURN)? */
export function hasSqlBody(definition: string): boolean {
  const { language, body } = partsOf(definition);
  return language === "sql" && body === null;
}

/** The text body of a routine whose language the server checks when it is made; null for others and where it is not SQL from end to end. */
export function checkedBody(definition: string): string | null {
  const { language, body } = partsOf(definition);
  if (body === null || language !== "sql" && language !== "plpgsql") return null;
  try {
    mentions(body);
    return body;
  } catch {
    return null; // Nothing can be said about it.
  }
}

/**
 * Does the server look up what that body names when the function is made? In SQL everything, in PL/pgSQL the types that variables borrow;
 * the statements there are only parsed.
 */
export function looksUpNames(definition: string): boolean {
  const body = checkedBody(definition);
  if (body === null) return false;
  const all = significant(body),
    word = (i: number, ...words: readonly string[]) => words.some((each) => is(all[i], each));
  if (partsOf(definition).language === "plpgsql") {
    return all.some((token, i) => is(token, "%") && word(i + 1, "type", "rowtype"));
  }
  return all.some((_, i) => word(i, "from", "join", "into", "update", "(") && i > 0);
}

/** The names in that body. */
export function bodyMentions(definition: string): readonly (readonly string[])[] {
  return mentions(checkedBody(definition) ?? "");
}

/**
 * Does a function need an object in a way that the server enforces: by a SQL-standard body, as the type of an argument or of its result, or
 * in an argument's default?
 * A name in a text body is no such need.
 */
export function isBound(dependent: SchemaObject, id: ObjectId): boolean {
  if (dependent.kind !== "function") return true;
  const definition = (dependent as unknown as SchemaObject<"function">).definition.sql;
  if (hasSqlBody(definition)) return true;
  if (id.startsWith("extension:")) return true;
  const path = pathOfId(id);
  // A routine in the head is called by an argument's default, or is a planner's support function.
  const own = id.startsWith("function:") ? routineName(path) : path.at(-1)!;
  const named = mentions(partsOf(definition).head).filter((each) => each.includes(own)).length;
  return named > (id.startsWith("function:") && own === routineName(dependent.name) ? 1 : 0);
}
