/** The registry of kinds in Postgres: a new kind is a file beside this one, a line in `kinds` and a line in `readers`. */
import type { Dialect } from "../../dialect.ts";
import type { Reader } from "../catalog.ts";
import { check, checkOptions } from "./check.ts";
import { column, columnOptions, columnReader } from "./column.ts";
import { constraintReader } from "./constraints.ts";
import { enumKind, enumReader } from "./enum.ts";
import { foreignKey, foreignKeyOptions } from "./foreign_key.ts";
import { index, indexOptions, indexReader } from "./index.ts";
import { keyOptionNames, primaryKey } from "./primary_key.ts";
import { schema, schemaReader } from "./schema.ts";
import { table, tableOptions, tableReader } from "./table.ts";
import { trigger, triggerOptions, triggerReader } from "./trigger.ts";
import { unique } from "./unique.ts";
import { view, viewOptions, viewReader } from "./view.ts";

/** How each kind is compared and written. */
export const kinds: Dialect["kinds"] = {
  schema,
  enum: enumKind,
  table,
  column,
  primary_key: primaryKey,
  unique,
  check,
  foreign_key: foreignKey,
  index,
  view,
  trigger,
  sequence: "unsupported",
  domain: "unsupported",
  domain_check: "unsupported",
  composite_type: "unsupported",
  range_type: "unsupported",
  collation: "unsupported",
  extension: "unsupported",
  function: "unsupported",
  aggregate: "unsupported",
  materialized_view: "unsupported",
  exclusion: "unsupported",
  policy: "unsupported",
  rule: "unsupported",
  grant: "unsupported",
  default_privilege: "unsupported",
  event_trigger: "unsupported",
  statistics: "unsupported",
  publication: "unsupported",
  subscription: "unsupported",
  foreign_data_wrapper: "unsupported",
  foreign_server: "unsupported",
  user_mapping: "unsupported",
  foreign_table: "unsupported",
  text_search: "unsupported",
  cast: "unsupported",
  operator: "unsupported",
  conversion: "unsupported",
  language: "unsupported",
  virtual_table: "unsupported",
};

/** How they are read; one reader may find several kinds. */
export const readers: readonly Reader[] = [
  schemaReader,
  enumReader,
  tableReader,
  columnReader,
  constraintReader,
  indexReader,
  viewReader,
  triggerReader,
];

/** The options that a model may set, by kind. */
export const knownOptions: Dialect["knownOptions"] = {
  schema: [],
  table: tableOptions,
  column: columnOptions,
  primary_key: keyOptionNames,
  unique: keyOptionNames,
  check: checkOptions,
  foreign_key: foreignKeyOptions,
  index: indexOptions,
  view: viewOptions,
  trigger: triggerOptions,
};
