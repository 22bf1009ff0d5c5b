/** Casts in Postgres. They have no name: the two types are their path. */
import type { KindDialect } from "../../dialect.ts";
import { address, made, ofExtension, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly source: string;
  readonly target: string;
  readonly how: string;
}

export const castReader = reader<Row>({
  from: ["pg_catalog.pg_cast AS o WHERE o.oid >= 16384"],
  sql: () =>
    `SELECT
  o.oid,
  pg_catalog.format_type(o.castsource, NULL) AS source,
  pg_catalog.format_type(o.casttarget, NULL) AS target,
  CASE o.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || o.castfunc::pg_catalog.regprocedure::pg_catalog.text
    WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END
    || CASE o.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END AS how
FROM pg_catalog.pg_cast AS o
WHERE o.oid >= 16384 AND NOT ${ofExtension("o.oid", "pg_cast")} -- 16384: FirstNormalObjectId
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d -- a range type makes the one to its multirange itself
    WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype = 'i')`,
  found: (row) => [{
    object: made("cast", [row.source, row.target], null, {
      definition: { sql: `CREATE CAST (${row.source} AS ${row.target}) ${row.how}` },
      options: {},
    }),
    address: address("pg_cast", row.oid),
  }],
});

export const cast: KindDialect<"cast"> = definitionKind<"cast">({
  target: (object) => `CAST (${object.name[0]} AS ${object.name[1]})`,
});
