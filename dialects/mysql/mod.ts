/** MySQL 8.0 to 9.x: what is its own. Everything that it shares with MariaDB is in ../mysql_family. */
import type { FamilyFacts } from "../mysql_family/facts.ts";
import { familyDialect } from "../mysql_family/dialect.ts";

/** Is the file of that row one of the database's? */
const ofDatabase = (row: string) =>
  `${row}.NAME LIKE CONCAT(REPLACE(REPLACE(DATABASE(), '%', '\\%'), '_', '\\_'), '/%')`;
/** The table that a file holds, or a partition of it. */
const spaceTable = (row: string) => `SUBSTRING_INDEX(SUBSTRING(${row}.NAME, CHAR_LENGTH(DATABASE()) + 2), '#p#', 1)`;

export const mysqlFacts: FamilyFacts = {
  name: "mysql",
  label: "MySQL",
  oldest: 80016,
  oldestLabel: "8.0.16",
  // Display widths are not shown since 8.0.19 and mean nothing before.
  integerWidths: false,
  jsonIsText: false,
  columnChecks: false,
  checkNames: "database",
  checksFollowTable: true,
  checksCanRest: true,
  dropCheck: "DROP CHECK",
  checkName: (table, n) => `${table}_chk_${n}`,
  hiddenIndex: { hide: "INVISIBLE", show: "VISIBLE" },
  generatedNotNull: true,
  functionalKeys: true,
  defaultsInParentheses: true,
  renameRefusesUses: true,
  labelsLeavePrefixes: true,
  copiesCheckKeys: true,
  compactCountsDropped: false,
  losesKeyOrder: new Set(["MyISAM"]),
  // Those of "Determination of Safe and Unsafe Statements" (8.0, 17.2.1.3) that a default may call; 9.7 refuses them without a binary log, too.
  randomDefaults: /\b(uuid|uuid_short|rand|random_bytes|sysdate|user|current_user|session_user|system_user)\s*\(/i,
  copiesOnline: null,
  checksRememberAliases: false,
  checksHoldSources: false,
  keysRunBackwards: false,
  keysHoldNumbering: true,
  checksOfSetColumns: false,
  rolesHaveHosts: true,
  revokeOfRole: (revoke) => revoke,
  revokesAdmin: false,
  roleNameLength: 32,
  morePrivileges: { database: [], table: [], routine: [] },
  laterPrivileges: [],
  grantPrefix: "",
  sequences: false,
  systemVersioning: false,
  introducers: true,
  escapedTexts: true,
  srid: "SRID",
  uuid: { name: "char", args: [36], dimensions: 0, family: "text", of: null },
  inet: null,
  catalog: {
    notCompared: [
      {
        since: 80021,
        sql: `SELECT TABLE_NAME AS table_name, 'engine attributes' AS what FROM information_schema.TABLES_EXTENSIONS
WHERE TABLE_SCHEMA = DATABASE() AND COALESCE(ENGINE_ATTRIBUTE, SECONDARY_ENGINE_ATTRIBUTE) IS NOT NULL
UNION SELECT TABLE_NAME, 'engine attributes' FROM information_schema.COLUMNS_EXTENSIONS
WHERE TABLE_SCHEMA = DATABASE() AND COALESCE(ENGINE_ATTRIBUTE, SECONDARY_ENGINE_ATTRIBUTE) IS NOT NULL
UNION SELECT TABLE_NAME, 'engine attributes' FROM information_schema.TABLE_CONSTRAINTS_EXTENSIONS
WHERE CONSTRAINT_SCHEMA = DATABASE() AND COALESCE(ENGINE_ATTRIBUTE, SECONDARY_ENGINE_ATTRIBUTE) IS NOT NULL ORDER BY 1`,
      },
      // It takes the right PROCESS. Files of the database's own folder begin with a dot. To list INNODB_TABLES is to open every table of the server
      // and to wait for each ALTER under way in any database, so it comes last and only where there are general table spaces at all; its names
      // are those of files: what is no letter of a name is shown as its code there.
      {
        since: 80023,
        sql: `SELECT DISTINCT ${spaceTable("s")} AS table_name, 'AUTOEXTEND_SIZE' AS what
FROM information_schema.INNODB_TABLESPACES AS s WHERE ${ofDatabase("s")} AND s.AUTOEXTEND_SIZE > 0
UNION ALL SELECT ${spaceTable("b")}, 'DATA DIRECTORY' FROM information_schema.INNODB_TABLESPACES_BRIEF AS b
WHERE ${ofDatabase("b")} AND b.NAME NOT LIKE '%#p#%' AND b.SPACE_TYPE = 'Single' AND b.PATH NOT LIKE './%'
UNION ALL SELECT SUBSTRING_INDEX(t.NAME, '/', -1), 'table space' FROM (SELECT SPACE
  FROM information_schema.INNODB_TABLESPACES_BRIEF WHERE SPACE_TYPE = 'General' AND NAME <> 'mysql') AS g
STRAIGHT_JOIN information_schema.INNODB_TABLES AS t ON t.SPACE = g.SPACE WHERE ${ofDatabase("t")} ORDER BY 1`,
      },
    ],
    // A role is an account that nobody can log in as (manual, "CREATE ROLE").
    roles: `SELECT u.User AS user, u.Host AS host,
  IF(u.account_locked = 'Y' AND COALESCE(u.authentication_string, '') = '', 'YES', 'NO') AS is_role FROM mysql.user AS u`,
    memberships: `SELECT e.FROM_USER AS role, e.FROM_HOST AS role_host, e.TO_USER AS holder, e.TO_HOST AS holder_host,
  e.WITH_ADMIN_OPTION AS admin FROM mysql.role_edges AS e`,
    roleTables: "user, role_edges",
    databaseExtras: "NULL AS comment, s.DEFAULT_ENCRYPTION AS encrypted",
    columnExtras: "c.SRS_ID",
    indexExtras: "s.EXPRESSION AS expression, IF(s.IS_VISIBLE = 'NO', 'YES', 'NO') AS hidden",
    // Each side by itself: merged, 9.7 goes through all constraints of the schema for each check (8 seconds for 1,000).
    checks:
      `SELECT /*+ NO_MERGE(t, c) */ t.TABLE_NAME AS table_name, c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause,
  'Table' AS level, t.ENFORCED AS enforced
FROM (SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE()) AS c
JOIN (SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_NAME, ENFORCED FROM information_schema.TABLE_CONSTRAINTS
  WHERE TABLE_SCHEMA = DATABASE() AND CONSTRAINT_TYPE = 'CHECK') AS t
  ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME`,
    // PARTITION BY KEY () has no expression, and only with one does CREATE_OPTIONS say "partitioned" (9.7).
    partitioned: `SELECT DISTINCT p.TABLE_NAME AS table_name FROM information_schema.PARTITIONS AS p
WHERE p.TABLE_SCHEMA = DATABASE() AND p.PARTITION_NAME IS NOT NULL`,
  },
};

/** The MySQL dialect. */
export const mysql = familyDialect(mysqlFacts);
