/** Names in TypeScript for names in the database: camelCase keys of columns, constants for tables. Pure. */
import { columnName, snakeCase } from "../graph/names.ts";
import { isIdentifier } from "./text.ts";

/** Words that cannot name a constant, and what the written files import or use themselves. */
const reserved: ReadonlySet<string> = new Set(
  ("break case catch class const continue debugger default delete do else enum export extends false finally for function if import in " +
    "instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface " +
    "package private protected public await async arguments eval undefined NaN Infinity " +
    "t table view sql raw enumType schema self fields mixins relations").split(" "),
);

/** Any name as camelCase; empty when it has no letter or digit. */
export function camelCase(name: string): string {
  const words = snakeCase(name.normalize("NFC")).split(/[^\p{L}\p{N}$]+/u).filter((word) => word !== "");
  return words.map((word, i) => i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)).join("");
}

/** Gives each name a constant of its own. */
export function makeConstants(): (name: string, suffix: string) => string {
  const taken = new Set<string>(reserved);
  return (name, suffix) => {
    const plain = camelCase(name).replace(/[^\w$]/g, "");
    const base = isIdentifier(plain) ? plain : `_${plain}`;
    const candidates = [base, `${base}${suffix}`];
    for (let n = 2;; n++) {
      const free = candidates.find((candidate) => !taken.has(candidate));
      if (free !== undefined) {
        taken.add(free);
        return free;
      }
      candidates.push(`${base}${n}`);
    }
  };
}

/** A column's key in the model, and whether the name has to be said beside it. */
export interface Key {
  readonly key: string;
  readonly named: boolean;
}

/**
 * Keys for the columns of a table: camelCase where that leads back to the name, else camelCase with the name beside it. When most names
 * would have to be said, the table keeps all names as they are (`asWritten`).
 */
export function columnKeys(
  names: readonly string[],
): { readonly keys: ReadonlyMap<string, Key>; readonly asWritten: boolean } {
  const back = names.filter((name) => snakeCase(camelCase(name)) === name || snakeCase(name) === name).length;
  const asWritten = back * 2 < names.length && names.every(isIdentifier);
  const keys = new Map<string, Key>(), taken = new Set<string>();
  for (const name of names) {
    const camel = camelCase(name);
    const candidates = asWritten ? [name] : [
      ...(snakeCase(camel) === name || !isIdentifier(name) || snakeCase(name) !== name ? [camel] : []),
      name,
      `${camel}_`,
    ];
    const key = candidates.find((candidate) =>
      isIdentifier(candidate) && !taken.has(candidate) && !inherited.has(candidate)
    ) ??
      freeKey(name, taken);
    taken.add(key);
    keys.set(name, { key, named: columnName(key, { columns: asWritten ? "as_written" : "snake_case" }) !== name });
  }
  return { keys, asWritten };
}

/** What every object has already; as a key it would be mistaken for that. */
const inherited: ReadonlySet<string> = new Set(["__proto__", "constructor"]);

/** Integers as keys would change the order of the columns. */
function freeKey(name: string, taken: ReadonlySet<string>): string {
  const base = /^\d/.test(name) || name === "" || inherited.has(name) ? `_${name}` : name;
  for (let n = 1;; n++) {
    const key = n === 1 ? base : `${base}${n}`;
    if (!taken.has(key)) return key;
  }
}
