/**
 * Enum types in Postgres. New labels are added in place. A label that goes or moves needs a new type: the old one steps aside under another
 * name, the new one is made, every column is cast over by its text, and the old one is dropped.
 */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import { address, inSchemas, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { renamePath } from "../rename_path.ts";
import { quote, quotePath, quoteText } from "../sql.ts";
import { statement } from "../statement.ts";
import { onlyAdds } from "../swap_needed.ts";
import { blocksTypeSwap, swapType } from "../type_swap.ts";
import { createEnum } from "../type_words.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly labels: readonly string[] | null;
}

export const enumReader = reader<Row>({
  from: [inSchemas("pg_type", "typnamespace", "typtype = 'e'")],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  y.oid,
  y.typarray AS array_type,
  s.name AS schema,
  y.typname AS name,
  (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
    FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = y.oid) AS labels
FROM pg_catalog.pg_type AS y
JOIN schemas AS s ON s.oid = y.typnamespace
WHERE y.typtype = 'e' AND NOT ${ofExtension("y.oid", "pg_type")}`,
  found: (row) => [{
    object: made("enum", [row.schema, row.name], objectId("schema", [row.schema]), { values: row.labels ?? [] }),
    address: address("pg_type", row.oid),
    aliases: [address("pg_type", row.array_type)],
  }],
});

export const enumKind: KindDialect<"enum"> = {
  normalize: (object) => object,
  alters: () => "in place",
  renames: true,
  blocks(change, dependent, context) {
    if (onlyAdds(change.from.values, change.to.values)) return false;
    return blocksTypeSwap(change.to.id, dependent, context);
  },
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          statement(change, createEnum(change.to)),
          ...comment(change, `TYPE ${quotePath(change.to.name)}`),
        ];
      case "drop":
        return [statement(change, `DROP TYPE ${quotePath(change.from.name)}`)];
      case "alter":
        return alterEnum(change, context);
      case "rename":
        return [...renamePath(change, "TYPE", context), ...renameLabels(change)];
      default:
        return assertNever(change, "change");
    }
  },
};

function alterEnum(change: Alter<"enum">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, target = `TYPE ${quotePath(to.name)}`;
  if (!change.fields.includes("values")) return comment(change, target);
  if (onlyAdds(from.values, to.values)) return [...addLabels(change), ...comment(change, target)];
  return newType(change, context);
}

/** The labels that have another name at the same place: every value and every text that the server keeps follows. */
function renameLabels(change: Rename<"enum">): readonly Statement[] {
  const { from, to } = change;
  return to.values.flatMap((label, i) => {
    if (from.values[i] === label) return [];
    const sql = `ALTER TYPE ${quotePath(to.name)} RENAME VALUE ${quoteText(from.values[i]!)} TO ${quoteText(label)}`;
    return [statement(change, sql)];
  });
}

function addLabels(change: Alter<"enum">): readonly Statement[] {
  const { from, to } = change, known = new Set(from.values);
  return to.values.flatMap((label, i) => {
    if (known.has(label)) return [];
    known.add(label);
    const next = to.values.slice(i + 1).find((each) => known.has(each));
    const place = i > 0
      ? ` AFTER ${quoteText(to.values[i - 1]!)}`
      : next === undefined
      ? ""
      : ` BEFORE ${quoteText(next)}`;
    return [
      statement(change, `ALTER TYPE ${quotePath(to.name)} ADD VALUE ${quoteText(label)}${place}`, {}, "commit-after"),
    ];
  });
}

/** A label goes or moves: rows that hold one that goes are refused. */
function newType(change: Alter<"enum">, context: RenderContext): readonly Statement[] {
  const removed = change.from.values.filter((label) => !change.to.values.includes(label));
  const labels = `ARRAY[${removed.map(quoteText).join(", ")}]::text[]`;
  return swapType(change, context, {
    mayFail(column, path) {
      if (removed.length === 0) return null;
      const name = quote(column.name[2]!);
      return {
        reason: `rows whose ${name} is ${removed.map(quoteText).join(" or ")} are refused`,
        probe: column.type.dimensions > 0
          ? `SELECT count(*) FROM ${path} WHERE ${name}::text[] && ${labels}`
          : `SELECT count(*) FROM ${path} WHERE ${name}::text = ANY (${labels})`,
      };
    },
  });
}
