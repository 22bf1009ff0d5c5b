/** Rewrite rules in Postgres, as the server writes them (pg_get_ruledef). The rule that makes a view a view is the view's own. */
import type { KindDialect } from "../../dialect.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader, rulesInSchemas, schemasInScope } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quoteId } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly relation: string;
  readonly on_kind: "table" | "view" | "materialized_view";
  readonly name: string;
  readonly definition: string;
  readonly enabled: string;
}

export const ruleReader = reader<Row>({
  from: [rulesInSchemas],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  r.oid,
  s.name AS schema,
  c.relname AS relation,
  CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' ELSE 'table' END AS on_kind,
  r.rulename AS name,
  pg_catalog.pg_get_ruledef(r.oid) AS definition,
  r.ev_enabled::pg_catalog.text AS enabled
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN schemas AS s ON s.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND NOT ${ofExtension("c.oid", "pg_class")}`,
  found: (row) => [{
    object: made("rule", [row.schema, row.relation, row.name], objectId(row.on_kind, [row.schema, row.relation]), {
      definition: { sql: row.definition },
      options: options({ enabled: { D: "disabled", R: "replica", A: "always" }[row.enabled] }),
    }),
    address: address("pg_rewrite", row.oid),
  }],
});

/** Names of a rule's options: what a model may set. */
export const ruleOptions = ["enabled"] as const;

const modes: Readonly<Record<string, string>> = {
  disabled: "DISABLE RULE",
  replica: "ENABLE REPLICA RULE",
  always: "ENABLE ALWAYS RULE",
};

function enable(object: SchemaObject<"rule">): string {
  const mode = modes[String(object.options.enabled ?? "")] ?? "ENABLE RULE";
  return `ALTER TABLE ${quoteId(object.parent!)} ${mode} ${quote(object.name.at(-1)!)}`;
}

export const rule: KindDialect<"rule"> = definitionKind<"rule">({
  target: (object) => `RULE ${quote(object.name.at(-1)!)} ON ${quoteId(object.parent!)}`,
  create: (object) => [object.definition.sql, ...(object.options.enabled ? [enable(object)] : [])],
  alter: ({ to, fields }) => fields.includes("definition") ? null : fields.includes("options") ? [enable(to)] : [],
  rename: (from, to) => [
    `ALTER RULE ${quote(from.name.at(-1)!)} ON ${quoteId(to.parent!)} RENAME TO ${quote(to.name.at(-1)!)}`,
  ],
});
