/**
 * Sequences in Postgres that are objects of their own: free ones and those of serial columns. An identity column carries its counter itself.
 * Who owns a sequence is set where both exist (../owned_sequences.ts); this file writes the rest.
 */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { createdByColumn, droppedByColumn, ownedBy } from "../owned_sequences.ts";
import { normalParameters } from "../parameters.ts";
import { renamePath } from "../rename_path.ts";
import { createSequence, limitsOf, sequenceClauses } from "../sequence_words.ts";
import { quotePath } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly data_type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly unlogged: boolean;
  readonly owner: readonly [string, string, string] | null;
}

export const sequenceReader = reader<Row>({
  from: ["pg_catalog.pg_sequence"],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  c.oid,
  s.name AS schema,
  c.relname AS name,
  pg_catalog.format_type(q.seqtypid, NULL) AS data_type,
  q.seqstart::pg_catalog.text AS start,
  q.seqincrement::pg_catalog.text AS increment,
  q.seqmin::pg_catalog.text AS min,
  q.seqmax::pg_catalog.text AS max,
  q.seqcache::pg_catalog.text AS cache,
  q.seqcycle AS cycle,
  c.relpersistence = 'u' AS unlogged, -- 15
  (SELECT pg_catalog.json_build_array(n.nspname, t.relname, a.attname)
    FROM pg_catalog.pg_depend AS d
    JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'a'
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0) AS owner
FROM pg_catalog.pg_sequence AS q
JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
JOIN schemas AS s ON s.oid = c.relnamespace
WHERE NOT ${ofExtension("c.oid", "pg_class")}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d -- of an identity column
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'i')`,
  found: (row) => [{
    object: made("sequence", [row.schema, row.name], objectId("schema", [row.schema]), {
      dataType: row.data_type,
      start: row.start,
      increment: row.increment,
      min: row.min,
      max: row.max,
      cache: row.cache,
      cycle: row.cycle,
      ownedBy: row.owner && objectId("column", row.owner),
      options: options({ unlogged: row.unlogged }),
    }),
    address: address("pg_class", row.oid),
  }],
});

/** Names of a sequence's options: what a model may set. */
export const sequenceOptions = ["unlogged"] as const;

export const sequence: KindDialect<"sequence"> = {
  normalize(object) {
    const dataType = object.dataType || "bigint", increment = object.increment || "1";
    const [low, high] = limitsOf(dataType, increment);
    const min = object.min || low, max = object.max || high;
    return {
      ...object,
      dataType,
      increment,
      min,
      max,
      start: object.start || (increment.startsWith("-") ? max : min),
      cache: object.cache || "1",
      options: normalParameters(object.options),
    };
  },
  alters: () => "in place",
  renames: true,
  render(change, context) {
    switch (change.op) {
      case "create": {
        const target = `SEQUENCE ${quotePath(change.to.name)}`;
        if (createdByColumn(change.to, context)) return [];
        return [
          statement(change, createSequence(change.to)),
          ...ownedBy(change, change.to, context),
          ...comment(change, target),
        ];
      }
      case "drop": {
        const { from } = change;
        if (droppedByColumn(from, context)) return [];
        return [statement(change, `DROP SEQUENCE ${quotePath(from.name)}`, { loses: [from.id] })];
      }
      case "alter":
        return alterSequence(change, context);
      case "rename":
        return [...letGo(change, context), ...renamePath(change, "SEQUENCE", context)];
      default:
        return assertNever(change, "change");
    }
  },
};

/** A sequence that goes to another schema alone: it cannot while it belongs to a column. */
function letGo(change: Rename<"sequence">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, wanted = context.to.objects.get(to.id);
  const stays = from.name[0] === to.name[0] || from.ownedBy === null;
  if (stays || isSequence(wanted) && wanted.ownedBy === to.ownedBy) return [];
  return [statement(change, `ALTER SEQUENCE ${quotePath(from.name)} OWNED BY NONE`)];
}

function alterSequence(change: Alter<"sequence">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, path = quotePath(to.name);
  const clauses = sequenceClauses(from, to);
  const statements: Statement[] = [];
  const locks = [accessExclusive(to.id)];
  if (clauses.length) {
    statements.push(
      statement(change, `ALTER SEQUENCE ${path} ${clauses.join(" ")}`, { locks, mayFail: narrower(change) }),
    );
  }
  if (from.options.unlogged !== to.options.unlogged) {
    const sql = `ALTER SEQUENCE ${path} SET ${to.options.unlogged ? "UNLOGGED" : "LOGGED"}`;
    statements.push(statement(change, sql, { locks }));
  }
  if (change.fields.includes("ownedBy")) statements.push(...ownedBy(change, to, context, from.ownedBy));
  return [...statements, ...comment(change, `SEQUENCE ${path}`)];
}

/** The counter itself must stay within its bounds. */
function narrower(change: Alter<"sequence">): Statement["effects"]["mayFail"] {
  const { from, to } = change;
  if (BigInt(to.min) <= BigInt(from.min) && BigInt(to.max) >= BigInt(from.max)) return null;
  return {
    reason: `a counter that stands outside ${to.min} to ${to.max} is refused`,
    probe: `SELECT count(*) FROM ${quotePath(to.name)} WHERE last_value < ${to.min} OR last_value > ${to.max}`,
  };
}

/** For other kinds: the change is about a sequence. */
export function isSequence(object: SchemaObject | undefined): object is SchemaObject<"sequence"> {
  return object?.kind === "sequence";
}

export type SequenceChange = Change<"sequence">;
