/** Access methods in Postgres that no extension brings. */
import type { KindDialect } from "../../dialect.ts";
import { address, made, ofExtension, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { refuseAccessMethod } from "../refusals.ts";
import { quote, quotePath } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly type: string;
  readonly handler: string;
}

export const accessMethodReader = reader<Row>({
  sql: () =>
    `SELECT
  m.oid,
  m.amname AS name,
  CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END AS type,
  m.amhandler::pg_catalog.regproc::pg_catalog.text AS handler
FROM pg_catalog.pg_am AS m
WHERE m.oid >= 16384 AND NOT ${ofExtension("m.oid", "pg_am")} -- 16384: FirstNormalObjectId`,
  found: (row) => [{
    object: made("access_method", [row.name], null, {
      definition: { sql: `CREATE ACCESS METHOD ${quote(row.name)} TYPE ${row.type} HANDLER ${row.handler}` },
      options: {},
    }),
    address: address("pg_am", row.oid),
  }],
});

const base = definitionKind<"access_method">({ target: (object) => `ACCESS METHOD ${quotePath(object.name)}` });

export const accessMethod: KindDialect<"access_method"> = {
  ...base,
  alters(change, context) {
    if (change.fields.some((field) => field !== "comment")) refuseAccessMethod(change.from.id, context);
    return base.alters(change, context);
  },
};
