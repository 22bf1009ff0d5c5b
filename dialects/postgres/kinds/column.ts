/** Columns in Postgres: read, compared, and written, in CREATE TABLE or one by one. How a type changes is in ../casts.ts. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Create, Drop, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { children, ofKind } from "../../../schema/graph.ts";
import type { DataType, Kind, SchemaObject } from "../../../schema/object.ts";
import {
  address,
  made,
  noOptions,
  options,
  parameters,
  pathWithin,
  reader,
  type TableKind,
  tablesInScope,
} from "../catalog.ts";
import { comment } from "../comment.ts";
import { isAtom, mentions, normalCondition, normalDefault } from "../expression.ts";
import {
  asInherited,
  columnOf,
  followsParent,
  heirsOf,
  inParents,
  isInherited,
  isLeftBehind,
  isMadeToJoin,
  isPartition,
  isPartitionKey,
  joins,
  leftParent,
  overwritten,
  ownNotNulls,
  tableIn,
  withoutInherited,
} from "../inheritance.ts";
import { alterColumn, alterOptions, notNullNotValid, notNullOf } from "../alter_column.ts";
import { identityClause, identityComment, normalIdentity } from "../identity.ts";
import { optionsClause, plainOptions } from "../foreign_options.ts";
import { objectName } from "../names.ts";
import { notNullToSay } from "../not_null_names.ts";
import { releaseSequences, takeSequences } from "../owned_sequences.ts";
import { normalParameters } from "../parameters.ts";
import { isBound } from "../routine.ts";
import { dotted, quote, quotePath, undotted } from "../sql.ts";
import { refuseColumn } from "../refusals.ts";
import { toastParameters } from "../toast_parameters.ts";
import { accessExclusive, quick, statement } from "../statement.ts";
import { builtInType, normalType, parseType, renderType } from "../types.ts";
import { renameOwned } from "../owned_names.ts";

interface Row {
  readonly oid: string;
  readonly number: number;
  readonly position: number;
  readonly schema: string;
  readonly table_name: string;
  readonly table_kind: TableKind;
  readonly inherited: boolean;
  readonly name: string;
  readonly type: string;
  readonly type_path: readonly [string, string] | null;
  readonly is_array: boolean;
  readonly not_null: boolean;
  readonly not_null_name: string | null;
  readonly not_null_valid: boolean;
  readonly not_null_inherits: boolean;
  readonly expression: string | null;
  readonly generated: string;
  readonly identity: string;
  readonly sequence: Record<string, string | boolean | null> | null;
  readonly collation: readonly [string, string] | null;
  readonly storage: string | null;
  readonly compression: string;
  readonly statistics: number | null;
  readonly parameters: readonly string[] | null;
  readonly foreign_options: Readonly<Record<string, string>> | null;
}

export const columnReader = reader<Row>({
  many: true,
  columns: {
    oid: true,
    number: true,
    position: true,
    schema: true,
    table_name: true,
    table_kind: true,
    inherited: true,
    name: true,
    type: true,
    type_path: true,
    is_array: true,
    not_null: true,
    not_null_name: true,
    not_null_valid: true,
    not_null_inherits: true,
    expression: true,
    generated: true,
    identity: true,
    sequence: true,
    collation: true,
    storage: true,
    compression: true,
    statistics: true,
    parameters: true,
    foreign_options: true,
  },
  sql: (version) =>
    `WITH ${tablesInScope}, gone AS (
  SELECT a.attrelid, pg_catalog.array_agg(a.attnum) AS numbers FROM pg_catalog.pg_attribute AS a
  WHERE a.attisdropped AND a.attnum > 0 GROUP BY a.attrelid
)
SELECT
  t.oid,
  a.attnum AS number,
  CASE WHEN gone.numbers IS NULL THEN a.attnum ELSE ( -- without dropped columns
    SELECT a.attnum - pg_catalog.count(*) FROM pg_catalog.unnest(gone.numbers) AS n (number) WHERE n.number < a.attnum
  )::pg_catalog.int4 END AS position,
  t.schema,
  t.name AS table_name,
  t.kind AS table_kind,
  NOT a.attislocal AS inherited,
  a.attname AS name,
  pg_catalog.format_type(e.oid, a.atttypmod) AS type, -- of the element, for an array
  CASE WHEN en.nspname <> 'pg_catalog' THEN pg_catalog.json_build_array(en.nspname, e.typname) END AS type_path,
  y.oid <> e.oid AS is_array,
  a.attnotnull AS not_null,
  ${
      version >= 180000
        ? `nn.conname AS not_null_name, -- 18: NOT NULL is a constraint with a name
  COALESCE(nn.convalidated, true) AS not_null_valid,
  NOT COALESCE(nn.connoinherit, false) AS not_null_inherits,`
        : `NULL AS not_null_name,
  true AS not_null_valid,
  true AS not_null_inherits,`
    }
  -- Of a default or a generated column. A default names no columns, and without the table the server is five times as fast.
  pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END) AS expression,
  a.attgenerated::pg_catalog.text AS generated, -- s stored, v virtual (18), '' no
  a.attidentity::pg_catalog.text AS identity, -- a always, d by default, '' no
  CASE WHEN a.attidentity <> '' THEN (
    SELECT pg_catalog.json_build_object(
      'oid', c.oid::pg_catalog.text, 'comment', pg_catalog.obj_description(c.oid, 'pg_class'),
      'schema', n.nspname, 'name', c.relname, 'start', q.seqstart::pg_catalog.text, 'increment', q.seqincrement::pg_catalog.text,
      'min', q.seqmin::pg_catalog.text, 'max', q.seqmax::pg_catalog.text, 'cache', q.seqcache::pg_catalog.text,
      'cycle', q.seqcycle, 'unlogged', c.relpersistence = 'u' AND tc.relpersistence <> 'u')
    FROM pg_catalog.pg_depend AS o
    JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = o.objid
    JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class AS tc ON tc.oid = a.attrelid
    WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
      AND o.deptype = 'i' -- internal: the sequence is the column's
  ) END AS sequence,
  CASE WHEN a.attcollation <> y.typcollation THEN pg_catalog.json_build_array(cn.nspname, co.collname) END AS collation,
  CASE WHEN a.attstorage <> y.typstorage THEN a.attstorage::pg_catalog.text END AS storage,
  a.attcompression::pg_catalog.text AS compression, -- p pglz, l lz4, '' the server's default
  NULLIF(a.attstattarget, -1) AS statistics, -- 17: NULL for the default, before -1
  pg_catalog.to_json(a.attoptions) AS parameters,
  CASE WHEN a.attfdwoptions IS NOT NULL THEN ${plainOptions("a.attfdwoptions")} END AS foreign_options
FROM tables AS t
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
JOIN pg_catalog.pg_type AS e ON e.oid = CASE WHEN y.typcategory = 'A' AND y.typelem <> 0 AND y.typlen = -1 AND y.oid NOT IN (22, 30) THEN y.typelem ELSE y.oid END
JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
LEFT JOIN gone ON gone.attrelid = a.attrelid${
      version >= 180000
        ? `
LEFT JOIN pg_catalog.pg_constraint AS nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum`
        : ""
    }`,
  found: (row) => {
    const expression = row.expression === null ? null : { sql: row.expression };
    const table = pathWithin(row.table_kind, row.schema, row.table_name);
    const notNull = options({
      name: row.not_null && row.not_null_name !== null &&
        row.not_null_name !== objectName(row.table_name, row.name, "not_null") && row.not_null_name,
      not_valid: !row.not_null_valid,
      no_inherit: !row.not_null_inherits,
    });
    return [{
      object: made(
        "column",
        [table.schema, table.table, row.name],
        table.id,
        {
          type: typeOfRow(row),
          nullable: !row.not_null,
          default: row.generated === "" ? expression : null,
          generated: row.generated === "" || expression === null ? null : { expression, stored: row.generated === "s" },
          identity: row.identity === "" ? null : {
            mode: row.identity === "a" ? "always" : "by default",
            options: row.sequence ?? noOptions,
          },
          collation: row.collation &&
            dotted(row.collation[0] === "pg_catalog" ? row.collation.slice(1) : row.collation),
          position: row.position,
          options: options({
            inherited: row.inherited,
            not_null: Object.keys(notNull).length ? notNull : null,
            storage: storages[row.storage ?? ""],
            compression: { p: "pglz", l: "lz4" }[row.compression],
            statistics: row.statistics,
            // The two that ALTER COLUMN SET knows; Debian's 15.20 stamps each column with a "pg_attver" that nobody can set.
            options: row.foreign_options,
            with: parameters(row.parameters?.filter((each) => /^n_distinct(_inherited)?=/.test(each)) ?? null),
          }),
        },
      ),
      address: address("pg_class", row.oid, row.number),
      ...(row.sequence && { owns: address("pg_class", String(row.sequence.oid)) }),
    }];
  },
});

const storages: Readonly<Record<string, string>> = { p: "plain", e: "external", m: "main", x: "extended" };

/** Names of a column's options: what a model may set. */
export const columnOptions = [
  "inherited",
  "not_null",
  "storage",
  "compression",
  "statistics",
  "with",
  "options",
] as const;

