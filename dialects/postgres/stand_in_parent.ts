/**
 * Columns and checks that an existing table gets because it joins a parent, and that shall be inherited alone, as a check or NOT NULL of its own may. What is added to the table
 * itself stays its own when the parent comes, and no statement takes that mark off again. So they come from a parent that stands in until
 * the real one is there: the server keeps "inherited" while one parent is left. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { comparable } from "../../schema/hash.ts";
import { children } from "../../schema/graph.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { alterColumn, changeType } from "./alter_column.ts";
import { addedCheck } from "./check_words.ts";
import { asInherited } from "./handed_down.ts";
import { movedNotNull, notNullName, notNullOf } from "./inherited_not_null.ts";
import { inParents, isInherited, isMadeToJoin, isThere } from "./inheritance.ts";
import { isLeftBehind } from "./left_behind.ts";
import { columnDefinition } from "./kinds/column.ts";
import { constraintDefinition } from "./kinds/constraints.ts";
import { objectName } from "./names.ts";
import { takeSequences } from "./owned_sequences.ts";
import { standInPath } from "./passing_names.ts";
import { givers, staysUnder } from "./rejoined.ts";
import { inOrder } from "./renamed_not_nulls.ts";
import { refusesBroken } from "./row_refusals.ts";
import { quote, quoteId } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";
import { comesLater, isNotValid } from "./unchecked.ts";

/** Statements before the table leaves its old parents, before it joins the new ones and after that, and what they care for. */
export interface StandIn {
  readonly first: readonly Statement[];
  readonly before: readonly Statement[];
  readonly after: readonly Statement[];
  readonly made: ReadonlySet<ObjectId>;
  /** Columns whose NOT NULL is by then what it shall be (18). */
  readonly notNulls: ReadonlySet<ObjectId>;
  /** Columns that have become of their new type by it. */
  readonly retyped: ReadonlySet<ObjectId>;
  /** Columns that it has told to be computed no more. */
  readonly plain: ReadonlySet<ObjectId>;
}

/** A stand-in for what the heir `id` (no partition) shall inherit alone; no statements where there is nothing such. */
export function standInParent(
  change: Change<"table"> | Change<"foreign_table">,
  id: ObjectId,
  context: RenderContext,
): StandIn {
  const usable = (object: SchemaObject & { readonly options: Options }) =>
    isInherited(object) && readsStaying(object, context) !== null;
  const columns = children(context.to, id, "column").filter(usable)
    .filter((column) => !notNullOf(column.options).not_valid)
    .toSorted((a, b) => Number(a.generated !== null) - Number(b.generated !== null));
  const checks = children(context.to, id, "check").filter((check) => usable(check) && !comesLater(check, context));
  const given = new Set(checks.filter((check) => isGivenUp(check, context)).map((check) => check.id));
  // What goes when the table has left its parents comes again after that.
  const held = (object: SchemaObject) => isHeld(object, context) && !isLeftBehind(context, object);
  const made = (object: SchemaObject) => !held(object) && (isMadeToJoin(context, object) || given.has(object.id));
  const all: readonly SchemaObject[] = [...columns, ...checks].filter((object) => made(object) || held(object));
  const heir = quoteId(id);
  const run = (sql: string) => quick(change as Change, id, sql);
  const isKept = (column: SchemaObject<"column">) => columns.includes(column) && held(column);
  // NOT NULL constraints, of columns of its own above all, that come by way of the stand-in, and others that get their names meanwhile.
  const renewed: SchemaObject<"column">[] = [], renamed: { readonly id: ObjectId; was: string; now: string }[] = [];
  for (const column of children(context.to, id, "column")) {
    const moved = isThere(context, column.id) ? movedNotNull(column, context) : null;
    if (moved?.was) renamed.push({ id: column.id, was: moved.was, now: notNullName(column) });
    else if (moved && (isKept(column) || staysAlike(column, context))) renewed.push(column);
  }
  const own = renewed.filter((column) => !isKept(column)), [first] = [...all, ...own];
  const notNulls = new Set([...renewed, ...renamed].map((each) => each.id));
  const renames = inOrder(renamed).map(([was, now]) =>
    run(`ALTER TABLE ${heir} RENAME CONSTRAINT ${quote(was)} TO ${quote(now)}`)
  );
  if (!first) {
    return { first: [], before: renames, after: [], made: new Set(), notNulls, retyped: new Set(), plain: new Set() };
  }
  const path = standInPath(first.name);
  const kept = columns.filter(isKept), names = new Set(kept.map((column) => column.id));
  const handed = new Set(kept.filter((column) => givers(column, context).length > 0));
  const plain = kept.filter((column) => !handed.has(column) && becomesPlain(column, context));
  const computedFrom = plain.flatMap(({ id }) => readBefore(context.from.objects.get(id)!, context));
  const read = new Map(
    [...all.flatMap((object) => readsStaying(object, context)!), ...own, ...computedFrom as typeof own]
      .filter((column) => !names.has(column.id)).map((column) => [column.id, column]),
  );
  const retyped = kept.filter((column) =>
    !handed.has(column) && isRetyped(context.from.objects.get(column.id)!, column)
  );
  const lines = [
    ...[...read.values()].map((column) => columnDefinition(bare(column))),
    ...kept.map((column) => columnDefinition(common(column, context))),
    ...checks.filter(held).flatMap((check) => constraintDefinition(check) ?? []),
  ];
  const add = (check: SchemaObject<"check">) =>
    statement(change as Change, `ALTER TABLE ${path} ADD ${addedCheck(check)}`, {
      locks: [accessExclusive(id)],
      scans: isNotValid(check) || held(check) ? [] : [id],
      mayFail: isNotValid(check) || held(check) ? null : refusesBroken(check),
    });
  return {
    first: [
      run(`CREATE TABLE ${path} (${lines.join(", ")})`),
      ...checks.filter((check) => held(check) && isNotValid(check)).map(add),
      run(`ALTER TABLE ${heir} INHERIT ${path}`),
    ],
    before: [
      ...plain.map((column) => run(`ALTER TABLE ${path} ALTER COLUMN ${quote(column.name[2]!)} DROP EXPRESSION`)),
      ...retyped.flatMap((column) => retype(change as Change, column, path, context)),
      // All go before the first comes: one may get the name that another gives up.
      ...renewed.map((column) => run(`ALTER TABLE ${heir} ALTER COLUMN ${quote(column.name[2]!)} DROP NOT NULL`)),
      ...renames,
      ...renewed.map((column) =>
        statement(
          change as Change,
          `ALTER TABLE ${path} ADD CONSTRAINT ${quote(notNullName(column))} NOT NULL ${quote(column.name[2]!)}`,
          { locks: [accessExclusive(id)], scans: [id], mayFail: refusesNull(column, heir) },
        )
      ),
      ...columns.filter(made).flatMap((column) => addColumn(change, column, path, context)),
      ...checks.filter((check) => given.has(check.id))
        .map((check) => run(`ALTER TABLE ${heir} DROP CONSTRAINT ${quote(check.name[2]!)}`)),
      ...checks.filter(made).map(add),
    ],
    after: [run(`ALTER TABLE ${heir} NO INHERIT ${path}`), run(`DROP TABLE ${path}`)],
    made: new Set(all.map((object) => object.id)),
    notNulls,
    retyped: new Set(retyped.map((column) => column.id)),
    plain: new Set(plain.map((column) => column.id)),
  };
}

