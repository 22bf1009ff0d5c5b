/** Storage parameters, `WITH (fillfactor = 70)`, kept under `options.with`: to normal form and to SQL. Pure. */
import type { Json, Options } from "../../schema/object.ts";
import { quote, quoteText } from "./sql.ts";

/** The `with` of some options, empty when absent. */
export function parametersOf(options: Options): Readonly<Record<string, string>> {
  return (options.with ?? {}) as Readonly<Record<string, string>>;
}

/** Options with parameter values as text and nothing that says the default. */
export function normalParameters(options: Options): Options {
  if (Object.keys(options).length === 0) return options;
  const rest: Record<string, Json> = {};
  for (const [key, value] of Object.entries(options)) {
    if (key === "with" && value !== null && typeof value === "object" && !Array.isArray(value)) {
      const pairs = Object.entries(value).filter(([, each]) => each !== null).map((
        [name, each],
      ) => [name, String(each)]);
      if (pairs.length) rest.with = Object.fromEntries(pairs.sort(([a], [b]) => a! < b! ? -1 : 1));
    } else if (value !== null && value !== false) rest[key] = value;
  }
  return rest;
}

/** The object with its options so; itself when they are. */
export function withNormalParameters<T extends { readonly options: Options }>(object: T): T {
  const options = normalParameters(object.options);
  return options === object.options ? object : { ...object, options };
}

/** " WITH (…)" for a CREATE, or nothing. */
export function withClause(options: Options): string {
  const pairs = Object.entries(parametersOf(options));
  return pairs.length ? ` WITH (${pairs.map(pair).join(", ")})` : "";
}

/** "SET (…)" and "RESET (…)" clauses that lead from one to the other. */
export function setParameters(from: Options, to: Options): readonly string[] {
  const before = parametersOf(from), after = parametersOf(to);
  const set = Object.entries(after).filter(([name, value]) => before[name] !== value);
  const reset = Object.keys(before).filter((name) => !(name in after));
  return [
    ...(set.length ? [`SET (${set.map(pair).join(", ")})`] : []),
    ...(reset.length ? [`RESET (${reset.map(parameterName).join(", ")})`] : []),
  ];
}

function pair([name, value]: readonly [string, string]): string {
  const bare = /^-?\d+(\.\d+)?$/.test(value) || /^(true|false|on|off|auto|local|cascaded)$/.test(value);
  return `${parameterName(name)} = ${bare ? value : quoteText(value)}`;
}

function parameterName(name: string): string {
  return name.split(".").map(quote).join(".");
}
