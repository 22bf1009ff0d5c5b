/** The builders that a schema and a module have as methods: what they make belongs to it. Types only. */
import type { Columns } from "./column/any_column.ts";
import type { EnumOptions, EnumType } from "./enum_type.ts";
import type { Sql } from "./sql.ts";
import type { Extras, Insert, Row, Table, TableOptions } from "./table.ts";
import type { View, ViewOptions } from "./view.ts";

/** `table`, `view` and `enumType` as they are for what is in no schema and no module. */
export interface Builders {
  table<const C extends Columns, const D extends string = "kind">(
    name: string,
    columns: C,
    extras?: Extras<C> | TableOptions<D>,
    options?: TableOptions<D>,
  ): Table<C, Row<C>, Insert<C>, D>;
  view(name: string, query: Sql | string, options?: ViewOptions): View;
  enumType<const Values extends readonly string[]>(
    name: string,
    values: Values,
    options?: EnumOptions,
  ): EnumType<Values>;
}
