/**
 * Text search configurations, dictionaries, parsers and templates in Postgres. The four have names of their own each, so what it is stands in
 * the path. The mappings of a configuration are changed in place.
 */
import type { KindDialect } from "../../dialect.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, inSchemas, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quotePath } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly catalog: string;
  readonly oid: number;
  readonly what: SchemaObject<"text_search">["what"];
  readonly schema: string;
  readonly name: string;
  readonly parameters: string;
  readonly mappings: Readonly<Record<string, readonly string[]>> | null;
}

export const textSearchReader = reader<Row>({
  from: [
    inSchemas("pg_ts_config", "cfgnamespace"),
    inSchemas("pg_ts_dict", "dictnamespace"),
    inSchemas("pg_ts_parser", "prsnamespace"),
    inSchemas("pg_ts_template", "tmplnamespace"),
  ],
  sql: () =>
    `WITH ${schemasInScope}
SELECT 'pg_ts_config' AS catalog, o.oid, 'configuration' AS what, s.name AS schema, o.cfgname AS name,
  (SELECT 'PARSER = ' || pg_catalog.format('%I.%I', n.nspname, p.prsname) FROM pg_catalog.pg_ts_parser AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace WHERE p.oid = o.cfgparser) AS parameters,
  (SELECT pg_catalog.json_object_agg(m.alias, m.dictionaries) FROM (
    SELECT t.alias, pg_catalog.json_agg(pg_catalog.format('%I.%I', n.nspname, d.dictname) ORDER BY m.mapseqno) AS dictionaries
    FROM pg_catalog.pg_ts_config_map AS m
    JOIN pg_catalog.ts_token_type(o.cfgparser) AS t ON t.tokid = m.maptokentype
    JOIN pg_catalog.pg_ts_dict AS d ON d.oid = m.mapdict
    JOIN pg_catalog.pg_namespace AS n ON n.oid = d.dictnamespace
    WHERE m.mapcfg = o.oid GROUP BY t.alias) AS m) AS mappings
FROM pg_catalog.pg_ts_config AS o JOIN schemas AS s ON s.oid = o.cfgnamespace WHERE NOT ${
      ofExtension("o.oid", "pg_ts_config")
    }
UNION ALL
SELECT 'pg_ts_dict', o.oid, 'dictionary', s.name, o.dictname,
  (SELECT 'TEMPLATE = ' || pg_catalog.format('%I.%I', n.nspname, t.tmplname) FROM pg_catalog.pg_ts_template AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace WHERE t.oid = o.dicttemplate)
    || COALESCE(', ' || o.dictinitoption, ''), NULL
FROM pg_catalog.pg_ts_dict AS o JOIN schemas AS s ON s.oid = o.dictnamespace WHERE NOT ${
      ofExtension("o.oid", "pg_ts_dict")
    }
UNION ALL
SELECT 'pg_ts_parser', o.oid, 'parser', s.name, o.prsname, pg_catalog.concat_ws(', ', 'START = ' || o.prsstart::pg_catalog.text,
  'GETTOKEN = ' || o.prstoken::pg_catalog.text, 'END = ' || o.prsend::pg_catalog.text, 'LEXTYPES = ' || o.prslextype::pg_catalog.text,
  CASE WHEN o.prsheadline::pg_catalog.oid <> 0 THEN 'HEADLINE = ' || o.prsheadline::pg_catalog.text END), NULL
FROM pg_catalog.pg_ts_parser AS o JOIN schemas AS s ON s.oid = o.prsnamespace WHERE NOT ${
      ofExtension("o.oid", "pg_ts_parser")
    }
UNION ALL
SELECT 'pg_ts_template', o.oid, 'template', s.name, o.tmplname, pg_catalog.concat_ws(', ',
  CASE WHEN o.tmplinit::pg_catalog.oid <> 0 THEN 'INIT = ' || o.tmplinit::pg_catalog.text END,
  'LEXIZE = ' || o.tmpllexize::pg_catalog.text), NULL
FROM pg_catalog.pg_ts_template AS o JOIN schemas AS s ON s.oid = o.tmplnamespace WHERE NOT ${
      ofExtension("o.oid", "pg_ts_template")
    }`,
  found: (row) => [{
    object: made("text_search", [row.schema, row.what, row.name], objectId("schema", [row.schema]), {
      what: row.what,
      definition: {
        sql: `CREATE TEXT SEARCH ${row.what.toUpperCase()} ${quotePath([row.schema, row.name])} (${row.parameters})`,
      },
      options: options({ mappings: row.mappings }),
    }),
    address: address(row.catalog, row.oid),
  }],
});

/** Names of a configuration's options: what a model may set. */
export const textSearchOptions = ["mappings"] as const;

type Mappings = Readonly<Record<string, readonly string[]>>;

function mappingsOf(object: SchemaObject<"text_search">): Mappings {
  return (object.options.mappings ?? {}) as Mappings;
}

export function textSearchTarget(object: SchemaObject<"text_search">): string {
  return `TEXT SEARCH ${object.what.toUpperCase()} ${quotePath([object.name[0]!, object.name.at(-1)!])}`;
}

function remap(object: SchemaObject<"text_search">, from: Mappings): readonly string[] {
  const to = mappingsOf(object), alter = `ALTER ${textSearchTarget(object)}`;
  return [
    ...Object.keys(from).filter((token) => !(token in to)).map((token) => `${alter} DROP MAPPING FOR ${quote(token)}`),
    ...Object.entries(to).filter(([token, list]) => !sameJson(from[token], list)).map(([token, list]) =>
      `${alter} ${token in from ? "ALTER" : "ADD"} MAPPING FOR ${quote(token)} WITH ${list.join(", ")}`
    ),
  ];
}

export const textSearch: KindDialect<"text_search"> = definitionKind<"text_search">({
  target: textSearchTarget,
  create: (object) => [object.definition.sql, ...remap(object, {})],
  alter: ({ from, to, fields }) => fields.includes("definition") ? null : remap(to, mappingsOf(from)),
});
