/**
 * DDL on these servers commits by itself, so what became of a statement whose run died is asked of the object: its definition as the server writes
 * it, before and now. Where it changed, the statement is run on a copy of the old definition in a scratch database, and what comes out there must
 * be what is here. One DDL statement happens whole or not at all (MySQL 8.0 and MariaDB 10.6, "Atomic Data Definition").
 */
import { createHash } from "node:crypto";
import type { Dialect } from "../dialect.ts";
import { type Connection, DatabaseError, type Outcome, type Standalone } from "../driver.ts";
import type { FamilyFacts } from "./facts.ts";
import { inScratch } from "./scratch.ts";
import { isAboutRoles } from "./server_statements.ts";
import { opened, wordsOf } from "./settings.ts";
import { quote } from "./sql.ts";

const mark = "my1:";

/** Definitions by name; null where there is nothing of that name. */
type Shape = { readonly [name: string]: string | null };

/** For one connection. */
export async function standalone(
  dialect: Pick<Dialect, "mentions">,
  facts: Pick<FamilyFacts, "catalog">,
  connection: Connection,
): Promise<Standalone> {
  const [me] = await connection.query<{ id: number }>(
    `SELECT CONNECTION_ID() AS id, GET_LOCK(CONCAT(?, CONNECTION_ID()), 0) AS marked`,
    [sessionMark(connection)],
  ).catch((error) => {
    // Clusters may refuse such locks; then an earlier session is not told from another one of its number, and is left alone.
    if (!(error instanceof DatabaseError) || error.more.class !== "other") throw error;
    return connection.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
  });
  let transactional: boolean | null = null;
  const remembered = new Map<string, unknown>();
  const shape = (sql: string) =>
    isAboutRoles(sql) ? shapeOfRoles(connection, facts, dialect, sql) : shapeOf(connection, dialect, sql);
  return {
    session: String(me!.id),
    busy: (session, sql) => busy(connection, session, sql),
    atWork: (sqls) => atWork(connection, sqls),
    end: (session) => end(connection, session),
    isPatient: () => false,
    async remember(settings) {
      for (const name of namesSet(settings)) {
        const [row] = await connection.query<{ value: unknown }>(`SELECT @@SESSION.${name} AS value`).catch(() => []);
        if (row) remembered.set(name, row.value);
      }
    },
    async unset(settings) {
      // DEFAULT is the server's, not what the connection began with; and for switches such as foreign_key_checks MySQL takes it for "off".
      for (const name of namesSet(settings)) {
        const { sql, params } = valueOf(remembered, name);
        await connection.execute(`SET SESSION ${name} = ${sql}`, params).catch(() => {});
      }
      await connection.execute("SET NAMES utf8mb4").catch(() => {});
      await connection.execute(`USE ${quote(connection.server.database)}`);
    },
    async joins(sql) {
      if (!/^(insert|update|delete|replace)$/i.test(wordsOf(sql, 1)[0] ?? "")) {
        transactional = null;
        return false;
      }
      // Tables of other engines keep what is rolled back.
      transactional ??= await allTransactional(connection);
      return transactional;
    },
    shape: async (sql) => `${mark}${JSON.stringify(await shape(sql))}`,
    clear: () => Promise.resolve(null),
    async outcome(sql, before) {
      if (!before.startsWith(mark)) return null;
      return await outcome(connection, dialect, sql, JSON.parse(before.slice(mark.length)) as Shape, await shape(sql));
    },
    check: () => Promise.resolve(),
  };
}

/** Names of the session's variables that these SETs set; user variables go with the session. */
function namesSet(settings: readonly string[]): readonly string[] {
  const found = settings.flatMap((
    sql,
  ) => [...opened(sql).trim().matchAll(/(?:^\s*set\s+|,\s*)(?:session\s+|@@(?:session\.)?)?([a-z_]+)\s*:?=/gi)]);
  return [...new Set(found.map((each) => each[1]!.toLowerCase()))];
}

/** Each session of a run holds a lock of this name and its number: numbers begin anew with the server, and belong to one node of a cluster. */
function sessionMark(connection: Connection): string {
  const database = createHash("sha256").update(connection.server.database).digest("hex").slice(0, 16);
  return `sqa:session:${database}:`;
}

