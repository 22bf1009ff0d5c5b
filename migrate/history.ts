/**
 * The migrations' own table: one row a migration, written before it starts and after it is done, in the file's own transaction where
 * there is one. The truth about what was applied is here and nowhere else. It speaks SQL through the dialect's few words for it.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { type Connection, DatabaseError } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";

/** What this sqa reads and writes. A higher number in the table is refused; columns are only ever added. */
export const historyLayout = 2;

export const defaultHistoryTable = "sqa_history";

/** "running": begun and not finished. "done". "reverting": its down file, which cannot run in one transaction, is under way. */
export type RevisionState = "running" | "done" | "reverting";

/** One row: what happened to one migration. */
export interface Revision {
  readonly id: string;
  /** Order of application, from 1. */
  readonly sequence: number;
  readonly name: string;
  readonly parents: readonly string[];
  readonly checksum: string;
  readonly total: number;
  /** Statements that are certainly done: of the up file, or of the down file while "reverting". */
  readonly applied: number;
  /** The statement that was begun outside a transaction and not yet reported back, or null. */
  readonly running: number | null;
  /** What it touches as it was just before it: the dialect's words, or the whole schema's fingerprint. */
  readonly runningFrom: string | null;
  /** The server's session that it was sent on. */
  readonly runningSession: string | null;
  /** Hash of the statements that are done, by which an edited part is told. */
  readonly appliedHash: string | null;
  readonly state: RevisionState;
  /** The database's clock, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** Which sqa did it. */
  readonly version: string;
}

const columns = [
  ["id", "text"],
  ["sequence", "integer"],
  ["name", "text"],
  ["parents", "text"],
  ["checksum", "text"],
  ["statements_total", "integer"],
  ["statements_applied", "integer"],
  ["running", "integer"],
  ["running_from", "text"],
  ["applied_hash", "text"],
  ["state", "text"],
  ["started_at", "text"],
  ["finished_at", "text"],
  ["duration_ms", "integer"],
  ["sqa_version", "text"],
  ["layout", "integer"],
  ["up_sql", "text"],
  ["down_sql", "text"],
  ["snapshot", "text"],
  ["running_session", "text"],
] as const;
/** What older layouts lack; added under the lock by the first run that writes. */
const added = ["running_session"] as const;
type Column = typeof columns[number][0];
const optional: ReadonlySet<Column> = new Set([
  "running",
  "running_from",
  "applied_hash",
  "finished_at",
  "duration_ms",
  "down_sql",
  "snapshot",
  "running_session",
]);
/** Read with every row; the long texts are fetched one by one. */
const light = columns.map(([name]) => name).filter((name) => !["up_sql", "down_sql", "snapshot"].includes(name));

/** The table's path, as in the graph: what to leave out of every introspection. `name` may be "schema.table". */
export function historyPath(dialect: Dialect, name: string = defaultHistoryTable): readonly string[] {
  const [first, second] = name.split(".", 2);
  if (second !== undefined) return [first!, second];
  return dialect.history.schema === null ? [name] : [dialect.history.schema, name];
}

/** A migration's long texts. */
export interface RevisionTexts {
  readonly up: string;
  readonly down: string | null;
  readonly snapshot: string | null;
}

