/**
 * Statements that Postgres refuses in a transaction, across a kill. One that builds or drops an index CONCURRENTLY works in several
 * transactions of its own (manual, "Building Indexes Concurrently"): killed or refused in between it leaves an invalid index, which takes part in every
 * write and enforces nothing, and `IF NOT EXISTS` takes it for done. So it is found, removed and built again.
 */
import type { Connection, Outcome, Standalone } from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import { is, significant, type Token } from "./lexer.ts";
import { sessions } from "./lock.ts";
import { putCatalogFirst } from "./search_path.ts";
import { undoneBy } from "./settings.ts";
import { quotePath } from "./sql.ts";

/** What a statement is about, as far as its words say it. */
type Subject =
  | {
    readonly kind: "create index";
    readonly index: readonly string[] | null;
    readonly table: readonly string[];
    readonly unique: boolean;
  }
  | { readonly kind: "drop index"; readonly indexes: readonly (readonly string[])[] }
  | { readonly kind: "reindex" }
  | { readonly kind: "detach"; readonly table: readonly string[]; readonly part: readonly string[] }
  | { readonly kind: "repeatable" }
  | { readonly kind: "other" };

const mark = "pg1:";

/** Stands for the session behind a pooler: nobody knows which of its connections the statement goes to. */
const pooled = "pooled:0";

/** For one connection. */
export async function standalone(connection: Connection): Promise<Standalone> {
  const [me] = await connection.query<{ pid: number; since: string }>(
    "SELECT pg_catalog.pg_backend_pid() AS pid, EXTRACT(epoch FROM a.backend_start)::text AS since FROM pg_catalog.pg_stat_activity AS a WHERE a.pid = pg_catalog.pg_backend_pid()",
  );
  return {
    session: connection.server.pooled ? pooled : me ? `${me.pid}:${me.since}` : "",
    busy: (session, sql) => busy(connection, session, sql),
    end: (session) => end(connection, session),
    undoneBy,
    isPatient: (sql) => !["other", "repeatable"].includes(subjectOf(sql).kind),
    async unset(settings) {
      if (settings.length === 0) return;
      await connection.execute("RESET ALL");
      await putCatalogFirst(connection);
    },
    joins: (sql) => Promise.resolve(/^\s*(insert|update|delete|merge)\b/i.test(sql)),
    async shape(sql) {
      const subject = subjectOf(sql);
      return subject.kind === "other" ? null : `${mark}${await shapeOf(connection, subject)}`;
    },
    clear: (sql) => clear(connection, subjectOf(sql)),
    async outcome(sql, before) {
      const subject = subjectOf(sql);
      if (subject.kind === "other" || !before.startsWith(mark)) return null;
      return await outcome(connection, subject, before.slice(mark.length));
    },
    check: (sql) => check(connection, subjectOf(sql)),
  };
}

