/** Collations in Postgres. Nothing but the name can be altered: a changed one is made anew and its columns are told so. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { ofKind } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { Json, SchemaObject } from "../../../schema/object.ts";
import { storageAgain } from "../alter_column.ts";
import { address, inSchemas, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { comment, commentOn } from "../comment.ts";
import { onlyFields } from "../constraint.ts";
import { objectName } from "../names.ts";
import { isOfParents } from "../inheritance.ts";
import { normalParameters } from "../parameters.ts";
import { refuseCollation, refusePartitionKeys, refuseSecondParents } from "../refusals.ts";
import { renamePath } from "../rename_path.ts";
import { dotted, quote, quotePath, quoteText } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";
import { blocksSwap } from "../type_swap.ts";
import { renderType } from "../types.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly provider: string;
  readonly deterministic: boolean;
  readonly lc_collate: string | null;
  readonly lc_ctype: string | null;
  readonly locale: string | null;
  readonly rules: string | null;
  readonly any_encoding: boolean;
}

export const collationReader = reader<Row>({
  from: [inSchemas("pg_collation", "collnamespace")],
  sql: (version) =>
    `WITH ${schemasInScope}
SELECT
  c.oid,
  s.name AS schema,
  c.collname AS name,
  c.collprovider::pg_catalog.text AS provider, -- c libc, i icu, b builtin (17)
  c.collisdeterministic AS deterministic,
  c.collcollate::pg_catalog.text AS lc_collate,
  c.collctype::pg_catalog.text AS lc_ctype,
  ${version >= 170000 ? "c.colllocale" : "c.colliculocale"}::pg_catalog.text AS locale, -- 15: of its own; 17: renamed
  ${version >= 160000 ? "c.collicurules" : "NULL::pg_catalog.text"} AS rules, -- 16
  -- Of libc's, only copies of these two are for all encodings; none of the other providers' is said to be for one.
  c.collprovider = 'c' AND c.collencoding = -1 AND c.collcollate = c.collctype AND c.collcollate IN ('C', 'POSIX') AS any_encoding
FROM pg_catalog.pg_collation AS c
JOIN schemas AS s ON s.oid = c.collnamespace
WHERE NOT ${ofExtension("c.oid", "pg_collation")}`,
  found: (row) => [{
    object: made("collation", [row.schema, row.name], objectId("schema", [row.schema]), {
      options: options<Json>({
        provider: { i: "icu", b: "builtin" }[row.provider],
        locale: row.locale ?? (row.lc_collate === row.lc_ctype ? row.lc_collate : null),
        lc_collate: row.lc_collate === row.lc_ctype ? null : row.lc_collate,
        lc_ctype: row.lc_collate === row.lc_ctype ? null : row.lc_ctype,
        nondeterministic: !row.deterministic,
        rules: row.rules,
        any_encoding: row.any_encoding,
      }),
    }),
    address: address("pg_collation", row.oid),
  }],
});

/** Names of a collation's options: what a model may set. libc is the provider when none is said. */
export const collationOptions = [
  "provider",
  "locale",
  "lc_collate",
  "lc_ctype",
  "nondeterministic",
  "rules",
  "any_encoding",
] as const;

export const collation: KindDialect<"collation"> = {
  normalize: (object) => ({ ...object, options: normalParameters(object.options) }),
  alters: () => "in place",
  renames: true,
  blocks: (change, dependent, context) =>
    !onlyFields(change, ["comment"]) && (isKeyOf(dependent, change.from.name) || blocksSwap(dependent, context)),
  render(change, context) {
    const target = `COLLATION ${quotePath((change.op === "drop" ? change.from : change.to).name)}`;
    switch (change.op) {
      case "create":
        return [statement(change, createCollation(change.to)), ...comment(change, target)];
      case "drop":
        return [statement(change, `DROP ${target}`)];
      case "alter":
        return onlyFields(change, ["comment"]) ? comment(change, target) : swapCollation(change, target, context);
      case "rename":
        return renamePath(change, "COLLATION", context);
      default:
        return assertNever(change, "change");
    }
  },
};

/** Is it an index that sorts by the collation whatever its column has? */
function isKeyOf(object: SchemaObject, path: readonly string[]): boolean {
  return object.kind === "index" && object.keys.some((key) => key.collation === dotted(path));
}

function createCollation(object: SchemaObject<"collation">): string {
  const { provider, locale, lc_collate, lc_ctype, nondeterministic, rules, any_encoding } = object.options;
  if (any_encoding) {
    return `CREATE COLLATION ${quotePath(object.name)} FROM ${quotePath(["pg_catalog", String(locale)])}`;
  }
  const words = [
    provider ? `provider = ${quote(String(provider))}` : "",
    locale !== undefined ? `locale = ${quoteText(String(locale))}` : "",
    lc_collate !== undefined ? `lc_collate = ${quoteText(String(lc_collate))}` : "",
    lc_ctype !== undefined ? `lc_ctype = ${quoteText(String(lc_ctype))}` : "",
    nondeterministic ? "deterministic = false" : "",
    rules ? `rules = ${quoteText(String(rules))}` : "",
  ].filter((word) => word !== "");
  return `CREATE COLLATION ${quotePath(object.name)} (${words.join(", ")})`;
}

/** The old one steps aside, the columns go over to the new one, and the old one is dropped. */
function swapCollation(change: Alter<"collation">, target: string, context: RenderContext): readonly Statement[] {
  refuseCollation(change.from.id, context);
  const { to } = change, aside = objectName(to.name[1]!, null, "old"), own = dotted(to.name);
  const all = ofKind(context.from, "column").filter((column) =>
    column.collation === own && !context.madeAnew?.has(column.id) &&
    (context.to.objects.get(column.id) as SchemaObject<"column"> | undefined)?.collation === own
  );
  refusePartitionKeys(to.id, all, context);
  refuseSecondParents(all, context);
  // "cannot alter inherited column": partitions and heirs go along with their parent's.
  const isHeirs = (column: SchemaObject<"column">) => isOfParents(context.from, column);
  const columns = [...all.filter((column) => !isHeirs(column)), ...all.filter(isHeirs)];
  return [
    statement(change, `ALTER ${target} RENAME TO ${quote(aside)}`),
    statement(change, createCollation(to)),
    ...columns.flatMap((column) => {
      const sql = `ALTER TABLE ${quotePath(column.name.slice(0, 2))} ALTER COLUMN ${quote(column.name[2]!)} TYPE ${
        renderType(column.type)
      } COLLATE ${quotePath(to.name)}`;
      const now = context.to.objects.get(column.id) as SchemaObject<"column">;
      return [
        ...(isHeirs(column)
          ? []
          : [statement(change, sql, { locks: [accessExclusive(column.parent!)], scans: [column.parent!] })]),
        ...storageAgain(change as Change, now),
      ];
    }),
    statement(change, `DROP COLLATION ${quotePath([to.name[0]!, aside])}`),
    ...(to.comment === null ? [] : [commentOn(change, target, to.comment, null)]),
  ];
}
