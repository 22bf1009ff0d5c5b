/** Foreign-data wrappers in Postgres that no extension brings. */
import type { KindDialect } from "../../dialect.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { changedOptions, optionsClause, plainOptions, secretNote, secretOptions } from "../foreign_options.ts";
import { dotted, quotePath, undotted } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly handler: readonly [string, string] | null;
  readonly validator: readonly [string, string] | null;
  readonly options: Readonly<Record<string, string>> | null;
  readonly secrets: readonly string[] | null;
}

const routine = (column: string) =>
  `(SELECT pg_catalog.json_build_array(n.nspname, p.proname) FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace WHERE p.oid = ${column})`;

export const foreignDataWrapperReader = reader<Row>({
  from: ["pg_catalog.pg_foreign_data_wrapper"],
  sql: () =>
    `SELECT
  w.oid,
  w.fdwname AS name,
  ${routine("w.fdwhandler")} AS handler,
  ${routine("w.fdwvalidator")} AS validator,
  ${plainOptions("w.fdwoptions")} AS options,
  ${secretOptions("w.fdwoptions")} AS secrets
FROM pg_catalog.pg_foreign_data_wrapper AS w
WHERE NOT ${ofExtension("w.oid", "pg_foreign_data_wrapper")}`,
  found: (row) => {
    const object = made("foreign_data_wrapper", [row.name], null, {
      options: options({
        handler: row.handler && dotted(row.handler),
        validator: row.validator && dotted(row.validator),
        options: row.options,
      }),
    });
    const notes = secretNote(object, "foreign data wrapper", row.secrets);
    return [{ object, address: address("pg_foreign_data_wrapper", row.oid), notes }];
  },
});

/** Names of a wrapper's options: what a model may set. */
export const foreignDataWrapperOptions = ["handler", "validator", "options"] as const;

function routines(from: SchemaObject<"foreign_data_wrapper"> | null, to: SchemaObject<"foreign_data_wrapper">): string {
  return ["handler", "validator"].map((key) => {
    const before = from?.options[key] ?? null, after = to.options[key] ?? null;
    if (before === after) return "";
    return after === null ? ` NO ${key.toUpperCase()}` : ` ${key.toUpperCase()} ${quotePath(undotted(String(after)))}`;
  }).join("");
}

export const foreignDataWrapper: KindDialect<"foreign_data_wrapper"> = definitionKind<"foreign_data_wrapper">({
  target: (object) => `FOREIGN DATA WRAPPER ${quotePath(object.name)}`,
  create: (object) => [
    `CREATE FOREIGN DATA WRAPPER ${quotePath(object.name)}${routines(null, object)}${optionsClause(object.options)}`,
  ],
  alter({ from, to }) {
    const clause = routines(from, to) + changedOptions(from.options, to.options);
    return clause ? [`ALTER FOREIGN DATA WRAPPER ${quotePath(to.name)}${clause}`] : [];
  },
  rename: (from, to) => [`ALTER FOREIGN DATA WRAPPER ${quotePath(from.name)} RENAME TO ${quotePath(to.name)}`],
});
