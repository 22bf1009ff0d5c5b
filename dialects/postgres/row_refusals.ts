/** Which rows stand in the way of what is put on their table, with a query that counts them. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Effects } from "../../diff/plan_types.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { dependentsOf } from "./dependents.ts";
import { columnOf, heirsOf, isInherited, tableIn } from "./inheritance.ts";
import { quote, quoteId, quoteList, quotePath } from "./sql.ts";

type Refusal = NonNullable<Effects["mayFail"]>;

/**
 * Of a new column: rows where it has no value; an identity that it inherits comes when its table is attached. `isTableThere`: can they be
 * counted before?
 */
export function refusesEmpty(column: SchemaObject<"column">, isTableThere: boolean): Refusal | null {
  if (column.nullable || column.default || column.identity && !isInherited(column)) return null;
  if (column.generated) {
    const reason = `rows for which (${column.generated.expression.sql}) is NULL are refused`;
    return { reason, probe: null }; // it may name columns that are new as well
  }
  return {
    reason: `existing rows have no value for the new column ${quote(column.name[2]!)}, which is NOT NULL`,
    probe: isTableThere ? `SELECT count(*) FROM ${tableOf(column)}` : null,
  };
}

/** Of a check: rows that break it. */
export function refusesBroken({ name, expression }: SchemaObject<"check">): Refusal {
  return {
    reason: `rows for which (${expression.sql}) is false are refused`,
    probe: `SELECT count(*) FROM ${tableOf({ name })} WHERE NOT (${expression.sql})`,
  };
}

/** Of a primary key: rows without one, or with that of another. */
export function refusesKeyless(key: SchemaObject<"primary_key">): Refusal {
  const path = tableOf(key), unknown = key.columns.map((name) => `${quote(name)} IS NULL`).join(" OR ");
  return {
    reason: `rows with the same (${quoteList(key.columns)}), or with a NULL in it, are refused`,
    probe: `SELECT (SELECT count(*) FROM ${path} WHERE ${unknown}) + (${duplicates(path, key.columns, false)})`,
  };
}

/** Of a unique key: rows with that of another. */
export function refusesTwins(key: SchemaObject<"unique">): Refusal {
  return {
    reason: `rows with the same (${quoteList(key.columns)}) are refused`,
    probe: duplicates(tableOf(key), key.columns, key.nullsDistinct),
  };
}

/**
 * Of a column whose values are computed or cast anew: rows whose new values a key, a check or NOT NULL refuses, of its own table or of one
 * that inherits it. What the new values are, only the rows themselves tell.
 */
export function refusesNewValues(
  column: SchemaObject<"column">,
  { to }: Pick<RenderContext, "to">,
): Refusal | null {
  const isAsked = (table: ObjectId): boolean => {
    const own = columnOf(to, table, column as SchemaObject);
    const asks = own !== undefined && (!own.nullable || dependentsOf(to, own.id).some(asksValues));
    return asks || heirsOf(to, table).some(({ id }) => isAsked(id));
  };
  if (!isAsked(column.parent!)) return null;
  return {
    reason: `rows whose new value of ${quote(column.name.at(-1)!)} breaks a key, a check or NOT NULL are refused`,
    probe: null,
  };
}

/** Is it something that rows may break? */
function asksValues(object: SchemaObject): boolean {
  return object.kind === "index" ? object.unique : asking.has(object.kind);
}

const asking: ReadonlySet<Kind> = new Set<Kind>(["primary_key", "unique", "exclusion", "check", "foreign_key"]);

/** Of a foreign key: rows that point at nothing. */
export function refusesOrphans(key: SchemaObject<"foreign_key">, graph: SchemaGraph): Refusal {
  const { columns, references } = key;
  const known = columns.map((name) => `child.${quote(name)} IS NOT NULL`).join(" AND ");
  const joined = columns.map((name, i) => `parent.${quote(references.columns[i]!)} = child.${quote(name)}`).join(
    " AND ",
  );
  return {
    reason: `rows whose (${quoteList(columns)}) is not in ${quoteId(references.table)} are refused`,
    probe: key.options.period
      ? null
      : `SELECT count(*) FROM ${seenByKeys(key.parent!, graph)} AS child WHERE ${known} AND NOT EXISTS (SELECT FROM ${
        seenByKeys(references.table, graph)
      } AS parent WHERE ${joined})`,
  };
}

/** What a foreign key sees of a table: the rows of partitions, but not those of heirs (RI_Initial_Check in ri_triggers.c). */
function seenByKeys(id: ObjectId, graph: SchemaGraph): string {
  const table = tableIn(graph, id), isPlain = table !== undefined && !table.options.partition_by;
  return `${isPlain ? "ONLY " : ""}${quoteId(id)}`;
}

/** Of a partition that is taken out: rows that refer to its rows by these keys. */
export function refusesReferred(
  partition: readonly string[],
  keys: readonly SchemaObject<"foreign_key">[],
  graph: SchemaGraph,
): Refusal | null {
  if (keys.length === 0) return null;
  const path = quotePath(partition);
  const counts = keys.map((key) => {
    const pairs = key.columns.map((name, i) => `child.${quote(name)} = part.${quote(key.references.columns[i]!)}`);
    return `SELECT count(*) FROM ${seenByKeys(key.parent!, graph)} AS child JOIN ${path} AS part ON ${
      pairs.join(" AND ")
    }`;
  });
  return {
    reason: `rows of ${[...new Set(keys.map(tableOf))].join(", ")} that refer to rows of ${path} are refused`,
    // With PERIOD, many rows are referred to at once.
    probe: keys.some((key) => key.options.period)
      ? null
      : counts.length === 1
      ? counts[0]!
      : `SELECT (${counts.join(") + (")})`,
  };
}

/** A query that counts the groups of rows that a unique key over these columns would refuse. */
export function duplicates(path: string, columns: readonly string[], nullsDistinct: boolean, where = ""): string {
  const known = nullsDistinct ? columns.map((name) => `${quote(name)} IS NOT NULL`) : [];
  const conditions = [...known, ...(where ? [`(${where})`] : [])];
  const filter = conditions.length ? ` WHERE ${conditions.join(" AND ")}` : "";
  return `SELECT count(*) FROM (SELECT FROM ${path}${filter} GROUP BY ${
    quoteList(columns)
  } HAVING count(*) > 1) AS duplicates`;
}

function tableOf({ name }: Pick<SchemaObject, "name">): string {
  return quotePath(name.slice(0, -1));
}
