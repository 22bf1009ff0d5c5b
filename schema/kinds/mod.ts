/**
 * The registry of kinds. A new kind is a file beside this one with its shape and its facts, a line in `Kinds` and a line in
 * `kindFacts`; the compiler then lists the dialects that do not yet say what they do with it.
 */
import type { SchemaShape } from "./schema.ts";
import type { EnumShape } from "./enum.ts";
import type { TableShape } from "./table.ts";
import type { ColumnShape } from "./column.ts";
import type { PrimaryKeyShape } from "./primary_key.ts";
import type { UniqueShape } from "./unique.ts";
import type { CheckShape } from "./check.ts";
import type { ForeignKeyShape } from "./foreign_key.ts";
import type { IndexShape } from "./index_kind.ts";
import type { ViewShape } from "./view.ts";
import type { TriggerShape } from "./trigger.ts";
import type { SequenceShape } from "./sequence.ts";
import type { DomainShape } from "./domain.ts";
import type { DomainCheckShape } from "./domain_check.ts";
import type { CompositeTypeShape } from "./composite_type.ts";
import type { RangeTypeShape } from "./range_type.ts";
import type { CollationShape } from "./collation.ts";
import type { ExtensionShape } from "./extension.ts";
import type { FunctionShape } from "./function.ts";
import type { AggregateShape } from "./aggregate.ts";
import type { MaterializedViewShape } from "./materialized_view.ts";
import type { ExclusionShape } from "./exclusion.ts";
import type { PolicyShape } from "./policy.ts";
import type { RuleShape } from "./rule.ts";
import type { GrantShape } from "./grant.ts";
import type { DefaultPrivilegeShape } from "./default_privilege.ts";
import type { EventTriggerShape } from "./event_trigger.ts";
import type { StatisticsShape } from "./statistics.ts";
import type { PublicationShape } from "./publication.ts";
import type { SubscriptionShape } from "./subscription.ts";
import type { ForeignDataWrapperShape } from "./foreign_data_wrapper.ts";
import type { ForeignServerShape } from "./foreign_server.ts";
import type { UserMappingShape } from "./user_mapping.ts";
import type { ForeignTableShape } from "./foreign_table.ts";
import type { TextSearchShape } from "./text_search.ts";
import type { CastShape } from "./cast.ts";
import type { OperatorShape } from "./operator.ts";
import type { ConversionShape } from "./conversion.ts";
import type { LanguageShape } from "./language.ts";
import type { AccessMethodShape } from "./access_method.ts";
import type { TransformShape } from "./transform.ts";
import type { VirtualTableShape } from "./virtual_table.ts";
import type { EventShape } from "./event.ts";
import type { RoleShape } from "./role.ts";
import type { OwnerShape } from "./owner.ts";
import type { KindFacts } from "./facts.ts";
import { schemaFacts } from "./schema.ts";
import { enumFacts } from "./enum.ts";
import { tableFacts } from "./table.ts";
import { columnFacts } from "./column.ts";
import { primaryKeyFacts } from "./primary_key.ts";
import { uniqueFacts } from "./unique.ts";
import { checkFacts } from "./check.ts";
import { foreignKeyFacts } from "./foreign_key.ts";
import { indexFacts } from "./index_kind.ts";
import { viewFacts } from "./view.ts";
import { triggerFacts } from "./trigger.ts";
import { sequenceFacts } from "./sequence.ts";
import { domainFacts } from "./domain.ts";
import { domainCheckFacts } from "./domain_check.ts";
import { compositeTypeFacts } from "./composite_type.ts";
import { rangeTypeFacts } from "./range_type.ts";
import { collationFacts } from "./collation.ts";
import { extensionFacts } from "./extension.ts";
import { functionFacts } from "./function.ts";
import { aggregateFacts } from "./aggregate.ts";
import { materializedViewFacts } from "./materialized_view.ts";
import { exclusionFacts } from "./exclusion.ts";
import { policyFacts } from "./policy.ts";
import { ruleFacts } from "./rule.ts";
import { grantFacts } from "./grant.ts";
import { defaultPrivilegeFacts } from "./default_privilege.ts";
import { eventTriggerFacts } from "./event_trigger.ts";
import { statisticsFacts } from "./statistics.ts";
import { publicationFacts } from "./publication.ts";
import { subscriptionFacts } from "./subscription.ts";
import { foreignDataWrapperFacts } from "./foreign_data_wrapper.ts";
import { foreignServerFacts } from "./foreign_server.ts";
import { userMappingFacts } from "./user_mapping.ts";
import { foreignTableFacts } from "./foreign_table.ts";
import { textSearchFacts } from "./text_search.ts";
import { castFacts } from "./cast.ts";
import { operatorFacts } from "./operator.ts";
import { conversionFacts } from "./conversion.ts";
import { languageFacts } from "./language.ts";
import { accessMethodFacts } from "./access_method.ts";
import { transformFacts } from "./transform.ts";
import { virtualTableFacts } from "./virtual_table.ts";
import { eventFacts } from "./event.ts";
import { roleFacts } from "./role.ts";
import { ownerFacts } from "./owner.ts";

