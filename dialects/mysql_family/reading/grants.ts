/**
 * Privileges that accounts hold on the database and what is in it, from the server's own tables: `information_schema` shows them to whoever may
 * read those, too, and has none of routines. Nothing else of an account is read.
 */
import type { Note } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
import type { Catalog } from "../../dialect.ts";
import { DatabaseError } from "../../driver.ts";
import type { Privilege } from "../../privilege_list.ts";
import { accountOf } from "../accounts.ts";
import { fold } from "../lexer.ts";
import { ofRoutine, usage } from "../privileges.ts";

/** One account's privileges on one object, as a list with commas; the grant option is "Grant" among them. */
interface HeldRow extends Record<string, unknown> {
  readonly user: string;
  readonly host: string;
  readonly name: string;
  readonly held: string;
}

interface ColumnRow extends HeldRow {
  readonly column_name: string;
}

interface RoutineRow extends HeldRow {
  readonly type: string;
}

/** With a column for each privilege, "Select_priv", that is Y or N. */
interface DatabaseRow extends Record<string, unknown> {
  readonly User: string;
  readonly Host: string;
  readonly Db: string;
}

const tablesSql = `SELECT p.User AS user, p.Host AS host, p.Table_name AS name, p.Table_priv AS held
FROM mysql.tables_priv AS p WHERE p.Db = DATABASE() AND p.Table_priv <> ''`;

const columnsSql =
  `SELECT p.User AS user, p.Host AS host, p.Table_name AS name, p.Column_name AS column_name, p.Column_priv AS held
FROM mysql.columns_priv AS p WHERE p.Db = DATABASE()`;

/** Without what a server gives by itself to whoever makes a routine (automatic_sp_privileges). */
const routinesSql =
  `SELECT p.User AS user, p.Host AS host, p.Routine_name AS name, p.Routine_type AS type, p.Proc_priv AS held
FROM mysql.procs_priv AS p WHERE p.Db = DATABASE()
  AND NOT (CONCAT(p.User, '@', p.Host) = CURRENT_USER() AND p.Proc_priv = 'Execute,Alter Routine')`;

/**
 * In these names % and _ stand for any letters unless a backslash is before them. MariaDB's information_schema adds to a role's privileges what it
 * has from the roles that it belongs to.
 */
const databasesSql =
  `SELECT p.* FROM mysql.db AS p WHERE p.Db = DATABASE() OR (p.Db REGEXP '[%_]' AND DATABASE() LIKE p.Db)`;

/** How the grant option stands among the privileges of a row. */
const option = "GRANT";

/** The grants, and notes for what is not read. `objects`: what there is, without which nothing can be held on it. */
export async function readGrants(
  catalog: Catalog,
  database: string,
): Promise<(objects: readonly SchemaObject[]) => { grants: readonly SchemaObject<"grant">[]; notes: readonly Note[] }> {
  try {
    const tables = await catalog.query<HeldRow>(tablesSql);
    const columns = await catalog.query<ColumnRow>(columnsSql);
    const routines = await catalog.query<RoutineRow>(routinesSql);
    const databases = await catalog.query<DatabaseRow>(databasesSql);
    return (objects) => found({ tables, columns, routines, databases }, objects, database);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
    const message = `grants are not compared: this user may not read the tables of "mysql" that hold them ` +
      `(db, tables_priv, columns_priv, procs_priv: ${error.message})`;
    return () => ({ grants: [], notes: [{ code: "not-compared", object: null, kind: "grant", message }] });
  }
}

interface Rows {
  readonly tables: readonly HeldRow[];
  readonly columns: readonly ColumnRow[];
  readonly routines: readonly RoutineRow[];
  readonly databases: readonly DatabaseRow[];
}

function found({ tables, columns, routines, databases }: Rows, objects: readonly SchemaObject[], database: string) {
  const relations = new Map<string, ObjectId>(), bodies = new Map<string, SchemaObject<"function">>();
  const known = new Set<string>(), keyOf = (table: string, column: string) => JSON.stringify([table, fold(column)]);
  for (const object of objects) {
    if (object.kind === "column") known.add(keyOf(object.name[0]!, object.name[1]!));
    if (object.kind === "view") { for (const name of object.columns ?? []) known.add(keyOf(object.name[0]!, name)); }
    if (["table", "view", "sequence"].includes(object.kind)) relations.set(object.name[0]!, object.id);
    if (object.kind === "function") bodies.set(`${object.routine} ${object.name[0]}`, object);
  }
  const held = new Map<ObjectId, { grant: SchemaObject<"grant">; words: string[]; option: boolean }>();
  const hold = (path: readonly string[], parent: ObjectId | null, words: readonly string[]) => {
    const id = objectId("grant", path);
    const one = held.get(id) ?? { grant: grantObject(path, parent), words: [], option: false };
    held.set(id, one);
    one.words.push(...words.filter((word) => word !== option));
    one.option ||= words.includes(option);
  };
  for (const row of tables) {
    const parent = relations.get(row.name);
    if (parent) hold([row.name, accountOf(row.user, row.host)], parent, wordsOf(row.held));
  }
  for (const row of columns) {
    // Privileges stay when the column goes.
    const parent = known.has(keyOf(row.name, row.column_name)) ? relations.get(row.name) : undefined;
    const words = wordsOf(row.held).map((word) => `${word}(${row.column_name})`);
    if (parent) hold([row.name, accountOf(row.user, row.host)], parent, words);
  }
  for (const row of routines) {
    const parent = bodies.get(`${row.type.toLowerCase()} ${row.name}`);
    if (parent) hold([...parent.name, ofRoutine, accountOf(row.user, row.host)], parent.id, wordsOf(row.held));
  }
  const patterns = new Set<string>();
  for (const row of databases) {
    const words = wordsOfColumns(row);
    if (words.length === 0) continue;
    if (row.Db !== database) patterns.add(row.Db);
    else hold([accountOf(row.User, row.Host)], null, words);
  }
  const notes = [...patterns].sort().map((pattern): Note => ({
    code: "not-compared",
    object: null,
    message: `grants on databases like "${pattern}", to which this one belongs, are not compared`,
  }));
  const grants = [...held.values()].map(({ grant, words, option }) => ({
    ...grant,
    privileges: (words.length ? words : [usage]).map((privilege): Privilege => ({ privilege, grantable: option })),
  }));
  return { grants, notes };
}

function grantObject(name: readonly string[], parent: ObjectId | null): SchemaObject<"grant"> {
  return {
    kind: "grant",
    id: objectId("grant", name),
    name,
    parent,
    refs: [],
    comment: null,
    privileges: [],
    options: {},
  };
}

/** The words of a SET column as GRANT has them. */
function wordsOf(held: string): readonly string[] {
  return held.split(",").filter((word) => word !== "").map((word) =>
    // What MariaDB's own table calls by another name than its GRANT.
    word === "Delete versioning rows" ? "DELETE HISTORY" : word.toUpperCase()
  );
}

/** The privileges whose columns say Y: "Alter_routine_priv" is ALTER ROUTINE. */
function wordsOfColumns(row: DatabaseRow): readonly string[] {
  return Object.entries(row).flatMap(([name, value]) => {
    const word = /^(\w+)_priv$/i.exec(name)?.[1]?.replaceAll("_", " ").toUpperCase();
    if (word === undefined || value !== "Y") return [];
    return word === "CREATE TMP TABLE" ? "CREATE TEMPORARY TABLES" : word;
  });
}
