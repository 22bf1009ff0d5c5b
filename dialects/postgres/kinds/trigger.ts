/** Triggers in Postgres, kept as the server's own text of them (pg_get_triggerdef). */
import type { KindDialect } from "../../dialect.ts";
import type { Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { Json, SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { normalQuery } from "../expression.ts";
import { normalParameters } from "../parameters.ts";
import { dotted, quote, quoteId } from "../sql.ts";
import { accessExclusive, shareRowExclusive, statement } from "../statement.ts";
import { firing, setCopies } from "../trigger_copies.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly relation: string;
  readonly on_kind: "table" | "view" | "foreign_table";
  readonly name: string;
  readonly definition: string;
  readonly enabled: string;
  /** Copies on partitions that fire otherwise: schema, table and how. */
  readonly copies: readonly (readonly [string, string, string])[] | null;
}

export const triggerReader = reader<Row>({
  from: ["pg_catalog.pg_trigger AS g WHERE NOT g.tgisinternal"],
  sql: () =>
    `WITH RECURSIVE ${schemasInScope},
copies AS (
  SELECT g.oid AS whole, g.tgenabled AS enabled, g.oid, g.tgrelid AS relation, g.tgenabled
  FROM pg_catalog.pg_trigger AS g
  JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid AND c.relkind = 'p'
  WHERE NOT g.tgisinternal AND g.tgparentid = 0
  UNION ALL
  SELECT copies.whole, copies.enabled, g.oid, g.tgrelid, g.tgenabled
  FROM copies JOIN pg_catalog.pg_trigger AS g ON g.tgparentid = copies.oid
),
otherwise AS (
  SELECT copies.whole,
    pg_catalog.json_agg(pg_catalog.json_build_array(s.name, c.relname, copies.tgenabled)) AS copies
  FROM copies
  JOIN pg_catalog.pg_class AS c ON c.oid = copies.relation
  JOIN schemas AS s ON s.oid = c.relnamespace
  WHERE copies.tgenabled <> copies.enabled
  GROUP BY copies.whole
)
SELECT
  g.oid,
  s.name AS schema,
  c.relname AS relation,
  CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS on_kind,
  g.tgname AS name,
  pg_catalog.pg_get_triggerdef(g.oid) AS definition,
  g.tgenabled::pg_catalog.text AS enabled, -- O fires unless replicating, D disabled, R when replicating, A always
  otherwise.copies
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN schemas AS s ON s.oid = c.relnamespace
LEFT JOIN otherwise ON otherwise.whole = g.oid
WHERE NOT g.tgisinternal AND g.tgparentid = 0 -- not a partition's copy of its parent's trigger
  AND c.relkind IN ('v', 'r', 'p', 'f')
  AND NOT ${ofExtension("g.oid", "pg_trigger")} AND NOT ${ofExtension("c.oid", "pg_class")}`,
  found: (row) => [{
    object: made(
      "trigger",
      [row.schema, row.relation, row.name],
      objectId(row.on_kind, [row.schema, row.relation]),
      {
        definition: { sql: row.definition },
        options: options<Json>({
          enabled: row.enabled === "O" ? null : modes[row.enabled],
          copies: row.copies && Object.fromEntries(
            row.copies.map(([schema, table, enabled]) => [dotted([schema, table]), modes[enabled] ?? enabled] as const)
              .sort(([a], [b]) => a < b ? -1 : 1),
          ),
        }),
      },
    ),
    address: address("pg_trigger", row.oid),
  }],
});

/** Names of a trigger's options: what a model may set. */
export const triggerOptions = ["enabled", "copies"] as const;

const modes: Readonly<Record<string, string>> = { O: "enabled", D: "disabled", R: "replica", A: "always" };

export const trigger: KindDialect<"trigger"> = {
  normalize: (object) => ({
    ...object,
    definition: normalQuery(object.definition),
    options: normalParameters(object.options),
  }),
  // A constraint trigger cannot be replaced; for the others a drop and a create in one transaction is the same to everybody else.
  alters: (change) => change.fields.includes("definition") ? "recreate" : "in place",
  renames: true,
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          statement(change, change.to.definition.sql, { locks: [shareRowExclusive(change.to.parent!)] }),
          ...(change.to.options.enabled ? [enable(change, change.to)] : []),
          ...setCopies(change, context),
          ...triggerComment(change, change.to),
        ];
      case "drop": {
        const sql = `DROP TRIGGER ${quote(change.from.name.at(-1)!)} ON ${quoteId(change.from.parent!)}`;
        return [statement(change, sql, { locks: [accessExclusive(change.from.parent!)] })];
      }
      case "alter":
        return [
          ...(change.from.options.enabled === change.to.options.enabled ? [] : [enable(change, change.to)]),
          ...setCopies(change, context),
          ...triggerComment(change, change.to),
        ];
      case "rename": {
        const { from, to } = change;
        const sql = `ALTER TRIGGER ${quote(from.name.at(-1)!)} ON ${quoteId(to.parent!)} RENAME TO ${
          quote(to.name.at(-1)!)
        }`;
        return [statement(change, sql, { locks: [accessExclusive(to.parent!)] })];
      }
      default:
        return assertNever(change, "change");
    }
  },
};

function enable(change: Change, object: SchemaObject<"trigger">): Statement {
  const sql = `ALTER TABLE ${quoteId(object.parent!)} ${firing(object.options.enabled)} ${quote(object.name.at(-1)!)}`;
  return statement(change, sql, { locks: [shareRowExclusive(object.parent!)] });
}

function triggerComment(change: Change, object: SchemaObject<"trigger">): readonly Statement[] {
  const target = `TRIGGER ${quote(object.name.at(-1)!)} ON ${quoteId(object.parent!)}`;
  return comment(change, target, object.parent);
}