/** The table of one database, spoken to through any connection to it, inside a transaction or not. */
export interface History {
  readonly path: readonly string[];
  /** All rows in order of application; null when the table does not exist. SQA-519 when a newer sqa has changed it. */
  read(connection: Connection): Promise<readonly Revision[] | null>;
  /** Makes the table unless it is there. Call it under the lock. */
  create(connection: Connection): Promise<void>;
  /** The rows of these ids, read now; ids without one are left out. */
  rows(connection: Connection, ids: readonly string[]): Promise<readonly Revision[]>;
  texts(connection: Connection, id: string): Promise<RevisionTexts | null>;
  /** The newest snapshot that is kept, and of which migration. */
  snapshot(connection: Connection): Promise<{ readonly id: string; readonly text: string } | null>;
  /** Writes the row of a migration that begins. */
  begin(connection: Connection, revision: NewRevision): Promise<void>;
  /** Writes the rows of migrations that are done, in this order, for all of them at once. */
  record(connection: Connection, done: readonly DoneRevision[]): Promise<void>;
  /** Takes over the corrected text of a file that is half done. */
  adopt(connection: Connection, revision: NewRevision): Promise<void>;
  /** Writes how far it is. */
  progress(connection: Connection, id: string, progress: Progress): Promise<void>;
  /** Writes that it is done. */
  finish(
    connection: Connection,
    id: string,
    done: { total: number; durationMs: number; appliedHash: string | null },
  ): Promise<void>;
  /** Keeps the schema after this migration, and forgets older ones. */
  keepSnapshot(connection: Connection, id: string, text: string): Promise<void>;
  remove(connection: Connection, id: string): Promise<void>;
}

export interface NewRevision {
  readonly id: string;
  readonly name: string;
  readonly parents: readonly string[];
  readonly checksum: string;
  readonly total: number;
  readonly version: string;
  readonly up: string;
  readonly down: string | null;
}

/** A migration that began and ended within one transaction. */
export interface DoneRevision extends NewRevision {
  readonly durationMs: number;
}

export interface Progress {
  readonly state: RevisionState;
  readonly applied: number;
  readonly appliedHash: string | null;
  readonly running: number | null;
  readonly runningFrom: string | null;
  readonly runningSession: string | null;
}

