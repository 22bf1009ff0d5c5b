/**
 * The model API: what `import { … } from "sqa"` gives. Plain functions that return plain, frozen data; no I/O, no dependency, so that
 * programs can import the models at run time as well.
 *
 * @example
 * ```ts
 * import { mixins, moduleBase, t } from "sqa";
 *
 * const orders = moduleBase("orders", { dependsOn: ["users"] });
 *
 * export const order = orders.table("order", {
 *   id: t.bigint().identity().primaryKey(),
 *   buyerId: t.bigint().references("users_user.id", { onDelete: "restrict" }),
 *   status: t.enum("order_status", ["new", "paid", "shipped"]).default("new"),
 *   total: t.decimal(12, 2).check((c) => `${c} >= 0`),
 *   ...mixins.audit(),
 * }, (self) => [self.index(["buyerId", "status"])]);
 *
 * export type Order = typeof order.$row;
 * export type NewOrder = typeof order.$insert;
 * ```
 *
 * @module
 */
export { customType, t } from "./types.ts";
export type { CustomTypeOptions, ElsewhereOptions, GeometryKind, JsonValue } from "./types.ts";
export { table } from "./table.ts";
export type { AnyTable, Extras, Insert, JoinedOptions, Row, SingleOptions, Table, TableOptions } from "./table.ts";
export { relations, relationsOf } from "./relations.ts";
export type { Relation, RelationBuilder, RelationOptions, Relations } from "./relations.ts";
export { identities, subtypes } from "./subtypes.ts";
export type { Column } from "./column.ts";
export type { AnyColumn, Columns, ColumnTypes, InsertMode } from "./column/any_column.ts";
export type {
  ColumnOverride,
  IdentityOptions,
  IndexOptions,
  KeyOptions,
  Reference,
  ReferenceOptions,
} from "./column/options.ts";
export type { Extra, IndexKey, IndexKeyOptions, Self, TableIndexOptions, TableReference } from "./extras.ts";
export { view } from "./view.ts";
export type { AnyModel, View, ViewOptions } from "./view.ts";
export { enumType } from "./enum_type.ts";
export type { EnumOptions, EnumType } from "./enum_type.ts";
export { schema } from "./schema.ts";
export type { Schema } from "./schema.ts";
export { raw } from "./raw.ts";
export type { RawFields, RawModel, RawOptions } from "./raw.ts";
export { sql } from "./sql.ts";
export type { SelfColumn, Sql, SqlTag } from "./sql.ts";
export { featureBase, featureTable } from "./feature.ts";
export type { Dependency, FeatureBase, FeatureBaseOptions, FeatureSpec, FeatureTable, FieldSpec } from "./feature.ts";
export type { SystemColumns } from "./feature/system_columns.ts";
export { featureSystemTables } from "./feature/system_tables.ts";
export { featureVersions, projectVersion } from "./feature/versions.ts";
export type { FeatureVersions } from "./feature/versions.ts";
export { parse, ParseError, safeParse, standardSchema } from "./validate.ts";
export { parseDefaults } from "./validate/defaults.ts";
export type { ParseDefaults } from "./validate/defaults.ts";
export type { Issue, Parsed, ParseMode, ParseOptions, ParseResult, StandardSchema } from "./validate.ts";
export { fields, mixins, partial } from "./mixins.ts";
export type { MixinOptions } from "./mixins.ts";
export { moduleBase } from "./module.ts";
export type { ModuleBase, ModuleOptions } from "./module.ts";
export type { NameOptions } from "./options.ts";
export type { DatabaseName, NamingOptions, PerDatabase } from "./contract.ts";
