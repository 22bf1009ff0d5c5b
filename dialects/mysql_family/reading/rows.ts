/** What the catalog is asked, one query a kind, all for the connection's own database. Names come in lower case on both servers. */
import type { FamilyFacts } from "../facts.ts";

export interface TableRow extends Record<string, unknown> {
  readonly name: string;
  readonly type: string;
  readonly engine: string | null;
  readonly collation: string | null;
  readonly options: string | null;
  readonly comment: string | null;
}

export const tablesSql =
  `SELECT t.TABLE_NAME AS name, t.TABLE_TYPE AS type, t.ENGINE AS engine, t.TABLE_COLLATION AS collation,
  t.CREATE_OPTIONS AS options, t.TABLE_COMMENT AS comment
FROM information_schema.TABLES AS t WHERE t.TABLE_SCHEMA = DATABASE()`;

export interface ColumnRow extends Record<string, unknown> {
  readonly table_name: string;
  readonly name: string;
  readonly position: number;
  readonly fallback: string | null;
  readonly nullable: string;
  readonly type: string;
  readonly collation: string | null;
  readonly extra: string;
  readonly comment: string;
  readonly generated: string | null;
  readonly srid: number | null;
}

export function columnsSql(facts: FamilyFacts): string {
  return `SELECT c.TABLE_NAME AS table_name, c.COLUMN_NAME AS name, c.ORDINAL_POSITION AS position, c.COLUMN_DEFAULT AS fallback,
  c.IS_NULLABLE AS nullable, c.COLUMN_TYPE AS type, c.COLLATION_NAME AS collation, c.EXTRA AS extra, c.COLUMN_COMMENT AS comment,
  c.GENERATION_EXPRESSION AS \`generated\`, ${facts.catalog.columnExtras} AS srid
FROM information_schema.COLUMNS AS c WHERE c.TABLE_SCHEMA = DATABASE() ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`;
}

export interface IndexRow extends Record<string, unknown> {
  readonly table_name: string;
  readonly name: string;
  readonly non_unique: number | string;
  readonly position: number;
  readonly column_name: string | null;
  readonly direction: string | null;
  readonly length: number | null;
  readonly type: string;
  readonly comment: string;
  readonly expression: string | null;
  readonly hidden: string;
}

export function indexesSql(facts: FamilyFacts): string {
  return `SELECT s.TABLE_NAME AS table_name, s.INDEX_NAME AS name, s.NON_UNIQUE AS non_unique, s.SEQ_IN_INDEX AS position,
  s.COLUMN_NAME AS column_name, s.COLLATION AS direction, s.SUB_PART AS length, s.INDEX_TYPE AS type, s.INDEX_COMMENT AS comment,
  ${facts.catalog.indexExtras}
FROM information_schema.STATISTICS AS s WHERE s.TABLE_SCHEMA = DATABASE() ORDER BY s.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX`;
}

export interface ForeignKeyRow extends Record<string, unknown> {
  readonly table_name: string;
  readonly name: string;
  readonly column_name: string;
  readonly target_schema: string;
  readonly target_table: string;
  readonly target_column: string;
  readonly on_update: string;
  readonly on_delete: string;
}

/** Each side by itself, which DISTINCT sees to: joined as they are, MariaDB 10.11 opens the tables of all databases and compares all with all. */
export const foreignKeysSql =
  `SELECT k.TABLE_NAME AS table_name, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS column_name,
  k.REFERENCED_TABLE_SCHEMA AS target_schema, k.REFERENCED_TABLE_NAME AS target_table, k.REFERENCED_COLUMN_NAME AS target_column,
  r.UPDATE_RULE AS on_update, r.DELETE_RULE AS on_delete
FROM (SELECT DISTINCT * FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND CONSTRAINT_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL) AS k
JOIN (SELECT DISTINCT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_NAME, UPDATE_RULE, DELETE_RULE
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()) AS r
  ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`;

export interface CheckRow extends Record<string, unknown> {
  readonly table_name: string;
  readonly name: string;
  readonly clause: string;
  readonly level: string;
  readonly enforced: string;
}

export interface TriggerRow extends Record<string, unknown> {
  readonly name: string;
  readonly table_name: string;
  readonly timing: string;
  readonly event: string;
  readonly position: number;
  readonly definer: string;
  readonly sql_mode: string;
  readonly client: string;
  readonly literals: string;
}

