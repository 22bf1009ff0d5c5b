/** Tables in Postgres: what is a table's own. Columns and keys of a new table travel in its CREATE TABLE as `parts`. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change, Create, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import { inOrder } from "../../../schema/kinds/column.ts";
import type { Options, SchemaObject } from "../../../schema/object.ts";
import { address, made, options, parameters, parentIds, parentTables, reader, tablesInScope } from "../catalog.ts";
import { attach } from "../attach.ts";
import { comment } from "../comment.ts";
import { keepPersistence, leaveSequences, releaseWithTable } from "../owned_sequences.ts";
import { optionsClause } from "../foreign_options.ts";
import { normalParameters, setParameters, withClause } from "../parameters.ts";
import { isInherited, isPartition } from "../inheritance.ts";
import { changeParents, detachReferenced, partsOf } from "../partition.ts";
import { refuseOrderOfType } from "../refusals.ts";
import { renameSteps } from "../rename_path.ts";
import { dotted, quote, quoteId, quotePath, undotted } from "../sql.ts";
import { accessExclusive, quick, shareUpdateExclusive, statement } from "../statement.ts";
import { columnDefinition, columnExtras, ownNotNull } from "./column.ts";
import { constraintDefinition, constraintExtras } from "./constraints.ts";
import { renameOwned } from "../owned_names.ts";
import { typeComment, typeCommentOf } from "../type_comment.ts";

interface Row {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly row_type: string;
  readonly array_type: string;
  readonly type_comment: string | null;
  readonly persistence: string;
  readonly replica_identity: string;
  readonly row_security: boolean;
  readonly force_row_security: boolean;
  readonly parameters: readonly string[] | null;
  readonly toast: readonly string[] | null;
  readonly tablespace: string | null;
  readonly access_method: string | null;
  readonly partition_by: string | null;
  readonly bound: string | null;
  readonly parents: Parameters<typeof parentIds>[0];
  readonly of_type: readonly [string, string] | null;
}

export const tableReader = reader<Row>({
  many: true,
  columns: {
    oid: true,
    schema: true,
    name: true,
    row_type: true,
    array_type: true,
    type_comment: true,
    persistence: true,
    replica_identity: true,
    row_security: true,
    force_row_security: true,
    parameters: true,
    toast: true,
    tablespace: true,
    access_method: true,
    partition_by: true,
    bound: true,
    parents: true,
    of_type: true,
  },
  sql: () =>
    `WITH ${tablesInScope}
SELECT
  t.oid,
  t.schema,
  t.name,
  c.reltype AS row_type,
  y.typarray AS array_type,
  ${typeCommentOf("c")},
  c.relpersistence::pg_catalog.text AS persistence, -- p permanent, u unlogged
  -- d default, f full, n nothing, i an index (said by the index); where that index is gone, there is none
  CASE WHEN c.relreplident = 'i' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_index AS x WHERE x.indrelid = c.oid AND x.indisreplident
  ) THEN 'n' ELSE c.relreplident::pg_catalog.text END AS replica_identity,
  c.relrowsecurity AS row_security,
  c.relforcerowsecurity AS force_row_security,
  pg_catalog.to_json(c.reloptions) AS parameters,
  pg_catalog.to_json(toast.reloptions) AS toast,
  space.spcname AS tablespace,
  am.amname AS access_method,
  CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
  pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
  ${parentTables("c.oid")} AS parents,
  (SELECT pg_catalog.json_build_array(tn.nspname, ty.typname) FROM pg_catalog.pg_type AS ty
    JOIN pg_catalog.pg_namespace AS tn ON tn.oid = ty.typnamespace WHERE ty.oid = c.reloftype) AS of_type
FROM tables AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.oid
JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam AND am.amname <> 'heap'
WHERE t.kind = 'table'`,
  found: (row) => [{
    object: made("table", [row.schema, row.name], objectId("schema", [row.schema]), {
      inherits: parentIds(row.parents),
      options: options({
        partition_by: row.partition_by,
        bound: row.bound,
        of_type: row.of_type && dotted(row.of_type),
        unlogged: row.persistence === "u",
        replica_identity: { f: "full", n: "nothing" }[row.replica_identity],
        row_security: row.force_row_security
          ? row.row_security ? "forced" : "forced but disabled"
          : row.row_security && "enabled",
        with: parameters([...row.parameters ?? [], ...(row.toast ?? []).map((item) => `toast.${item}`)]),
        tablespace: row.tablespace,
        access_method: row.access_method,
        type_comment: row.type_comment,
      }),
    }),
    address: address("pg_class", row.oid),
    aliases: [address("pg_type", row.row_type), address("pg_type", row.array_type)],
  }],
});

/** Names of a table's options: what a model may set. */
export const tableOptions = [
  "unlogged",
  "replica_identity",
  "row_security",
  "with",
  "tablespace",
  "access_method",
  "partition_by",
  "bound",
  "parts",
  "of_type",
  "type_comment",
] as const;