function typeOfRow(row: Row): DataType {
  if (row.type_path === null && !row.is_array) return builtInType(row.type);
  const parsed = parseType(row.type);
  // The path comes from the catalog, so that no name needs to be taken apart as text.
  const type = row.type_path ? { ...parsed, name: dotted(row.type_path), family: "other" as const } : parsed;
  return { ...type, dimensions: row.is_array ? 1 : 0 };
}

/** "SET EXPRESSION is not supported for virtual generated columns in tables with check constraints", nor in published ones (18). */
function refusesExpressions(change: Alter<"column">, context: RenderContext): boolean {
  return [context.from, context.to].some((graph) =>
    children(graph, change.to.parent!, "check").length > 0 || ofKind(graph, "publication").length > 0
  );
}

export const column: KindDialect<"column"> = {
  normalize(object) {
    const type = normalType(object.type), options = normalParameters(object.options);
    const value = object.default && normalDefault(object.default, type);
    const plain = value === object.default && object.generated === null && object.identity === null;
    if (plain && type === object.type && options === object.options) return object;
    return {
      ...object,
      type,
      default: value,
      generated: object.generated && { ...object.generated, expression: normalCondition(object.generated.expression) },
      identity: object.identity && normalIdentity(object, type),
      collation: object.collation,
      options,
    };
  },
  alters(change, context) {
    if (!sameJson([change.from.type, change.from.collation], [change.to.type, change.to.collation])) {
      // "cannot alter column because it is part of the partition key": rows are where the key's old values put them.
      if (isPartitionKey(change.from, context.from)) return "recreate parent";
    }
    if (!change.fields.includes("generated")) return "in place";
    const { from, to } = change;
    if (!to.generated) return from.generated?.stored ? "in place" : "recreate";
    const other = !from.generated || from.generated.stored !== to.generated.stored;
    if (other || (context.version ?? 0) < 170000) return "recreate";
    return to.generated.stored || !refusesExpressions(change, context) ? "in place" : "recreate";
  },
  renames: true,
  blocks(change, dependent, context) {
    if (!change.fields.includes("type") && !change.fields.includes("collation")) return false;
    if (readsColumns.has(dependent.kind)) return true;
    if (dependent.kind === "function") return isBound(dependent, change.to.id);
    if (dependent.kind === "column") {
      // "cannot alter type of a column used by a generated column", unless the other column is computed from something else now.
      const now = context.to.objects.get(dependent.id);
      return dependent.generated !== null && now !== undefined;
    }
    return dependent.kind === "foreign_key" && !comparable(change.from.type, change.to.type);
  },
  // Only its default needs a function or a sequence, and whoever drops one of these takes the default off first. A table that leaves a
  // parent before that is dropped keeps the columns that it had from it. A column that an heir has by itself, too, outlives its parent's.
  survives: (object, dropped, context) =>
    object.generated === null && ["function", "sequence"].includes(dropped.kind) &&
      context.to.objects.has(object.id) ||
    isInherited(object) && leftParent(context, object, dropped) ||
    dropped.kind === "column" && !isInherited(object) && context.to.objects.has(object.id) &&
      inParents(context.from, object).some((parent) => parent.id === dropped.id),
  render(change, context) {
    refuseColumn(change, context);
    switch (change.op) {
      case "create":
        if (isMadeToJoin(context, change.to)) return [];
        return isInherited(change.to) && tableIn(context.from, change.to.parent)
          ? inheritedColumn(change, context)
          : [...addColumn(change, context), ...toastParameters(change, change.to, context)];
      case "drop":
        return isLeftBehind(context, change.from) || isInherited(change.from) && followsParent(context, change.from)
          ? []
          : dropColumn(change, context);
      case "alter":
        return [...alterInherited(change, context), ...toastParameters(change, change.to, context)];
      case "rename": {
        const [schema, tableName, old] = change.from.name as [string, string, string], now = change.to.name.at(-1)!;
        const sql = `ALTER TABLE ${quotePath([schema, tableName])} RENAME COLUMN ${quote(old)} TO ${quote(now)}`;
        const owned = [change.from, ...heirs(change)].flatMap((each) =>
          renameOwned(change, each, [each.name[1]!, old], [each.name[1]!, now], context)
        );
        return [quick(change, change.to.parent!, sql), ...owned];
      }
      default:
        return assertNever(change, "change");
    }
  },
};

