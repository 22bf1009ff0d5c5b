/** The columns of every feature table that belong to the system that fills it. */
import type { Columns } from "../column/any_column.ts";
import { withState } from "../column/build.ts";
import { sql } from "../sql.ts";
import { t } from "../types.ts";

const columns = {
  /** Where a row comes from: the versions of the data that it was made from. */
  provenance: t.varchar(64).nullable(),
  provenance_by_field: t.json<{ readonly [field: string]: string }>().nullable(),
  /** The versions of the feature and of the whole graph that made the row. */
  feature_version: t.varchar(64),
  project_version: t.varchar(64).nullable(),
  /** What its values are, where they do not follow from the provenance. */
  data_version: t.varchar(64).nullable(),
  data_version_by_field: t.json<{ readonly [field: string]: string }>().nullable(),
  created_at: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
  updated_at: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
  deleted_at: t.timestamptz().nullable(),
  /** The run that wrote the row. */
  materialization_id: t.varchar(64).nullable(),
} satisfies Columns;

/** The system's columns under their prefix. */
export type SystemColumns<Prefix extends string> = {
  readonly [K in keyof typeof columns as `${Prefix}${K}`]: (typeof columns)[K];
};

/** The mixin that they come from: rules and programs know the system's columns by it. */
export const systemMixin = "system";

export function systemColumns<const Prefix extends string>(prefix: Prefix): SystemColumns<Prefix> {
  const made = Object.entries(columns).map(([key, column]) => {
    const name = `${prefix}${key}`;
    return [name, withState(column, { mixin: systemMixin, name })];
  });
  return Object.freeze(Object.fromEntries(made)) as SystemColumns<Prefix>;
}