export const table: KindDialect<"table"> = {
  normalize(object) {
    const options = normalParameters(object.options);
    return object.inherits && options === object.options
      ? object
      : { ...object, inherits: object.inherits ?? [], options };
  },
  // A plain table cannot become a partitioned one, nor one key another: that is a new table, and says so by what it loses.
  alters: ({ from, to }) => from.options.partition_by === to.options.partition_by ? "in place" : "recreate",
  renames: true,
  render(change, context) {
    const path = quotePath((change.op === "create" ? change.to : change.from).name);
    switch (change.op) {
      case "create":
        return createTable(change, path, context);
      case "drop":
        return [
          ...releaseWithTable(change, context),
          ...detachReferenced(change, context),
          statement(change, `DROP TABLE ${path}`, {
            locks: [accessExclusive(change.from.id)],
            loses: [change.from.id],
          }),
        ];
      case "alter":
        refuseOrderOfType(change, context);
        return [
          ...changeParents(change, context),
          ...alterOptions(change, path),
          ...keepPersistence(change, context),
          ...comment(change, `TABLE ${path}`),
        ];
      case "rename":
        return renameTable(change, context);
      default:
        return assertNever(change, "change");
    }
  },
};

/** CREATE TABLE or CREATE FOREIGN TABLE with all parts, and what follows it. */
export function createTable(
  change: Create<"table"> | Create<"foreign_table">,
  path: string,
  context: RenderContext,
): readonly Statement[] {
  const foreign = change.kind === "foreign_table" ? "FOREIGN " : "";
  const parts = change.parts.flatMap((part) => part.op === "create" ? [part as Create] : []);
  const made = parts.map((part) => part.to as SchemaObject);
  // A partition is made as a table of its own and then attached: that keeps its own names and defaults, and only needs SHARE UPDATE
  // EXCLUSIVE on its parent. An heir is written without what it inherits.
  const partition = isPartition(change.to), { inherits } = change.to;
  const own = (part: { readonly options: Options }) => partition || !isInherited(part);
  const columns = inOrder(made.filter((part): part is SchemaObject<"column"> => part.kind === "column" && own(part)));
  const rest = made.filter((part) => part.kind !== "column" && !(part.kind === "check" && !own(part)));
  const lines = [
    ...columns.map((each) => columnDefinition(each, context)),
    ...partition
      ? []
      : made.flatMap((part) => part.kind === "column" ? ownNotNull(part as SchemaObject<"column">) : []),
    ...rest.flatMap((part) => constraintDefinition(part) ?? []),
  ];
  const { unlogged, access_method, tablespace, partition_by, of_type } = change.to.options;
  const tail = [
    inherits.length && !partition ? ` INHERITS (${inherits.map(quoteId).join(", ")})` : "",
    partition_by ? ` PARTITION BY ${partition_by}` : "",
    access_method ? ` USING ${quote(String(access_method))}` : "",
    withClause(change.to.options),
    tablespace ? ` TABLESPACE ${quote(String(tablespace))}` : "",
    change.kind === "foreign_table" ? ` SERVER ${quote(change.to.server)}${optionsClause(change.to.options)}` : "",
  ].join("");
  const body = lines.length ? ` (\n  ${lines.join(",\n  ")}\n)` : " ()";
  const extras = [...parts].sort((a, b) => a.to.id < b.to.id ? -1 : 1).flatMap((part) =>
    part.kind === "column" ? columnExtras(part as Create<"column">, context) : constraintExtras(part, context)
  );
  return [
    statement(change, `CREATE ${foreign}${unlogged ? "UNLOGGED " : ""}TABLE ${path}${body}${tail}`),
    ...(of_type ? [quick(change, change.to.id, `ALTER TABLE ${path} OF ${quotePath(undotted(String(of_type)))}`)] : []),
    ...(partition ? [...partsOf(change, context), attach(change, change.to, context)] : []),
    ...setRowSecurity(change, path, {}, change.to.options),
    ...setReplicaIdentity(change, path, {}, change.to.options),
    ...typeComment(change),
    ...comment(change as Change, `${foreign}TABLE ${path}`),
    ...extras,
  ];
}

