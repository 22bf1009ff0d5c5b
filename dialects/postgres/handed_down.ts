/** What an ALTER of a parent's column does to its heirs' columns, so that these need no statement of their own. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Alter } from "../../diff/change.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { columnOf, heirsOf, inParents, isPartition, keptParents, losesIdentities, tableIn } from "./inheritance.ts";
import { afterParents, asHandedDown, namesNotNull, notNullsAbove, withNotNull } from "./inherited_not_null.ts";

/** Fields that an ALTER of a parent's column hands down. */
const handedDown = ["type", "collation", "nullable", "default", "generated"] as const;
const optionsHandedDown = ["storage"] as const;

/** The change of a column less what the change of its parent's column does already; `fields` are what is left. */
export function withoutInherited(change: Alter<"column">, context: RenderContext): Alter<"column"> {
  // It has come back with its table's leaving (changeParents).
  if (change.from.identity && losesIdentities(context, change.to.parent)) {
    const from = { ...change.from, identity: change.to.identity };
    return { ...change, from, fields: change.fields.filter((field) => field !== "identity") };
  }
  const kept = keptParents(context, change.to.parent);
  const parent = kept.find((id) => columnOf(context.from, id, change.to) && columnOf(context.to, id, change.to));
  if (parent === undefined) return withNewParents(change, kept, context);
  const before = columnOf(context.from, parent, change.to)!, after = columnOf(context.to, parent, change.to)!;
  const from = { ...change.from } as { -readonly [P in keyof SchemaObject<"column">]: SchemaObject<"column">[P] };
  for (const field of handedDown) {
    if (!sameJson(before[field], after[field])) (from as Record<string, unknown>)[field] = after[field];
  }
  // Partitions share their table's from 17 on, and only the table says its options; heirs have none from their parents.
  const shared = isPartition(tableIn(context.to, change.to.parent)) && (context.version ?? 0) >= 170000;
  if (shared) from.identity = change.to.identity;
  const options: Record<string, Options[string]> = { ...from.options };
  for (const name of optionsHandedDown) {
    if (sameJson(before.options[name] ?? null, after.options[name] ?? null)) continue;
    const value = after.options[name];
    if (value === undefined) delete options[name];
    else options[name] = value;
  }
  if (!sameJson([before.type, before.collation], [after.type, after.collation])) {
    // The new type's storage, or what the parent sets again; compression is not handed down.
    delete options.compression;
    delete options.storage;
    if (after.options.storage !== undefined) options.storage = after.options.storage;
  }
  from.options = options;
  if (namesNotNull(context)) {
    const { nullable, notNull } = afterParents(change, context);
    from.nullable = nullable;
    from.options = withNotNull(options, notNull);
  }
  const fields = change.fields.includes("options") ? change.fields : [...change.fields, "options" as const];
  return { ...change, from, fields: fields.filter((field) => differs(from, change.to, field)) };
}

/** The same where a parent's column is new and the heir has had its own: that stays as it is, but for a NOT NULL, which goes down (18). */
function withNewParents(change: Alter<"column">, kept: readonly ObjectId[], context: RenderContext): Alter<"column"> {
  if (!namesNotNull(context) || !change.from.nullable || change.to.nullable) return change;
  const comes = notNullsAbove(context.to, change.to).some(({ id, parent }) =>
    kept.some((each) => each === parent) && !context.from.objects.has(id)
  );
  if (!comes) return change;
  const { nullable, notNull } = afterParents(change, context);
  const from = { ...change.from, nullable, options: withNotNull(change.from.options, notNull) };
  const fields = [...new Set([...change.fields, "options" as const])];
  return { ...change, from, fields: fields.filter((field) => differs(from, change.to, field)) };
}

function differs(from: SchemaObject, to: SchemaObject, field: string): boolean {
  const value = (object: SchemaObject) => (object as unknown as Record<string, unknown>)[field];
  return !sameJson(value(from), value(to));
}

/** A column as its table inherits it, before anything of its own: the parent's, less what is not handed down. */
export function asInherited(
  column: SchemaObject<"column">,
  context: Pick<RenderContext, "to" | "version">,
): SchemaObject<"column"> {
  const parent = inParents(context.to, column)[0] as SchemaObject<"column"> | undefined;
  if (!parent) return column;
  const { statistics: _statistics, with: _with, ...options } = parent.options;
  const inherited = {
    ...column,
    comment: null,
    type: parent.type,
    collation: parent.collation,
    nullable: parent.nullable,
    default: parent.default,
    generated: parent.generated,
    options: { ...withNotNull(options, {}), inherited: true },
  };
  if (!namesNotNull(context)) return inherited;
  const [named] = notNullsAbove(context.to, column);
  if (!named) return { ...inherited, nullable: true };
  return { ...inherited, nullable: false, options: withNotNull(inherited.options, asHandedDown(column, named)) };
}

/** Columns of heirs whose own default an ALTER of their parent's overwrites though it stays: to be set again. */
export function overwritten(change: Alter<"column">, context: RenderContext): readonly SchemaObject<"column">[] {
  if (!change.fields.includes("default")) return [];
  return heirsOf(context.to, change.to.parent!).flatMap((table) => {
    const from = columnOf(context.from, table.id, change.to), to = columnOf(context.to, table.id, change.to);
    if (!from || !to) return [];
    const own = sameJson(from.default, to.default) && !sameJson(to.default, change.to.default);
    return own ? [to] : [];
  });
}
