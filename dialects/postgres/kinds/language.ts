/** Procedural languages in Postgres that no extension brings. */
import type { KindDialect } from "../../dialect.ts";
import { address, made, ofExtension, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quotePath } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly trusted: boolean;
  readonly routines: string;
}

export const languageReader = reader<Row>({
  sql: () =>
    `SELECT
  l.oid,
  l.lanname AS name,
  l.lanpltrusted AS trusted,
  pg_catalog.concat_ws(' ', 'HANDLER ' || l.lanplcallfoid::pg_catalog.regproc::pg_catalog.text,
    CASE WHEN l.laninline <> 0 THEN 'INLINE ' || l.laninline::pg_catalog.regproc::pg_catalog.text END,
    CASE WHEN l.lanvalidator <> 0 THEN 'VALIDATOR ' || l.lanvalidator::pg_catalog.regproc::pg_catalog.text END) AS routines
FROM pg_catalog.pg_language AS l
WHERE l.lanispl AND NOT ${ofExtension("l.oid", "pg_language")}`,
  found: (row) => [{
    object: made("language", [row.name], null, {
      definition: { sql: `CREATE ${row.trusted ? "TRUSTED " : ""}LANGUAGE ${quote(row.name)} ${row.routines}` },
      options: {},
    }),
    address: address("pg_language", row.oid),
  }],
});

export const language: KindDialect<"language"> = definitionKind<"language">({
  target: (object) => `LANGUAGE ${quotePath(object.name)}`,
  rename: (from, to) => [`ALTER LANGUAGE ${quotePath(from.name)} RENAME TO ${quotePath(to.name)}`],
});
