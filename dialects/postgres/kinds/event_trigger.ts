/** Event triggers in Postgres. They belong to the database, not to a schema. */
import type { KindDialect } from "../../dialect.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quotePath, quoteText } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly event: string;
  readonly tags: readonly string[] | null;
  readonly handler: readonly [string, string];
  readonly enabled: string;
}

export const eventTriggerReader = reader<Row>({
  from: ["pg_catalog.pg_event_trigger"],
  sql: () =>
    `SELECT
  e.oid,
  e.evtname AS name,
  e.evtevent AS event,
  pg_catalog.to_json(e.evttags) AS tags,
  pg_catalog.json_build_array(n.nspname, p.proname) AS handler,
  e.evtenabled::pg_catalog.text AS enabled
FROM pg_catalog.pg_event_trigger AS e
JOIN pg_catalog.pg_proc AS p ON p.oid = e.evtfoid
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE NOT ${ofExtension("e.oid", "pg_event_trigger")}`,
  found: (row) => {
    const tags = row.tags?.length ? ` WHEN TAG IN (${row.tags.map(quoteText).join(", ")})` : "";
    const sql = `CREATE EVENT TRIGGER ${quote(row.name)} ON ${row.event}${tags} EXECUTE FUNCTION ${
      quotePath(row.handler)
    }()`;
    return [{
      object: made("event_trigger", [row.name], null, {
        definition: { sql },
        options: options({ enabled: { D: "disabled", R: "replica", A: "always" }[row.enabled] }),
      }),
      address: address("pg_event_trigger", row.oid),
    }];
  },
});

/** Names of an event trigger's options: what a model may set. */
export const eventTriggerOptions = ["enabled"] as const;

const modes: Readonly<Record<string, string>> = {
  disabled: "DISABLE",
  replica: "ENABLE REPLICA",
  always: "ENABLE ALWAYS",
};

function enable(object: SchemaObject<"event_trigger">): string {
  return `ALTER EVENT TRIGGER ${quotePath(object.name)} ${modes[String(object.options.enabled ?? "")] ?? "ENABLE"}`;
}

export const eventTrigger: KindDialect<"event_trigger"> = definitionKind<"event_trigger">({
  target: (object) => `EVENT TRIGGER ${quotePath(object.name)}`,
  create: (object) => [object.definition.sql, ...(object.options.enabled ? [enable(object)] : [])],
  alter: ({ to, fields }) => fields.includes("definition") ? null : fields.includes("options") ? [enable(to)] : [],
});
