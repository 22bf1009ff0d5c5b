/**
 * Keeps passwords out of everything that is printed: the secrets of every URL that a run has met are masked where text leaves the
 * program, whatever path it took (a driver's error, a query, a file name). It knows nothing of what the text says.
 */

const mask = "***";

/** Parameters of a connection URL whose values are secret. */
const secretParameter =
  /[?&;\s](?:[\w-]*(?:password|passwd|passphrase|secret|token)|pwd|pass)\s*=\s*('[^']*'|[^&;\s]*)/gi;

/**
 * Secrets in a URL, as written and percent-decoded. The URL may be malformed: where it is not clear where the password ends, every
 * reading of it counts. `known` are its public parts (user, host, database): a secret equal to one is only masked in its place.
 */
export function secretsOf(url: string): { readonly secrets: readonly string[]; readonly known: readonly string[] } {
  const secrets = new Set<string>(), known = new Set<string>();
  const start = url.indexOf("://");
  const rest = start < 0 ? "" : url.slice(start + 3);
  const add = (text: string): void => {
    if (text === "" || text === mask) return;
    secrets.add(text);
    secrets.add(decoded(text));
    // How WHATWG URL objects and drivers built on them write it back.
    secrets.add(encodeURIComponent(decoded(text)));
  };
  const ends = [rest.search(/@/), rest.split(/[/?#]/, 1)[0]!.lastIndexOf("@"), rest.lastIndexOf("@")];
  for (const end of new Set(ends)) {
    if (end < 0) continue;
    const colon = rest.slice(0, end).indexOf(":");
    if (colon < 0) continue;
    known.add(decoded(rest.slice(0, colon)));
    const password = rest.slice(colon + 1, end);
    add(password);
    // A password with unescaped delimiters is cut into pieces by whoever parses it; the pieces turn up as hosts and ports.
    for (const piece of password.split(/[@/?#:]/)) if (piece.length > 2) add(piece);
  }
  for (const [, value] of url.matchAll(secretParameter)) add(value!.replace(/^'|'$/g, ""));
  const last = rest.slice(rest.lastIndexOf("@") + 1);
  for (const part of last.split(/[/?#:,]/)) if (part !== "") known.add(decoded(part));
  return { secrets: [...secrets], known: [...known] };
}

/** A mask that learns; `text` masks all that it knows. */
export interface Redactor {
  /** This very text is secret. */
  hide(secret: string): void;
  /** What is secret in this URL; nothing, when it is none. */
  hideUrl(url: string): void;
  text(text: string): string;
}

/** A redactor that knows nothing yet. */
export function makeRedactor(): Redactor {
  const secrets = new Set<string>(), known = new Set<string>();
  let patterns: readonly RegExp[] | null = null;
  return {
    hide(secret) {
      if (secret !== "") secrets.add(secret);
      patterns = null;
    },
    hideUrl(url) {
      const found = secretsOf(url);
      for (const secret of found.secrets) secrets.add(secret);
      for (const part of found.known) known.add(part);
      patterns = null;
    },
    text(text) {
      patterns ??= [...secrets].sort((a, b) => b.length - a.length).map((secret) => patternOf(secret, known));
      for (const pattern of patterns) text = text.replace(pattern, mask);
      return text.replace(/(:\/\/[^\s:/@]*:)([^\s@/]+)(?=@)/g, `$1${mask}`);
    },
  };
}

/**
 * Where a secret is masked: a long one wherever it stands; a short one as a whole word, so that the password "on" does not eat half
 * of every message; one that is also the user's or the database's name only where a password stands.
 */
function patternOf(secret: string, known: ReadonlySet<string>): RegExp {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  if (known.has(secret)) return new RegExp(`(?<=:)${literal}(?=@)|(?<=(?:password|pwd|pass)=)${literal}`, "gi");
  if (secret.length >= 8) return new RegExp(literal, "g");
  const left = /^[\p{L}\p{N}_]/u.test(secret) ? "(?<![\\p{L}\\p{N}_])" : "";
  const right = /[\p{L}\p{N}_]$/u.test(secret) ? "(?![\\p{L}\\p{N}_])" : "";
  return new RegExp(left + literal + right, "gu");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
