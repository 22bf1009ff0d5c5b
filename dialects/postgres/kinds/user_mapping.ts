/** User mappings in Postgres: which remote user a role is. Passwords are never read and have to be set by hand. */
import type { KindDialect } from "../../dialect.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, options, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { changedOptions, optionsClause, plainOptions, secretNote, secretOptions } from "../foreign_options.ts";
import { roleName } from "../roles.ts";
import { quoteId } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly server: string;
  readonly role: string;
  readonly options: Readonly<Record<string, string>> | null;
  readonly secrets: readonly string[] | null;
}

export const userMappingReader = reader<Row>({
  from: ["pg_catalog.pg_foreign_server"],
  // The view shows options only to those who may see them; the table would refuse everybody else.
  sql: () =>
    `SELECT
  m.umid AS oid,
  m.srvname AS server,
  m.usename AS role,
  ${plainOptions("m.umoptions")} AS options,
  ${secretOptions("m.umoptions")} AS secrets
FROM pg_catalog.pg_user_mappings AS m`,
  found: (row) => {
    const object = made("user_mapping", [row.server, row.role], objectId("foreign_server", [row.server]), {
      options: options({ options: row.options }),
    });
    const notes = secretNote(object, "user mapping", row.secrets);
    return [{ object, address: address("pg_user_mapping", row.oid), notes }];
  },
});

/** Names of a user mapping's options: what a model may set. */
export const userMappingOptions = ["options"] as const;

function target(object: SchemaObject<"user_mapping">): string {
  return `USER MAPPING FOR ${roleName(object.name.at(-1)!)} SERVER ${quoteId(object.parent!)}`;
}

export const userMapping: KindDialect<"user_mapping"> = definitionKind<"user_mapping">({
  target,
  comments: false,
  create: (object) => [`CREATE ${target(object)}${optionsClause(object.options)}`],
  alter({ from, to }) {
    const clause = changedOptions(from.options, to.options);
    return clause ? [`ALTER ${target(to)}${clause}`] : [];
  },
});
