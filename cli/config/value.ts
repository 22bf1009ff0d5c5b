/** Reading one setting's value out of text or out of a config file, and saying what was expected when it is something else. */

import { sep } from "node:path";

/** What a setting's value may be. Durations become milliseconds. */
export type Form = "text" | "list" | "duration" | "boolean" | "timezone" | readonly string[];

export type Value = string | number | boolean | readonly string[];

/** Paths in one text may also stand as in PATH. A drive's letter is no path. */
const betweenPaths = sep === "/" ? /[,;:\s]+/ : /[,;\s]+|(?<!(?:^|[,;:\s])[A-Za-z]):/;

/**
 * The value, or the words for what was expected. A list in text is split at commas and white space, one of `paths` at colons and semicolons too;
 * one word in a file is a list of one.
 */
export function readValue(
  raw: unknown,
  form: Form,
  paths = false,
): { readonly value: Value } | { readonly expected: string } {
  if (form === "text") return typeof raw === "string" && raw !== "" ? { value: raw } : { expected: "a text" };
  if (form === "list") {
    if (typeof raw === "string") {
      return { value: raw.split(paths ? betweenPaths : /[,\s]+/).filter((item) => item !== "") };
    }
    if (Array.isArray(raw) && raw.every((item) => typeof item === "string")) return { value: raw };
    return { expected: "a list of texts" };
  }
  if (form === "boolean") {
    if (typeof raw === "boolean") return { value: raw };
    if (raw === "true" || raw === "1") return { value: true };
    if (raw === "false" || raw === "0") return { value: false };
    return { expected: "true or false" };
  }
  if (form === "timezone") {
    return typeof raw === "string" && isTimezone(raw)
      ? { value: raw }
      : { expected: 'a time zone such as "UTC" or "Europe/Berlin"' };
  }
  if (form === "duration") {
    const value = milliseconds(raw);
    return value === null ? { expected: 'a time such as "500ms", "30s" or "5m"' } : { value };
  }
  return typeof raw === "string" && form.includes(raw)
    ? { value: raw }
    : { expected: form.map((choice) => `"${choice}"`).join(" or ") };
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time in milliseconds: "500ms", "30s", "5m", "1h"; a bare number is seconds. Null when it is none. */
export function milliseconds(raw: unknown): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(String(raw));
  return match ? Math.round(Number(match[1]) * units[match[2] ?? "s"]!) : null;
}
