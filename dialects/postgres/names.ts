/** The names that Postgres gives by itself (makeObjectName, ChooseRelationName in src/backend/commands/indexcmds.c). Pure. */

/** Longest name in bytes: NAMEDATALEN - 1. */
export const maxBytes = 63;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The longest start of `text` that fits in so many bytes of UTF-8. */
export function clipped(text: string, bytes: number): string {
  const all = encoder.encode(text);
  if (all.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (all[end]! & 0xc0) === 0x80) end--;
  return decoder.decode(all.subarray(0, end));
}

/** `name1_name2_label`, the longer of the two names shortened byte by byte until all fits. */
export function objectName(name1: string, name2: string | null, label: string): string {
  let first = encoder.encode(name1).length, second = name2 === null ? 0 : encoder.encode(name2).length;
  const available = maxBytes - (label.length + 1) - (name2 === null ? 0 : 1);
  while (first + second > available) {
    if (first > second) first--;
    else second--;
  }
  return [clipped(name1, first), ...(name2 === null ? [] : [clipped(name2, second)]), label].join("_");
}

const labels = { primary_key: "pkey", unique: "key", check: "check", foreign_key: "fkey", index: "idx" } as const;

/** The name that the server would choose; `taken` says which are in use. Expressions among the columns of an index count as "expr". */
export function defaultName(
  kind: keyof typeof labels,
  table: readonly string[],
  columns: readonly string[],
  taken: (name: string) => boolean,
): string {
  const own = table.at(-1)!;
  const second = kind === "primary_key" || kind === "check" && columns.length !== 1 ? null : joined(columns);
  for (let pass = 0;; pass++) {
    const name = objectName(own, second, labels[kind] + (pass === 0 ? "" : pass));
    if (!taken(name)) return name;
  }
}

/** Column names with underscores, cut off as ChooseIndexNameAddition does: after the name that fills the buffer. */
function joined(columns: readonly string[]): string {
  let text = "";
  for (const column of columns) {
    text += (text === "" ? "" : "_") + column;
    if (encoder.encode(text).length > maxBytes) break;
  }
  return text;
}
