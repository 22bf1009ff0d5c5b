/**
 * Rights that a user lacks for statements that are about to be run, told before the first of them: nothing takes a half-done file back here.
 * Only what is certain is said. Rights may come by roles, and then nothing is.
 */
import type { Connection, Lacking } from "../driver.ts";
import { type Token, tokenize } from "./lexer.ts";

/** The right that a statement needs by its verb and the kind of object (manual, "Privileges Provided by MySQL"). */
const rights: ReadonlyMap<string, string> = new Map([
  ["CREATE TABLE", "CREATE"],
  ["ALTER TABLE", "ALTER"],
  ["DROP TABLE", "DROP"],
  ["CREATE INDEX", "INDEX"],
  ["DROP INDEX", "INDEX"],
  ["CREATE VIEW", "CREATE VIEW"],
  ["CREATE TRIGGER", "TRIGGER"],
  ["CREATE PROCEDURE", "CREATE ROUTINE"],
  ["CREATE FUNCTION", "CREATE ROUTINE"],
  ["CREATE EVENT", "EVENT"],
]);
const kinds =
  /^(TABLE|INDEX|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|DATABASE|SCHEMA|USER|ROLE|SERVER|SEQUENCE|PACKAGE|TEMPORARY)$/;

/** Rights that are given for a table; the others are for a database. */
const ofTables = new Set(["CREATE", "ALTER", "DROP", "INDEX", "CREATE VIEW", "SHOW VIEW", "TRIGGER"]);

const worth = /^\s*(create|alter|drop)\b/i;
/** A longer one is rows or a routine's body. */
const longest = 100_000;

interface Grant {
  readonly rights: ReadonlySet<string>;
  /** A pattern in which % and _ stand for any letters unless they are escaped; "*" is any. */
  readonly database: string;
  readonly table: string;
}

/** The rights that are missing, each with the GRANT that gives it. */
export async function lacking(
  connection: Connection,
  statements: () => Promise<Iterable<string>>,
): Promise<readonly Lacking[]> {
  const lines = (await connection.query("SHOW GRANTS")).map((row) => String(Object.values(row)[0]));
  const grants = lines.map(grantOf), known = grants.filter((grant) => grant !== null);
  const everything = known.some((grant) => grant.database === "*" && grant.rights.has("ALL PRIVILEGES"));
  // A line that is not understood may give anything: a role, for one.
  if (everything || known.length < grants.length) return [];
  const [row] = await connection.query<{ name: string | null; user: string }>(
    "SELECT DATABASE() AS name, CURRENT_USER() AS user",
  );
  const database = row?.name;
  if (!database) return [];
  const has = (right: string, table: string | null): boolean =>
    known.some((grant) =>
      (grant.rights.has("ALL PRIVILEGES") || grant.rights.has(right)) &&
      (grant.database === "*" || like(database, grant.database)) &&
      (grant.table === "*" || (table !== null && same(grant.table, table)))
    );
  const found: Lacking[] = [];
  let statement = -1;
  for (const sql of await statements()) {
    statement++;
    if (/^\s*(set\s+(session\s+)?role|use)\b/i.test(sql)) break;
    if (sql.length > longest || !worth.test(sql)) continue;
    for (const { right, table } of needsOf(tokenize(sql), database)) {
      if (has(right, ofTables.has(right) ? table : null)) continue;
      const on = `\`${database.replaceAll("`", "``")}\`.*`;
      const what = `${row.user} has no ${right} on ${table === null ? database : `${database}.${table}`}`;
      found.push({ statement, what, grant: `GRANT ${right} ON ${on} TO ${account(row.user)}` });
    }
  }
  return found;
}

function needsOf(
  tokens: readonly Token[],
  database: string,
): readonly { readonly right: string; readonly table: string | null }[] {
  const kind = tokens.slice(1, 16).find((token) => token.kind === "word" && kinds.test(token.value))?.value;
  const right = rights.get(`${tokens[0]?.value} ${kind}`);
  if (right === undefined) return [];
  const word = right === "INDEX" || right === "TRIGGER" ? "ON" : right === "CREATE VIEW" ? "VIEW" : "TABLE";
  const at = tokens.findIndex((token) => token.kind === "word" && token.value === word) + 1;
  const first = skipIf(tokens, at), qualified = tokens[first + 1]?.text === ".";
  const table = at === 0 ? null : nameOf(tokens[qualified ? first + 2 : first]);
  // Another database's rights are another question.
  if (qualified && !same(nameOf(tokens[first]) ?? "", database)) return [];
  // sqa reads back what was made.
  return right === "CREATE VIEW" ? [{ right, table }, { right: "SHOW VIEW", table }] : [{ right, table }];
}

function skipIf(tokens: readonly Token[], at: number): number {
  let i = at;
  while (tokens[i]?.kind === "word" && /^(IF|NOT|EXISTS)$/.test(tokens[i]!.value)) i++;
  return i;
}

function nameOf(token: Token | undefined): string | null {
  return token?.kind === "name" ? token.value : token?.kind === "word" ? token.text : null;
}

/** One line of SHOW GRANTS; null when it is of another form. */
function grantOf(line: string): Grant | null {
  const found = /^GRANT (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) TO /.exec(line);
  if (!found) {
    return /^GRANT (PROXY|EXECUTE|ALTER ROUTINE)[ ,].* ON (''|PROCEDURE|FUNCTION|PACKAGE)/.test(line) ? none : null;
  }
  const [, list, database, table] = found.map((text) => text?.replace(/^`|`$/g, "").replaceAll("``", "`"));
  const rights = list!.replace(/\s*\([^)]*\)/g, "").split(/,\s*/).map((right) => right.toUpperCase());
  return { rights: new Set(rights), database: database!, table: table! };
}

const none: Grant = { rights: new Set(), database: "*", table: "*" };

/** Names of databases and tables may differ in case or not by the server's file system: equal in one sense is enough here. */
function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Of several patterns that fit the server takes one; here the rights of all are taken together, which may only hide a missing one. */
function like(text: string, pattern: string): boolean {
  const form = pattern.replace(
    /\\[%_]|[%_]|[.*+?^${}()|[\]\\]/g,
    (found) =>
      found === "%"
        ? ".*"
        : found === "_"
        ? "."
        : found.startsWith("\\") && found.length > 1
        ? found[1]!
        : `\\${found}`,
  );
  return new RegExp(`^${form}$`, "is").test(text);
}

/** `'user'@'host'` of what CURRENT_USER() says. */
function account(user: string): string {
  const at = user.lastIndexOf("@"), quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  return `${quoted(user.slice(0, at))}@${quoted(user.slice(at + 1))}`;
}
