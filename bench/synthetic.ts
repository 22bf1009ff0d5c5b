/** Workloads that anybody can make again: a schema of any number of tables, and any number of small migration files. Pure. */
import { checksum } from "../migrate/checksum.ts";
import { type Header, renderHeader } from "../migrate/header.ts";
import { migrationId } from "../migrate/render_file.ts";

/** What a synthetic table is called: numbered from 1. */
export function tableName(i: number): string {
  return `bench_${String(i).padStart(5, "0")}`;
}

/** A script that makes tables of 8 columns, with 2 indexes each and a foreign key to an earlier table. Plain SQL that every database takes. */
export function syntheticSchema(tables: number): string {
  const lines: string[] = [];
  for (let i = 1; i <= tables; i++) {
    const name = tableName(i), parent = tableName(Math.max(1, i >> 1));
    lines.push(
      `CREATE TABLE ${name} (
  id bigint NOT NULL PRIMARY KEY,
  parent_id bigint REFERENCES ${parent} (id),
  code varchar(40) NOT NULL,
  title text,
  amount numeric(12,2) DEFAULT 0 NOT NULL,
  state varchar(10) DEFAULT 'new' NOT NULL,
  made_at timestamp NOT NULL,
  weight integer CHECK (weight >= 0)
);`,
      `CREATE INDEX ${name}_parent ON ${name} (parent_id);`,
      `CREATE UNIQUE INDEX ${name}_code ON ${name} (code, state);`,
    );
  }
  return lines.join("\n") + "\n";
}

/** A small migration: its files' texts and its statements. */
export interface SmallMigration {
  readonly label: string;
  readonly up: string;
  readonly down: string;
  readonly sql: string;
  readonly undo: string;
}

/** Migrations that each make a table, give the one before it a column, or index it: what a project gathers over years. */
export function smallMigrations(count: number, dialect: string): readonly SmallMigration[] {
  const made: SmallMigration[] = [];
  let parents: readonly string[] = [];
  for (let i = 0; i < count; i++) {
    const table = tableName((i / 4 | 0) + 1), index = `${table}_name`;
    const [up, down] = [
      [`CREATE TABLE ${table} (\n  id integer NOT NULL PRIMARY KEY,\n  name text\n)`, `DROP TABLE ${table}`],
      [`ALTER TABLE ${table} ADD COLUMN note text`, `ALTER TABLE ${table} DROP COLUMN note`],
      [`CREATE INDEX ${index} ON ${table} (name)`, `DROP INDEX ${index}`],
      [`ALTER TABLE ${table} ADD COLUMN weight integer`, `ALTER TABLE ${table} DROP COLUMN weight`],
    ][i % 4] as [string, string];
    const id = migrationId({ parents, dialect, up, down });
    made.push({
      ...texts(id, `step_${i + 1}`, parents, dialect, up, down),
      label: labelOf(i, id),
      sql: up,
      undo: down,
    });
    parents = [id];
  }
  return made;
}

function labelOf(i: number, id: string): string {
  return `${20200101000000 + i}_step_${i + 1}_${id.slice(0, 6)}`;
}

function texts(
  id: string,
  name: string,
  parents: readonly string[],
  dialect: string,
  up: string,
  down: string,
): { readonly up: string; readonly down: string } {
  const text = (direction: Header["direction"], sql: string) =>
    renderHeader({
      id,
      name,
      direction,
      parents,
      dialect,
      from: null,
      to: null,
      transaction: "all",
      renames: [],
      allows: [],
      grade: "lossy",
      checksum: checksum([sql]),
      generator: "bench",
    }) + `\n${sql};\n\n-- sqa: end\n`;
  return { up: text("up", up), down: text("down", down) };
}