export const triggersSql =
  `SELECT t.TRIGGER_NAME AS name, t.EVENT_OBJECT_TABLE AS table_name, t.ACTION_TIMING AS timing,
  t.EVENT_MANIPULATION AS event, t.ACTION_ORDER AS position, t.DEFINER AS definer, t.SQL_MODE AS sql_mode,
  t.CHARACTER_SET_CLIENT AS client, t.COLLATION_CONNECTION AS literals
FROM information_schema.TRIGGERS AS t WHERE t.TRIGGER_SCHEMA = DATABASE() ORDER BY 2, 3, 4, 5`;

export interface RoutineRow extends Record<string, unknown> {
  readonly name: string;
  readonly type: string;
  readonly definer: string;
  readonly sql_mode: string;
  readonly client: string;
  readonly literals: string;
}

export const routinesSql =
  `SELECT r.ROUTINE_NAME AS name, r.ROUTINE_TYPE AS type, r.DEFINER AS definer, r.SQL_MODE AS sql_mode,
  r.CHARACTER_SET_CLIENT AS client, r.COLLATION_CONNECTION AS literals
FROM information_schema.ROUTINES AS r WHERE r.ROUTINE_SCHEMA = DATABASE()`;

export interface EventRow extends Record<string, unknown> {
  readonly name: string;
  readonly definer: string;
  readonly sql_mode: string;
  readonly client: string;
  readonly literals: string;
  readonly type: string;
  readonly execute_at: string | null;
  readonly interval_value: string | null;
  readonly interval_field: string | null;
  readonly starts: string | null;
  readonly ends: string | null;
  readonly implied: number | string;
  readonly status: string;
  readonly completion: string;
  readonly time_zone: string;
  readonly comment: string;
}

/** A recurring event without STARTS starts when it is made or altered, and only that tells it from one with STARTS. */
export const eventsSql =
  `SELECT e.EVENT_NAME AS name, e.DEFINER AS definer, e.SQL_MODE AS sql_mode, e.EVENT_TYPE AS type,
  e.EXECUTE_AT AS execute_at, e.INTERVAL_VALUE AS interval_value, e.INTERVAL_FIELD AS interval_field, e.STARTS AS starts, e.ENDS AS ends,
  (ABS(TIMESTAMPDIFF(SECOND, e.STARTS, e.CREATED)) <= 1 OR ABS(TIMESTAMPDIFF(SECOND, e.STARTS, e.LAST_ALTERED)) <= 1) AS implied,
  e.STATUS AS status, e.ON_COMPLETION AS completion, e.EVENT_COMMENT AS comment,
  e.CHARACTER_SET_CLIENT AS client, e.COLLATION_CONNECTION AS literals, e.TIME_ZONE AS time_zone
FROM information_schema.EVENTS AS e WHERE e.EVENT_SCHEMA = DATABASE()`;

export interface ViewRow extends Record<string, unknown> {
  readonly name: string;
  readonly definition: string | null;
  readonly check_option: string;
  readonly definer: string;
  readonly security: string;
  readonly client: string;
  readonly literals: string;
}

export const viewsSql =
  `SELECT v.TABLE_NAME AS name, v.VIEW_DEFINITION AS definition, v.CHECK_OPTION AS check_option, v.DEFINER AS definer, v.SECURITY_TYPE AS security,
  v.CHARACTER_SET_CLIENT AS client, v.COLLATION_CONNECTION AS literals
FROM information_schema.VIEWS AS v WHERE v.TABLE_SCHEMA = DATABASE()`;

export interface SessionRow extends Record<string, unknown> {
  readonly db: string;
  readonly account: string;
  /** What new sessions of sqa get: the server's own, with backslashes as escapes. */
  readonly sql_mode: string;
  /** Of this very session. */
  readonly own_mode: string;
  readonly client: string;
  readonly literals: string;
  readonly time_zone: string;
  /** The database's own collation; null where it is not shown. */
  readonly collation: string | null;
  readonly comment: string | null;
  readonly encrypted: string | null;
}

export function sessionSql(facts: FamilyFacts): string {
  return `SELECT DATABASE() AS db, CURRENT_USER() AS account, 
  IF(FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@GLOBAL.sql_mode), @@SESSION.sql_mode, @@GLOBAL.sql_mode) AS sql_mode,
  @@SESSION.sql_mode AS own_mode, @@SESSION.character_set_client AS client, @@SESSION.collation_connection AS literals,
  @@SESSION.time_zone AS time_zone, s.DEFAULT_COLLATION_NAME AS collation, ${facts.catalog.databaseExtras}
FROM (SELECT 1 AS one) AS one LEFT JOIN information_schema.SCHEMATA AS s ON s.SCHEMA_NAME = DATABASE()`;
}
