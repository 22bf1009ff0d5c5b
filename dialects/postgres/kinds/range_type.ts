/** Range types in Postgres. Nothing of one can be altered: it is made anew and its columns are cast over. */
import type { Around, KindDialect, RenderContext } from "../../dialect.ts";
import type { Change, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { ofKind } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { Json, SchemaObject } from "../../../schema/object.ts";
import { address, inSchemas, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { onlyFields } from "../constraint.ts";
import { normalParameters } from "../parameters.ts";
import { renamePath, renameSteps } from "../rename_path.ts";
import { dotted, quotePath, undotted } from "../sql.ts";
import { statement } from "../statement.ts";
import { typeFromCatalog, type TypeRow } from "../type_from_catalog.ts";
import { blocksTypeSwap, swapType } from "../type_swap.ts";
import { createRange } from "../type_words.ts";
import { normalType } from "../types.ts";

type Path = readonly [string, string] | null;

interface Row extends Record<string, unknown>, TypeRow {
  readonly oid: number;
  readonly array_type: number;
  readonly multirange_oid: number;
  readonly multirange_array: number;
  readonly schema: string;
  readonly name: string;
  readonly opclass: Path;
  readonly collation: Path;
  readonly canonical: Path;
  readonly diff: Path;
  readonly multirange: Path;
}

const path = (schema: string, name: string) => `pg_catalog.json_build_array(${schema}, ${name})`;

export const rangeTypeReader = reader<Row>({
  from: [inSchemas("pg_type", "typnamespace", "typtype = 'r'")],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  y.oid,
  y.typarray AS array_type,
  m.oid AS multirange_oid,
  m.typarray AS multirange_array,
  s.name AS schema,
  y.typname AS name,
  ${typeFromCatalog.columns("NULL")},
  CASE WHEN NOT o.opcdefault THEN ${path("opn.nspname", "o.opcname")} END AS opclass,
  CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> b.typcollation THEN ${
      path("cn.nspname", "co.collname")
    } END AS collation,
  CASE WHEN cf.oid IS NOT NULL THEN ${path("cfn.nspname", "cf.proname")} END AS canonical,
  CASE WHEN df.oid IS NOT NULL THEN ${path("dfn.nspname", "df.proname")} END AS diff,
  ${path("mn.nspname", "m.typname")} AS multirange
FROM pg_catalog.pg_range AS r
JOIN pg_catalog.pg_type AS y ON y.oid = r.rngtypid
JOIN schemas AS s ON s.oid = y.typnamespace
JOIN pg_catalog.pg_type AS m ON m.oid = r.rngmultitypid
JOIN pg_catalog.pg_namespace AS mn ON mn.oid = m.typnamespace
${typeFromCatalog.joins("r.rngsubtype")}
JOIN pg_catalog.pg_opclass AS o ON o.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace AS opn ON opn.oid = o.opcnamespace
LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = r.rngcollation
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_proc AS cf ON cf.oid = r.rngcanonical
LEFT JOIN pg_catalog.pg_namespace AS cfn ON cfn.oid = cf.pronamespace
LEFT JOIN pg_catalog.pg_proc AS df ON df.oid = r.rngsubdiff
LEFT JOIN pg_catalog.pg_namespace AS dfn ON dfn.oid = df.pronamespace
WHERE NOT ${ofExtension("y.oid", "pg_type")}`,
  found: (row) => [{
    object: made("range_type", [row.schema, row.name], objectId("schema", [row.schema]), {
      subtype: typeFromCatalog.read(row),
      options: options<Json>({
        opclass: short(row.opclass),
        collation: short(row.collation),
        canonical: row.canonical && dotted(row.canonical),
        diff: short(row.diff),
        multirange: row.multirange && dotted(row.multirange),
      }),
    }),
    address: address("pg_type", row.oid),
    aliases: [row.array_type, row.multirange_oid, row.multirange_array].map((oid) => address("pg_type", oid)),
  }],
});

function short(given: Path): string | null {
  return given && dotted(given[0] === "pg_catalog" ? given.slice(1) : given);
}

/** The server's name for the multirange: "range" becomes "multirange", else "_multirange" is put behind (makeMultirangeTypeName). */
function usualMultirange(name: readonly string[]): string {
  const own = name[1]!, at = own.indexOf("range");
  const multi = at < 0 ? `${own}_multirange` : `${own.slice(0, at)}multirange${own.slice(at + 5)}`;
  return dotted([name[0]!, multi]);
}

/** A multirange type's name that another range gives up is taken after that: neither is an object of the graph. */
export function aroundMultiranges(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  if (change.kind !== "range_type" || change.op !== "alter" && change.op !== "create") return { before: [], after: [] };
  const nameOf = ({ name, options }: SchemaObject<"range_type">) => String(options.multirange ?? usualMultirange(name));
  const wanted = nameOf(change.to);
  const before = ofKind(context.from, "range_type").filter((each) =>
    each.id !== change.to.id && nameOf(each) === wanted
  )
    .map(({ id }) => id);
  return { before, after: [] };
}

/** The multirange type does not follow its range type (seen on 15 to 18): one with the usual name gets the new usual one. */
function renameMultirange(change: Rename<"range_type">): readonly Statement[] {
  const { from, to } = change;
  if (from.options.multirange !== undefined) return [];
  const multirange = (range: SchemaObject<"range_type">) => ({ ...range, name: undotted(usualMultirange(range.name)) });
  return renameSteps(multirange(from), multirange(to)).map(({ path, clause }) =>
    statement(change, `ALTER TYPE ${quotePath(path)} ${clause}`)
  );
}

export const rangeType: KindDialect<"range_type"> = {
  normalize(object) {
    const { multirange, ...rest } = normalParameters(object.options);
    const given = multirange === undefined ? null : String(multirange);
    const whole = given && undotted(given).length === 1 ? dotted([object.name[0]!, given]) : given;
    const options = whole && whole !== usualMultirange(object.name) ? { ...rest, multirange: whole } : rest;
    return { ...object, subtype: normalType(object.subtype), options };
  },
  alters: () => "in place",
  renames: true,
  blocks: (change, dependent, context) =>
    !onlyFields(change, ["comment"]) && blocksTypeSwap(change.to.id, dependent, context),
  render(change, context) {
    const target = `TYPE ${quotePath((change.op === "drop" ? change.from : change.to).name)}`;
    switch (change.op) {
      case "create":
        return [statement(change, createRange(change.to)), ...comment(change, target)];
      case "drop":
        return [statement(change, `DROP ${target}`)];
      case "alter":
        if (onlyFields(change, ["comment"])) return comment(change, target);
        return swapType(change, context, {
          mayFail: () => ({ reason: `values that are not valid for the new ${target} are refused`, probe: null }),
        });
      case "rename":
        return [...renamePath(change, "TYPE", context), ...renameMultirange(change)];
      default:
        return assertNever(change, "change");
    }
  },
};
