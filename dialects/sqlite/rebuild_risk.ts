/** Why the copying of a rebuild can fail on the rows that are there, with one query that counts the offending ones. */
import type { SchemaObject } from "../../schema/object.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { sameJson } from "../../schema/canonical.ts";
import { objectId } from "../../schema/id.ts";
import { nameOfId } from "./names.ts";
import { quote } from "./sql.ts";
import type { Constraint, TableParts } from "./table_sql.ts";

/** A column whose values are copied. */
export interface CopiedColumn {
  readonly from: SchemaObject<"column">;
  readonly to: SchemaObject<"column">;
}

/** One reason. `row` is a condition on an offending row, `query` a whole query; null where no query can tell beforehand. */
interface Risk {
  readonly reason: string;
  readonly row?: string;
  readonly query?: string;
}

/** The statement's risk, or null when everything that holds now will hold then. */
export function copyRisk(
  old: TableParts,
  wanted: TableParts,
  copied: readonly CopiedColumn[],
  to: SchemaGraph,
): { readonly reason: string; readonly probe: string | null } | null {
  const table = quote(old.table.name.at(-1)!);
  const risks = [
    ...columnRisks(old, wanted, copied),
    ...wanted.constraints.flatMap((constraint) => constraintRisk(constraint, old, copied, to, table)),
  ];
  if (risks.length === 0) return null;
  const rows = risks.flatMap((risk) => risk.row === undefined ? [] : [risk.row]);
  const queries = [
    ...(rows.length ? [`SELECT count(*) FROM ${table} WHERE ${rows.map((row) => `(${row})`).join(" OR ")}`] : []),
    ...risks.flatMap((risk) => risk.query === undefined ? [] : [risk.query]),
  ];
  const probe = queries.length === 0 ? null : queries.length === 1 ? queries[0]! : `SELECT (${queries.join(") + (")})`;
  return { reason: [...new Set(risks.map((risk) => risk.reason))].join("; "), probe };
}

function columnRisks(old: TableParts, wanted: TableParts, copied: readonly CopiedColumn[]): readonly Risk[] {
  const risks: Risk[] = [];
  const strict = wanted.table.options.strict === true;
  for (const { from, to } of copied) {
    const name = quote(from.name.at(-1)!);
    const label = `"${to.name.at(-1)}"`;
    if (from.nullable && !to.nullable) risks.push({ reason: `rows may hold NULL in ${label}`, row: `${name} IS NULL` });
    if (strict && (old.table.options.strict !== true || !sameJson(from.type, to.type))) {
      const types = strictValues[to.type.name];
      if (types) {
        risks.push({
          reason: `${label} may hold values that are not ${to.type.name}`,
          row: `${name} IS NOT NULL AND typeof(CAST(${name} AS ${to.type.name})) NOT IN (${types}) OR ` +
            `typeof(${name}) NOT IN (${types}) AND CAST(CAST(${name} AS ${to.type.name}) AS TEXT) <> ${name}`,
        });
      }
    }
  }
  for (const to of wanted.columns) {
    if (to.generated || to.nullable || copied.some((each) => each.to.id === to.id)) continue;
    if (to.default !== null && to.default.sql !== "NULL") continue;
    // A new INTEGER PRIMARY KEY numbers the rows by itself.
    if (to.type.name === "INTEGER" && singleKey(wanted) === to.name.at(-1)) continue;
    risks.push({ reason: `rows that are there have no value for "${to.name.at(-1)}"`, row: "TRUE" });
  }
  return risks;
}

/** What typeof() says of the values that a STRICT column takes. */
const strictValues: { readonly [type: string]: string } = {
  INT: "'integer'",
  INTEGER: "'integer'",
  REAL: "'real', 'integer'",
  TEXT: "'text'",
  BLOB: "'blob'",
};

function singleKey(parts: TableParts): string | null {
  const key = parts.constraints.find((constraint) => constraint.kind === "primary_key");
  return key?.kind === "primary_key" && key.columns.length === 1 ? key.columns[0]! : null;
}

