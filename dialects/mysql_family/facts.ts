/**
 * What differs between MySQL and MariaDB, as data and small functions: everything else in this folder is the same for both. A dialect is
 * these facts; nothing here asks for a name.
 */
import type { DataType } from "../../schema/object.ts";

/** Rows of the catalog whose columns are spelled differently by the two servers. Each is a SELECT list or a query. */
export interface CatalogSql {
  /** Of information_schema.columns AS c: "srid". */
  readonly columnExtras: string;
  /** Of information_schema.statistics AS s: "expression" and "hidden" ('YES' or 'NO'). */
  readonly indexExtras: string;
  /** table_name, name, clause, level ('Table' or 'Column'), enforced ('YES' or 'NO') of the checks of one database. */
  readonly checks: string;
  /** table_name of the tables in partitions, where CREATE_OPTIONS does not say it of all of them. */
  readonly partitioned: string | null;
  /**
   * Queries for what sqa sees and does not compare, each with the version that has it: table_name and "what" of it. One that this user may
   * not run is passed over.
   */
  readonly notCompared: readonly { readonly since: number; readonly sql: string }[];
  /** user, host, is_role ('YES' or 'NO') of all accounts. */
  readonly roles: string;
  /** role, role_host, holder, holder_host, admin ('Y' or 'N') of who belongs to which role. */
  readonly memberships: string;
  /** Names of the tables that both read, for a message. */
  readonly roleTables: string;
  /** Of information_schema.SCHEMATA AS s: "comment" and "encrypted" ('YES' or 'NO') of the database itself. */
  readonly databaseExtras: string;
}

export interface FamilyFacts {
  readonly name: string;
  readonly label: string;
  /** Version of `Catalog.version` below which sqa does not go. */
  readonly oldest: number;
  readonly oldestLabel: string;
  /** Is "int" reported as "int(11)"? Then a width that is the default one says nothing. */
  readonly integerWidths: boolean;
  /** JSON is an alias: longtext with a binary collation and a check that it is valid. */
  readonly jsonIsText: boolean;
  /** Checks can belong to their column alone and carry no name. */
  readonly columnChecks: boolean;
  /** Do the names of checks have to be unique in the database, or in their table? */
  readonly checkNames: "database" | "table";
  /** Does a check named "TABLE_chk_1" follow its table's new name? */
  readonly checksFollowTable: boolean;
  /** Can a check be there without being enforced? */
  readonly checksCanRest: boolean;
  /** Clause that drops a check by name. */
  readonly dropCheck: string;
  /** The name that the server gives a check: `n` from 1 on. */
  checkName(table: string, n: number): string;
  /** An index that the optimizer does not see: in a definition, and in ALTER INDEX. */
  readonly hiddenIndex: { readonly hide: string; readonly show: string };
  /** Can a generated column be NOT NULL? */
  readonly generatedNotNull: boolean;
  /** Has an index keys that are expressions? */
  readonly functionalKeys: boolean;
  /** Does a default that is written (4) stay apart from one that is written 4, and must text columns have it so? */
  readonly defaultsInParentheses: boolean;
  /** Does RENAME COLUMN refuse columns that checks, generated columns and defaults use? Then these are put aside in the same ALTER. */
  readonly renameRefusesUses: boolean;
  /**
   * Does a check of a computed column go on looking for what that was computed from, in the statement that drops both (error 1054, MariaDB
   * 10.11.19)? Then it is made again there.
   */
  readonly checksHoldSources: boolean;
  /** Does a key over a column of labels that becomes text hold a prefix of it? Then it is made again in the same statement. */
  readonly labelsLeavePrefixes: boolean;
  /** Does a copy of a table ask of each row whether its foreign keys hold (error 1452)? */
  readonly copiesCheckKeys: boolean;
  /**
   * Does a table not become COMPACT in the statement that drops an index with a longer prefix than that allows (error 1709, MariaDB 10.11.19)?
   * Then the index goes before.
   */
  readonly compactCountsDropped: boolean;
  /**
   * Engines whose tables are lost (error 1034, and REPAIR does not help) when an ALTER TABLE that need not copy them drops a key and makes the
   * same one again behind others: then it is told to copy. MyISAM on MySQL (9.7.4).
   */
  readonly losesKeyOrder: ReadonlySet<string>;
  /** What a default must not call in an ALTER TABLE that makes or copies its column (error 1674); null where any may. */
  readonly randomDefaults: RegExp | null;
  /**
   * Does RENAME COLUMN miss a column in checks and generated columns when the last statement on the table gave it an alias (error 1054, MariaDB
   * 10.11.19)? An ALTER that changes nothing has the server read the definition anew.
   */
  readonly checksRememberAliases: boolean;
  /** Version from which ALGORITHM=COPY can let others write (MariaDB 11.2); null where it never can, and NOCOPY is no word. */
  readonly copiesOnline: number | null;
  /** Serves an index with a descending part for a foreign key? Else the server makes another one. */
  readonly keysRunBackwards: boolean;
  /** Must a foreign key go before a column that it points to becomes AUTO_INCREMENT or no longer is (error 1833, MySQL 9.7.4)? */
  readonly keysHoldNumbering: boolean;
  /** May a check read a column that a foreign key sets (error 3823)? */
  readonly checksOfSetColumns: boolean;
  /** Is a role an account of host "%" like any other? Else it has no host at all. */
  readonly rolesHaveHosts: boolean;
  /** REVOKE of a role in the form that does no harm where another database's files have run it already. */
  readonly revokeOfRole: (revoke: string) => string;
  /** Can the right to give a role on be taken back by itself? */
  readonly revokesAdmin: boolean;
  /** Characters of a role's name, its host aside. */
  readonly roleNameLength: number;
  /** What ALL means beside the privileges that both servers have. */
  readonly morePrivileges: {
    readonly database: readonly string[];
    readonly table: readonly string[];
    readonly routine: readonly string[];
  };
  /** Privileges on databases and routines that ALL means on later versions alone: beside all others they say nothing. */
  readonly laterPrivileges: readonly string[];
  /** Before GRANT, where that could make an account without a password (MariaDB in a mode without NO_AUTO_CREATE_USER). */
  readonly grantPrefix: string;
  readonly sequences: boolean;
  readonly systemVersioning: boolean;
  /** The catalog puts a character set before each literal of an expression, and not always the same. */
  readonly introducers: boolean;
  /** The catalog writes a quote within an expression as \'. */
  readonly escapedTexts: boolean;
  /** Attribute of a column of spatial type for its reference system. */
  readonly srid: string;
  readonly uuid: DataType;
  readonly inet: DataType | null;
  readonly catalog: CatalogSql;
}
