/** Extensions in Postgres. What one owns is left to it; whoever needs a member of it needs the extension. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { assertNever } from "../../../schema/error.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
import { type Address, address, made, reader } from "../catalog.ts";
import { dependentsOf } from "../dependents.ts";
import { withoutDefaults } from "../extension_defaults.ts";
import { normalParameters } from "../parameters.ts";
import { quote, quoteText } from "../sql.ts";
import { statement } from "../statement.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly version: string;
  readonly schema: string;
  readonly members: readonly (readonly [string, number])[] | null;
}

export const extensionReader = reader<Row>({
  from: ["pg_catalog.pg_extension AS e WHERE e.extname <> 'plpgsql'"],
  sql: () =>
    `SELECT
  e.oid,
  e.extname AS name,
  e.extversion AS version,
  n.nspname AS schema,
  members.list AS members
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
CROSS JOIN LATERAL (
  SELECT pg_catalog.json_agg(pg_catalog.json_build_array(each.catalog, each.oid)) AS list
  FROM (
    SELECT d.classid::pg_catalog.regclass::pg_catalog.text AS catalog, d.objid AS oid
    FROM pg_catalog.pg_depend AS d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid AND d.deptype = 'e'
    UNION ALL
    SELECT 'pg_type', y.typarray -- what has a column of an array of a member type needs the extension too
    FROM pg_catalog.pg_depend AS d
    JOIN pg_catalog.pg_type AS y ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND y.oid = d.objid AND y.typarray <> 0
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid AND d.deptype = 'e'
  ) AS each
) AS members
WHERE e.extname <> 'plpgsql' -- every database has it`,
  found: (row) => [{
    object: made("extension", [row.name], null, { version: row.version, schema: row.schema, options: {} }),
    address: address("pg_extension", row.oid),
    aliases: (row.members ?? []).map(([catalog, oid]): Address => address(catalog, oid)),
  }],
});

/** Compared number by number: "1.10" is newer than "1.9". */
function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => (text.match(/\d+/g) ?? []).map(Number);
  const left = numbers(version), right = numbers(than);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if ((left[i] ?? 0) !== (right[i] ?? 0)) return (left[i] ?? 0) < (right[i] ?? 0);
  }
  return false;
}

/** What a model can ask for and nobody compares: the comment, which changes with the files of the server (CREATE EXTENSION sets it). */
export function lackedByExtension({ comment }: SchemaObject<"extension">): string | null {
  return comment === null ? null : "comment of an extension other than that of its control file";
}

function isUsed(id: ObjectId, context: RenderContext): boolean {
  return dependentsOf(context.from, id).length > 0;
}

export const extension: KindDialect<"extension"> = {
  // Its comment is the one of its control file, which is not the same on every server: not compared, whoever has set another one.
  normalize: (object) => ({ ...object, comment: null, options: normalParameters(object.options) }),
  // Scripts lead from a version to later ones; the way back is another installation, as long as nothing is made of what it owns.
  alters: (change, context) =>
    change.fields.includes("version") && isOlder(change.to.version!, change.from.version!) &&
      !isUsed(change.to.id, context)
      ? "recreate"
      : "in place",
  renames: false,
  render(change, context) {
    const name = quote((change.op === "drop" ? change.from : change.to).name[0]!);
    switch (change.op) {
      case "create": {
        const { schema, version } = change.to;
        const where = schema ? ` SCHEMA ${quote(schema)}` : "", which = version ? ` VERSION ${quoteText(version)}` : "";
        const sql = `CREATE EXTENSION ${name}${where || which ? " WITH" : ""}${where}${which}`;
        return withoutDefaults(change, statement(change, sql), context);
      }
      case "drop":
        return [statement(change, `DROP EXTENSION ${name}`, { loses: [change.from.id] })];
      case "alter":
        return [
          ...(change.fields.includes("schema")
            ? [statement(change, `ALTER EXTENSION ${name} SET SCHEMA ${quote(change.to.schema!)}`)]
            : []),
          ...(change.fields.includes("version")
            ? withoutDefaults(
              change,
              statement(change, `ALTER EXTENSION ${name} UPDATE TO ${quoteText(change.to.version!)}`),
              context,
            )
            : []),
        ];
      case "rename":
        return [
          statement(change, `DROP EXTENSION ${quote(change.from.name[0]!)}`, { loses: [change.from.id] }),
          statement(change, `CREATE EXTENSION ${name}`),
        ];
      default:
        return assertNever(change, "change");
    }
  },
};
