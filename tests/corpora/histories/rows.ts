/** Rows for any table: what is put in, what must be kept of it. A value follows from its row's number alone, so that foreign keys hold. For tests only. */
import type { Connection } from "../../../dialects/driver.ts";

/** A column as information_schema has it. */
export interface Column {
  readonly name: string;
  /** All that its type is, in one text: columns whose texts are equal hold the same values. */
  readonly type: string;
  /** The server's short name of the type: "int8", "varchar". */
  readonly short: string;
  /** Of an enum. */
  readonly labels: readonly string[];
  readonly length: number | null;
  readonly nullable: boolean;
  readonly filled: boolean;
  readonly generated: boolean;
}

/** A table's path as in sqa's graphs, joined by dots. */
export type Tables = ReadonlyMap<string, { readonly path: readonly string[]; readonly columns: readonly Column[] }>;

/** Columns of one table that refer to those of another. */
export interface Reference {
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly (readonly [string, string])[];
}

/** What is the server's own. Names come quoted where `SQL` is said. */
export interface RowWords {
  /** A connection on which many readings cost less. */
  prepared(connection: Connection): Promise<Connection>;
  quoted(path: readonly string[]): string;
  tables(connection: Connection): Promise<Tables>;
  /** Table names in SQL, columns bare. */
  references(connection: Connection): Promise<readonly Reference[]>;
  /** SQL literal of the value in the `row`th row; `other` asks for one that other checks take. */
  value(column: Column, row: number, other: boolean): string;
  /** SQL that shows the column's value as text. */
  shown(column: string, type: string): string;
  /** Runs the first of each group that the server takes, with nothing of the schema's own looking on. */
  attempt(connection: Connection, groups: readonly (readonly string[])[]): Promise<void>;
  insert(table: string, columns: readonly string[], values: readonly string[]): string;
}

const rowNumbers = [1, 2, 3];

/** Puts three rows into each table that takes them; gives back the tables that stayed empty. */
export async function putRows(words: RowWords, connection: Connection, tables: Tables): Promise<readonly string[]> {
  const groups = [...tables.values()].flatMap(({ path, columns }) => {
    const open = columns.filter(({ generated }) => !generated);
    const needed = open.filter(({ nullable, filled }) => !nullable && !filled);
    const insert = (some: readonly Column[], row: number, other: boolean) =>
      words.insert(
        words.quoted(path),
        some.map(({ name }) => words.quoted([name])),
        some.map((each) => words.value(each, row, other)),
      );
    return rowNumbers.map((row) => [
      insert(open, row, false),
      insert(open, row, true),
      insert(needed, row, false),
      insert(needed, row, true),
    ]);
  });
  await words.attempt(connection, groups);
  await withoutOrphans(words, connection);
  if (tables.size === 0) return [];
  const parts = [...tables.values()].map(({ path }, i) =>
    `select ${i} as i where not exists (select 1 from ${words.quoted(path)})`
  );
  const empty = await connection.query<{ i: unknown }>(parts.join(" union all "));
  return empty.map(({ i }) => [...tables.keys()][Number(i)]!);
}

/** Empties these tables, and what refers to them. */
export async function takeRows(
  words: RowWords,
  connection: Connection,
  paths: readonly (readonly string[])[],
): Promise<void> {
  if (paths.length === 0) return;
  await words.attempt(connection, paths.map((path) => [`delete from ${words.quoted(path)}`]));
  await withoutOrphans(words, connection);
}

/** No real database could hold rows whose foreign keys lead nowhere. */
async function withoutOrphans(words: RowWords, connection: Connection): Promise<void> {
  const all = await words.references(connection);
  // What refers to a row that goes now goes in the next round; chains are seldom longer.
  for (let round = 0; round < 3; round++) {
    await words.attempt(
      connection,
      all.map(({ child, parent, columns }) => {
        const q = (name: string) => words.quoted([name]);
        const set = columns.map(([from]) => `${child}.${q(from)} is not null`).join(" and ");
        const met = columns.map(([from, to]) => `there.${q(to)} = ${child}.${q(from)}`).join(" and ");
        // MySQL reads no table that it deletes from, but a copy of it.
        return [
          `delete from ${child} where ${set} and not exists (select 1 from (select * from ${parent}) as there where ${met})`,
        ];
      }),
    );
  }
}

/** A column under its old and its new name. */
export interface Kept {
  readonly table: readonly [before: string, after: string];
  readonly column: readonly [before: string, after: string];
  /** Is its type the same before and after? */
  readonly same: boolean;
}

/** Columns that are there before and after, generated ones aside. `renames` has ids' paths joined by dots. */
export function keptColumns(before: Tables, after: Tables, renames: ReadonlyMap<string, string>): readonly Kept[] {
  return [...before].flatMap(([table, { columns }]) => {
    const now = renames.get(table) ?? table, others = after.get(now)?.columns ?? [];
    return columns.flatMap((column): readonly Kept[] => {
      const name = renames.get(`${table}.${column.name}`)?.slice(now.length + 1) ?? column.name;
      const other = others.find((each) => each.name === name);
      if (!other || column.generated || other.generated) return [];
      return [{ table: [table, now], column: [column.name, name], same: column.type === other.type }];
    });
  });
}

/** The rows of each table in these columns, sorted; by the table's name before. */
export async function rowsOf(
  words: RowWords,
  connection: Connection,
  tables: Tables,
  kept: readonly Kept[],
  side: 0 | 1,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [name, columns] of Map.groupBy(kept, ({ table }) => table[0])) {
    const at = tables.get(columns[0]!.table[side]);
    if (!at) continue;
    const typeOf = (column: string) => at.columns.find((each) => each.name === column)?.type ?? "";
    const list = columns.filter(({ column }) => typeOf(column[side]) !== "").map(({ column }, i) =>
      `${words.shown(words.quoted([column[side]]), typeOf(column[side]))} as v${i}`
    );
    const rows = await connection.query(`select 1 as row_is_there, ${list.join(", ")} from ${words.quoted(at.path)}`);
    found.set(name, rows.map((row) => JSON.stringify(Object.values(row))).sort().join("\n"));
  }
  return found;
}
