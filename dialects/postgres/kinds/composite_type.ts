/** Composite types in Postgres: attributes are added, dropped and altered in place where the server can. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { find, ofKind } from "../../../schema/graph.ts";
import { kindOfId, objectId } from "../../../schema/id.ts";
import type { Json, ObjectId } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { attributeComments } from "../attribute_comments.ts";
import { comment } from "../comment.ts";
import { normalParameters } from "../parameters.ts";
import { refuseTypeOfTable } from "../refusals.ts";
import { renamePath } from "../rename_path.ts";
import { dotted, quote, quotePath } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";
import { typeFromCatalog, type TypeRow } from "../type_from_catalog.ts";
import { attributeClauses, attributeOf, isMadeOf, isSwappedInside } from "../swap_needed.ts";
import { blocksTypeSwap, swapType } from "../type_swap.ts";
import { createComposite } from "../type_words.ts";
import { normalType } from "../types.ts";

interface AttributeRow extends TypeRow {
  readonly name: string;
  readonly collation: readonly [string, string] | null;
}

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly row_type: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly attributes: readonly AttributeRow[] | null;
  readonly comments: Readonly<Record<string, string>> | null;
}

export const compositeTypeReader = reader<Row>({
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  c.oid,
  c.reltype AS row_type,
  y.typarray AS array_type,
  s.name AS schema,
  c.relname AS name,
  attributes.list AS attributes,
  attributes.comments
FROM pg_catalog.pg_class AS c
JOIN schemas AS s ON s.oid = c.relnamespace
JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.json_agg(pg_catalog.row_to_json(each) ORDER BY each.number) AS list,
    pg_catalog.json_object_agg(each.name, each.comment) FILTER (WHERE each.comment IS NOT NULL) AS comments
  FROM (
    SELECT
      a.attnum AS number,
      a.attname AS name,
      ${typeFromCatalog.columns("a.atttypmod")},
      CASE WHEN a.attcollation <> b.typcollation THEN pg_catalog.json_build_array(cn.nspname, co.collname) END AS collation,
      d.description AS comment
    FROM pg_catalog.pg_attribute AS a
    ${typeFromCatalog.joins("a.atttypid")}
    LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
    LEFT JOIN pg_catalog.pg_description AS d
      ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS each
) AS attributes
WHERE c.relkind = 'c' AND NOT ${ofExtension("c.reltype", "pg_type")}`,
  found: (row) => [{
    object: made("composite_type", [row.schema, row.name], objectId("schema", [row.schema]), {
      attributes: (row.attributes ?? []).map((each) => ({
        name: each.name,
        type: typeFromCatalog.read(each),
        collation: each.collation &&
          dotted(each.collation[0] === "pg_catalog" ? each.collation.slice(1) : each.collation),
      })),
      options: options<Json>({ attribute_comments: row.comments }),
    }),
    address: address("pg_type", row.row_type),
    aliases: [address("pg_class", row.oid), address("pg_type", row.array_type)],
  }],
});

/** Names of a composite type's options: what a model may set. */
export const compositeTypeOptions = ["attribute_comments"] as const;

export const compositeType: KindDialect<"composite_type"> = {
  normalize: (object) => ({
    ...object,
    attributes: object.attributes.map((each) => ({
      ...each,
      type: normalType(each.type),
      collation: each.collation ?? null,
    })),
    options: normalParameters(object.options),
  }),
  alters: () => "in place",
  renames: true,
  blocks(change, dependent, context) {
    const same = change.to.attributes.slice(0, change.from.attributes.length);
    if (!change.fields.includes("attributes") || sameJson(change.from.attributes, same)) return false;
    return blocksTypeSwap(change.to.id, dependent, context);
  },
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          statement(change, createComposite(change.to)),
          ...comment(change, `TYPE ${quotePath(change.to.name)}`),
          ...attributeComments(change as Change, change.to, {}),
        ];
      case "drop":
        return [statement(change, `DROP TYPE ${quotePath(change.from.name)}`)];
      case "alter":
        return alterComposite(change, context);
      case "rename":
        return renamePath(change, "TYPE", context);
      default:
        return assertNever(change, "change");
    }
  },
};

function alterComposite(change: Alter<"composite_type">, context: RenderContext): readonly Statement[] {
  // The change of the type inside makes this one as it is to be.
  if (isSwappedInside(change.from, context)) return [];
  const target = `TYPE ${quotePath(change.to.name)}`;
  const comments = attributeComments(change as Change, change.to, change.from.options);
  if (!change.fields.includes("attributes")) return [...comment(change, target), ...comments];
  refuseTypeOfTable(change.to.id, context);
  const clauses = attributeClauses(change.from, change.to, context);
  if (clauses === null) {
    return swapType(change, context, {
      mayFail: () => ({ reason: `values that do not fit the new ${target} are refused`, probe: null }),
    });
  }
  const dropped = change.from.attributes.filter(({ name }) => !attributeOf(change.to, name)).length > 0;
  return [
    statement(change, `ALTER ${target} ${clauses.join(", ")}`, {
      loses: dropped ? [change.to.id, ...columnsOf(change.to.id, context)] : [],
    }),
    ...comment(change, target),
    ...comments,
    ...(dropped ? defaultsAgain(change, context) : []),
  ];
}

/** The columns of tables that have values of the type before and after, in whatever is made of it. */
function columnsOf(type: ObjectId, { from, to }: RenderContext): readonly ObjectId[] {
  return ofKind(from, "column").filter((column) => {
    const now = find(to, "column", column.id);
    return kindOfId(column.parent!) === "table" && now && isMadeOf(column.type.of, type, from) &&
      isMadeOf(now.type.of, type, to);
  }).map(({ id }) => id);
}

/** A default is kept as a value: it loses what stood in an attribute that goes (seen on 15 to 18), also where its text then fits the next one. */
function defaultsAgain(change: Alter<"composite_type">, context: RenderContext): readonly Statement[] {
  return ofKind(context.from, "column").flatMap(({ id, name, default: value, refs }) => {
    const now = find(context.to, "column", id);
    if (!refs.includes(change.to.id) || !now?.refs.includes(change.to.id)) return [];
    if (value === null || value.sql !== now.default?.sql) return [];
    const sql = `ALTER TABLE ${quotePath(name.slice(0, 2))} ALTER COLUMN ${quote(name[2]!)} SET DEFAULT ${value.sql}`;
    return [statement(change, sql, { locks: [accessExclusive(now.parent!)] })];
  });
}
