/**
 * Is this the database that is meant? Which project it belongs to, what it is (its environment label) and which database it was then are
 * kept beside the history, and compared before anything is changed. A copy of production is told from production by its identity.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { type Connection, DatabaseError } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import { historyPath } from "./history.ts";
import { leasePath } from "./lease.ts";
import type { Runner } from "./runner.ts";

/** What is known of a database, or given for it. */
export interface Guard {
  readonly project: string | null;
  readonly label: string | null;
  readonly identity: string;
}

const keys = ["project", "label", "identity"] as const;

/** The guard's table: beside the history's, under its name. */
export function guardPath(dialect: Dialect, historyTable?: string): readonly string[] {
  const path = historyPath(dialect, historyTable);
  return [...path.slice(0, -1), `${path.at(-1)}_guard`];
}

/** sqa's own tables of one history: what no introspection shows. */
export function ownTables(dialect: Dialect, historyTable?: string): readonly (readonly string[])[] {
  return [historyPath(dialect, historyTable), guardPath(dialect, historyTable), leasePath(dialect, historyTable)];
}

/** What is kept; null when nothing is. */
export async function readGuard(
  connection: Connection,
  dialect: Dialect,
  historyTable?: string,
): Promise<Guard | null> {
  const table = dialect.quotePath(guardPath(dialect, historyTable));
  try {
    const rows = await connection.query<{ id: unknown; value: unknown }>(
      `SELECT ${dialect.quote("id")} AS id, ${dialect.quote("value")} AS value FROM ${table}`,
    );
    const values = new Map(rows.map(({ id, value }) => [textOf(id), textOf(value)]));
    if (!values.has("identity")) return null;
    return {
      project: values.get("project") || null,
      label: values.get("label") || null,
      identity: values.get("identity")!,
    };
  } catch (error) {
    // Not there yet, or not ours to read: then nothing is known.
    if (error instanceof DatabaseError && error.more.class === "other") return null;
    throw error;
  }
}

/** Keeps it. Call it under the lock. */
export async function writeGuard(
  connection: Connection,
  dialect: Dialect,
  guard: Guard,
  historyTable?: string,
): Promise<void> {
  const { history: sql } = dialect, table = dialect.quotePath(guardPath(dialect, historyTable));
  const id = dialect.quote("id"), value = dialect.quote("value");
  await connection.execute(
    `CREATE TABLE IF NOT EXISTS ${table} (\n  ${id} ${
      sql.key ?? sql.text
    } NOT NULL PRIMARY KEY,\n  ${value} ${sql.text}\n)`,
  );
  await connection.transaction(async (tx) => {
    await tx.execute(`DELETE FROM ${table}`);
    for (const key of keys) {
      await tx.execute(
        `INSERT INTO ${table} (${id}, ${value}) VALUES (${sql.placeholder(1)}, ${sql.placeholder(2)})`,
        [key, guard[key] ?? ""],
      );
    }
  });
}

/** Is a label that of a production database? */
export function isProduction(label: string | null): boolean {
  return label !== null && /^prod(uction)?$/i.test(label);
}

/** What a database is by what is given and what is kept: the kept label counts only as long as it is the same database. */
export function labelOf(given: Pick<Guard, "label" | "identity">, kept: Guard | null): string | null {
  if (given.label !== null) return given.label;
  return kept && kept.identity === given.identity ? kept.label : null;
}

/**
 * Compares. SQA-561 for another project's database, SQA-562 for a label that is not the kept one, SQA-563 for a production database that is
 * not the one it was; all exit 3, and `--accept-database` is the answer when it is right. Returns what is to be kept, null when that is
 * what is there.
 */
export function checkGuard(given: Guard, kept: Guard | null, name: string, accept: boolean): Guard | null {
  const same = kept?.identity === given.identity;
  const next: Guard = {
    project: given.project ?? kept?.project ?? null,
    label: labelOf(given, kept),
    identity: given.identity,
  };
  if (kept && !accept) {
    if (kept.project !== null && given.project !== null && kept.project !== given.project) {
      throw wrong("SQA-561", `${name} belongs to the project "${kept.project}", not to "${given.project}"`);
    }
    if (same && kept.label !== null && given.label !== null && kept.label !== given.label) {
      throw wrong("SQA-562", `${name} is labelled "${kept.label}", not "${given.label}"`);
    }
    if (!same && isProduction(given.label)) {
      throw wrong("SQA-563", `${name} is not the production database of the last run`, [
        `it was   ${kept.identity}${kept.label === null ? "" : ` (${kept.label})`}`,
        `it is    ${given.identity}`,
      ]);
    }
  }
  // Of a database without project and label there is nothing to remember.
  if (!kept && next.project === null && next.label === null) return null;
  return kept && keys.every((key) => kept[key] === next[key]) ? null : next;
}

function wrong(code: SqaError["code"], message: string, detail: readonly string[] = []): SqaError {
  return new SqaError(code, `${message}; nothing was changed`, {
    exit: 3,
    ...(detail.length ? { detail: detail.join("\n") } : {}),
    choices: ["--accept-database"],
    hint: "look at the URL; with the flag sqa takes it for the right database and remembers that",
  });
}

/**
 * A command that takes something away from a production database has to name it. SQA-565 (exit 3) without its name, or with another.
 */
export function requireName(label: string | null, database: string, given: string | undefined, what: string): void {
  if (!isProduction(label) || given === database) return;
  throw new SqaError("SQA-565", `this is production: ${what} needs the name of the database`, {
    exit: 3,
    ...(given === undefined ? {} : { detail: `it is "${database}", not "${given}"` }),
    choices: [`--confirm ${/^[\w./-]+$/.test(database) ? database : `'${database}'`}`],
    hint: "nothing was changed; pass the flag if this database is meant",
  });
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value ?? "");
}

/** The check of a run that changes something, under its lock; remembers what is new. With `keep` false it only checks. Returns the label. */
export async function guardRun(runner: Runner, keep: boolean): Promise<string | null> {
  const { connection, options, server } = runner, { driver: { dialect }, historyTable } = options;
  const given: Guard = { project: options.project ?? null, label: options.label ?? null, identity: server.identity };
  const kept = await readGuard(connection, dialect, historyTable);
  const next = checkGuard(given, kept, server.database, options.acceptDatabase ?? false);
  if (keep && kept && next && kept.identity !== given.identity) {
    const what = kept.label === null ? "another database" : `another database, labelled "${kept.label}"`;
    runner.emit({
      type: "warning",
      code: "copy",
      message: `the history here was begun in ${what}: this is a copy of it`,
    });
  }
  if (next && keep) await writeGuard(connection, dialect, next, historyTable);
  return labelOf(given, kept);
}
