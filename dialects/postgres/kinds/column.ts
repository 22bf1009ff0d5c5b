/**
 * Columns in Postgres: compared, and written in CREATE TABLE or one by one. They are read by ../column_reader.ts; how a type changes is in
 * ../casts.ts.
 */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Create, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { children, ofKind } from "../../../schema/graph.ts";
import type { DataType, Kind, SchemaObject } from "../../../schema/object.ts";
import { outlives } from "../becomes_own.ts";
import { comesFromAnother } from "../between_parents.ts";
import { castOf } from "../casts.ts";
import { comment } from "../comment.ts";
import { dropColumn } from "../drop_column.ts";
import { isAtom, mentions, normalCondition, normalDefault } from "../expression.ts";
import {
  followsParent,
  inParents,
  isInherited,
  isKept,
  isMadeToJoin,
  isPartition,
  isPartitionKey,
  isThere,
  joins,
  leftParent,
  tableIn,
} from "../inheritance.ts";
import { isLeftBehind } from "../left_behind.ts";
import { alterColumn, alterOptions, notNullNotValid } from "../alter_column.ts";
import { asInherited, overwritten, withoutInherited } from "../handed_down.ts";
import { disinherit, movedNotNull, notNullName, notNullOf, withNotNull } from "../inherited_not_null.ts";
import { includesColumns, isReferenced } from "../included_columns.ts";
import { identityClause, identityComment, normalIdentity } from "../identity.ts";
import { addIdentityAboveHeirs, isRefusedAboveHeirs } from "../identity_above_heirs.ts";
import { optionsClause } from "../foreign_options.ts";
import { notNullComment } from "../not_null_comment.ts";
import { notNullToSay } from "../not_null_names.ts";
import { takeSequences } from "../owned_sequences.ts";
import { normalParameters } from "../parameters.ts";
import { isBound } from "../routine.ts";
import { isChangedByRebuild } from "../rebuilt_parts.ts";
import { refusesEmpty } from "../row_refusals.ts";
import { quote, quotePath, undotted } from "../sql.ts";
import { beforeNotNull, throughParents } from "../renamed_not_nulls.ts";
import { refuseColumn, refuseNotNull } from "../refusals.ts";
import { toastParameters } from "../toast_parameters.ts";
import { accessExclusive, quick, statement } from "../statement.ts";
import { normalType, renderType } from "../types.ts";
import { renameOwned } from "../owned_names.ts";

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
    const { from, to } = change;
    // "cannot specify USING when altering type of generated column": its values are computed again instead.
    if (from.generated && to.generated && castOf(from.type, to.type, "").using !== null) return "recreate";
    if (!change.fields.includes("generated")) return "in place";
    if (!to.generated) return from.generated?.stored ? "in place" : "recreate";
    const other = !from.generated || from.generated.stored !== to.generated.stored;
    if (other || (context.version ?? 0) < 170000) return "recreate";
    return to.generated.stored || !refusesExpressions(change, context) ? "in place" : "recreate";
  },
  renames: true,
  blocks(change, dependent, context) {
    const isRetyped = change.fields.includes("type") || change.fields.includes("collation");
    if (!isRetyped && !change.fields.includes("generated")) return false;
    if (isChangedByRebuild(dependent, context)) return true;
    if (!isRetyped) return false;
    if (readsColumns.has(dependent.kind)) return true;
    if (dependent.kind === "function") return isBound(dependent, change.to.id);
    if (dependent.kind === "column") {
      // "cannot alter type of a column used by a generated column", unless the other column is computed from something else now.
      const now = context.to.objects.get(dependent.id);
      // An heir's own copy changes along.
      const isCopy = inParents(context.from, dependent).some(({ id }) => id === change.from.id);
      return dependent.generated !== null && now !== undefined && !isCopy;
    }
    // The server makes the key again with the type, but not what points to its other columns (ATPostAlterTypeCleanup in tablecmds.c).
    if (dependent.kind === "primary_key" || dependent.kind === "unique") {
      return includesColumns(dependent, change.to.name.at(-1)!) && isReferenced(dependent.id, context);
    }
    return dependent.kind === "foreign_key" && !comparable(change.from.type, change.to.type);
  },
  // Only its default needs a function or a sequence, and whoever drops one of these takes the default off first. A table that leaves a
  // parent before that is dropped keeps the columns that it had from it. A column that an heir has by itself, before or afterwards, outlives
  // its parent's, and one that goes when its table has left a parent may outlive that of another.
  survives: (object, dropped, context) =>
    object.generated === null && ["function", "sequence"].includes(dropped.kind) && isKept(context, object.id) ||
    isInherited(object) && leftParent(context, object, dropped) || comesFromAnother(context, object, dropped) ||
    outlives(object, dropped, context) ||
    dropped.kind === "column" &&
      (!isInherited(object) && context.to.objects.has(object.id) ||
        isLeftBehind(context, object as unknown as SchemaObject)) &&
      inParents(context.from, object).some((parent) => parent.id === dropped.id),
  render(change, context) {
    refuseColumn(change, context);
    switch (change.op) {
      case "create":
        if (isMadeToJoin(context, change.to)) return [];
        return [
          ...(isInherited(change.to) && tableIn(context.from, change.to.parent)
            ? inheritedColumn(change, context)
            : addColumn(change, context)),
          ...toastParameters(change, change.to, context),
        ];
      case "drop":
        return isLeftBehind(context, change.from) || isInherited(change.from) && followsParent(context, change.from)
          ? []
          : dropColumn(change, context);
      case "alter":
        return [...alterInherited(change, context), ...toastParameters(change, change.to, context)];
      case "rename": {
        const [schema, tableName, old] = change.from.name as [string, string, string], now = change.to.name.at(-1)!;
        const sql = `ALTER TABLE ${quotePath([schema, tableName])} RENAME COLUMN ${quote(old)} TO ${quote(now)}`;
        const owned = [change.to, ...heirs(change)].flatMap((each) =>
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
  const implied = notNull.inherited === true ||
    object.identity !== null && !isInherited(object) && name === "" && !notNull.no_inherit;
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
    ...notNullComment(change, null, change.to),
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
  if (isRefusedAboveHeirs(to, context)) {
    const made = addIdentityAboveHeirs(change, (column) => columnDefinition(column, context));
    return [...made, ...columnExtras(change, context)];
  }
  return [
    statement(change, `ALTER TABLE ${path} ADD COLUMN ${columnDefinition(to, context)}`, {
      locks: [accessExclusive(id)],
      scans: rewrites ? [id] : [],
      rewrites: rewrites ? [id] : [],
      mayFail: refusesEmpty(to, context.from.objects.has(id)),
    }),
    ...columnExtras(change, context),
  ];
}

/** What a column of an heir has of its own beside what it inherits. */
function inheritedColumn(change: Create<"column">, context: RenderContext): readonly Statement[] {
  const { to } = change, inherited = { ...asInherited(to, context), identity: to.identity };
  const { comment: _comment, ...notNull } = notNullOf(to.options);
  // Its CREATE TABLE says that.
  const said = notNull.own && !isThere(context, to.parent!);
  const from = said ? { ...inherited, options: withNotNull(inherited.options, notNull) } : inherited;
  const fields = (["comment", "nullable", "default", "options"] as const).filter((field) =>
    !sameJson(from[field], to[field])
  );
  return [
    ...(fields.length ? alterHeirsColumn({ ...change, op: "alter", from, to, fields }, context) : []),
    ...takeSequences(change, to.id, context),
  ];
}

/** NOT NULL constraints of a new table's own on columns that it inherits with one (18), for its CREATE TABLE. */
export function ownNotNull(column: SchemaObject<"column">): readonly string[] {
  if (!isInherited(column) || !notNullOf(column.options).own) return [];
  return [`CONSTRAINT ${quote(notNullName(column))} NOT NULL ${quote(column.name[2]!)}`];
}

/** The change without what the parents' columns hand down, and the defaults of heirs that theirs would overwrite. */
function alterInherited(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  // What must be so before a table can be attached was done with the ATTACH.
  if (joins(context, change.to.parent)) return [];
  const notNull = beforeNotNull(change, context), rest = withoutInherited(change, context);
  const own = notNull.again || isRejoined(change, context) ? withNewNotNull(rest) : rest;
  const again = overwritten(change, context).map((heir) => {
    const clause = heir.default ? `SET DEFAULT ${heir.default.sql}` : "DROP DEFAULT";
    const sql = `ALTER TABLE ${quotePath(heir.name.slice(0, 2))} ALTER COLUMN ${quote(heir.name[2]!)} ${clause}`;
    return quick(change, heir.parent!, sql);
  });
  return [...throughParents(change, context), ...notNull.statements, ...alterHeirsColumn(own, context), ...again];
}

/** What is left to be said of a column while its table has its parents. */
function alterHeirsColumn(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  if (!change.from.nullable && !change.to.nullable) refuseNotNull(change.from, change.to, context);
  return [...disinherit(change, change.from, change.to, context), ...alterColumn(change, context)];
}

/** Has its NOT NULL become what it shall be while the column's table left its parents and joined them again? */
function isRejoined({ to, fields }: Alter<"column">, context: RenderContext): boolean {
  const isAnother = to.generated !== null ||
    (["type", "collation", "generated"] as const).some((field) => fields.includes(field));
  const moved = movedNotNull(to, context);
  return moved !== null && (moved.was !== null || !isAnother);
}

/** The change of a column whose NOT NULL has been made anew under its new name. */
function withNewNotNull(change: Alter<"column">): Alter<"column"> {
  const { comment: _comment, ...notNull } = notNullOf(change.to.options);
  const options = withNotNull(change.from.options, notNull);
  return { ...change, from: { ...change.from, options } };
}

function heirs(change: Rename<"column">): readonly SchemaObject<"column">[] {
  return change.parts.flatMap((part) =>
    part.op === "rename" && part.kind === "column" ? [part.to] : []
  ) as readonly SchemaObject<"column">[];
}
