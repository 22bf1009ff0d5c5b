/** Rows on MySQL and MariaDB: see rows.ts. For tests only. */
import { DatabaseError } from "../../../dialects/driver.ts";
import { quotePath, quoteText } from "../../../dialects/mysql_family/sql.ts";
import type { Column, Reference, RowWords } from "./rows.ts";

const columnsQuery = `select c.TABLE_NAME as table_name, c.COLUMN_NAME as name, c.DATA_TYPE as short,
    concat_ws(' ', c.COLUMN_TYPE, c.CHARACTER_SET_NAME) as type, c.CHARACTER_MAXIMUM_LENGTH as length,
    c.IS_NULLABLE = 'YES' as nullable, c.COLUMN_DEFAULT is not null or c.EXTRA like '%auto_increment%' as filled,
    coalesce(c.GENERATION_EXPRESSION, '') <> '' as is_generated
  from information_schema.COLUMNS c join information_schema.TABLES t using (TABLE_SCHEMA, TABLE_NAME)
  where c.TABLE_SCHEMA = database() and t.TABLE_TYPE = 'BASE TABLE'
  order by c.TABLE_NAME, c.ORDINAL_POSITION`;

const referencesQuery = `select CONSTRAINT_NAME as name, TABLE_NAME as child, REFERENCED_TABLE_NAME as parent,
    COLUMN_NAME as from_column, REFERENCED_COLUMN_NAME as to_column
  from information_schema.KEY_COLUMN_USAGE
  where CONSTRAINT_SCHEMA = database() and REFERENCED_TABLE_NAME is not null
  order by CONSTRAINT_NAME, ORDINAL_POSITION`;

interface Row extends Record<string, unknown> {
  readonly table_name: string;
  readonly name: string;
  readonly short: string;
  readonly type: string;
  readonly length: unknown;
  readonly nullable: unknown;
  readonly filled: unknown;
  readonly is_generated: unknown;
}

export const mysqlRows: RowWords = {
  prepared: (connection) => Promise.resolve(connection),
  quoted: quotePath,
  async tables(connection) {
    const tables = Map.groupBy(await connection.query<Row>(columnsQuery), (row) => row.table_name);
    return new Map([...tables].map(([name, all]) => [name, {
      path: [name],
      columns: all.map((row): Column => ({
        name: row.name,
        type: row.type,
        short: row.short,
        labels: row.short === "enum" ? row.type.match(/'(?:[^']|'')*'/g) ?? [] : [],
        length: row.length === null ? null : Number(row.length),
        nullable: Boolean(Number(row.nullable)),
        filled: Boolean(Number(row.filled)),
        generated: Boolean(Number(row.is_generated)),
      })),
    }]));
  },
  async references(connection) {
    const rows = await connection.query<Record<"name" | "child" | "parent" | "from_column" | "to_column", string>>(
      referencesQuery,
    );
    const keys = Map.groupBy(rows, ({ name, child }) => `${child}.${name}`);
    return [...keys.values()].map((all): Reference => ({
      child: quotePath([all[0]!.child]),
      parent: quotePath([all[0]!.parent]),
      columns: all.map((row) => [row.from_column, row.to_column] as const),
    }));
  },
  value(column, row, other) {
    const { short, labels } = column;
    if (labels.length) return labels[(row - 1) % labels.length]!;
    switch (short) {
      case "date":
      case "datetime":
      case "timestamp":
        return `'2024-01-0${row} 10:00:00'`;
      case "time":
        return `'10:00:0${row}'`;
      case "year":
        return `'202${row}'`;
      case "json":
        return other ? `'{"a": ${row}}'` : `'${row}'`;
      case "uuid":
        return `'00000000-0000-0000-0000-00000000000${row}'`;
      case "inet4":
        return `'10.0.0.${row}'`;
      case "inet6":
        return `'::${row}'`;
      case "bit":
      case "set":
        return "1";
      case "point":
      case "geometry":
        return `ST_GeomFromText('POINT(${row} ${row})')`;
      default:
        return quoteText(String(row));
    }
  },
  shown: (column, type) => /^(point|geometry)/.test(type) ? `hex(${column})` : `hex(cast(${column} as char))`,
  async attempt(connection, groups) {
    await connection.execute("set session foreign_key_checks = 0");
    for (const group of groups) {
      for (const sql of group) {
        const done = await connection.execute(sql).then(() => true, (error) => {
          if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
          return false;
        });
        if (done) break;
      }
    }
    await connection.execute("set session foreign_key_checks = 1");
  },
  insert: (table, columns, values) =>
    `insert ignore into ${table} (${columns.join(", ")}) values (${values.join(", ")})`,
};