/** The history of a database of this dialect. */
export function historyOf(dialect: Dialect, name: string = defaultHistoryTable): History {
  const path = historyPath(dialect, name);
  const { history: sql } = dialect;
  const table = dialect.quotePath(path);
  const q = (column: Column) => dialect.quote(column);
  /** How each value stands in a statement, and what goes along with it. */
  const given = (values: readonly Value[]): { readonly slots: readonly string[]; readonly params: readonly Value[] } =>
    sql.literals
      ? { slots: values.map((value) => literal(value, dialect)), params: [] }
      : { slots: values.map((_, i) => sql.placeholder(i + 1)), params: values };
  /** Writes these columns of one row, and of it alone. */
  const update = async (connection: Connection, id: string, set: readonly (readonly [Column, Value])[], more = "") => {
    const { slots, params } = given([...set.map(([, value]) => value), id]);
    const list = set.map(([name], i) => `${q(name)} = ${slots[i]}`).join(", ");
    await connection.execute(`UPDATE ${table} SET ${list}${more} WHERE ${q("id")} = ${slots.at(-1)}`, params);
  };
  const list = light.map(q).join(", ");
  const oldList = light.filter((name) => !(added as readonly string[]).includes(name)).map(q).join(", ");

  async function read(connection: Connection): Promise<readonly Revision[] | null> {
    const select = (what = list) =>
      connection.query<Row>(`SELECT ${what} FROM ${table} ORDER BY ${q("sequence")}, ${q("id")}`);
    try {
      return (await select()).map((row) => revisionOf(row, path));
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.more.class !== "other") throw error;
      if (await isMissing(connection, dialect, path)) return null;
    }
    // It is there: another runner has just made it, or an older sqa has, with fewer columns. Or it cannot be read, and then it still cannot.
    const rows = await select().catch(() => select(oldList));
    return rows.map((row) => revisionOf(row, path));
  }
  async function addMissing(connection: Connection): Promise<void> {
    const missing: Column[] = [];
    for (const name of added) {
      const known = connection.query(`SELECT ${q(name)} FROM ${table} WHERE 1 = 0`);
      if (!await known.then(() => true, () => false)) missing.push(name);
    }
    for (const name of missing) {
      const type = sql[columns.find(([column]) => column === name)![1]];
      await connection.execute(`ALTER TABLE ${table} ADD COLUMN ${q(name)} ${type}`);
    }
  }
  async function one(connection: Connection, id: string, what: string): Promise<Row | null> {
    const { slots: [slot], params } = given([id]);
    return (await connection.query<Row>(`SELECT ${what} FROM ${table} WHERE ${q("id")} = ${slot}`, params))[0] ?? null;
  }

  const valuesOf = (revision: NewRevision): readonly (readonly [Column, Value])[] => [
    ["id", revision.id],
    ["name", revision.name],
    ["parents", revision.parents.join(" ")],
    ["checksum", revision.checksum],
    ["statements_total", revision.total],
    ["sqa_version", revision.version],
    ["layout", historyLayout],
    ["up_sql", toKeep(revision.up)],
    ["down_sql", revision.down && toKeep(revision.down)],
  ];
  // The inner query stands apart: MySQL lets no INSERT read its own table (error 1093).
  const next = `(SELECT n FROM (SELECT COALESCE(MAX(${q("sequence")}), 0) + 1 AS n FROM ${table}) AS newest)`;

  return {
    path,
    read,
    async create(connection) {
      const body = columns.map(([name, type]) =>
        `  ${q(name)} ${name === "id" ? sql.key ?? sql[type] : sql[type]}${optional.has(name) ? "" : " NOT NULL"}${
          name === "id" ? " PRIMARY KEY" : ""
        }`
      );
      await connection.execute(`CREATE TABLE IF NOT EXISTS ${table} (\n${body.join(",\n")}\n)`);
      await addMissing(connection);
    },
    async rows(connection, ids) {
      const { slots, params } = given(ids);
      const rows = await connection.query<Row>(
        `SELECT ${list} FROM ${table} WHERE ${q("id")} IN (${slots.join(", ")})`,
        params,
      );
      return rows.map((row) => revisionOf(row, path));
    },
    async texts(connection, id) {
      const row = await one(connection, id, [q("up_sql"), q("down_sql"), q("snapshot")].join(", "));
      return row &&
        {
          up: text(row["up_sql"]),
          down: isKept(textOrNull(row["down_sql"])) ? textOrNull(row["down_sql"]) : null,
          snapshot: textOrNull(row["snapshot"]),
        };
    },
    async snapshot(connection) {
      const rows = await connection.query<Row>(
        `SELECT ${q("id")}, ${q("snapshot")} FROM ${table} WHERE ${q("snapshot")} IS NOT NULL ORDER BY ${
          q("sequence")
        } DESC`,
      );
      const row = rows[0];
      return row ? { id: text(row["id"]), text: text(row["snapshot"]) } : null;
    },
    async begin(connection, revision) {
      const values: readonly (readonly [Column, Value])[] = [
        ...valuesOf(revision),
        ["statements_applied", 0],
        ["state", "running"],
      ];
      const names = [...values.map(([name]) => q(name)), q("started_at"), q("sequence")].join(", ");
      const { slots, params } = given(values.map(([, value]) => value));
      await connection.execute(
        `INSERT INTO ${table} (${names}) VALUES (${slots.join(", ")}, ${sql.now}, ${next})`,
        params,
      );
    },
    async record(connection, done) {
      const rows = done.map(({ durationMs, ...revision }): readonly (readonly [Column, Value])[] => [
        ...valuesOf(revision),
        ["statements_applied", revision.total],
        ["applied_hash", revision.total === 0 ? null : revision.checksum],
        ["state", "done"],
        ["duration_ms", Math.round(durationMs)],
      ]);
      const [first] = rows;
      if (!first) return;
      const names = [...first.map(([name]) => q(name)), q("started_at"), q("finished_at"), q("sequence")].join(", ");
      const { slots, params } = given(rows.flatMap((row) => row.map(([, value]) => value)));
      // Asked once: to look for it for each row takes as long again as the files themselves.
      const [newest] = await connection.query<Row>(`SELECT ${next} AS n`);
      const from = Number(newest?.["n"] ?? 1);
      const lines = rows.map((_, i) => {
        const own = slots.slice(i * first.length, (i + 1) * first.length);
        return `(${[...own, sql.now, sql.now, from + i].join(", ")})`;
      });
      await connection.execute(`INSERT INTO ${table} (${names}) VALUES ${lines.join(", ")}`, params);
    },
    async adopt(connection, { id, checksum, total, up, down }) {
      await update(connection, id, [
        ["checksum", checksum],
        ["statements_total", total],
        ["up_sql", toKeep(up)],
        ["down_sql", down && toKeep(down)],
      ]);
    },
    async progress(connection, id, { state, applied, appliedHash, running, runningFrom, runningSession }) {
      await update(connection, id, [
        ["state", state],
        ["statements_applied", applied],
        ["applied_hash", appliedHash],
        ["running", running],
        ["running_from", runningFrom],
        ["running_session", runningSession],
      ]);
    },
    async finish(connection, id, { total, durationMs, appliedHash }) {
      await update(connection, id, [
        ["state", "done"],
        ["statements_applied", total],
        ["applied_hash", appliedHash],
        ["duration_ms", Math.round(durationMs)],
        ["running", null],
        ["running_from", null],
        ["running_session", null],
      ], `, ${q("finished_at")} = ${sql.now}`);
    },
    async keepSnapshot(connection, id, snapshot) {
      await update(connection, id, [["snapshot", snapshot]]);
      const { slots: [slot], params } = given([id]);
      await connection.execute(
        `UPDATE ${table} SET ${q("snapshot")} = NULL WHERE ${q("id")} <> ${slot} AND ${q("snapshot")} IS NOT NULL`,
        params,
      );
    },
    async remove(connection, id) {
      const { slots: [slot], params } = given([id]);
      await connection.execute(`DELETE FROM ${table} WHERE ${q("id")} = ${slot}`, params);
    },
  };
}

