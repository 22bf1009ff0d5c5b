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
};

/** All kinds, in the registry's order. */
export const kinds: readonly (keyof Kinds)[] = Object.keys(kindFacts) as (keyof Kinds)[];
