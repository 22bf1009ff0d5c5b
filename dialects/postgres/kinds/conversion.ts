/** Conversions between encodings in Postgres. */
import type { KindDialect } from "../../dialect.ts";
import { objectId } from "../../../schema/id.ts";
import { address, inSchemas, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quotePath, quoteText } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly standard: boolean;
  readonly source: string;
  readonly target: string;
  readonly routine: string;
}

export const conversionReader = reader<Row>({
  from: [inSchemas("pg_conversion", "connamespace")],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  o.oid,
  s.name AS schema,
  o.conname AS name,
  o.condefault AS standard,
  pg_catalog.pg_encoding_to_char(o.conforencoding)::pg_catalog.text AS source,
  pg_catalog.pg_encoding_to_char(o.contoencoding)::pg_catalog.text AS target,
  o.conproc::pg_catalog.regproc::pg_catalog.text AS routine
FROM pg_catalog.pg_conversion AS o
JOIN schemas AS s ON s.oid = o.connamespace
WHERE NOT ${ofExtension("o.oid", "pg_conversion")}`,
  found: (row) => {
    const name = [row.schema, row.name], kind = row.standard ? "DEFAULT CONVERSION" : "CONVERSION";
    const sql = `CREATE ${kind} ${quotePath(name)} FOR ${quoteText(row.source)} TO ${
      quoteText(row.target)
    } FROM ${row.routine}`;
    return [{
      object: made("conversion", name, objectId("schema", [row.schema]), { definition: { sql }, options: {} }),
      address: address("pg_conversion", row.oid),
    }];
  },
});

export const conversion: KindDialect<"conversion"> = definitionKind<"conversion">({
  target: (object) => `CONVERSION ${quotePath(object.name)}`,
});
