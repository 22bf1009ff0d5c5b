/** Aggregates in Postgres. The server has no text of one, so it is put together from pg_aggregate. */
import { definitionKind } from "../definition.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, inSchemas, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { routinePath } from "../routine.ts";
import { quote } from "../sql.ts";
import { signatureOf } from "./function.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly signature: string;
  readonly arguments: string;
  readonly kind: string;
  readonly words: readonly (readonly [string, string | null])[];
}

const routine = (oid: string) =>
  `(SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.proname)
      FROM pg_catalog.pg_proc AS f JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace WHERE f.oid = ${oid})`;

const word = (name: string, value: string) => `pg_catalog.json_build_array('${name}', ${value})`;

/** finalfunc_modify has another default for ordered-set aggregates. */
const modify = (column: string) =>
  `CASE WHEN a.${column} <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END
    THEN CASE a.${column} WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' ELSE 'read_write' END END`;

const flag = (column: string) => `CASE WHEN a.${column} THEN '' END`;
const size = (column: string) => `CASE WHEN a.${column} <> 0 THEN a.${column}::pg_catalog.text END`;

export const aggregateReader = reader<Row>({
  from: [inSchemas("pg_proc", "pronamespace", "prokind = 'a'")],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  p.oid,
  s.name AS schema,
  p.proname AS name,
  ${signatureOf("p")} AS signature,
  pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
  a.aggkind::pg_catalog.text AS kind, -- n normal, o ordered-set, h hypothetical-set
  pg_catalog.json_build_array(
    ${
      [
        word("sfunc", routine("a.aggtransfn")),
        word("stype", "pg_catalog.format_type(a.aggtranstype, NULL)"),
        word("sspace", size("aggtransspace")),
        word("finalfunc", routine("a.aggfinalfn")),
        word("finalfunc_extra", flag("aggfinalextra")),
        word("finalfunc_modify", `CASE WHEN a.aggfinalfn <> 0 THEN ${modify("aggfinalmodify")} END`),
        word("combinefunc", routine("a.aggcombinefn")),
        word("serialfunc", routine("a.aggserialfn")),
        word("deserialfunc", routine("a.aggdeserialfn")),
        word("initcond", "pg_catalog.quote_literal(a.agginitval)"),
        word("msfunc", routine("a.aggmtransfn")),
        word("minvfunc", routine("a.aggminvtransfn")),
        word("mstype", "CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END"),
        word("msspace", size("aggmtransspace")),
        word("mfinalfunc", routine("a.aggmfinalfn")),
        word("mfinalfunc_extra", flag("aggmfinalextra")),
        word("mfinalfunc_modify", `CASE WHEN a.aggmfinalfn <> 0 THEN ${modify("aggmfinalmodify")} END`),
        word("minitcond", "pg_catalog.quote_literal(a.aggminitval)"),
        word(
          "sortop",
          `(SELECT 'OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ')'
      FROM pg_catalog.pg_operator AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace WHERE o.oid = a.aggsortop)`,
        ),
        word(
          "parallel",
          "CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END",
        ),
        word("hypothetical", "CASE WHEN a.aggkind = 'h' THEN '' END"),
      ].join(",\n    ")
    }) AS words
FROM pg_catalog.pg_aggregate AS a
JOIN pg_catalog.pg_proc AS p ON p.oid = a.aggfnoid
JOIN schemas AS s ON s.oid = p.pronamespace
WHERE NOT ${ofExtension("p.oid", "pg_proc")}`,
  found: (row) => {
    const words = row.words.filter(([, value]) => value !== null)
      .map(([name, value]) => value === "" ? name : `${name} = ${value}`);
    const list = row.arguments === "" ? "*" : row.arguments;
    const path = `${quote(row.schema)}.${quote(row.name)}`;
    return [{
      object: made("aggregate", [row.schema, row.signature], objectId("schema", [row.schema]), {
        definition: { sql: `CREATE AGGREGATE ${path}(${list}) (\n  ${words.join(",\n  ")}\n)` },
        options: {},
      }),
      address: address("pg_proc", row.oid),
    }];
  },
});

/** DROP and COMMENT want the arguments as the aggregate was declared: "*" for none, ORDER BY for ordered sets. */
function declared(definition: string, path: readonly string[]): string {
  const list = /^CREATE (?:OR REPLACE )?AGGREGATE [^(]*\(((?:[^()]|\([^()]*\))*)\)/i.exec(definition)?.[1];
  return list === undefined ? routinePath(path) : routinePath(path).replace(/\([^]*\)$/, `(${list})`);
}

export function aggregateTarget(object: SchemaObject<"aggregate">): string {
  return `AGGREGATE ${declared(object.definition.sql, object.name)}`;
}

export const aggregate = definitionKind<"aggregate">({
  target: aggregateTarget,
});