/** Is it a check of the table's own that it shall have from a new parent alone? */
function isGivenUp(check: SchemaObject<"check">, context: RenderContext): boolean {
  const before = isThere(context, check.id) ? context.from.objects.get(check.id) : undefined;
  return before?.kind === "check" && !before.options.inherited && inParents(context.to, check).length > 0 &&
    givers(check, context).length === 0;
}

/** Is it a column that is there, and of the same type afterwards? */
function staysAlike(column: SchemaObject<"column">, context: RenderContext): boolean {
  const before = isThere(context, column.id) ? context.from.objects.get(column.id) : undefined;
  return before !== undefined && column.generated === null && sameShape(before, column as SchemaObject);
}

/**
 * Is it inherited alone before and after, the same or a column of another type, and from other parents? Or from parents that are left to be joined
 * again in their new place?
 */
function isHeld(object: SchemaObject, context: RenderContext): boolean {
  const handed = givers(object, context);
  if (handed.length > 0) return !staysUnder(handed, object, context);
  const before = context.from.objects.get(object.id);
  if (!before || !isInherited(before as SchemaObject<"column">)) return false;
  return inParents(context.from, object).length > 0 && inParents(context.to, object).length > 0 &&
    (sameShape(before, object) || isRetyped(before, object) || becomesPlain(object, context));
}

/** Is a computed column, perhaps of what its table loses, one like others afterwards? It keeps its values. */
function becomesPlain(to: SchemaObject, context: RenderContext): boolean {
  const from = isThere(context, to.id) ? context.from.objects.get(to.id) : undefined;
  if (from?.kind !== "column" || to.kind !== "column" || !from.generated?.stored || to.generated) return false;
  return sameShape({ ...from, generated: null }, to) && readBefore(from, context).every((read) => {
    const after = context.to.objects.get(read.id);
    return !after || isThere(context, read.id) && sameShape(read, after);
  });
}

/** The columns of its own table that a column was computed from. */
function readBefore(from: SchemaObject, context: RenderContext): readonly SchemaObject[] {
  return children(context.from, from.parent!, "column").filter(({ id }) => from.refs.includes(id));
}

/** Does a column that is not generated get another type or collation? */
function isRetyped(from: SchemaObject, to: SchemaObject): boolean {
  return from.kind === "column" && to.kind === "column" && !from.generated && !to.generated && !sameShape(from, to);
}

