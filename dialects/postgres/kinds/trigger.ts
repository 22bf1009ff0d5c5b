/** Triggers in Postgres, kept as the server's own text of them (pg_get_triggerdef). */
import type { KindDialect } from "../../dialect.ts";
import type { Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { normalQuery } from "../expression.ts";
import { normalParameters } from "../parameters.ts";
import { quote, quoteId } from "../sql.ts";
import { accessExclusive, shareRowExclusive, statement } from "../statement.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly relation: string;
  readonly on_kind: "table" | "view" | "foreign_table";
  readonly name: string;
  readonly definition: string;
  readonly enabled: string;
}

export const triggerReader = reader<Row>({
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  g.oid,
  s.name AS schema,
  c.relname AS relation,
  CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS on_kind,
  g.tgname AS name,
  pg_catalog.pg_get_triggerdef(g.oid) AS definition,
  g.tgenabled::pg_catalog.text AS enabled -- O fires unless replicating, D disabled, R when replicating, A always
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN schemas AS s ON s.oid = c.relnamespace
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
        options: options({ enabled: { D: "disabled", R: "replica", A: "always" }[row.enabled] }),
      },
    ),
    address: address("pg_trigger", row.oid),
  }],
});

/** Names of a trigger's options: what a model may set. */
export const triggerOptions = ["enabled"] as const;

const modes: Readonly<Record<string, string>> = {
  disabled: "DISABLE TRIGGER",
  replica: "ENABLE REPLICA TRIGGER",
  always: "ENABLE ALWAYS TRIGGER",
};

export const trigger: KindDialect<"trigger"> = {
  normalize: (object) => ({
    ...object,
    definition: normalQuery(object.definition),
    options: normalParameters(object.options),
  }),
  // A constraint trigger cannot be replaced; for the others a drop and a create in one transaction is the same to everybody else.
  alters: (change) => change.fields.includes("definition") ? "recreate" : "in place",
  renames: true,
  render(change) {
    switch (change.op) {
      case "create":
        return [
          statement(change, change.to.definition.sql, { locks: [shareRowExclusive(change.to.parent!)] }),
          ...(change.to.options.enabled ? [enable(change, change.to)] : []),
          ...triggerComment(change, change.to),
        ];
      case "drop": {
        const sql = `DROP TRIGGER ${quote(change.from.name.at(-1)!)} ON ${quoteId(change.from.parent!)}`;
        return [statement(change, sql, { locks: [accessExclusive(change.from.parent!)] })];
      }
      case "alter":
        return [
          ...(change.fields.includes("options") ? [enable(change, change.to)] : []),
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
  const mode = modes[String(object.options.enabled ?? "")] ?? "ENABLE TRIGGER";
  const sql = `ALTER TABLE ${quoteId(object.parent!)} ${mode} ${quote(object.name.at(-1)!)}`;
  return statement(change, sql, { locks: [shareRowExclusive(object.parent!)] });
}

function triggerComment(change: Change, object: SchemaObject<"trigger">): readonly Statement[] {
  const target = `TRIGGER ${quote(object.name.at(-1)!)} ON ${quoteId(object.parent!)}`;
  return comment(change, target, object.parent);
}
