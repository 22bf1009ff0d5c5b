/**
 * What a database can hold and sqa does not read yet: each such object becomes a Note, so that nothing is unseen in silence. A kind that
 * gets a file in kinds/ loses its entry here.
 */
import type { Note } from "../../schema/graph.ts";
import { ofExtension, schemasInScope } from "./catalog.ts";

/** One list a kind of thing: a query for its names ("s" is the schema in scope). */
interface Unsupported {
  readonly one: string;
  readonly many: string;
  readonly sql: string;
}

const named = "pg_catalog.format('%I.%I', s.name, ";

const type = (condition: string) =>
  `SELECT ${named}y.typname) FROM pg_catalog.pg_type AS y JOIN schemas AS s ON s.oid = y.typnamespace
   WHERE ${condition} AND NOT ${ofExtension("y.oid", "pg_type")}`;

const unsupported: readonly Unsupported[] = [
  {
    one: "shell type", // named by a function before it was made
    many: "shell types",
    sql: type("y.typtype = 'p' AND NOT y.typisdefined"),
  },
  {
    one: "base type", // with the functions that it is made of
    many: "base types",
    sql: type("y.typtype IN ('b', 'p') AND y.typisdefined AND (y.typelem = 0 OR y.typlen <> -1)"),
  },
  {
    one: "operator without a function", // named as another's commutator or negator, and never made
    many: "operators without a function",
    sql: `SELECT i.identity FROM pg_catalog.pg_operator AS o JOIN schemas AS s ON s.oid = o.oprnamespace
      CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, 0) AS i
      WHERE o.oprcode::pg_catalog.oid = 0 AND NOT ${ofExtension("o.oid", "pg_operator")}`,
  },
  {
    one: "security label",
    many: "security labels",
    sql: `SELECT pg_catalog.format('%s of %s %s', l.provider, i.type, i.identity) FROM pg_catalog.pg_seclabel AS l
      CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
      WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_init_privs AS p WHERE p.classoid = l.classoid AND p.objoid = l.objoid)`,
  },
];

/** How many names a kind may have before it is only counted. */
const namedAtMost = 20;

/** One query for all of them: rows of (kind, names as JSON, count). */
export const unsupportedSql = `WITH ${schemasInScope}
SELECT found.kind, pg_catalog.count(*)::pg_catalog.int4 AS count,
  pg_catalog.to_json((pg_catalog.array_agg(found.name ORDER BY found.name))[1:${namedAtMost + 1}]) AS names
FROM (
${
  unsupported.map(({ one, sql }) => `SELECT '${one}' AS kind, each.name FROM (${sql}) AS each (name)`).join(
    "\nUNION ALL\n",
  )
}
) AS found
GROUP BY found.kind
ORDER BY found.kind`;

export interface UnsupportedRow extends Record<string, unknown> {
  readonly kind: string;
  readonly count: number;
  readonly names: readonly string[];
}

/** A note for each object, or one for many of a kind. */
export function unsupportedNotes(rows: readonly UnsupportedRow[]): readonly Note[] {
  return rows.flatMap(({ kind, count, names }) => {
    const note = (message: string): Note => ({ code: "unsupported-kind", object: null, message });
    if (count <= namedAtMost) {
      return names.map((name) => note(`${kind} ${name} is not read yet: it is left alone and not compared`));
    }
    const many = unsupported.find((each) => each.one === kind)?.many ?? kind;
    const some = names.slice(0, 3).join(", ");
    return [note(`${count} ${many} are not read yet (${some}, …): they are left alone and not compared`)];
  });
}