/** The column's new type, by way of the stand-in, for the server does not alter an inherited column; its own default goes before and comes back. */
function retype(
  change: Change,
  to: SchemaObject<"column">,
  path: string,
  context: RenderContext,
): readonly Statement[] {
  const from = context.from.objects.get(to.id) as SchemaObject<"column">, id = to.parent!;
  const alter = (clause: string) =>
    quick(change, id, `ALTER TABLE ${quoteId(id)} ALTER COLUMN ${quote(to.name[2]!)} ${clause}`);
  const retyped = {
    op: "alter" as const,
    kind: "column" as const,
    from: { ...from, default: null },
    to: { ...to, default: null },
    fields: ["type", "collation"] as const,
    parts: [],
  };
  return [
    ...(from.default ? [alter("DROP DEFAULT")] : []),
    changeType(retyped, context, path),
    ...(to.default ? [alter(`SET DEFAULT ${to.default.sql}`)] : []),
  ];
}

/** Is a column of one type and computed in one way, a check the same? */
function sameShape(from: SchemaObject, to: SchemaObject): boolean {
  if (from.kind !== "column" || to.kind !== "column") return sameJson(comparable(from), comparable(to));
  const shape = ({ type, collation, generated }: SchemaObject<"column">) => [type, collation, generated];
  return sameJson(shape(from as unknown as SchemaObject<"column">), shape(to as unknown as SchemaObject<"column">));
}

/** As the old parent and the new one have it both. */
function common(column: SchemaObject<"column">, context: RenderContext): SchemaObject<"column"> {
  const handed = givers(column, context);
  if (handed.length > 0) {
    const isNotNull = handed.some((each) => each.kind === "column" && !each.nullable);
    const nullable = !isNotNull || movedNotNull(column, context) !== null;
    return named({ ...column, default: null, nullable }, context);
  }
  const from = context.from.objects.get(column.id) as SchemaObject<"column">;
  const { type, collation, generated } = from;
  const same = !from.nullable && !column.nullable &&
    sameJson(from.options.not_null ?? null, column.options.not_null ?? null);
  return named(
    { ...column, type, collation, generated, default: null, nullable: same ? column.nullable : true },
    context,
  );
}

/** Name, type and collation. */
function bare(column: SchemaObject<"column">): SchemaObject<"column"> {
  return { ...column, nullable: true, default: null, generated: null, identity: null, options: { inherited: true } };
}

/** The columns that an object reads and that its table has already; null where one changes along, or is computed and not the stand-in's, too. */
function readsStaying(object: SchemaObject, context: RenderContext): readonly SchemaObject<"column">[] | null {
  const found: SchemaObject<"column">[] = [];
  for (const ref of object.refs) {
    const before = context.from.objects.get(ref), after = context.to.objects.get(ref);
    if (after?.kind !== "column" || after.parent !== object.parent) continue;
    const column = after as unknown as SchemaObject<"column">, handed = givers(after, context).length > 0;
    if (before?.kind !== "column" && !handed) continue;
    const isOwnComputed = column.generated !== null && (handed || !isHeld(after, context));
    if (isOwnComputed || !handed && !sameShape(before!, after)) return null;
    found.push(column);
  }
  return found;
}

/** The column in the stand-in, and what the heir has of its own in it. */
function addColumn(
  change: Change<"table"> | Change<"foreign_table">,
  to: SchemaObject<"column">,
  path: string,
  context: RenderContext,
): readonly Statement[] {
  const nullable = asInherited(to, context).nullable;
  const base = {
    ...to,
    comment: null,
    nullable,
    options: { inherited: true, ...(to.options.compression ? { compression: to.options.compression } : {}) },
  };
  const from = {
    ...base,
    options: { ...base.options, ...(nullable || !to.options.not_null ? {} : { not_null: to.options.not_null }) },
  };
  const fields = (["comment", "nullable", "options"] as const).filter((field) => !sameJson(from[field], to[field]));
  const definition = columnDefinition(named({ ...base, options: { ...from.options } }, context));
  return [
    statement(change as Change, `ALTER TABLE ${path} ADD COLUMN ${definition}`, {
      locks: [accessExclusive(to.parent!)],
      mayFail: nullable || to.default || to.generated ? null : refusesNull(to, null),
    }),
    ...(fields.length ? alterColumn({ op: "alter", kind: "column", from, to, fields, parts: [] }, context) : []),
    ...takeSequences(change as Change, to.id, context),
  ];
}

/** Rows of the heir may have no value; `heir` is given where the column is there already. */
function refusesNull(column: SchemaObject<"column">, heir: string | null) {
  const name = quote(column.name[2]!);
  return {
    reason: `rows whose ${name} is NULL are refused`,
    probe: heir && `SELECT count(*) FROM ${heir} WHERE ${name} IS NULL`,
  };
}

/** With the name of its NOT NULL: from 18 on one that is inherited has the name that it has in the parent. */
function named(column: SchemaObject<"column">, context: RenderContext): SchemaObject<"column"> {
  if ((context.version ?? 0) < 180000 || column.nullable) return column;
  const own = notNullOf(column.options);
  const name = own.name ?? objectName(column.name[1]!, column.name[2]!, "not_null");
  return { ...column, options: { ...column.options, not_null: { ...own, name } as Options } };
}
