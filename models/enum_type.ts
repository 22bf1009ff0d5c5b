/** Enums: a name and its labels in order. A type of its own, a check or a column type, as the database has it. */
import { model } from "./contract.ts";
import type { EnumMeta, ModuleMeta, Problem } from "./contract.ts";
import { named, nameKeys, type NameOptions, optionProblems } from "./options.ts";
import { capture } from "./place.ts";

/** What an enum may say beside its labels. */
export interface EnumOptions extends Omit<NameOptions, "name"> {
  readonly schema?: string;
  /** New label to old label: the change becomes a rename of the label. */
  readonly renamedValues?: { readonly [value: string]: string };
  readonly meta?: { readonly [key: string]: unknown };
}

/** An enum that tables share. */
export interface EnumType<Values extends readonly string[]> {
  readonly [model]: EnumMeta;
  readonly values: Values;
}

const enumKeys = [...nameKeys.filter((key) => key !== "name"), "schema", "renamedValues", "meta"];

/** Metadata of an enum of this name, as it is in the database. */
export function enumMeta(
  name: string,
  values: readonly string[],
  options: EnumOptions,
  module: ModuleMeta | null,
  inline: boolean,
): EnumMeta {
  const place = capture();
  const problems: Problem[] = optionProblems(options, enumKeys, `enum "${name}"`, place);
  if (values.length === 0) problems.push({ code: "SQA-103", message: `enum "${name}" has no values`, place });
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) {
    problems.push({ code: "SQA-103", message: `enum "${name}" has the value "${twice}" twice`, place });
  }
  for (const value of Object.keys(options.renamedValues ?? {})) {
    if (!values.includes(value)) {
      problems.push({
        code: "SQA-103",
        message: `enum "${name}" renames a value to "${value}", which is not one of its values`,
        hint: 'write { newValue: "oldValue" }',
        place,
      });
    }
  }
  return {
    kind: "enum",
    ...named(options),
    name,
    schema: options.schema ?? module?.schema ?? null,
    module,
    meta: options.meta ?? {},
    values: [...values],
    renamedValues: options.renamedValues ?? {},
    inline,
    problems,
    place,
  };
}

/** The enum of `t.enum("name", [...])`. */
export function inlineEnum(name: string, values: readonly string[]): EnumMeta {
  return enumMeta(name, values, {}, null, true);
}

/** An enum over metadata. */
export function makeEnum<Values extends readonly string[]>(meta: EnumMeta, values: Values): EnumType<Values> {
  return Object.freeze({ [model]: meta, values });
}

/**
 * An enum that several tables use.
 *
 * @example
 * ```ts
 * import { enumType, t, table } from "sqa";
 *
 * export const orderStatus = enumType("order_status", ["new", "paid", "shipped"]);
 * export const orders = table("orders", { id: t.int().primaryKey(), status: t.enum(orderStatus).default("new") });
 * ```
 */
export function enumType<const Values extends readonly string[]>(
  name: string,
  values: Values,
  options: EnumOptions = {},
): EnumType<Values> {
  return makeEnum(enumMeta(name, values, options, null, false), values);
}
