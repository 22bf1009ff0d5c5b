/** Statements about what the whole server has: roles, who belongs to them and what is theirs everywhere. By their words. Pure. */
import { is, significant, type Token } from "./lexer.ts";

const kinds = ["role", "user", "group"] as const;
/** In the body of a DO or of a function, which are texts. */
const inText = /\b(create|alter|drop|comment\s+on)\s+(role|user(?!\s+mapping)|group)\b|\b(reassign|drop)\s+owned\b/i;

/** Does it make, change or drop a role or a membership, or take something from roles in all databases? Of a DO its text is searched for that. */
export function isAboutRoles(sql: string): boolean {
  if (!/\b(role|user|group|owned|grant|revoke)\b/i.test(sql)) return false;
  const tokens = significant(sql), [verb, second, third] = tokens;
  if (is(verb, "do")) return inText.test(sql);
  if (is(verb, "create") || is(verb, "alter") || is(verb, "drop")) {
    return isRole(second, third) || is(verb, "drop") && is(second, "owned");
  }
  if (is(verb, "reassign")) return true;
  if (is(verb, "comment")) return isRole(third, tokens[3]);
  if (is(verb, "security")) return tokens.some((token, i) => is(token, "on") && isRole(tokens[i + 1], tokens[i + 2]));
  // A privilege is always on something.
  return (is(verb, "grant") || is(verb, "revoke")) && !tokens.some((token) => is(token, "on"));
}

function isRole(token: Token | undefined, next: Token | undefined): boolean {
  return kinds.some((kind) => is(token, kind)) && !(is(token, "user") && is(next, "mapping"));
}
