/** Whether two models say the same of a column that they share, so that neither says anything that is lost. Pure. */
import type { ColumnState } from "../contract.ts";

/** What one column of the database has once, whoever says it. NULL and the limits of `parse` are each model's own. */
const shared = [
  "collate",
  "comment",
  "default",
  "generated",
  "identity",
  "primaryKey",
  "unique",
  "indexes",
  "references",
  "softReferences",
  "checks",
  "on",
  "only",
] as const satisfies readonly (keyof ColumnState)[];

/** `below`: the second model is made from the first, and what it leaves out is inherited. */
export function sameColumn(first: ColumnState, second: ColumnState, below: boolean): boolean {
  return alike(first.type, second.type) && alike(first.name, second.name) &&
    shared.every((key) => (below && isEmpty(second[key])) || alike(first[key], second[key]));
}

function isEmpty(value: unknown): boolean {
  return value === null || Object.keys(value as object).length === 0;
}

function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === "function" && typeof b === "function") return pointsTo(a) === pointsTo(b);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (a instanceof Date || b instanceof Date) return String(a) === String(b);
  const left = a as Readonly<Record<string, unknown>>, right = b as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    // Where a model is embedded it is that model or another one; its own fields may lead back here.
    key === "place" || (key === "model" ? left[key] === right[key] : alike(left[key], right[key]))
  );
}

/** What the function of a reference gives. One that throws is a mistake of its own, said where references are looked up. */
function pointsTo(thunk: unknown): unknown {
  try {
    return (thunk as () => unknown)();
  } catch {
    return null;
  }
}
