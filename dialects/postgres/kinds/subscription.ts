/**
 * Subscriptions in Postgres. A connection string with a secret in it is never read. A subscription is made without connecting, so that a
 * migration neither waits for another server nor leaves a slot there: the slot has to be made, and the tables refreshed, by hand.
 */
import type { KindDialect } from "../../dialect.ts";
import type { Json, SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quoteList, quotePath, quoteText } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly publications: readonly string[];
  readonly connection: string | null;
  readonly slot: string | null;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Columns of pg_subscription that are parameters, by the parameter's name, with the default and the version that brought them. */
const parameters: readonly (readonly [name: string, column: string, standard: string, since: number])[] = [
  ["binary", "subbinary", "false", 140000],
  ["streaming", "substream", "off", 140000],
  ["two_phase", "subtwophasestate", "false", 150000],
  ["disable_on_error", "subdisableonerr", "false", 150000],
  ["password_required", "subpasswordrequired", "true", 160000],
  ["run_as_owner", "subrunasowner", "false", 160000],
  ["origin", "suborigin", "any", 160000],
  ["failover", "subfailover", "false", 170000],
  ["synchronous_commit", "subsynccommit", "off", 140000],
];

/** The connection string as hex, so that it needs no unescaping; nothing when there is a secret in it, as a URL or as words. */
const connectionSql = `SELECT pg_catalog.encode(pg_catalog.convert_to(subconninfo, 'UTF8'), 'hex') AS c
  FROM pg_catalog.pg_subscription WHERE oid = %s AND subconninfo !~* '(pass|secret)[a-z_]*\\s*=|://[^/@]*:[^/@]*@'`;

export const subscriptionReader = reader<Row>({
  from: ["pg_catalog.pg_subscription"],
  sql: (version) =>
    `SELECT
  u.oid,
  u.subname AS name,
  pg_catalog.to_json(u.subpublications) AS publications,
  -- Only superusers may read the connection string: the query that names it is run for them alone.
  CASE WHEN pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') THEN
    (pg_catalog.regexp_match(pg_catalog.query_to_xml(pg_catalog.format(${
      quoteText(connectionSql)
    }, u.oid), false, true, '')
      ::pg_catalog.text, '<c>([0-9a-f]*)</c>'))[1] END AS connection, -- hex
  u.subenabled AS enabled,
  u.subslotname AS slot,
  pg_catalog.json_build_object(${
      parameters.filter(([, , , since]) => version >= since)
        .map(([name, column]) => `'${name}', u.${column}`).join(", ")
    }) AS settings
FROM pg_catalog.pg_subscription AS u
WHERE u.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
  AND NOT ${ofExtension("u.oid", "pg_subscription")}`,
  found: (row) => {
    const settings = parameters.flatMap(([name, , standard]) => {
      const value = said(name, row.settings[name]);
      return value === null || value === standard ? [] : [[name, value] as const];
    });
    const object = made("subscription", [row.name], null, {
      options: options<Json>({
        enabled: row.enabled,
        publications: [...row.publications].sort(),
        connection: row.connection === null ? null : fromHex(row.connection),
        // The slot's name is the subscription's own unless somebody said otherwise.
        slot: row.slot === row.name ? null : row.slot ?? "NONE",
        with: settings.length ? Object.fromEntries(settings) : null,
      }),
    });
    const message =
      `the connection of subscription "${row.name}" holds a secret or may not be read: it is not compared`;
    const notes = row.connection === null ? [{ code: "not-compared", object: object.id, message }] : [];
    return [{ object, address: address("pg_subscription", row.oid), notes }];
  },
});

/** A setting as it is written: the catalog has letters for some. */
function said(name: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (name === "two_phase") return String(value !== "d"); // d disabled, p pending, e enabled
  if (name === "streaming") return { t: "on", f: "off", p: "parallel" }[String(value)] ?? (value ? "on" : "off");
  return String(value);
}

function fromHex(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return new TextDecoder().decode(bytes);
}

/** Names of a subscription's options: what a model may set. */
export const subscriptionOptions = ["enabled", "publications", "connection", "slot", "with"] as const;

type Subscription = SchemaObject<"subscription">;

function settingsOf(object: Subscription): Readonly<Record<string, string>> {
  return (object.options.with ?? {}) as Readonly<Record<string, string>>;
}

function slotOf(object: Subscription): string {
  return object.options.slot === undefined
    ? quoteText(object.name[0]!)
    : object.options.slot === "NONE"
    ? "NONE"
    : quoteText(String(object.options.slot));
}

export const subscription: KindDialect<"subscription"> = definitionKind<"subscription">({
  target: (object) => `SUBSCRIPTION ${quotePath(object.name)}`,
  create(object) {
    const path = quotePath(object.name), publications = quoteList((object.options.publications ?? []) as string[]);
    const connection = quoteText(String(object.options.connection ?? ""));
    const words = [
      "connect = false",
      `slot_name = ${slotOf(object)}`,
      // The default of streaming is another one since 18.
      ...Object.entries({ streaming: "off", ...settingsOf(object) }).map(([name, value]) =>
        `${quote(name)} = ${quoteText(value)}`
      ),
    ];
    return [
      `CREATE SUBSCRIPTION ${path} CONNECTION ${connection} PUBLICATION ${publications} WITH (${words.join(", ")})`,
      ...(object.options.enabled ? [`ALTER SUBSCRIPTION ${path} ENABLE`] : []),
    ];
  },
  // With a slot the server would have to reach the publisher, outside of a transaction: the slot there has to be dropped by hand. The
  // comment of a dropped subscription stays in pg_description (seen on 18.4).
  drop(object) {
    const path = quotePath(object.name);
    return [
      ...(object.comment === null ? [] : [`COMMENT ON SUBSCRIPTION ${path} IS NULL`]),
      ...(object.options.enabled ? [`ALTER SUBSCRIPTION ${path} DISABLE`] : []),
      ...(object.options.slot === "NONE" ? [] : [`ALTER SUBSCRIPTION ${path} SET (slot_name = NONE)`]),
      `DROP SUBSCRIPTION ${path}`,
    ];
  },
  alter({ from, to, fields }) {
    if (!fields.includes("options")) return [];
    const path = `ALTER SUBSCRIPTION ${quotePath(to.name)}`, before = settingsOf(from), after = settingsOf(to);
    const differs = (key: string) =>
      JSON.stringify(from.options[key] ?? null) !== JSON.stringify(to.options[key] ?? null);
    const standard = (name: string) => parameters.find(([each]) => each === name)?.[2] ?? "false";
    const words = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) =>
      before[name] !== after[name]
    );
    if (words.includes("two_phase")) return null;
    const set = [
      ...(differs("slot") ? [`slot_name = ${slotOf(to)}`] : []),
      ...words.map((name) => `${quote(name)} = ${quoteText(after[name] ?? standard(name))}`),
    ];
    const publications = quoteList((to.options.publications ?? []) as string[]);
    return [
      ...(differs("connection") && to.options.connection !== undefined
        ? [`${path} CONNECTION ${quoteText(String(to.options.connection))}`]
        : []),
      ...(differs("publications") ? [`${path} SET PUBLICATION ${publications} WITH (refresh = false)`] : []),
      ...(differs("enabled") && !to.options.enabled ? [`${path} DISABLE`] : []),
      ...(set.length ? [`${path} SET (${set.join(", ")})`] : []),
      ...(differs("enabled") && to.options.enabled ? [`${path} ENABLE`] : []),
    ];
  },
  rename: (from, to) => [`ALTER SUBSCRIPTION ${quotePath(from.name)} RENAME TO ${quotePath(to.name)}`],
});