function alterOptions(change: Alter<"table">, path: string): readonly Statement[] {
  const { from: { options: from }, to: { options: to, id } } = change;
  const statements: Statement[] = [];
  if (from.unlogged !== to.unlogged) {
    const sql = `ALTER TABLE ${path} SET ${to.unlogged ? "UNLOGGED" : "LOGGED"}`;
    statements.push(statement(change, sql, { locks: [accessExclusive(id)], scans: [id], rewrites: [id] }));
  }
  if (from.access_method !== to.access_method) {
    const sql = `ALTER TABLE ${path} SET ACCESS METHOD ${quote(String(to.access_method ?? "heap"))}`;
    statements.push(statement(change, sql, { locks: [accessExclusive(id)], scans: [id], rewrites: [id] }));
  }
  if (from.tablespace !== to.tablespace) {
    const sql = `ALTER TABLE ${path} SET TABLESPACE ${quote(String(to.tablespace ?? "pg_default"))}`;
    statements.push(statement(change, sql, { locks: [accessExclusive(id)], scans: [id], rewrites: [id] }));
  }
  if (from.of_type !== to.of_type) {
    const sql = `ALTER TABLE ${path} ${to.of_type ? `OF ${quotePath(undotted(String(to.of_type)))}` : "NOT OF"}`;
    statements.push(quick(change, id, sql));
  }
  for (const clause of setParameters(from, to)) {
    statements.push(statement(change, `ALTER TABLE ${path} ${clause}`, { locks: [shareUpdateExclusive(id)] }));
  }
  return [
    ...statements,
    ...setRowSecurity(change, path, from, to),
    ...setReplicaIdentity(change, path, from, to),
    ...typeComment(change),
  ];
}

function setRowSecurity(change: Change, path: string, from: Options, to: Options): readonly Statement[] {
  const id = change.op === "drop" ? change.from.id : change.to.id;
  const enabled = (options: Options) => options.row_security === "enabled" || options.row_security === "forced";
  const forced = (options: Options) => String(options.row_security ?? "").startsWith("forced");
  const clauses = [
    ...(enabled(from) === enabled(to) ? [] : [`${enabled(to) ? "ENABLE" : "DISABLE"} ROW LEVEL SECURITY`]),
    ...(forced(from) === forced(to) ? [] : [`${forced(to) ? "" : "NO "}FORCE ROW LEVEL SECURITY`]),
  ];
  return clauses.map((clause) => quick(change, id, `ALTER TABLE ${path} ${clause}`));
}

function setReplicaIdentity(change: Change, path: string, from: Options, to: Options): readonly Statement[] {
  if (from.replica_identity === to.replica_identity) return [];
  const id = change.op === "drop" ? change.from.id : change.to.id;
  const identity = String(to.replica_identity ?? "default").toUpperCase();
  return [quick(change, id, `ALTER TABLE ${path} REPLICA IDENTITY ${identity}`)];
}

/**
 * Renames the table and with it what the server named after it and would leave behind: the sequences of identity columns, and from
 * Postgres 18 on the NOT NULL constraints.
 */
function renameTable(change: Rename<"table">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  const oldName = from.name[1]!, name = to.name[1]!;
  const statements = [
    ...leaveSequences(change, context),
    ...renameSteps(from, to, context).map(({ path, clause }) =>
      quick(change, to.id, `ALTER TABLE ${quotePath(path)} ${clause}`)
    ),
  ];
  if (oldName === name) return statements;
  const columns = change.parts.flatMap((part) => part.kind === "column" && part.op === "rename" ? [part.to] : []);
  for (const column of inOrder(columns as readonly SchemaObject<"column">[])) {
    statements.push(
      ...renameOwned(change, column, [oldName, column.name.at(-1)!], [name, column.name.at(-1)!], context),
    );
  }
  return statements;
}
