/**
 * How strict `parse` is where a call does not say it. One value per program, reached through a global symbol so that two copies of this package
 * share it. It imports nothing: sqa sets it before it loads anybody's models.
 */

/** What `parse`, `safeParse` and `standardSchema` do unless a call says otherwise. */
export interface ParseDefaults {
  /** Keys that are no columns: an issue, told to `warn` and left out, or left out. */
  readonly unknownKeys?: "error" | "warn" | "ignore";
  /** Is told of unknown keys with "warn". */
  readonly warn?: (message: string) => void;
}

const key = Symbol.for("sqa.parse");
const place = globalThis as { [key]?: ParseDefaults };

/**
 * Says how strict `parse` is from here on, for all tables: as the setting `unknown_keys` does for what sqa itself runs (data migrations, hooks).
 * A config module may be given as it is: of it, only `unknownKeys` and `warn` are looked at. A call's own options win.
 *
 * @example
 * ```ts
 * import { parse, parseDefaults, t, table } from "sqa";
 * import { deepEqual } from "node:assert/strict";
 *
 * const users = table("users", { id: t.int().primaryKey() });
 * const told: string[] = [];
 * parseDefaults({ unknownKeys: "warn", warn: (message) => told.push(message) });
 * deepEqual(parse(users, { id: 1, colour: "red" }), { id: 1 });
 * deepEqual(told, ['"colour" is no column of "users"']);
 * parseDefaults({});
 * ```
 */
export function parseDefaults(defaults: ParseDefaults & { readonly [key: string]: unknown }): void {
  const { unknownKeys, warn } = defaults;
  if (unknownKeys !== undefined && !["error", "warn", "ignore"].includes(unknownKeys)) {
    throw new TypeError(`unknownKeys is "${unknownKeys}"; write "error", "warn" or "ignore"`);
  }
  place[key] = { ...(unknownKeys === undefined ? {} : { unknownKeys }), ...(warn === undefined ? {} : { warn }) };
}

/** What was said last. */
export function parsedBy(): ParseDefaults {
  return place[key] ?? {};
}