/** "cannot alter type of a column used by a view or rule", "… in a trigger definition", "… in a policy definition". */
const readsColumns: ReadonlySet<Kind> = new Set([
  "view",
  "materialized_view",
  "trigger",
  "rule",
  "policy",
  "publication",
]);

/** Can a foreign key stay while one end changes its type? The server checks the pair again at each ALTER. */
function comparable(from: DataType, to: DataType): boolean {
  return from.dimensions === to.dimensions && from.family === to.family && from.of === to.of &&
    (from.name === to.name || ["integer", "text"].includes(from.family));
}

/** A column as it stands in CREATE TABLE and after ADD COLUMN. */
export function columnDefinition(
  object: SchemaObject<"column">,
  context?: Pick<RenderContext, "from" | "to" | "version">,
): string {
  const notNull = notNullOf(object.options);
  const named = typeof notNull.name === "string" ? notNull.name : context && notNullToSay(object, context);
  const name = named ? `CONSTRAINT ${quote(named)} ` : "";
  const implied = object.identity !== null && !isInherited(object) && name === "" && !notNull.no_inherit;
  return [
    quote(object.name.at(-1)!),
    renderType(object.type),
    optionsClause(object.options).trim(),
    // The grammar takes the compression before all constraints, and COLLATE is one of these.
    object.options.compression ? `COMPRESSION ${quote(String(object.options.compression))}` : "",
    object.collation ? `COLLATE ${quotePath(undotted(object.collation))}` : "",
    object.default ? `DEFAULT ${defaultText(object.default.sql)}` : "",
    object.generated
      ? `GENERATED ALWAYS AS (${object.generated.expression.sql}) ${object.generated.stored ? "STORED" : "VIRTUAL"}`
      : "",
    object.identity && !isInherited(object) ? identityClause(object) : "",
    object.nullable || implied || notNull.not_valid ? "" : `${name}NOT NULL${notNull.no_inherit ? " NO INHERIT" : ""}`,
  ].filter((part) => part !== "").join(" ");
}

