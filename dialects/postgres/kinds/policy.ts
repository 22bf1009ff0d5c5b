/** Row-security policies in Postgres. Whether a table obeys them is an option of the table. */
import type { Alter } from "../../../diff/change.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { objectId } from "../../../schema/id.ts";
import type { KindDialect } from "../../dialect.ts";
import { address, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { normalCondition } from "../expression.ts";
import { roleList } from "../roles.ts";
import { quote, quoteId } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly table_name: string;
  readonly name: string;
  readonly command: string;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

const commands = { r: "select", a: "insert", w: "update", d: "delete", "*": "all" } as const;

export const policyReader = reader<Row>({
  from: ["pg_catalog.pg_policy"],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  p.oid,
  s.name AS schema,
  c.relname AS table_name,
  p.polname AS name,
  p.polcmd::pg_catalog.text AS command, -- r select, a insert, w update, d delete, * all
  p.polpermissive AS permissive,
  (SELECT pg_catalog.json_agg(CASE WHEN r.oid = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(r.oid)::pg_catalog.text END)
    FROM pg_catalog.unnest(p.polroles) AS r (oid)) AS roles,
  pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
  pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN schemas AS s ON s.oid = c.relnamespace
WHERE NOT ${ofExtension("c.oid", "pg_class")}`,
  found: (row) => [{
    object: made("policy", [row.schema, row.table_name, row.name], objectId("table", [row.schema, row.table_name]), {
      command: commands[row.command as keyof typeof commands] ?? "all",
      permissive: row.permissive,
      roles: [...row.roles].sort(),
      using: row.using === null ? null : { sql: row.using },
      check: row.check === null ? null : { sql: row.check },
      options: {},
    }),
    address: address("pg_policy", row.oid),
  }],
});

const base = definitionKind<"policy">({
  target: (object) => `POLICY ${quote(object.name.at(-1)!)} ON ${quoteId(object.parent!)}`,
  create: (object) => [
    [
      `CREATE POLICY ${quote(object.name.at(-1)!)} ON ${quoteId(object.parent!)}`,
      object.permissive ? "" : " AS RESTRICTIVE",
      object.command === "all" ? "" : ` FOR ${object.command.toUpperCase()}`,
      sameJson(object.roles, ["public"]) ? "" : ` TO ${roleList(object.roles)}`,
      object.using ? ` USING (${object.using.sql})` : "",
      object.check ? ` WITH CHECK (${object.check.sql})` : "",
    ].join(""),
  ],
  alter: alterPolicy,
  rename: (from, to) => [
    `ALTER POLICY ${quote(from.name.at(-1)!)} ON ${quoteId(to.parent!)} RENAME TO ${quote(to.name.at(-1)!)}`,
  ],
});

export const policy: KindDialect<"policy"> = {
  ...base,
  normalize: (object) => ({
    ...object,
    roles: object.roles.length ? [...object.roles].sort() : ["public"],
    using: object.using && normalCondition(object.using),
    check: object.check && normalCondition(object.check),
  }),
};

/** ALTER POLICY changes roles and conditions; it can neither take a condition away nor change the command. */
function alterPolicy({ from, to, fields }: Alter<"policy">): readonly string[] | null {
  const removed = from.using && !to.using || from.check && !to.check;
  if (removed || fields.some((field) => field === "command" || field === "permissive")) return null;
  const clauses = [
    fields.includes("roles") ? ` TO ${roleList(to.roles)}` : "",
    fields.includes("using") && to.using ? ` USING (${to.using.sql})` : "",
    fields.includes("check") && to.check ? ` WITH CHECK (${to.check.sql})` : "",
  ].join("");
  return clauses ? [`ALTER POLICY ${quote(to.name.at(-1)!)} ON ${quoteId(to.parent!)}${clauses}`] : [];
}
