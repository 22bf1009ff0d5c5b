/** Attributes of one database in a model, checked against those that the dialect knows. */
import { type Dialect, kindOf } from "../../dialects/dialect.ts";
import type { Json, Kind, Options } from "../../schema/object.ts";
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { DatabaseName, PerDatabase, Place } from "../contract.ts";
import { nearest } from "../nearest.ts";
import type { Report } from "./report.ts";

/** The attributes for this database as the graph holds them; unknown ones are reported (SQA-102). `not` are keys with a meaning of their own. */
export function optionsFor(
  on: PerDatabase<{ readonly [option: string]: unknown }>,
  kind: Kind,
  dialect: Dialect,
  what: string,
  place: Place,
  report: Report,
  not: readonly string[] = [],
): Options {
  const given = on[dialect.name as DatabaseName] ?? {};
  const known = dialect.knownOptions[kind];
  const options: Record<string, Json> = {};
  for (const [key, value] of Object.entries(given)) {
    if (not.includes(key) || value === undefined) continue;
    if (known && !known.includes(key)) {
      const guess = nearest(key, [...known, ...not]);
      const all = [...not, ...known];
      report.add(
        "SQA-102",
        `${dialect.label} has no option "${key}" for ${what}`,
        place,
        guess ? `did you mean "${guess}"?` : all.length ? `known are: ${all.join(", ")}` : "it has none at all",
      );
      continue;
    }
    options[key] = json(value);
  }
  return options;
}

/** A value of a model as JSON; whole numbers that JSON cannot hold become text. */
export function json(value: unknown): Json {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(json);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).filter(([, item]) => item !== undefined).map(([k, v]) => [k, json(v)]),
    );
  }
  return value as Json;
}

/** Does the dialect have this kind, and look at it as it is set up? If not, SQA-104. */
export function supported(kind: Kind, dialect: Dialect, what: string, place: Place, report: Report): boolean {
  if (kindOf(dialect, kind) !== "unsupported" && dialect.leaves?.[kind] === undefined) return true;
  lacking(kind, dialect, what, place, report);
  return false;
}

/** SQA-104 for something of a kind that the dialect does not have. */
export function lacking(kind: Kind, dialect: Dialect, what: string, place: Place, report: Report): void {
  const { plural } = kindFacts[kind], left = dialect.leaves?.[kind];
  if (left === undefined) return lacked(plural, dialect, what, place, report);
  leftAlone(kind, dialect, left, what, place, report);
}

/** SQA-104 for something of which `why` says that it is left alone. */
export function leftAlone(kind: Kind, dialect: Dialect, why: string, what: string, place: Place, report: Report): void {
  report.add("SQA-104", `${kindFacts[kind].plural} of ${dialect.label} are left alone here: ${what}`, place, why);
}

/** SQA-104 for something that the dialect does not have, in words. */
export function lacked(lack: string, dialect: Dialect, what: string, place: Place, report: Report): void {
  const hint = "leave it out, or give it `only` the databases that have it";
  report.add("SQA-104", `${dialect.label} has no ${lack}: ${what}`, place, hint);
}
