/** Statements about what the whole server has: roles, who belongs to them, and what is given to them. Pure. */
import { type Token, tokenize } from "./lexer.ts";
import { opened } from "./settings.ts";

/** What the statement does with roles, by its words: makes or drops one, gives one or takes it back. */
export function isAboutRoles(sql: string): boolean {
  return aboutRoles(tokensOf(sql));
}

/** Is it about roles, or about privileges of one of those that are managed? */
export function isOfServer(sql: string, isManaged: (name: string) => boolean): boolean {
  if (!/\b(role|grant|revoke)\b/i.test(sql)) return false;
  const tokens = tokensOf(sql);
  return aboutRoles(tokens) || holdersIn(tokens).some(isManaged);
}

function aboutRoles(tokens: readonly Token[]): boolean {
  const [verb, ...rest] = tokens;
  if (isWord(verb, "CREATE") || isWord(verb, "DROP")) {
    const at = isWord(rest[0], "OR") && isWord(rest[1], "REPLACE") ? 2 : 0;
    return isWord(rest[at], "ROLE");
  }
  // A privilege is always on something; PROXY is given on users.
  return isGiving(verb) && !rest.some((token) => isWord(token, "ON"));
}

/** The accounts behind TO or FROM of what gives a privilege. */
function holdersIn(tokens: readonly Token[]): readonly string[] {
  if (!isGiving(tokens[0])) return [];
  const word = isWord(tokens[0], "GRANT") ? "TO" : "FROM";
  const names: string[] = [];
  for (let at = tokens.findLastIndex((token) => isWord(token, word)) + 1; at > 0 && at < tokens.length; at++) {
    const name = tokens[at]!, host = tokens[at + 1]?.text === "@" ? tokens[at + 2] : undefined;
    const text = textOf(name);
    if (text === null) break;
    // `reader@host` without quotes: the host is the rest of the same token.
    const bare = /^@[^@]/.test(tokens[at + 1]?.text ?? "") ? tokens[at + 1]!.text : null;
    names.push(bare !== null ? `${text}${bare}` : host ? `${text}@${textOf(host) ?? ""}` : text);
    at += bare !== null ? 1 : host ? 2 : 0;
    if (tokens[at + 1]?.text !== ",") break;
    at++;
  }
  return names;
}

function textOf(token: Token): string | null {
  return token.kind === "word" ? token.text : token.kind === "name" || token.kind === "string" ? token.value : null;
}

function isGiving(token: Token | undefined): boolean {
  return isWord(token, "GRANT") || isWord(token, "REVOKE");
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.value === word;
}

/** Without what MariaDB has around a statement: SET STATEMENT … FOR, and BEGIN NOT ATOMIC with a handler (`FamilyFacts.revokeOfRole`). */
function tokensOf(sql: string): readonly Token[] {
  const tokens = tokenize(opened(sql));
  if (isWord(tokens[0], "BEGIN") && isWord(tokens[1], "NOT")) {
    const inner = tokens.slice(tokens.findIndex((token) => isGiving(token))),
      end = inner.findIndex(({ text }) => text === ";");
    return isGiving(inner[0]) ? inner.slice(0, end < 0 ? undefined : end) : tokens;
  }
  if (!isWord(tokens[0], "SET") || !isWord(tokens[1], "STATEMENT")) return tokens;
  return tokens.slice(tokens.findIndex((token) => isWord(token, "FOR")) + 1);
}