/** Kind to shape: the fields by which two objects of that kind are compared. */
export interface Kinds {
  schema: SchemaShape;
  enum: EnumShape;
  table: TableShape;
  column: ColumnShape;
  primary_key: PrimaryKeyShape;
  unique: UniqueShape;
  check: CheckShape;
  foreign_key: ForeignKeyShape;
  index: IndexShape;
  view: ViewShape;
  trigger: TriggerShape;
  sequence: SequenceShape;
  domain: DomainShape;
  domain_check: DomainCheckShape;
  composite_type: CompositeTypeShape;
  range_type: RangeTypeShape;
  collation: CollationShape;
  extension: ExtensionShape;
  function: FunctionShape;
  aggregate: AggregateShape;
  materialized_view: MaterializedViewShape;
  exclusion: ExclusionShape;
  policy: PolicyShape;
  rule: RuleShape;
  grant: GrantShape;
  default_privilege: DefaultPrivilegeShape;
  event_trigger: EventTriggerShape;
  statistics: StatisticsShape;
  publication: PublicationShape;
  subscription: SubscriptionShape;
  foreign_data_wrapper: ForeignDataWrapperShape;
  foreign_server: ForeignServerShape;
  user_mapping: UserMappingShape;
  foreign_table: ForeignTableShape;
  text_search: TextSearchShape;
  cast: CastShape;
  operator: OperatorShape;
  conversion: ConversionShape;
  language: LanguageShape;
  transform: TransformShape;
  access_method: AccessMethodShape;
  virtual_table: VirtualTableShape;
  event: EventShape;
  role: RoleShape;
  owner: OwnerShape;
}

/** What the generic algorithms need to know about each kind, one time for all dialects. */
export const kindFacts: { readonly [K in keyof Kinds]: KindFacts<K> } = {
  schema: schemaFacts,
  enum: enumFacts,
  table: tableFacts,
  column: columnFacts,
  primary_key: primaryKeyFacts,
  unique: uniqueFacts,
  check: checkFacts,
  foreign_key: foreignKeyFacts,
  index: indexFacts,
  view: viewFacts,
  trigger: triggerFacts,
  sequence: sequenceFacts,
  domain: domainFacts,
  domain_check: domainCheckFacts,
  composite_type: compositeTypeFacts,
  range_type: rangeTypeFacts,
  collation: collationFacts,
  extension: extensionFacts,
  function: functionFacts,
  aggregate: aggregateFacts,
  materialized_view: materializedViewFacts,
  exclusion: exclusionFacts,
  policy: policyFacts,
  rule: ruleFacts,
  grant: grantFacts,
  default_privilege: defaultPrivilegeFacts,
  event_trigger: eventTriggerFacts,
  statistics: statisticsFacts,
  publication: publicationFacts,
  subscription: subscriptionFacts,
  foreign_data_wrapper: foreignDataWrapperFacts,
  foreign_server: foreignServerFacts,
  user_mapping: userMappingFacts,
  foreign_table: foreignTableFacts,
  text_search: textSearchFacts,
  cast: castFacts,
  operator: operatorFacts,
  conversion: conversionFacts,
  language: languageFacts,
  transform: transformFacts,
  access_method: accessMethodFacts,
  virtual_table: virtualTableFacts,
  event: eventFacts,
  role: roleFacts,
  owner: ownerFacts,
};

/** All kinds, in the registry's order. */
export const kinds: readonly (keyof Kinds)[] = Object.keys(kindFacts) as (keyof Kinds)[];
