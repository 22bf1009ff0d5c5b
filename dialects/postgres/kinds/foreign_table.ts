/** Foreign tables in Postgres: columns and checks as a table's, the rows on a foreign server. */
import type { KindDialect } from "../../dialect.ts";
import type { Alter, Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import { address, made, options, parentIds, parentTables, reader, tablesInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { changedOptions, plainOptions, secretNote, secretOptions } from "../foreign_options.ts";
import { releaseWithTable } from "../owned_sequences.ts";
import { normalParameters } from "../parameters.ts";
import { changeParents } from "../partition.ts";
import { renameSteps } from "../rename_path.ts";
import { quotePath } from "../sql.ts";
import { accessExclusive, quick, statement } from "../statement.ts";
import { typeComment, typeCommentOf } from "../type_comment.ts";
import { createTable } from "./table.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly server: string;
  readonly bound: string | null;
  readonly parents: Parameters<typeof parentIds>[0];
  readonly options: Readonly<Record<string, string>> | null;
  readonly secrets: readonly string[] | null;
  readonly row_type: number;
  readonly array_type: number;
  readonly type_comment: string | null;
}

export const foreignTableReader = reader<Row>({
  from: ["pg_catalog.pg_foreign_table"],
  sql: () =>
    `WITH ${tablesInScope}
SELECT
  t.oid,
  t.schema,
  t.name,
  v.srvname AS server,
  pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
  ${parentTables("c.oid")} AS parents,
  ${plainOptions("f.ftoptions")} AS options,
  ${secretOptions("f.ftoptions")} AS secrets,
  ${typeCommentOf("c")},
  c.reltype AS row_type,
  y.typarray AS array_type
FROM tables AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.oid
JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
JOIN pg_catalog.pg_foreign_table AS f ON f.ftrelid = t.oid
JOIN pg_catalog.pg_foreign_server AS v ON v.oid = f.ftserver`,
  found: (row) => {
    const object = made("foreign_table", [row.schema, row.name], objectId("schema", [row.schema]), {
      server: row.server,
      inherits: parentIds(row.parents),
      options: options({ bound: row.bound, options: row.options, type_comment: row.type_comment }),
    });
    return [{
      object,
      address: address("pg_class", row.oid),
      aliases: [address("pg_type", row.row_type), address("pg_type", row.array_type)],
      notes: secretNote(object, "foreign table", row.secrets),
    }];
  },
});

/** Names of a foreign table's options: what a model may set. */
export const foreignTableOptions = ["bound", "options", "type_comment"] as const;

export const foreignTable: KindDialect<"foreign_table"> = {
  normalize: (object) => ({ ...object, inherits: object.inherits ?? [], options: normalParameters(object.options) }),
  alters: (change) => change.fields.includes("server") ? "recreate" : "in place",
  renames: true,
  render(change, context) {
    const path = quotePath((change.op === "create" ? change.to : change.from).name);
    switch (change.op) {
      case "create":
        return createTable(change, path, context);
      case "drop":
        return [
          ...releaseWithTable(change, context),
          statement(change, `DROP FOREIGN TABLE ${path}`, { locks: [accessExclusive(change.from.id)] }),
        ];
      case "alter":
        return [
          ...changeParents(change, context),
          ...alterOptions(change, path),
          ...comment(change, `FOREIGN TABLE ${path}`),
          ...typeComment(change),
        ];
      case "rename":
        return renameSteps(change.from, change.to, context).map(({ path, clause }) =>
          quick(change as Change, change.to.id, `ALTER FOREIGN TABLE ${quotePath(path)} ${clause}`)
        );
      default:
        return assertNever(change, "change");
    }
  },
};

function alterOptions(change: Alter<"foreign_table">, path: string): readonly Statement[] {
  const clause = changedOptions(change.from.options, change.to.options);
  return clause ? [quick(change, change.to.id, `ALTER FOREIGN TABLE ${path}${clause}`)] : [];
}
