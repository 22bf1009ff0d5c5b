/** `sql` metadata as text for one database: names quoted, values as literals, in the column's or the whole schema's terms. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { Expression } from "../../schema/object.ts";
import {
  type ColumnMeta,
  type DatabaseName,
  type Meta,
  metaOf,
  type ModelMeta,
  type Place,
  type SqlMeta,
} from "../contract.ts";
import type { Report } from "./report.ts";

/** How names are found while a text is written. */
export interface SqlContext {
  readonly dialect: Dialect;
  readonly report: Report;
  /** Path of a model in this database, or null when it is not among the models. */
  pathOf(model: ModelMeta): readonly string[] | null;
  /** Name of a column in this database, or null when its table is not among the models. */
  columnNameOf(column: ColumnMeta): string | null;
  /** Name of a column of the table that the text is about, by its key. */
  columnByKey?(key: string): string | null;
  /** The column that the text is about (`c` in a check), as a name. */
  readonly self: string | null;
  /** Are columns written with their table? In a view they are; where only one table is meant they are not. */
  readonly qualified: boolean;
  /** For messages: `the check of column "total"`. */
  readonly what: string;
  readonly place: Place;
}

/** The text, or null after a mistake has been reported. */
export function sqlText(meta: SqlMeta, context: SqlContext): string | null {
  const { dialect, report } = context;
  const own = meta.by?.[dialect.name as DatabaseName];
  if (own) return sqlText(own, context);
  if (meta.by && meta.parts.length === 0) {
    report.add(
      "SQA-104",
      `${context.what} has no text for ${dialect.label}`,
      context.place,
      `add "${dialect.name}" or "otherwise" to sql.by({ … })`,
    );
    return null;
  }
  let text = "";
  for (const part of meta.parts) {
    if ("text" in part) text += part.text;
    else if ("name" in part) text += dialect.quotePath(part.name);
    else if ("key" in part) text += dialect.quote(context.columnByKey?.(part.key) ?? part.key);
    else if ("self" in part) {
      if (context.self === null) {
        report.add("SQA-103", `${context.what} uses a column that only the check of that column knows`, context.place);
        return null;
      }
      text += dialect.quote(context.self);
    } else {
      const piece = "model" in part ? name(part.model, text, context) : literal(part.value, context);
      if (piece === null) return null;
      text += piece;
    }
  }
  if (text.trim() === "") {
    report.add("SQA-103", `${context.what} has an empty SQL text`, context.place);
    return null;
  }
  return text;
}

/** The text as an expression. */
export function expressionOf(meta: SqlMeta, context: SqlContext): Expression | null {
  const sql = sqlText(meta, context);
  return sql === null ? null : { sql };
}

/** The quoted name of a model or a column; after a dot, or where only one table is meant, a column stands alone. */
function name(meta: ModelMeta | ColumnMeta, before: string, context: SqlContext): string | null {
  const { dialect, report } = context;
  if (meta.kind === "column") {
    const column = context.columnNameOf(meta);
    if (column !== null) {
      if (!context.qualified || /\.\s*$/.test(before) || meta.table === null) return dialect.quote(column);
      return `${dialect.quote(meta.table.name)}.${dialect.quote(column)}`;
    }
    const label = meta.table ? `${meta.table.name}.${meta.key}` : meta.key ?? "?";
    report.add(
      "SQA-105",
      `${context.what} uses the column "${label}", which is not among the models`,
      context.place,
      "export its table from a model file",
    );
    return null;
  }
  const path = context.pathOf(meta);
  if (path !== null) {
    return dialect.quotePath(path.length > 1 && path[0] === dialect.defaultSchema ? path.slice(1) : path);
  }
  report.add(
    "SQA-105",
    `${context.what} uses the ${meta.kind} "${meta.name}", which is not among the models`,
    context.place,
    "export it from a model file",
  );
  return null;
}

/** A value as a literal; a list as literals with commas. */
function literal(value: unknown, context: SqlContext): string | null {
  const { dialect } = context;
  if (value === null) return "NULL";
  if (typeof value === "string") return dialect.quoteText(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean") {
    const type = dialect.typeOf({ type: "boolean" });
    return type ? dialect.literal(value, type).sql : value ? "1" : "0";
  }
  if (value instanceof Date && !Number.isNaN(value.getTime())) return dialect.quoteText(value.toISOString());
  if (Array.isArray(value)) {
    const items = value.map((item) => literal(item, context));
    return items.length === 0 || items.includes(null) ? null : items.join(", ");
  }
  const meta: Meta | null = metaOf(value);
  if (meta?.kind === "sql") return sqlText(meta as SqlMeta, context);
  context.report.add(
    "SQA-103",
    `${context.what} holds a value that cannot be written in SQL: ${describe(value)}`,
    context.place,
    "embed texts, numbers, booleans, null, dates, models or sql`…`",
  );
  return null;
}

function describe(value: unknown): string {
  return value === undefined
    ? "undefined"
    : typeof value === "function"
    ? "a function"
    : `${typeof value} ${String(value)}`;
}
