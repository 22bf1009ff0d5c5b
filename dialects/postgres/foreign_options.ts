/**
 * OPTIONS (…) of foreign-data wrappers, servers, tables and user mappings. Values that are secrets are never read: not even the server is
 * asked for them. Pure.
 */
import type { Note } from "../../schema/graph.ts";
import { labelOfId } from "../../schema/id.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
import { quote, quoteText } from "./sql.ts";

/** Names of options that are taken for secrets, as a regular expression of the server. */
export const secretNames = "pass|secret|token|credential|api_?key|access_?key|private_?key|sslkey";

/** Options by name as JSON without the secret ones. `array` is a column of "name=value" texts. */
export function plainOptions(array: string): string {
  return `(SELECT pg_catalog.json_object_agg(o.option_name, o.option_value)
    FROM pg_catalog.pg_options_to_table(${array}) AS o WHERE o.option_name !~* '${secretNames}')`;
}

/** The names of the secret ones. */
export function secretOptions(array: string): string {
  return `(SELECT pg_catalog.json_agg(o.option_name ORDER BY o.option_name)
    FROM pg_catalog.pg_options_to_table(${array}) AS o WHERE o.option_name ~* '${secretNames}')`;
}

/** Notes for an object that has secrets. */
export function secretNote(object: SchemaObject, label: string, secrets: readonly string[] | null): readonly Note[] {
  if (!secrets?.length) return [];
  const message = `${label} "${labelOfId(object.id)}" has the secret ${
    secrets.join(", ")
  }: it is not read and not compared; set it by hand`;
  return [{ code: "not-compared", object: object.id, message }];
}

function optionsOf(options: Options): Readonly<Record<string, string>> {
  return (options.options ?? {}) as Readonly<Record<string, string>>;
}

/** " OPTIONS (…)" for a CREATE, or nothing. */
export function optionsClause(options: Options): string {
  const pairs = Object.entries(optionsOf(options));
  return pairs.length
    ? ` OPTIONS (${pairs.map(([name, value]) => `${quote(name)} ${quoteText(value)}`).join(", ")})`
    : "";
}

/** " OPTIONS (ADD …, SET …, DROP …)" for an ALTER, or nothing. */
export function changedOptions(from: Options, to: Options): string {
  const before = optionsOf(from), after = optionsOf(to);
  const words = [
    ...Object.entries(after).filter(([name, value]) => before[name] !== value)
      .map(([name, value]) => `${name in before ? "SET" : "ADD"} ${quote(name)} ${quoteText(value)}`),
    ...Object.keys(before).filter((name) => !(name in after)).map((name) => `DROP ${quote(name)}`),
  ];
  return words.length ? ` OPTIONS (${words.join(", ")})` : "";
}
