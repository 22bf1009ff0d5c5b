/** MariaDB 10.6 to 11.8: what is its own. Everything that it shares with MySQL is in ../mysql_family. */
import type { FamilyFacts } from "../mysql_family/facts.ts";
import { familyDialect } from "../mysql_family/dialect.ts";

export const mariadbFacts: FamilyFacts = {
  name: "mariadb",
  label: "MariaDB",
  oldest: 100600,
  oldestLabel: "10.6",
  integerWidths: true,
  jsonIsText: true,
  columnChecks: true,
  checkNames: "table",
  checksFollowTable: false,
  checksCanRest: false,
  dropCheck: "DROP CONSTRAINT",
  checkName: (_table, n) => `CONSTRAINT_${n}`,
  hiddenIndex: { hide: "IGNORED", show: "NOT IGNORED" },
  generatedNotNull: false,
  functionalKeys: false,
  defaultsInParentheses: false,
  // Checks, generated columns and defaults follow a renamed column.
  renameRefusesUses: false,
  labelsLeavePrefixes: false,
  copiesCheckKeys: false,
  compactCountsDropped: true,
  losesKeyOrder: new Set(),
  randomDefaults: null,
  copiesOnline: 110200,
  checksRememberAliases: true,
  checksHoldSources: true,
  keysRunBackwards: true,
  keysHoldNumbering: false,
  checksOfSetColumns: true,
  rolesHaveHosts: false,
  morePrivileges: { database: ["DELETE HISTORY"], table: ["DELETE HISTORY"], routine: [] },
  // 11.3
  laterPrivileges: ["SHOW CREATE ROUTINE"],
  grantPrefix: "SET STATEMENT sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_CREATE_USER') FOR ",
  sequences: true,
  systemVersioning: true,
  introducers: false,
  escapedTexts: false,
  srid: "REF_SYSTEM_ID =",
  // Both types came with 10.7 and 10.10; before, a model says which type it wants instead.
  uuid: { name: "uuid", args: [], dimensions: 0, family: "uuid", of: null },
  inet: { name: "inet6", args: [], dimensions: 0, family: "other", of: null },
  catalog: {
    notCompared: [],
    databaseExtras: "s.SCHEMA_COMMENT AS comment, 'NO' AS encrypted",
    columnExtras: "NULL",
    indexExtras: "NULL AS expression, s.IGNORED AS hidden",
    checks: `SELECT c.TABLE_NAME AS table_name, c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause, c.LEVEL AS level,
  'YES' AS enforced
FROM information_schema.CHECK_CONSTRAINTS AS c WHERE c.CONSTRAINT_SCHEMA = DATABASE()`,
    partitioned: null,
  },
};

/** The MariaDB dialect. */
export const mariadb = familyDialect(mariadbFacts);