/** A constraint that the old table has as well holds already. */
function constraintRisk(
  constraint: Constraint,
  old: TableParts,
  copied: readonly CopiedColumn[],
  to: SchemaGraph,
  table: string,
): readonly Risk[] {
  const sources = new Map(copied.map(({ from, to }) => [to.name.at(-1)!, from.name.at(-1)!]));
  const unchanged = (names: readonly string[]): boolean =>
    names.every((name) => copied.some((each) => each.to.name.at(-1) === name && sameValues(each)));
  switch (constraint.kind) {
    case "primary_key":
    case "unique": {
      const held = old.constraints.some((each) =>
        (each.kind === "primary_key" || each.kind === "unique") &&
        each.columns.every((column) => constraint.columns.includes(column)) &&
        sameJson(each.options.collations ?? null, constraint.options.collations ?? null)
      );
      const columns = constraint.columns.map((column) => sources.get(column));
      if (held && unchanged(constraint.columns)) return [];
      const fresh = constraint.columns.filter((_, i) => columns[i] === undefined);
      // Rows without a value differ from each other (lang_createtable.html "UNIQUE constraints"); a default is the same in all of them.
      if (fresh.some((column) => startsNull(column, constraint, to))) return [];
      const keys = columns.flatMap((column) => column === undefined ? [] : [quote(column)]);
      if (keys.length === 0) {
        const reason = `all rows get the same ${constraint.columns.map((each) => `"${each}"`).join(", ")}`;
        return [{ reason, query: `SELECT max(count(*) - 1, 0) FROM ${table}` }];
      }
      const present = keys.map((key) => `${key} IS NOT NULL`).join(" AND ");
      const query = `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${present} GROUP BY ${
        keys.join(", ")
      } HAVING count(*) > 1)`;
      return [{ reason: `rows may have the same ${constraint.columns.map((each) => `"${each}"`).join(", ")}`, query }];
    }
    case "check": {
      const held = old.constraints.some((each) =>
        each.kind === "check" && each.expression.sql === constraint.expression.sql
      );
      const columns = constraint.refs.filter((id) => id.startsWith("column:")).map(nameOfId);
      if (held && unchanged(columns)) return [];
      const known = columns.every((column) => sources.get(column) === column);
      const reason = `rows may break CHECK (${constraint.expression.sql})`;
      return [known ? { reason, row: `NOT (${constraint.expression.sql})` } : { reason }];
    }
    case "foreign_key": {
      const held = old.constraints.some((each) =>
        each.kind === "foreign_key" && sameJson(each.columns, constraint.columns) &&
        sameJson(each.references, constraint.references)
      );
      const columns = constraint.columns.map((column) => sources.get(column));
      if ((held && unchanged(constraint.columns)) || columns.includes(undefined)) return [];
      const target = constraint.references;
      const reason = `rows may point to rows of "${nameOfId(target.table)}" that do not exist`;
      if (target.columns.length !== columns.length || !to.objects.has(target.table)) return [{ reason }];
      const present = columns.map((column) => `c.${quote(column!)} IS NOT NULL`);
      const equal = columns.map((column, i) => `p.${quote(target.columns[i]!)} = c.${quote(column!)}`);
      const query = `SELECT count(*) FROM ${table} AS c WHERE ${present.join(" AND ")} AND NOT EXISTS (SELECT 1 FROM ${
        quote(nameOfId(target.table))
      } AS p WHERE ${equal.join(" AND ")})`;
      return [{ reason, query }];
    }
  }
}

/** Has a new column no value in the rows that are there? A computed one is not known, so no. */
function startsNull(name: string, constraint: Constraint, to: SchemaGraph): boolean {
  const column = to.objects.get(objectId("column", [...constraint.name.slice(0, -1), name]));
  return column?.kind === "column" && !column.generated && (column.default === null || column.default.sql === "NULL");
}

/** Does the column hold and compare the same values as before? */
function sameValues({ from, to }: CopiedColumn): boolean {
  return sameJson(from.type, to.type) && from.collation === to.collation;
}
