/** The registry of kinds in Postgres: a new kind is a file beside this one, a line in `kinds` and a line in `readers`. */
import type { Dialect, KindDialect } from "../../dialect.ts";
import type { Kind } from "../../../schema/object.ts";
import type { Reader } from "../catalog.ts";
import { check, checkOptions } from "./check.ts";
import { column, columnOptions, columnReader } from "./column.ts";
import { constraintReader } from "./constraints.ts";
import { defaultPrivilege, defaultPrivilegeReader } from "./default_privilege.ts";
import { enumKind, enumReader } from "./enum.ts";
import { eventTrigger, eventTriggerOptions, eventTriggerReader } from "./event_trigger.ts";
import { foreignKey, foreignKeyOptions } from "./foreign_key.ts";
import { againstDefaults, grant, grantReader } from "./grant.ts";
import { index, indexOptions, indexReader } from "./index.ts";
import { keyOptionNames, primaryKey } from "./primary_key.ts";
import { policy, policyReader } from "./policy.ts";
import { publication, publicationOptions, publicationReader } from "./publication.ts";
import { rule, ruleOptions, ruleReader } from "./rule.ts";
import { schema, schemaReader } from "./schema.ts";
import { statistics, statisticsOptions, statisticsReader } from "./statistics.ts";
import { table, tableOptions, tableReader } from "./table.ts";
import { trigger, triggerOptions, triggerReader } from "./trigger.ts";
import { unique } from "./unique.ts";
import { view, viewOptions, viewReader } from "./view.ts";

/** A kind whose new objects default privileges may reach. */
function granted<K extends Kind>(kind: KindDialect<K>): KindDialect<K> {
  const entry = kind as unknown as KindDialect<Kind>;
  const reached: KindDialect<Kind> = {
    ...entry,
    render: (change, context) => [...entry.render(change, context), ...againstDefaults(change, context)],
  };
  return reached as unknown as KindDialect<K>;
}

/** How each kind is compared and written. */
export const kinds: Dialect["kinds"] = {
  schema: granted(schema),
  enum: granted(enumKind),
  table: granted(table),
  column,
  primary_key: primaryKey,
  unique,
  check,
  foreign_key: foreignKey,
  index,
  view: granted(view),
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
  policy,
  rule,
  grant,
  default_privilege: defaultPrivilege,
  event_trigger: eventTrigger,
  statistics,
  publication,
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
  policyReader,
  ruleReader,
  eventTriggerReader,
  statisticsReader,
  publicationReader,
  grantReader,
  defaultPrivilegeReader,
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
  policy: [],
  rule: ruleOptions,
  event_trigger: eventTriggerOptions,
  statistics: statisticsOptions,
  publication: publicationOptions,
};
