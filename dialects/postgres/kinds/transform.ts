/** Transforms in Postgres. They have no name: the type and the language are their path. */
import type { KindDialect } from "../../dialect.ts";
import { address, made, ofExtension, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly type: string;
  readonly language: string;
  readonly from_sql: string | null;
  readonly to_sql: string | null;
}

export const transformReader = reader<Row>({
  sql: () =>
    `SELECT
  f.oid,
  pg_catalog.format_type(f.trftype, NULL) AS type,
  l.lanname AS language,
  CASE WHEN f.trffromsql <> 0 THEN f.trffromsql::pg_catalog.regprocedure::pg_catalog.text END AS from_sql,
  CASE WHEN f.trftosql <> 0 THEN f.trftosql::pg_catalog.regprocedure::pg_catalog.text END AS to_sql
FROM pg_catalog.pg_transform AS f
JOIN pg_catalog.pg_language AS l ON l.oid = f.trflang
WHERE f.oid >= 16384 AND NOT ${ofExtension("f.oid", "pg_transform")} -- 16384: FirstNormalObjectId`,
  found: (row) => {
    const routines = [
      ...(row.from_sql === null ? [] : [`FROM SQL WITH FUNCTION ${row.from_sql}`]),
      ...(row.to_sql === null ? [] : [`TO SQL WITH FUNCTION ${row.to_sql}`]),
    ];
    const sql = `CREATE TRANSFORM FOR ${row.type} LANGUAGE ${quote(row.language)} (${routines.join(", ")})`;
    return [{
      object: made("transform", [row.type, row.language], null, { definition: { sql }, options: {} }),
      address: address("pg_transform", row.oid),
    }];
  },
});

export const transform: KindDialect<"transform"> = definitionKind<"transform">({
  target: (object) => `TRANSFORM FOR ${object.name[0]} LANGUAGE ${quote(object.name[1]!)}`,
});
