/**
 * A new identity column of a table that others inherit: "cannot recursively add identity column to table that has child tables" (with partitions
 * before 17, with heirs always). The rows get their numbers from a sequence, as the server would give them, and the identity goes on from there.
 * Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Create } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { addIdentity, identitySequence, sequenceWords } from "./identity.ts";
import { heirsOf, isPartition } from "./inheritance.ts";
import { clipped } from "./names.ts";
import { quote, quotePath, quoteText } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";
import { renderType } from "./types.ts";

/** Is it a new identity column that ADD COLUMN cannot make? */
export function isRefusedAboveHeirs(column: SchemaObject<"column">, context: RenderContext): boolean {
  const heirs = heirsOf(context.from, column.parent!);
  return column.identity !== null &&
    heirs.some((heir) => !isPartition(heir) || (context.version ?? 0) < 170000);
}

/** The column with numbers, then as an identity; `define` writes it as it stands after ADD COLUMN. */
export function addIdentityAboveHeirs(
  change: Create<"column">,
  define: (column: SchemaObject<"column">) => string,
): readonly Statement[] {
  const { to } = change, id = to.parent!, [schema, table, name] = to.name as [string, string, string];
  const path = quotePath([schema, table]), column = quote(name);
  const sequence = quotePath([schema, clipped(`sqa_${table}_${name}_seq`, 63)]);
  const { unlogged: _unlogged, ...options } = to.identity!.options;
  const words = sequenceWords(options, null).map((word) => ` ${word}`);
  const numbered = {
    ...to,
    identity: null,
    default: { sql: `pg_catalog.nextval(${quoteText(sequence)}::pg_catalog.regclass)` },
  };
  const own = quoteText(quotePath(identitySequence(to)));
  return [
    statement(change, `CREATE SEQUENCE ${sequence} AS ${renderType(to.type)}${words.join("")}`),
    statement(change, `ALTER TABLE ${path} ADD COLUMN ${define(numbered)}`, {
      locks: [accessExclusive(id)],
      scans: [id],
      rewrites: [id],
    }),
    quick(change, id, `ALTER TABLE ${path} ALTER COLUMN ${column} DROP DEFAULT`),
    quick(change, id, `ALTER TABLE ${path} ALTER COLUMN ${column} ${addIdentity(to)}`),
    statement(change, `SELECT pg_catalog.setval(${own}, last_value, is_called) FROM ${sequence}`),
    statement(change, `DROP SEQUENCE ${sequence}`),
  ];
}
