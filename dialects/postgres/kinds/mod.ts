/** The registry of kinds in Postgres: a new kind is a file beside this one, a line in `kinds` and a line in `readers`. */
import type { Dialect, KindDialect } from "../../dialect.ts";
import type { Kind } from "../../../schema/object.ts";
import type { Reader, SetUp } from "../catalog.ts";
import { aggregate, aggregateReader } from "./aggregate.ts";
import { check, checkOptions } from "./check.ts";
import { collation, collationOptions, collationReader } from "./collation.ts";
import { columnReader } from "../column_reader.ts";
import { column, columnOptions } from "./column.ts";
import { compositeType, compositeTypeOptions, compositeTypeReader } from "./composite_type.ts";
import { constraintReader } from "./constraints.ts";
import { defaultPrivilege, defaultPrivilegeReader } from "./default_privilege.ts";
import { domain, domainReader } from "./domain.ts";
import { domainCheck, domainCheckOptions, domainCheckReader } from "./domain_check.ts";
import { enumKind, enumReader } from "./enum.ts";
import { eventTrigger, eventTriggerOptions, eventTriggerReader } from "./event_trigger.ts";
import { exclusion, exclusionOptions } from "./exclusion.ts";
import { extension, extensionReader } from "./extension.ts";
import { foreignKey, foreignKeyOptions } from "./foreign_key.ts";
import { foreignDataWrapper, foreignDataWrapperOptions, foreignDataWrapperReader } from "./foreign_data_wrapper.ts";
import { foreignServer, foreignServerOptions, foreignServerReader } from "./foreign_server.ts";
import { foreignTable, foreignTableOptions, foreignTableReader } from "./foreign_table.ts";
import { userMapping, userMappingOptions, userMappingReader } from "./user_mapping.ts";
import { subscription, subscriptionOptions, subscriptionReader } from "./subscription.ts";
import { functionKind, functionReader } from "./function.ts";
import { rangeOptions } from "../type_words.ts";
import { roleOptions } from "../role_words.ts";
import { keyOptionNames } from "../key.ts";
import { textSearch, textSearchOptions, textSearchReader } from "./text_search.ts";
import { cast, castReader } from "./cast.ts";
import { conversion, conversionReader } from "./conversion.ts";
import { language, languageReader } from "./language.ts";
import { accessMethod, accessMethodReader } from "./access_method.ts";
import { transform, transformReader } from "./transform.ts";
import { operator, operatorOptions, operatorReader } from "./operator.ts";
import { againstDefaults, grant, grantReader } from "./grant.ts";
import { index, indexOptions, indexReader } from "./index.ts";
import { materializedView, materializedViewOptions, materializedViewReader } from "./materialized_view.ts";
import { primaryKey } from "./primary_key.ts";
import { owner, ownerReader } from "./owner.ts";
import { policy, policyReader } from "./policy.ts";
import { publication, publicationOptions, publicationReader } from "./publication.ts";
import { rangeType, rangeTypeReader } from "./range_type.ts";
import { role, roleReader } from "./role.ts";
import { rule, ruleOptions, ruleReader } from "./rule.ts";
import { schema, schemaReader } from "./schema.ts";
import { sequence, sequenceOptions, sequenceReader } from "./sequence.ts";
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
  column: granted(column),
  primary_key: primaryKey,
  unique,
  check,
  foreign_key: foreignKey,
  index,
  view: granted(view),
  trigger,
  sequence: granted(sequence),
  domain: granted(domain),
  domain_check: domainCheck,
  composite_type: granted(compositeType),
  range_type: granted(rangeType),
  collation,
  extension,
  function: granted(functionKind),
  aggregate: granted(aggregate),
  materialized_view: granted(materializedView),
  exclusion,
  policy,
  rule,
  grant,
  default_privilege: defaultPrivilege,
  event_trigger: eventTrigger,
  statistics,
  publication,
  subscription,
  foreign_data_wrapper: foreignDataWrapper,
  foreign_server: foreignServer,
  user_mapping: userMapping,
  foreign_table: granted(foreignTable),
  text_search: textSearch,
  cast,
  operator,
  conversion,
  language,
  transform,
  access_method: accessMethod,
  virtual_table: "unsupported",
  event: "unsupported",
  role,
  owner,
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
  sequenceReader,
  functionReader,
  aggregateReader,
  domainReader,
  domainCheckReader,
  compositeTypeReader,
  rangeTypeReader,
  collationReader,
  extensionReader,
  materializedViewReader,
  triggerReader,
  policyReader,
  ruleReader,
  eventTriggerReader,
  statisticsReader,
  publicationReader,
  grantReader,
  defaultPrivilegeReader,
  operatorReader,
  languageReader,
  transformReader,
  accessMethodReader,
  conversionReader,
  castReader,
  textSearchReader,
  subscriptionReader,
  userMappingReader,
  foreignTableReader,
  foreignServerReader,
  foreignDataWrapperReader,
];

/** With those of what is looked at on request alone. */
export function readersOf({ roles, owners }: SetUp): readonly Reader[] {
  return [...readers, ownerReader(owners), ...(roles.length ? [roleReader(roles)] : [])];
}

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
  sequence: sequenceOptions,
  domain: [],
  domain_check: domainCheckOptions,
  composite_type: compositeTypeOptions,
  range_type: rangeOptions,
  collation: collationOptions,
  extension: [],
  function: [],
  aggregate: [],
  materialized_view: materializedViewOptions,
  exclusion: exclusionOptions,
  trigger: triggerOptions,
  policy: [],
  rule: ruleOptions,
  event_trigger: eventTriggerOptions,
  statistics: statisticsOptions,
  publication: publicationOptions,
  operator: operatorOptions,
  language: [],
  transform: [],
  access_method: [],
  conversion: [],
  cast: [],
  text_search: textSearchOptions,
  subscription: subscriptionOptions,
  user_mapping: userMappingOptions,
  foreign_table: foreignTableOptions,
  foreign_server: foreignServerOptions,
  foreign_data_wrapper: foreignDataWrapperOptions,
  role: roleOptions,
};