async function end(connection: Connection, session: string): Promise<void> {
  if (!/^\d+:./.test(session)) return;
  for (let i = 0; i < 100; i++) {
    const found = await sessions.end(connection, session);
    if (!found) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Harmless to run twice, and without a trace in the schema. */
const repeatable = new Set(["vacuum", "analyze", "checkpoint", "cluster", "refresh", "reindex", "load", "discard"]);

function subjectOf(sql: string): Subject {
  const words = significant(sql).slice(0, 60);
  const has = (text: string): boolean => words.some((token) => is(token, text));
  const [first, second] = words;
  if (is(first, "create") && has("concurrently")) {
    const unique = is(second, "unique");
    let at = words.findIndex((token) => is(token, "concurrently")) + 1;
    if (is(words[at], "if")) at += 3;
    const index = is(words[at], "on") ? null : pathAt(words, at);
    const on = words.findIndex((token, i) => i >= at && is(token, "on"));
    const table = pathAt(words, on + (is(words[on + 1], "only") ? 2 : 1));
    return on > 0 && table ? { kind: "create index", index, table, unique } : { kind: "other" };
  }
  if (is(first, "drop") && is(second, "index") && has("concurrently")) {
    let at = words.findIndex((token) => is(token, "concurrently")) + 1;
    if (is(words[at], "if")) at += 2;
    const index = pathAt(words, at);
    return index ? { kind: "drop index", indexes: [index] } : { kind: "other" };
  }
  if (is(first, "reindex") && has("concurrently")) return { kind: "reindex" };
  const detach = words.findIndex((token) => is(token, "detach"));
  if (is(first, "alter") && is(second, "table") && detach > 0 && has("concurrently")) {
    let at = 2;
    if (is(words[at], "if")) at += 2;
    if (is(words[at], "only")) at += 1;
    const table = pathAt(words, at), part = pathAt(words, detach + 2);
    return table && part ? { kind: "detach", table, part } : { kind: "other" };
  }
  return first && repeatable.has(first.value) ? { kind: "repeatable" } : { kind: "other" };
}

/** A name with its schema, or with "public", which the runner's search_path is. */
function pathAt(words: readonly Token[], at: number): readonly string[] | null {
  const name = (token: Token | undefined) =>
    token && (token.type === "word" || token.type === "quoted") ? token.value : null;
  const first = name(words[at]);
  if (first === null) return null;
  if (!is(words[at + 1], ".")) return ["public", first];
  const second = name(words[at + 2]);
  return second === null ? null : [first, second];
}

interface IndexRow extends Record<string, unknown> {
  readonly name: string;
  readonly oid: number;
  readonly valid: boolean;
  readonly unique: boolean;
  readonly table: string;
}

const indexColumns =
  `c.relname AS name, c.oid::pg_catalog.int4 AS oid, x.indisvalid AND x.indisready AND x.indislive AS valid,
  x.indisunique AS unique, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS table
  FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace`;

async function indexNamed(connection: Connection, [schema, name]: readonly string[]): Promise<IndexRow | null> {
  const rows = await connection.query<IndexRow>(`SELECT ${indexColumns} WHERE s.nspname = $1 AND c.relname = $2`, [
    schema,
    name,
  ]);
  return rows[0] ?? null;
}

/** All indexes of a table, by name. */
function indexesOf(connection: Connection, [schema, name]: readonly string[]): Promise<readonly IndexRow[]> {
  return connection.query<IndexRow>(
    `SELECT ${indexColumns} WHERE n.nspname = $1 AND t.relname = $2 ORDER BY c.relname`,
    [schema, name],
  );
}

/** The index that a CREATE INDEX made or left: by its name in its table's schema, or the one that was not there before. */
async function indexOf(
  connection: Connection,
  { index, table, unique }: Extract<Subject, { kind: "create index" }>,
  before: readonly string[] | null,
): Promise<IndexRow | null> {
  if (index) {
    const found = await indexNamed(connection, [table[0]!, index.at(-1)!]);
    return found && found.unique === unique && sameTable(found, table) ? found : null;
  }
  if (before === null) return null;
  const fresh = (await indexesOf(connection, table)).filter((row) =>
    !before.includes(row.name) && row.unique === unique
  );
  return fresh.length === 1 ? fresh[0]! : null;
}

function sameTable(found: IndexRow, [schema, name]: readonly string[]): boolean {
  const plain = (text: string) => /^[a-z_][a-z0-9_$]*$/.test(text) ? text : quotePath([text]);
  return found.table.replaceAll('"', "") === `${plain(schema!)}.${plain(name!)}`.replaceAll('"', "");
}

async function shapeOf(connection: Connection, subject: Exclude<Subject, { kind: "other" }>): Promise<string> {
  switch (subject.kind) {
    case "create index":
      return JSON.stringify((await indexesOf(connection, subject.table)).map(({ name }) => name));
    case "drop index": {
      const found = await Promise.all(subject.indexes.map((index) => indexNamed(connection, index)));
      return JSON.stringify(found.map((row) => row?.oid ?? null));
    }
    case "detach":
      return JSON.stringify(await attached(connection, subject));
    case "reindex":
    case "repeatable":
      return "";
  }
}

/** "yes", "pending" (a DETACH CONCURRENTLY was stopped half way), or "no". */
async function attached(
  connection: Connection,
  { table, part }: Extract<Subject, { kind: "detach" }>,
): Promise<"yes" | "pending" | "no"> {
  const [row] = await connection.query<{ pending: boolean }>(
    `SELECT h.inhdetachpending AS pending FROM pg_catalog.pg_inherits AS h
    WHERE h.inhparent = pg_catalog.to_regclass($1) AND h.inhrelid = pg_catalog.to_regclass($2)`,
    [quotePath(table), quotePath(part)],
  );
  return row ? row.pending ? "pending" : "yes" : "no";
}

async function outcome(
  connection: Connection,
  subject: Exclude<Subject, { kind: "other" }>,
  before: string,
): Promise<Outcome> {
  switch (subject.kind) {
    case "create index": {
      const known = JSON.parse(before) as string[];
      const found = await indexOf(connection, subject, known);
      if (!found) return "not begun";
      if (found.valid) return known.includes(found.name) ? "not begun" : "took effect";
      await dropInvalid(connection, found, subject.table);
      return "not begun";
    }
    case "drop index": {
      const found = await Promise.all(subject.indexes.map((index) => indexNamed(connection, index)));
      const oids = JSON.parse(before) as (number | null)[];
      // An index of the same name that is another one was made since: the drop is over.
      return found.every((row, i) => row === null || row.oid !== oids[i]) ? "took effect" : "not begun";
    }
    case "detach": {
      const now = await attached(connection, subject);
      if (now === "pending") {
        await connection.execute(
          `ALTER TABLE ${quotePath(subject.table)} DETACH PARTITION ${quotePath(subject.part)} FINALIZE`,
        );
        return "took effect";
      }
      return now === "no" ? "took effect" : "not begun";
    }
    case "reindex":
      await clear(connection, subject);
      return "not begun";
    case "repeatable":
      return "not begun";
  }
}

async function clear(connection: Connection, subject: Subject): Promise<string | null> {
  if (subject.kind === "create index") {
    const found = await indexOf(connection, subject, null);
    if (!found || found.valid) return null;
    return await dropInvalid(connection, found, subject.table);
  }
  if (subject.kind === "detach" && await attached(connection, subject) === "pending") return null;
  if (subject.kind !== "reindex") return null;
  // REINDEX CONCURRENTLY builds under the suffix _ccnew and drops under _ccold (manual, REINDEX, "Rebuilding Indexes Concurrently").
  const rows = await connection.query<IndexRow & { schema: string }>(
    `SELECT ${indexColumns.replace("c.relname AS name", "s.nspname AS schema, c.relname AS name")}
    WHERE c.relname ~ '_cc(new|old)[0-9]*$' AND NOT (x.indisvalid AND x.indisready)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid)`,
  );
  for (const row of rows) await connection.execute(`DROP INDEX CONCURRENTLY ${quotePath([row.schema, row.name])}`);
  return rows.length
    ? `removed ${rows.map(({ name }) => `"${name}"`).join(", ")}, left by a REINDEX that failed`
    : null;
}

/** SQA-520 (exit 75) when somebody is building it at this moment. */
async function dropInvalid(connection: Connection, found: IndexRow, table: readonly string[]): Promise<string> {
  const [builder] = await connection.query<{ pid: number }>(
    "SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = $1::pg_catalog.oid AND p.pid <> pg_catalog.pg_backend_pid()",
    [found.oid],
  );
  if (builder) {
    throw new SqaError("SQA-520", `process ${builder.pid} is building the index "${found.name}" at this moment`, {
      exit: 75,
      hint: "run the same command again when it is done",
    });
  }
  await connection.execute(`DROP INDEX CONCURRENTLY IF EXISTS ${quotePath([table[0]!, found.name])}`);
  return `removed the invalid index "${found.name}", left by a CREATE INDEX CONCURRENTLY that failed`;
}

async function check(connection: Connection, subject: Subject): Promise<void> {
  if (subject.kind !== "create index" || !subject.index) return;
  const found = await indexNamed(connection, [subject.table[0]!, subject.index.at(-1)!]);
  if (!found || found.valid) return;
  throw new SqaError("SQA-510", `the index "${found.name}" is invalid: it enforces nothing and is not used`, {
    hint: "run the same command again: it is removed and built anew",
  });
}

/** Is that backend still at it? Roles that may not see others' statements see no text, and then it counts as busy. */
async function busy(connection: Connection, session: string, sql: string): Promise<string | null> {
  if (session === pooled) return await busyAnywhere(connection, sql);
  const [pid, since] = session.split(":");
  if (!pid || !since) return null;
  const [row] = await connection.query<{ query: string; seconds: string; waiting: string | null }>(
    `SELECT a.query, EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.query_start)::pg_catalog.int4::text AS seconds,
      a.wait_event_type || ': ' || a.wait_event AS waiting
    FROM pg_catalog.pg_stat_activity AS a
    WHERE a.pid = $1::pg_catalog.int4 AND a.state IS DISTINCT FROM 'idle' AND a.pid <> pg_catalog.pg_backend_pid()
      AND EXTRACT(epoch FROM a.backend_start)::text = $2`,
    [pid, since],
  );
  if (!row) return null;
  const start = (text: string) => text.trim().slice(0, 200);
  if (start(row.query) !== start(sql) && !/insufficient privilege/.test(row.query)) return null;
  return `process ${pid}, for ${row.seconds} s${row.waiting ? `, waiting for ${row.waiting}` : ""}`;
}

/** The same where only the statement is known: does any session of this database work on it? */
async function busyAnywhere(connection: Connection, sql: string): Promise<string | null> {
  const [row] = await connection.query<{ pid: number; seconds: string }>(
    `SELECT a.pid, EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.query_start)::pg_catalog.int4::text AS seconds
    FROM pg_catalog.pg_stat_activity AS a
    WHERE a.datname = pg_catalog.current_database() AND a.state = 'active' AND a.pid <> pg_catalog.pg_backend_pid()
      AND pg_catalog.left(pg_catalog.btrim(a.query, E' \\t\\n\\r'), 200) = $1`,
    [sql.trim().slice(0, 200)],
  );
  return row ? `process ${row.pid}, for ${row.seconds} s` : null;
}
