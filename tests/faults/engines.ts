/** The databases that the faults are tried on, each with a file of twenty statements of every sort that it has. */
import type { Driver } from "../../dialects/driver.ts";
import { mariadbDriver } from "../../dialects/mariadb/driver.ts";
import { mysqlDriver } from "../../dialects/mysql/driver.ts";
import { postgresDriver } from "../../dialects/postgres/driver.ts";
import { sqliteDriver } from "../../dialects/sqlite/driver.ts";
import { mysqlUrls, postgresUrls, withDatabase, withSqlite } from "../support/scratch.ts";

/** One server that can be had here. */
export interface Engine {
  readonly label: string;
  readonly url: string | null;
  readonly driver: Driver;
  /** The up file's mode and its body. */
  readonly mode: "groups" | "none";
  readonly script: string;
  /** The statements of it as sqa counts them. */
  readonly statements: number;
  /** Queries whose answer must be empty at the end: what must not be left over. */
  readonly leftovers: readonly string[];
  with<T>(test: (url: string) => Promise<T>): Promise<T>;
}

/** Rows whose count says how often a statement took effect: no key would refuse a second one. */
const effect = (n: number): string => `INSERT INTO effects (n) VALUES (${n});`;

const postgresScript = `
-- sqa: group transaction
CREATE TABLE effects (n integer);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE parent (id bigint PRIMARY KEY, name text, feeling mood);
${effect(1)}
INSERT INTO parent SELECT g, 'name ' || g, 'ok' FROM generate_series(1, 500) AS g;
-- sqa: group alone
CREATE UNIQUE INDEX CONCURRENTLY parent_name ON parent (name);
-- sqa: group transaction
ALTER TYPE mood ADD VALUE 'happy';
-- sqa: group transaction
${effect(2)}
UPDATE parent SET feeling = 'happy' WHERE id = 1;
ALTER TABLE parent ADD COLUMN extra integer NOT NULL DEFAULT 5;
-- sqa: group alone
CREATE INDEX CONCURRENTLY IF NOT EXISTS parent_extra ON public.parent (extra, id);
DROP INDEX CONCURRENTLY parent_extra;
CREATE INDEX CONCURRENTLY parent_extra ON ONLY parent (extra);
REINDEX INDEX CONCURRENTLY parent_name;
VACUUM parent;
${effect(3)}
-- sqa: group transaction
CREATE FUNCTION twice(i integer) RETURNS integer LANGUAGE sql AS $body$ SELECT i * 2; -- ; '
$body$;
CREATE TABLE child (id bigint, parent bigint REFERENCES parent (id));
${effect(4)}
-- sqa: group alone
CREATE INDEX CONCURRENTLY child_parent ON child (parent);
`;

const mysqlScript = `
CREATE TABLE effects (n int);
CREATE TABLE parent (id bigint PRIMARY KEY, name varchar(40), feeling enum('sad', 'ok'));
${effect(1)}
INSERT INTO parent (id, name, feeling) VALUES (1, 'one', 'ok'), (2, 'two', 'sad'), (3, 'th;ree', 'ok');
ALTER TABLE parent ADD COLUMN extra int NOT NULL DEFAULT 5;
CREATE UNIQUE INDEX parent_name ON parent (name);
${effect(2)}
ALTER TABLE parent MODIFY feeling enum('sad', 'ok', 'happy');
UPDATE parent SET extra = extra + 1;
CREATE TABLE child (id bigint, parent bigint, CONSTRAINT child_parent FOREIGN KEY (parent) REFERENCES parent (id));
SET @sqa_sql_mode = @@SESSION.sql_mode;
SET SESSION sql_mode = 'ANSI_QUOTES';
DELIMITER //
CREATE PROCEDURE touch()
BEGIN
  -- a comment; with a semicolon
  INSERT INTO effects (n) VALUES (100);
END//
DELIMITER ;
SET SESSION sql_mode = @sqa_sql_mode;
ALTER TABLE parent ADD COLUMN again int, ADD INDEX parent_again (again);
ALTER TABLE parent DROP COLUMN again;
RENAME TABLE child TO kid;
${effect(3)}
CREATE VIEW seen AS SELECT id, name FROM parent;
${effect(4)}
`;

const postgresLeftovers = [
  "SELECT c.relname FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid WHERE NOT (x.indisvalid AND x.indisready)",
  "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
];
const mysqlLeftovers = [
  "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE '#sql%'",
];

/** The engine that a server of this URL is, with the file that goes with it. */
export function engineAt(url: string): Engine {
  return url.startsWith("postgres") ? postgresEngine(url, "Postgres") : mysqlEngine(url);
}

function postgresEngine(url: string | null, label: string): Engine {
  return {
    label,
    url,
    driver: postgresDriver,
    mode: "groups",
    script: postgresScript,
    statements: 20,
    leftovers: postgresLeftovers,
    with: (test) => withDatabase(url!, test),
  };
}

function mysqlEngine(url: string): Engine {
  const isMariadb = url.startsWith("mariadb:");
  return {
    label: isMariadb ? "MariaDB" : "MySQL",
    url,
    driver: isMariadb ? mariadbDriver : mysqlDriver,
    mode: "none",
    script: mysqlScript,
    statements: 20,
    leftovers: mysqlLeftovers,
    with: (test) => withDatabase(url, test),
  };
}

/** The newest Postgres, and each MySQL and MariaDB; a Postgres that is ignored stands for none. */
export const engines: readonly Engine[] = [
  postgresEngine(postgresUrls.at(-1) ?? null, "Postgres"),
  ...mysqlUrls.map(mysqlEngine),
];

/** SQLite, for faults that need no file of twenty statements. */
export const sqlite: Engine = {
  label: "SQLite",
  url: "sqlite:",
  driver: sqliteDriver,
  mode: "none",
  script: "",
  statements: 0,
  leftovers: [],
  with: withSqlite,
};
