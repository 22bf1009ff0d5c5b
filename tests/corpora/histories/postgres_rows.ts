/** Rows on Postgres: see rows.ts. For tests only. */
import { quotePath, quoteText } from "../../../dialects/postgres/sql.ts";
import { keptPlans } from "../../properties/postgres/kept_plans.ts";
import type { Column, Reference, RowWords } from "./rows.ts";

const columnsQuery = `select n.nspname as schema, c.relname as table, a.attname as name, t.typname as short,
    format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable, a.atthasdef or a.attidentity <> '' as filled,
    a.attgenerated <> '' as generated,
    (select json_agg(enumlabel order by enumsortorder)::text from pg_enum where enumtypid in (t.oid, t.typelem)) as labels
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type d on d.oid = a.atttypid join pg_type t on t.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by 1, 2, a.attnum`;

const referencesQuery = `select conrelid::regclass::text as child, confrelid::regclass::text as parent, (
    select json_agg(json_build_array(a.attname, b.attname) order by i)::text from unnest(conkey, confkey) with ordinality as k (c, p, i)
    join pg_attribute a on a.attrelid = conrelid and a.attnum = c join pg_attribute b on b.attrelid = confrelid and b.attnum = p) as columns
  from pg_constraint where contype = 'f' and conparentid = 0`;

interface Row extends Omit<Column, "length" | "labels">, Record<string, unknown> {
  readonly schema: string;
  readonly table: string;
  readonly labels: string | null;
}

export const postgresRows: RowWords = {
  async prepared(connection) {
    await connection.execute(
      "select set_config(name, value, false) from (values ('jit', 'off'), ('join_collapse_limit', '1'), ('from_collapse_limit', '1'), ('enable_mergejoin', 'off')) as s (name, value)",
    );
    return keptPlans(connection);
  },
  quoted: quotePath,
  async tables(connection) {
    const rows = await connection.query<Row>(columnsQuery);
    const tables = Map.groupBy(rows, ({ schema, table }) => `${schema}.${table}`);
    return new Map([...tables].map(([name, all]) => [name, {
      path: [all[0]!.schema, all[0]!.table],
      columns: all.map((row): Column => ({
        ...row,
        labels: row.labels === null ? [] : JSON.parse(row.labels) as string[],
        length: Number(/\((\d+)\)/.exec(row.type)?.[1] ?? 0) || null,
      })),
    }]));
  },
  async references(connection) {
    const rows = await connection.query<{ child: string; parent: string; columns: string }>(referencesQuery);
    return rows.map((row): Reference => ({ ...row, columns: JSON.parse(row.columns) as [string, string][] }));
  },
  value(column, row, other) {
    const { short } = column;
    if (!short.startsWith("_")) return quoteText(textOf(column, short, row, other));
    const inner = textOf(column, short.slice(1), row, other);
    return quoteText(`{"${inner.replaceAll(/["\\]/g, "\\$&")}"}`);
  },
  shown: (column) => `${column}::text`,
  async attempt(connection, groups) {
    if (groups.length === 0) return;
    await connection.execute(`do $attempt$
declare statements json; statement text;
begin
  set local client_min_messages = error;
  set local session_replication_role = replica;
  for statements in select value from json_array_elements(${quoteText(JSON.stringify(groups))}::json) loop
    for statement in select value from json_array_elements_text(statements) loop
      begin
        execute statement;
        exit;
      exception when others then
      end;
    end loop;
  end loop;
end $attempt$`);
  },
  insert: (table, columns, values) =>
    columns.length === 0
      ? `insert into ${table} default values`
      : `insert into ${table} (${columns.join(", ")}) overriding system value values (${values.join(", ")})`,
};

/** Digits wherever a type takes them, so that one type's values are another's too. */
function textOf({ labels, length }: Column, short: string, row: number, other: boolean): string {
  if (labels.length) return labels[(row - 1) % labels.length]!;
  switch (short) {
    case "bool":
      return String(row % 2 === (other ? 0 : 1));
    case "uuid":
      return `00000000-0000-0000-0000-00000000000${row}`;
    case "json":
    case "jsonb":
      return other ? `{"a": ${row}}` : String(row);
    case "date":
    case "timestamp":
    case "timestamptz":
      return `2024-01-0${row} 10:00:00`;
    case "time":
    case "timetz":
      return `10:00:0${row}`;
    case "interval":
      return `${row} days`;
    case "bytea":
      return `\\x3${row}`;
    case "inet":
    case "cidr":
      return `10.0.0.${row}`;
    case "macaddr":
      return `08:00:2b:01:02:0${row}`;
    case "bit":
      return row.toString(2).padStart(length ?? 1, "0");
    case "xml":
      return `<a>${row}</a>`;
    case "hstore":
      return `a=>${row}`;
    case "point":
      return `(${row},${row})`;
    case "cube":
      return `(${row},${row},${row})`;
    case "int4range":
    case "int8range":
    case "numrange":
      return `[${row},${row + 1})`;
    case "tsrange":
    case "tstzrange":
    case "daterange":
      return `[2024-01-0${row},2024-01-0${row + 1})`;
    case "bpchar":
    case "varchar":
    case "text":
      return other && (length ?? 99) > 9 ? `a${row}@b.example/{}` : String(row);
    default:
      return String(row);
  }
}
