/**
 * Enum types in Postgres. New labels are added in place. A label that goes or moves needs a new type: the old one steps aside under another
 * name, the new one is made, every column is cast over by its text, and the old one is dropped.
 */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { ofKind } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { comment, commentOn } from "../comment.ts";
import { objectName } from "../names.ts";
import { quote, quotePath, quoteText } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";
import { renderType } from "../types.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly labels: readonly string[] | null;
}

export const enumReader = reader<Row>({
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  y.oid,
  y.typarray AS array_type,
  s.name AS schema,
  y.typname AS name,
  (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
    FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = y.oid) AS labels
FROM pg_catalog.pg_type AS y
JOIN schemas AS s ON s.oid = y.typnamespace
WHERE y.typtype = 'e' AND NOT ${ofExtension("y.oid", "pg_type")}`,
  found: (row) => [{
    object: made("enum", [row.schema, row.name], objectId("schema", [row.schema]), { values: row.labels ?? [] }),
    address: address("pg_type", row.oid),
    aliases: [address("pg_type", row.array_type)],
  }],
});

export const enumKind: KindDialect<"enum"> = {
  normalize: (object) => object,
  alters: () => "in place",
  renames: true,
  blocks(change, dependent, context) {
    if (onlyAdds(change.from.values, change.to.values)) return false;
    // A new type is a stranger to expressions over the old one. Columns and plain keys are carried over by ALTER COLUMN TYPE.
    switch (dependent.kind) {
      case "column":
        return dependent.generated !== null && context.to.objects.has(dependent.id);
      case "index":
        return dependent.where !== null || dependent.keys.some((key) => key.expression !== null);
      case "primary_key":
      case "unique":
        return false;
      default:
        return true;
    }
  },
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          statement(change, createType(change.to)),
          ...comment(change, `TYPE ${quotePath(change.to.name)}`),
        ];
      case "drop":
        return [statement(change, `DROP TYPE ${quotePath(change.from.name)}`)];
      case "alter":
        return alterEnum(change, context);
      case "rename": {
        const [oldSchema, oldName] = change.from.name as [string, string],
          [schema, name] = change.to.name as [string, string];
        return [
          ...(oldSchema === schema
            ? []
            : [statement(change, `ALTER TYPE ${quotePath(change.from.name)} SET SCHEMA ${quote(schema)}`)]),
          ...(oldName === name
            ? []
            : [statement(change, `ALTER TYPE ${quotePath([schema, oldName])} RENAME TO ${quote(name)}`)]),
        ];
      }
      default:
        return assertNever(change, "change");
    }
  },
};

function createType(object: SchemaObject<"enum">): string {
  return `CREATE TYPE ${quotePath(object.name)} AS ENUM (${object.values.map(quoteText).join(", ")})`;
}

/** Are all old labels still there, in their old order? */
function onlyAdds(from: readonly string[], to: readonly string[]): boolean {
  const kept = to.filter((label) => from.includes(label));
  return kept.length === from.length && kept.every((label, i) => label === from[i]);
}

function alterEnum(change: Alter<"enum">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, target = `TYPE ${quotePath(to.name)}`;
  if (!change.fields.includes("values")) return comment(change, target);
  if (onlyAdds(from.values, to.values)) return [...addLabels(change), ...comment(change, target)];
  return newType(change, context);
}

function addLabels(change: Alter<"enum">): readonly Statement[] {
  const { from, to } = change, known = new Set(from.values);
  return to.values.flatMap((label, i) => {
    if (known.has(label)) return [];
    known.add(label);
    const next = to.values.slice(i + 1).find((each) => known.has(each));
    const place = i > 0
      ? ` AFTER ${quoteText(to.values[i - 1]!)}`
      : next === undefined
      ? ""
      : ` BEFORE ${quoteText(next)}`;
    return [
      statement(change, `ALTER TYPE ${quotePath(to.name)} ADD VALUE ${quoteText(label)}${place}`, {}, "commit-after"),
    ];
  });
}

function newType(change: Alter<"enum">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  const aside = [to.name[0]!, freeName(to.name[0]!, to.name[1]!, context)];
  const columns = ofKind(context.from, "column").filter((column) =>
    column.type.of === from.id && find(context, column.id)?.type.of === from.id && !column.generated
  );
  const removed = from.values.filter((label) => !to.values.includes(label));
  return [
    statement(change, `ALTER TYPE ${quotePath(to.name)} RENAME TO ${quote(aside[1]!)}`),
    statement(change, createType(to)),
    ...columns.map((column) => castOver(change, column, find(context, column.id)!, removed)),
    statement(change, `DROP TYPE ${quotePath(aside)}`),
    ...(to.comment === null ? [] : [commentOn(change, `TYPE ${quotePath(to.name)}`, to.comment, null)]),
  ];
}

function find(context: RenderContext, id: SchemaObject["id"]): SchemaObject<"column"> | undefined {
  const object = context.to.objects.get(id);
  return object?.kind === "column" ? object as unknown as SchemaObject<"column"> : undefined;
}

/** A name that neither graph uses for a type or a relation of the schema. */
function freeName(schema: string, name: string, context: RenderContext): string {
  for (let n = 0;; n++) {
    const candidate = objectName(name, null, n === 0 ? "old" : `old${n}`);
    const taken = [context.from, context.to].some(({ objects }) =>
      objects.has(objectId("enum", [schema, candidate])) || objects.has(objectId("table", [schema, candidate])) ||
      objects.has(objectId("view", [schema, candidate]))
    );
    if (!taken) return candidate;
  }
}

/** The column's default belongs to the old type: it goes first and comes back, unless the column's own change takes care of it. */
function castOver(
  change: Alter<"enum">,
  from: SchemaObject<"column">,
  to: SchemaObject<"column">,
  removed: readonly string[],
): Statement {
  const path = quotePath(from.name.slice(0, 2)), column = quote(from.name[2]!);
  const type = { ...from.type, of: change.to.id }, brackets = "[]".repeat(type.dimensions);
  const clauses = [
    ...(from.default ? ["DROP DEFAULT"] : []),
    `TYPE ${renderType(type)} USING ${column}::text${brackets}::${renderType(type)}`,
    ...(from.default && to.default ? [`SET DEFAULT ${to.default.sql}`] : []),
  ];
  const sql = `ALTER TABLE ${path} ${clauses.map((clause) => `ALTER COLUMN ${column} ${clause}`).join(", ")}`;
  const labels = `ARRAY[${removed.map(quoteText).join(", ")}]::text[]`;
  return statement(change, sql, {
    locks: [accessExclusive(from.parent!)],
    scans: [from.parent!],
    rewrites: [from.parent!],
    mayFail: removed.length === 0 ? null : {
      reason: `rows whose ${column} is ${removed.map(quoteText).join(" or ")} are refused`,
      probe: type.dimensions > 0
        ? `SELECT count(*) FROM ${path} WHERE ${column}::text[] && ${labels}`
        : `SELECT count(*) FROM ${path} WHERE ${column}::text = ANY (${labels})`,
    },
  });
}
