/** Schemas (namespaces) of databases that have them. */
import { model } from "./contract.ts";
import type { SchemaMeta } from "./contract.ts";
import type { Builders } from "./builders.ts";
import type { Columns } from "./column/any_column.ts";
import { type EnumOptions, enumType } from "./enum_type.ts";
import { named, nameKeys, type NameOptions, optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import type { Sql } from "./sql.ts";
import { type Extras, table, type TableOptions } from "./table.ts";
import { view, type ViewOptions } from "./view.ts";

/** A schema, with `table`, `view` and `enumType` that put things into it. */
export interface Schema extends Builders {
  readonly [model]: SchemaMeta;
}

const schemaKeys = nameKeys.filter((key) => key !== "name");

/**
 * A schema of the database.
 *
 * @example
 * ```ts
 * import { schema, t } from "sqa";
 *
 * export const audit = schema("audit", { comment: "Who did what" });
 * export const log = audit.table("log", { id: t.bigint().identity().primaryKey(), entry: t.jsonb() });
 * ```
 */
export function schema(name: string, options: Omit<NameOptions, "name"> = {}): Schema {
  const place = capture();
  const meta: SchemaMeta = {
    kind: "schema",
    ...named(options),
    name,
    schema: null,
    module: null,
    meta: {},
    problems: optionProblems(options, schemaKeys, `schema "${name}"`, place),
    place,
  };
  return Object.freeze({
    [model]: meta,
    table: (tableName: string, columns: Columns, extras?: Extras<Columns> | TableOptions, own?: TableOptions) =>
      typeof extras === "function"
        ? table(tableName, columns, extras, { ...own, schema: name })
        : table(tableName, columns, { ...extras, ...own, schema: name }),
    view: (viewName: string, query: Sql | string, own: ViewOptions = {}) =>
      view(viewName, query, { ...own, schema: name }),
    enumType: (enumName: string, values: readonly string[], own: EnumOptions = {}) =>
      enumType(enumName, values, { ...own, schema: name }),
  }) as unknown as Schema;
}