function defaultText(sql: string): string {
  return isAtom(sql) ? sql : `(${sql})`;
}

/** What a new column needs beside its definition. */
export function columnExtras(change: Create<"column">, context: RenderContext): readonly Statement[] {
  const target = `${quotePath(change.to.name.slice(0, 2))}.${quote(change.to.name[2]!)}`;
  const bare = { ...change.to.options, compression: null, options: null };
  const table = tableIn(context.to, change.to.parent);
  if (isInherited(change.to) && !isPartition(table)) return inheritedColumn(change, context);
  return [
    ...alterOptions(change, {}, bare, context),
    ...notNullNotValid(change, change.to),
    ...takeSequences(change, change.to.id, context),
    ...identityComment(change, null, change.to),
    ...comment(change, `COLUMN ${target}`, change.to.parent),
  ];
}

/** Functions that give one value for all rows of a statement: a default of them is stored once and the table is not rewritten. */
const steady = new Set(
  "now transaction_timestamp statement_timestamp current_setting current_user session_user to_timestamp make_date make_timestamp lower upper"
    .split(" "),
);

function volatileDefault(object: SchemaObject<"column">): boolean {
  if (!object.default || !/\(/.test(object.default.sql)) return false;
  const type = object.type.name.split(" ");
  return mentions(object.default.sql).some((path) =>
    !steady.has(path.at(-1)!) && !type.includes(path.at(-1)!) && object.default!.sql.includes(`${path.at(-1)}(`)
  );
}

function addColumn(change: Create<"column">, context: RenderContext): readonly Statement[] {
  const { to } = change, id = to.parent!, path = quotePath(to.name.slice(0, 2));
  const rewrites = volatileDefault(to) || to.identity !== null || to.generated?.stored === true;
  const needsValue = !to.nullable && !to.default && !to.generated && !to.identity;
  return [
    statement(change, `ALTER TABLE ${path} ADD COLUMN ${columnDefinition(to, context)}`, {
      locks: [accessExclusive(id)],
      scans: rewrites ? [id] : [],
      rewrites: rewrites ? [id] : [],
      mayFail: needsValue
        ? {
          reason: `existing rows have no value for the new column ${quote(to.name[2]!)}, which is NOT NULL`,
          probe: context.from.objects.has(id) ? `SELECT count(*) FROM ${path}` : null,
        }
        : null,
    }),
    ...columnExtras(change, context),
  ];
}

/** Heirs lose the column along. Where one of them keeps it, it is dropped from this table alone, and from the others one by one. */
function dropColumn(change: Drop<"column">, context: RenderContext): readonly Statement[] {
  const { from } = change;
  const drop = (column: SchemaObject<"column">, only = "") => {
    const sql = `ALTER TABLE ${only}${quotePath(column.name.slice(0, 2))} DROP COLUMN ${quote(column.name[2]!)}`;
    const loses = column.generated ? [] : [column.id];
    return statement(change, sql, { locks: [accessExclusive(column.parent!)], loses });
  };
  const heirs = heirsOf(context.from, from.parent!).flatMap((table) => {
    const column = columnOf(context.from, table.id, from);
    return column && isInherited(column) && tableIn(context.to, table.id) ? [column] : [];
  });
  // One that is inherited afterwards, too, comes from another parent still, or with this one when it is made again.
  const stays = (heir: SchemaObject<"column">) => {
    const after = context.to.objects.get(heir.id) as SchemaObject<"column"> | undefined;
    return after !== undefined && !isInherited(after);
  };
  const kept = heirs.some(stays), gone = heirs.filter((heir) => !stays(heir));
  return [
    ...releaseSequences(change, from.id, context),
    drop(from, kept ? "ONLY " : ""),
    ...(kept ? gone.map((heir) => drop(heir)) : []),
  ];
}

/** What a column of an heir has of its own beside what it inherits. */
function inheritedColumn(change: Create<"column">, context: RenderContext): readonly Statement[] {
  const { to } = change, from = { ...asInherited(to, context.to), identity: to.identity };
  const fields = (["comment", "nullable", "default", "options"] as const).filter((field) =>
    !sameJson(from[field], to[field])
  );
  return fields.length ? alterColumn({ ...change, op: "alter", from, to, fields }, context) : [];
}

/** The change without what the parents' columns hand down, and the defaults of heirs that theirs would overwrite. */
function alterInherited(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  // What must be so before a table can be attached was done with the ATTACH.
  if (joins(context, change.to.parent)) return [];
  const own = withoutInherited(change, context);
  const again = overwritten(change, context).map((heir) => {
    const clause = heir.default ? `SET DEFAULT ${heir.default.sql}` : "DROP DEFAULT";
    const sql = `ALTER TABLE ${quotePath(heir.name.slice(0, 2))} ALTER COLUMN ${quote(heir.name[2]!)} ${clause}`;
    return quick(change, heir.parent!, sql);
  });
  const freed = ownNotNulls(change, context).map((heir) => {
    const sql = `ALTER TABLE ${quotePath(heir.name.slice(0, 2))} ALTER COLUMN ${quote(heir.name[2]!)} DROP NOT NULL`;
    return quick(change, heir.parent!, sql);
  });
  return [...freed, ...alterColumn(own, context), ...again];
}

function heirs(change: Rename<"column">): readonly SchemaObject<"column">[] {
  return change.parts.flatMap((part) =>
    part.op === "rename" && part.kind === "column" ? [part.from] : []
  ) as readonly SchemaObject<"column">[];
}
