/** The tables in which `sqa features push` records versions. They are models like any other, for a history of their own. */
import { sql } from "../sql.ts";
import { table } from "../table.ts";
import { t } from "../types.ts";

/**
 * The system's own tables: export them from a model file to have them made, in a history of their own where the project has several. Without them
 * `sqa features push` has nowhere to write to and says so.
 *
 * @example
 * ```ts
 * import { featureSystemTables } from "sqa";
 *
 * export const { featureVersions, featureSnapshots } = featureSystemTables();
 * ```
 */
export function featureSystemTables<const Prefix extends string = "sqa_">(options: { readonly prefix?: Prefix } = {}) {
  const prefix = options.prefix ?? "sqa_";
  const meta = { history: "system" };
  return {
    /** One row for each version of a feature that was pushed. */
    featureVersions: table(
      `${prefix}feature_versions`,
      {
        project: t.varchar(128),
        featureKey: t.varchar(255),
        featureVersion: t.varchar(64),
        codeVersion: t.varchar(64),
        projectVersion: t.varchar(64),
        /** Key, ids, fields and dependencies as JSON. */
        spec: t.text(),
        recordedAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
      },
      (self) => [self.primaryKey(["project", "featureKey", "featureVersion"])],
      { meta },
    ),
    /** One row for each version of the whole graph. */
    featureSnapshots: table(
      `${prefix}feature_snapshots`,
      {
        project: t.varchar(128),
        projectVersion: t.varchar(64),
        features: t.int(),
        recordedAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
      },
      (self) => [self.primaryKey(["project", "projectVersion"])],
      { meta },
    ),
  } as const;
}
