/** Foreign servers in Postgres. */
import type { KindDialect } from "../../dialect.ts";
import { address, made, ofExtension, options, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { changedOptions, optionsClause, plainOptions, secretNote, secretOptions } from "../foreign_options.ts";
import { quote, quotePath, quoteText } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly wrapper: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly options: Readonly<Record<string, string>> | null;
  readonly secrets: readonly string[] | null;
}

export const foreignServerReader = reader<Row>({
  from: ["pg_catalog.pg_foreign_server"],
  sql: () =>
    `SELECT
  v.oid,
  v.srvname AS name,
  w.fdwname AS wrapper,
  v.srvtype AS type,
  v.srvversion AS version,
  ${plainOptions("v.srvoptions")} AS options,
  ${secretOptions("v.srvoptions")} AS secrets
FROM pg_catalog.pg_foreign_server AS v
JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = v.srvfdw
WHERE NOT ${ofExtension("v.oid", "pg_foreign_server")}`,
  found: (row) => {
    const object = made("foreign_server", [row.name], null, {
      options: options({ wrapper: row.wrapper, type: row.type, version: row.version, options: row.options }),
    });
    const notes = secretNote(object, "foreign server", row.secrets);
    return [{ object, address: address("pg_foreign_server", row.oid), notes }];
  },
});

/** Names of a server's options: what a model may set. */
export const foreignServerOptions = ["wrapper", "type", "version", "options"] as const;

export const foreignServer: KindDialect<"foreign_server"> = definitionKind<"foreign_server">({
  target: (object) => `SERVER ${quotePath(object.name)}`,
  create: ({ name, options }) => [
    [
      `CREATE SERVER ${quotePath(name)}`,
      options.type ? ` TYPE ${quoteText(String(options.type))}` : "",
      options.version ? ` VERSION ${quoteText(String(options.version))}` : "",
      ` FOREIGN DATA WRAPPER ${quote(String(options.wrapper))}`,
      optionsClause(options),
    ].join(""),
  ],
  alter({ from, to }) {
    const fixed = (key: string) => (from.options[key] ?? null) === (to.options[key] ?? null);
    // A version can be changed but not taken away; type and wrapper cannot be changed at all.
    if (!fixed("wrapper") || !fixed("type") || !fixed("version") && to.options.version === undefined) return null;
    const version = fixed("version") ? "" : ` VERSION ${quoteText(String(to.options.version))}`;
    const clause = version + changedOptions(from.options, to.options);
    return clause ? [`ALTER SERVER ${quotePath(to.name)}${clause}`] : [];
  },
  rename: (from, to) => [`ALTER SERVER ${quotePath(from.name)} RENAME TO ${quotePath(to.name)}`],
});