/** What the history's columns hold; numbers are whole. */
type Value = string | number | null;

function literal(value: Value, dialect: Dialect): string {
  return value === null ? "NULL" : typeof value === "number" ? String(value) : dialect.quoteText(value);
}

/** Texts of files are kept up to so many characters: servers refuse longer parameters (max_allowed_packet is 16 MB on MariaDB). */
const mostKept = 4 * 1024 * 1024;
const notKept = "-- sqa: too large to be kept";

function toKeep(text: string): string {
  return text.length <= mostKept ? text : `${notKept}: ${text.length} characters\n`;
}

/** Is this the text of a file, and not the note that it was too large? */
export function isKept(text: string | null): boolean {
  return text !== null && !text.startsWith(notKept);
}

type Row = Record<string, unknown>;

function revisionOf(row: Row, path: readonly string[]): Revision {
  const layout = Number(row["layout"]);
  if (layout > historyLayout) {
    throw new SqaError("SQA-519", `the table ${path.join(".")} was written by a newer sqa (layout ${layout})`, {
      hint: "update sqa: an older one cannot know what the newer one recorded",
    });
  }
  return {
    id: text(row["id"]),
    sequence: Number(row["sequence"]),
    name: text(row["name"]),
    parents: text(row["parents"]).split(" ").filter((id) => id !== ""),
    checksum: text(row["checksum"]),
    total: Number(row["statements_total"]),
    applied: Number(row["statements_applied"]),
    running: numberOrNull(row["running"]),
    runningFrom: textOrNull(row["running_from"]),
    runningSession: textOrNull(row["running_session"]),
    appliedHash: textOrNull(row["applied_hash"]),
    state: text(row["state"]) as RevisionState,
    startedAt: text(row["started_at"]),
    finishedAt: textOrNull(row["finished_at"]),
    durationMs: numberOrNull(row["duration_ms"]),
    version: text(row["sqa_version"]),
  };
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value ?? "");
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/**
 * Is the table not there? Databases word that error differently, so the catalog is asked. That happens only when
 * the table cannot be read: before the first migration.
 */
async function isMissing(connection: Connection, dialect: Dialect, path: readonly string[]): Promise<boolean> {
  const { sql, params } = dialect.history.exists(path);
  return (await connection.query(sql, params)).length === 0;
}
