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
  // Both roles are there and one has the other, or that is an error: 1959 ER_INVALID_ROLE, 1962 ER_CANNOT_REVOKE_ROLE.
  revokeOfRole: (revoke) => `BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1959, 1962 BEGIN END; ${revoke}; END`,
  revokesAdmin: true,
  roleNameLength: 128,
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
    roles: `SELECT u.User AS user, u.Host AS host, IF(u.is_role = 'Y', 'YES', 'NO') AS is_role FROM mysql.user AS u`,
    memberships:
      `SELECT m.Role AS role, '' AS role_host, m.User AS holder, m.Host AS holder_host, m.Admin_option AS admin
FROM mysql.roles_mapping AS m`,
    roleTables: "user, roles_mapping",
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