async function end(connection: Connection, session: string): Promise<void> {
  const name = `${sessionMark(connection)}${Number(session)}`;
  for (let killed = false, i = 0; i < 100; i++) {
    const [row] = await connection.query<{ id: number | null }>("SELECT IS_USED_LOCK(?) AS id", [name]).catch(() => []);
    if (row?.id === null || row?.id === undefined || String(row.id) !== session) return;
    // It may be gone meanwhile: 1094 ER_NO_SUCH_THREAD.
    if (!killed) {
      await connection.execute(`KILL CONNECTION ${Number(session)}`).catch((error) => {
        if (!/NO_SUCH_THREAD|1094/.test(String(error?.more?.code))) throw error;
      });
    }
    killed = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A variable's earlier value as SQL. A number goes as a literal: as a parameter it would be a double, which no switch takes. */
function valueOf(remembered: ReadonlyMap<string, unknown>, name: string): { sql: string; params: readonly unknown[] } {
  if (!remembered.has(name)) return { sql: "DEFAULT", params: [] };
  const value = remembered.get(name);
  if (value !== null && /^-?\d+(\.\d+)?$/.test(String(value))) return { sql: String(value), params: [] };
  return { sql: "?", params: [value] };
}

async function allTransactional(connection: Connection): Promise<boolean> {
  const rows = await connection.query(
    `SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'
    AND ENGINE NOT IN ('InnoDB') LIMIT 1`,
  );
  return rows.length === 0;
}

/** So many names at most: what has more is no DDL. */
const mostNames = 400;

async function shapeOf(connection: Connection, dialect: Pick<Dialect, "mentions">, sql: string): Promise<Shape> {
  const names = [...new Set(dialect.mentions(opened(sql)).map((path) => path.at(-1)!))].slice(0, mostNames);
  if (names.length === 0) return {};
  const marks = names.map(() => "?").join(", ");
  const ask = (columns: string, from: string, schema: string, name: string) =>
    connection.query<{ name: string; text: string | null }>(
      `SELECT ${name} AS name, ${columns} AS text FROM information_schema.${from} WHERE ${schema} = DATABASE() AND ${name} IN (${marks})`,
      names,
    );
  const shape: Record<string, string | null> = {};
  for (const { name } of await ask("TABLE_TYPE", "TABLES", "TABLE_SCHEMA", "TABLE_NAME")) {
    shape[name] = await definitionOf(connection, name);
  }
  const stored = [
    [
      "routine",
      await ask(
        "CONCAT_WS('|', ROUTINE_TYPE, ROUTINE_DEFINITION, LAST_ALTERED)",
        "ROUTINES",
        "ROUTINE_SCHEMA",
        "ROUTINE_NAME",
      ),
    ],
    ["trigger", await ask("CONCAT_WS('|', ACTION_STATEMENT, CREATED)", "TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME")],
    [
      "event",
      await ask("CONCAT_WS('|', EVENT_DEFINITION, STATUS, LAST_ALTERED)", "EVENTS", "EVENT_SCHEMA", "EVENT_NAME"),
    ],
  ] as const;
  for (const [kind, rows] of stored) for (const { name, text } of rows) shape[`${kind} ${name}`] = text ?? "";
  if (wordsOf(sql, 1)[0] === "REVOKE") shape["privileges held"] = await privilegesHeld(connection);
  return Object.fromEntries(Object.entries(shape).sort(([a], [b]) => a < b ? -1 : 1));
}

/**
 * The roles that the statement names, and which of them belong to which. Such a statement does no harm a second time, so that it does not matter
 * where this may not be seen. No name of a table counts: a role may be called as one is.
 */
async function shapeOfRoles(
  connection: Connection,
  { catalog }: Pick<FamilyFacts, "catalog">,
  dialect: Pick<Dialect, "mentions">,
  sql: string,
): Promise<Shape> {
  const names = [...new Set(dialect.mentions(opened(sql)).map((path) => path.at(-1)!))].slice(0, mostNames);
  const marks = names.map(() => "?").join(", ") || "NULL";
  const rows = await connection.query(
    `SELECT CONCAT_WS('|', a.user, a.host) AS held FROM (${catalog.roles}) AS a WHERE a.user IN (${marks})
UNION ALL SELECT CONCAT_WS('|', m.role, m.role_host, m.holder, m.holder_host, m.admin) FROM (${catalog.memberships}) AS m
  WHERE m.role IN (${marks}) AND m.holder IN (${marks}) ORDER BY 1`,
    [...names, ...names, ...names],
  ).catch((error) => {
    if (error instanceof DatabaseError && error.more.class === "other") return null;
    throw error;
  });
  return { "roles there": rows && rows.map(({ held }) => String(held)).join("\n") };
}

/** All privileges on the database as one text: a second REVOKE would fail where the first took effect. Null where they may not be seen. */
async function privilegesHeld(connection: Connection): Promise<string | null> {
  const rows = await connection.query(
    `SELECT CONCAT_WS('|', User, Host, Table_name, Table_priv, Column_priv) AS held FROM mysql.tables_priv WHERE Db = DATABASE()
UNION ALL SELECT CONCAT_WS('|', User, Host, Table_name, Column_name, Column_priv) FROM mysql.columns_priv WHERE Db = DATABASE()
UNION ALL SELECT CONCAT_WS('|', User, Host, Routine_type, Routine_name, Proc_priv) FROM mysql.procs_priv WHERE Db = DATABASE()
UNION ALL SELECT CONCAT_WS('|', GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE) FROM information_schema.SCHEMA_PRIVILEGES
  WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1`,
  ).catch((error) => {
    if (error instanceof DatabaseError && error.more.class === "other") return null;
    throw error;
  });
  return rows && rows.map(({ held }) => String(held)).join("\n");
}

/** SHOW CREATE TABLE without the counter, which rows move. Null where it is gone. */
async function definitionOf(connection: Connection, name: string): Promise<string | null> {
  const rows = await connection.query(`SHOW CREATE TABLE ${quote(name)}`).catch((error) => {
    if (error instanceof DatabaseError && error.more.class === "other") return [];
    throw error;
  });
  const text = rows[0] && Object.values(rows[0])[1];
  return text === undefined || text === null ? null : String(text).replace(/ AUTO_INCREMENT=\d+/, "");
}

/** With an unchanged definition these have not begun, or do no harm a second time. */
const definitionWords =
  /^(CREATE|ALTER|DROP|RENAME|TRUNCATE|OPTIMIZE|ANALYZE|CHECK|REPAIR|FLUSH|GRANT|REVOKE|SET|USE|COMMIT)$/;

async function outcome(
  connection: Connection,
  dialect: Pick<Dialect, "mentions">,
  sql: string,
  before: Shape,
  now: Shape,
): Promise<Outcome> {
  const verb = wordsOf(sql, 1)[0] ?? "";
  if (!definitionWords.test(verb) && !isAboutRoles(sql)) {
    return { unclear: `${verb} changes rows outside a transaction: only the rows themselves say whether it did` };
  }
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const changed = [...names].filter((name) => (before[name] ?? null) !== (now[name] ?? null));
  if (changed.length === 0) return "not begun";
  if (changed.some((name) => name.includes(" ") || isView(before[name]) || isView(now[name]))) return "took effect";
  const after = await inCopy(connection, dialect, sql, before, changed);
  if (after === null) {
    return Object.keys(now).every((name) => before[name] === undefined) && verb === "CREATE"
      ? "took effect"
      : unclear(before, now, changed, null);
  }
  return changed.every((name) => after[name] === (now[name] ?? null))
    ? "took effect"
    : unclear(before, now, changed, after);
}

function isView(definition: string | null | undefined): boolean {
  return /^CREATE .*VIEW /.test(definition ?? "");
}

function unclear(before: Shape, now: Shape, changed: readonly string[], after: Shape | null): Outcome {
  const lines = changed.flatMap((name) => [
    `before it: ${before[name] ?? `no table ${name}`}`,
    ...(after ? [`after it: ${after[name] ?? `no table ${name}`}`] : []),
    `now: ${now[name] ?? `no table ${name}`}`,
  ]);
  return { unclear: lines.join("\n") };
}

/** What the statement makes of the old definitions; null when that cannot be tried. */
async function inCopy(
  connection: Connection,
  dialect: Pick<Dialect, "mentions">,
  sql: string,
  before: Shape,
  names: readonly string[],
): Promise<Shape | null> {
  if (await namesDatabase(connection, dialect, sql)) return null;
  try {
    return await inScratch(connection, async (place) => {
      const [row] = await place.query<{ checks: number }>("SELECT @@SESSION.foreign_key_checks AS checks");
      await place.execute("SET SESSION foreign_key_checks = 0");
      try {
        for (const definition of Object.values(before)) {
          if (definition?.startsWith("CREATE TABLE")) await place.execute(definition);
        }
        await place.execute(sql);
        const after: Record<string, string | null> = {};
        for (const name of names) after[name] = await definitionOf(place, name);
        return after;
      } finally {
        await place.execute(`SET SESSION foreign_key_checks = ${Number(row?.checks ?? 1)}`);
      }
    });
  } catch (error) {
    if (error instanceof DatabaseError && error.more.class !== "connection") return null;
    throw error;
  }
}

/** A statement that names a database would reach out of the scratch one. */
async function namesDatabase(
  connection: Connection,
  dialect: Pick<Dialect, "mentions">,
  sql: string,
): Promise<boolean> {
  const first = new Set(dialect.mentions(opened(sql)).filter((path) => path.length > 1).map((path) => path[0]!));
  if (first.size === 0) return false;
  const rows = await connection.query<{ name: string }>("SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA");
  return rows.some(({ name }) => first.has(name));
}

/** By its beginning a statement is known in the list of processes. */
function start(text: string): string {
  return text.trim().slice(0, 200);
}

async function atWork(connection: Connection, sqls: readonly string[]): Promise<string | null> {
  const rows = await connection.query<{ id: number; text: string; seconds: number }>(
    "SELECT ID AS id, INFO AS text, TIME AS seconds FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO IS NOT NULL AND ID <> CONNECTION_ID()",
  );
  const known = new Set(sqls.map(start)), row = rows.find(({ text }) => known.has(start(text)));
  return row ? `connection ${row.id}, for ${row.seconds} s: ${start(row.text)}` : null;
}

/** Is that session still at the statement? Connection numbers begin again when the server does, so the statement must be the same too. */
async function busy(connection: Connection, session: string, sql: string): Promise<string | null> {
  const [row] = await connection.query<{ text: string | null; seconds: number; state: string | null }>(
    "SELECT INFO AS text, TIME AS seconds, STATE AS state FROM information_schema.PROCESSLIST WHERE ID = ? AND ID <> CONNECTION_ID()",
    [Number(session)],
  );
  if (!row?.text || start(row.text) !== start(sql)) return null;
  return `connection ${session}, for ${row.seconds} s${row.state ? `, ${row.state}` : ""}`;
}
