/**
 * A type that cannot be altered as wanted while columns hold values of it: the old one steps aside under another name, the new one is made,
 * every column is cast over, and the old one is dropped. Types that are made of it (a domain over an enum, a composite with a domain inside)
 * step aside with it. Whatever else needs one of these types has been dropped before and comes back after. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import { children, ofKind } from "../../schema/graph.ts";
import type { DataType, ObjectId, SchemaObject } from "../../schema/object.ts";
import { storageAgain } from "./alter_column.ts";
import { attributeComments } from "./attribute_comments.ts";
import { commentOn } from "./comment.ts";
import { includesColumns, isReferenced } from "./included_columns.ts";
import { isOfParents } from "./inheritance.ts";
import { objectName } from "./names.ts";
import { refusePartitionKeys, refuseSecondParents, refuseTypedColumns, refuseTypeOfTable } from "./refusals.ts";
import { isBound } from "./routine.ts";
import { quote, quotePath, undotted } from "./sql.ts";
import { losesBySwap } from "./swap_losses.ts";
import { accessExclusive, statement } from "./statement.ts";
import { createDomain, domainConstraint } from "./domain_words.ts";
import { againstDefaultsOf } from "./kinds/grant.ts";
import { isNamedType, isSwapped, type NamedType } from "./swap_needed.ts";
import { createComposite, createEnum, createRange } from "./type_words.ts";
import { renderType } from "./types.ts";

/** For `KindDialect.blocks`: must what needs a type go while the type is made anew? Columns, plain keys and other types are carried over. */
export function blocksSwap(dependent: SchemaObject, context: RenderContext): boolean {
  if (isNamedType(dependent)) return false;
  if (dependent.kind === "domain_check") return !isSwapped(dependent.parent, context);
  switch (dependent.kind) {
    case "column":
      return dependent.generated !== null && context.to.objects.has(dependent.id);
    case "index":
      return dependent.where !== null || dependent.keys.some((key) => key.expression !== null);
    case "primary_key":
    case "unique":
      return includesColumns(dependent) && isReferenced(dependent.id, context);
    case "table":
    case "foreign_table":
      return false;
    default:
      return true;
  }
}

/** The same for a type: what is bound to it, or to one that is made of it and steps aside with it. */
export function blocksTypeSwap(type: ObjectId, dependent: SchemaObject, context: RenderContext): boolean {
  const isBoundTo = (id: ObjectId) => isBound(dependent, id);
  return blocksSwap(dependent, context) &&
    (isBoundTo(type) || withTypesOver(type, context).some(({ from }) => isBoundTo(from.id)));
}

/**
 * What leaves a type that is made anew goes over to another one before: the old one is dropped at the end. Only when that is a range, a column
 * goes after it: until then its values wait as text. What leaves a composite type whose attributes change in place takes its values along as
 * they are, unless it goes over to what is made of that type.
 */
export function aroundLeaving(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  const none: Around = { before: [], after: [] };
  if (change.op !== "alter") return none;
  const isRange = (id: ObjectId) => context.from.objects.get(id)?.kind === "range_type";
  const gone = change.from.refs.filter((id) =>
    !change.to.refs.includes(id) &&
    (isMadeAnew(id, context) || isReshaped(id, context) && !needs(change.to, id, context))
  );
  return change.kind === "column"
    ? { before: gone.filter(isRange), after: gone.filter((id) => !isRange(id)) }
    : { ...none, after: gone };
}

/** Is it a composite type with other attributes? */
function isReshaped(id: ObjectId, context: Pick<RenderContext, "from" | "to">): boolean {
  const from = context.from.objects.get(id), to = context.to.objects.get(id);
  return from?.kind === "composite_type" && to?.kind === "composite_type" && !sameJson(from.attributes, to.attributes);
}

/** Does what shall be need the type, itself or by what it is made of? */
function needs(object: SchemaObject, type: ObjectId, { to }: Pick<RenderContext, "to">): boolean {
  const seen = new Set(object.refs);
  for (const id of seen) for (const next of to.objects.get(id)?.refs ?? []) seen.add(next);
  return seen.has(type);
}

/** Does another type or collation take the place of this one? */
function isMadeAnew(id: ObjectId, context: Pick<RenderContext, "from" | "to">): boolean {
  const from = context.from.objects.get(id), to = context.to.objects.get(id);
  if (from?.kind !== "collation" || to?.kind !== "collation") return isSwapped(id, context);
  return !sameJson(from.options, to.options);
}

/** What a kind adds to a swap. */
export interface Swap {
  /** Why values may refuse, and a query that counts them. */
  mayFail?(column: SchemaObject<"column">, path: string): Effects["mayFail"];
}

/** A swap, and whether values lose something by it. */
interface Cast extends Swap {
  readonly loses: boolean;
}

/** The statements for one altered type; `change` is the change of that type. */
export function swapType(
  change: Alter<"enum"> | Alter<"domain"> | Alter<"composite_type"> | Alter<"range_type">,
  context: RenderContext,
  swap: Swap = {},
): readonly Statement[] {
  const why = change as unknown as Change, cast: Cast = { ...swap, loses: losesBySwap(change, context.wayBack) };
  const swapped = withTypesOver(change.to.id, context), before = [...swapped].reverse();
  const columns = columnsOf(swapped.map(({ from }) => from), context);
  refusePartitionKeys(change.to.id, columns, context);
  for (const { from } of swapped) refuseTypeOfTable(from.id, context);
  refuseTypedColumns(columns, context);
  refuseSecondParents(columns, context);
  const made = swapped.map(({ to }) => statement(why, createType(to, context)));
  const said = swapped.flatMap(({ to }) => afterwards(why, to, context));
  const heirs = heirsOf(columns, context);
  if (swapped.some(({ from }) => from.kind === "range_type")) {
    // A range type's constructors and its multirange type keep their names when it gets another: its values wait as text.
    return [
      ...heirs.flatMap(({ before }) => before.map((sql) => statement(why, sql))),
      ...[...columns, ...leaving(swapped.map(({ from }) => from), context)].map((column) => toText(why, column)),
      ...before.map(({ from }) => statement(why, `DROP ${word(from)} ${quotePath(from.name)}`)),
      ...made,
      ...columns.map((column) => fromText(why, column, find(context, column.id)!, cast)),
      ...heirs.flatMap(({ after }) => after.map((sql) => statement(why, sql))),
      ...said,
    ];
  }
  const aside = new Map(swapped.map(({ from }) => [from.id, [from.name[0]!, freeName(from.name, context)]] as const));
  return [
    ...swapped.map(({ from }) =>
      statement(why, `ALTER ${word(from)} ${quotePath(from.name)} RENAME TO ${quote(aside.get(from.id)![1]!)}`)
    ),
    ...made,
    ...heirs.flatMap(({ before }) => before.map((sql) => statement(why, sql))),
    ...columns.flatMap((column) => {
      const to = find(context, column.id)!;
      return [castOver(why, column, to, context, cast), ...storageAgain(why, to)];
    }),
    ...heirs.flatMap(({ to, after }) => [...after.map((sql) => statement(why, sql)), ...storageAgain(why, to)]),
    ...before.map(({ from }) => statement(why, `DROP ${word(from)} ${quotePath(aside.get(from.id)!)}`)),
    ...said,
  ];
}

/** The columns that hold values of the types before and after; a multirange names no type of the graph but needs its range. */
function columnsOf(types: readonly NamedType[], context: RenderContext): readonly SchemaObject<"column">[] {
  const ids = new Set(types.map(({ id }) => id));
  return ofKind(context.from, "column").filter((column) => {
    const now = find(context, column.id);
    if (!now || column.generated || isOfParents(context.from, column)) return false;
    if (column.type.of !== null) return ids.has(column.type.of) && now.type.of === column.type.of;
    return sameJson(column.type, now.type) &&
      types.some((type) =>
        type.kind === "range_type" && column.refs.includes(type.id) && isMultirange(column.type, type)
      );
  });
}

/** The columns of a range or multirange type that go over to another type: their values wait as text for that. */
function leaving(types: readonly NamedType[], context: RenderContext): readonly SchemaObject<"column">[] {
  return ofKind(context.from, "column").filter((column) => {
    const now = find(context, column.id);
    if (!now || column.generated || isOfParents(context.from, column) || sameJson(column.type, now.type)) return false;
    return types.some((type) =>
      type.kind === "range_type" &&
      (column.type.of === null
        ? column.refs.includes(type.id) && isMultirange(column.type, type)
        : column.type.of === type.id)
    );
  });
}

interface Heir {
  readonly to: SchemaObject<"column">;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The columns that these go down to: an ALTER of the parent's takes their values along, and sets the parent's default on them. What they have by
 * default of their own goes before it and comes back after it.
 */
function heirsOf(columns: readonly SchemaObject<"column">[], context: RenderContext): readonly Heir[] {
  return ofKind(context.from, "column").flatMap((heir) => {
    const to = find(context, heir.id), over = columns.filter(({ id }) => heir.refs.includes(id));
    if (!to || over.length === 0 || !isOfParents(context.from, heir)) return [];
    const alter = `ALTER TABLE ${quotePath(heir.name.slice(0, 2))} ALTER COLUMN ${quote(heir.name[2]!)}`;
    const isAlike = over.every(({ id, default: value }) =>
      sameJson(value, heir.default) && sameJson(find(context, id)?.default ?? null, to.default)
    );
    if (isAlike) return [{ to, before: [], after: [] }];
    return [{
      to,
      before: heir.default ? [`${alter} DROP DEFAULT`] : [],
      after: [`${alter} ${heir.default && to.default ? `SET DEFAULT ${to.default.sql}` : "DROP DEFAULT"}`],
    }];
  });
}

function isMultirange(type: DataType, range: SchemaObject<"range_type">): boolean {
  return type.name.includes(".") && undotted(type.name)[0] === range.name[0];
}

function toText(change: Change, column: SchemaObject<"column">): Statement {
  const path = quotePath(column.name.slice(0, 2)), name = quote(column.name[2]!);
  const text = `text${"[]".repeat(column.type.dimensions)}`;
  const clauses = [...(column.default ? ["DROP DEFAULT"] : []), `TYPE ${text} USING ${name}::${text}`];
  return rewrite(change, column, path, clauses.map((clause) => `ALTER COLUMN ${name} ${clause}`), { loses: false });
}

function fromText(change: Change, from: SchemaObject<"column">, to: SchemaObject<"column">, cast: Cast): Statement {
  const path = quotePath(from.name.slice(0, 2)), name = quote(from.name[2]!), type = renderType(from.type);
  const clauses = [
    `TYPE ${type} USING ${name}::${type}`,
    ...(from.default && to.default ? [`SET DEFAULT ${to.default.sql}`] : []),
  ];
  return rewrite(change, from, path, clauses.map((clause) => `ALTER COLUMN ${name} ${clause}`), cast);
}

function rewrite(
  change: Change,
  column: SchemaObject<"column">,
  path: string,
  clauses: readonly string[],
  cast: Cast,
): Statement {
  const table = column.parent!;
  return statement(change, `ALTER TABLE ${path} ${clauses.join(", ")}`, {
    locks: [accessExclusive(table)],
    scans: [table],
    rewrites: [table],
    loses: cast.loses ? [column.id] : [],
    mayFail: cast.mayFail?.(column, path) ?? null,
  });
}

/** The type and all that are made of it, each after what it is made of. */
function withTypesOver(id: ObjectId, context: RenderContext): readonly { from: NamedType; to: NamedType }[] {
  const found: { from: NamedType; to: NamedType }[] = [];
  const visit = (each: ObjectId) => {
    const from = context.from.objects.get(each), to = context.to.objects.get(each);
    if (!isNamedType(from) || !isNamedType(to) || found.some((other) => other.from.id === each)) return;
    found.push({ from, to });
    for (const object of context.from.objects.values()) {
      if (isNamedType(object) && typesOf(object).some((type) => type.of === each)) visit(object.id);
    }
  };
  visit(id);
  return found.sort((a, b) => depth(a.from, context) - depth(b.from, context) || (a.from.id < b.from.id ? -1 : 1));
}

function depth(type: NamedType, context: RenderContext): number {
  return Math.max(
    0,
    ...typesOf(type).map(({ of }) => {
      const inner = of === null ? undefined : context.from.objects.get(of);
      return isNamedType(inner) ? 1 + depth(inner, context) : 0;
    }),
  );
}

function typesOf(type: NamedType): readonly DataType[] {
  const object = type as unknown as SchemaObject;
  return factsOf(object).typesUsed?.(object) ?? [];
}

function word(type: NamedType): string {
  return type.kind === "domain" ? "DOMAIN" : "TYPE";
}

function createType(type: NamedType, context: RenderContext): string {
  switch (type.kind) {
    case "enum":
      return createEnum(type);
    case "domain":
      return createDomain(type, checksOf(type, context));
    case "composite_type":
      return createComposite(type);
    case "range_type":
      return createRange(type);
  }
}

/** All checks of a domain: they are made with it, and their own changes say nothing then. */
function checksOf(domain: SchemaObject<"domain">, context: RenderContext): readonly SchemaObject<"domain_check">[] {
  return children(context.to, domain.id, "domain_check");
}

/** Comments, checks that CREATE DOMAIN cannot make, and what default privileges gave to a type that is new to the server. */
function afterwards(change: Change, type: NamedType, context: RenderContext): readonly Statement[] {
  const path = quotePath(type.name);
  const own = [
    ...(type.comment === null ? [] : [commentOn(change, `${word(type)} ${path}`, type.comment, null)]),
    ...againstDefaultsOf(type as unknown as SchemaObject, change, context),
  ];
  if (type.kind === "composite_type") return [...own, ...attributeComments(change, type, {})];
  if (type.kind !== "domain") return own;
  const checks = checksOf(type, context);
  return [
    ...own,
    ...checks.filter((check) => check.options.not_valid).map((check) =>
      statement(change, `ALTER DOMAIN ${path} ADD ${domainConstraint(check)} NOT VALID`)
    ),
    ...checks.filter((check) => check.comment !== null).map((check) =>
      commentOn(change, `CONSTRAINT ${quote(check.name.at(-1)!)} ON DOMAIN ${path}`, check.comment, null)
    ),
  ];
}

/** The column as it shall be, where it stays what it is. */
function find(context: RenderContext, id: ObjectId): SchemaObject<"column"> | undefined {
  if (context.madeAnew?.has(id)) return undefined;
  const object = context.to.objects.get(id);
  return object?.kind === "column" ? object as unknown as SchemaObject<"column"> : undefined;
}

/** A name that neither graph uses for a type or a relation of the schema. */
function freeName(path: readonly string[], context: RenderContext): string {
  const taken = new Set<string>();
  for (const { objects } of [context.from, context.to]) {
    for (const object of objects.values()) {
      if (object.name.length === 2 && object.name[0] === path[0]) taken.add(object.name[1]!);
    }
  }
  for (let n = 0;; n++) {
    const candidate = objectName(path[1]!, null, n === 0 ? "old" : `old${n}`);
    if (!taken.has(candidate)) return candidate;
  }
}

/** The column's default belongs to the old type: it goes first and comes back, unless the column's own change takes care of it. */
function castOver(
  change: Change,
  from: SchemaObject<"column">,
  to: SchemaObject<"column">,
  context: RenderContext,
  cast: Cast,
): Statement {
  const path = quotePath(from.name.slice(0, 2)), column = quote(from.name[2]!);
  const clauses = [
    ...(from.default ? ["DROP DEFAULT"] : []),
    `TYPE ${renderType(from.type)} USING ${valueOf(column, from.type, context)}`,
    ...(from.default && to.default ? [`SET DEFAULT ${to.default.sql}`] : []),
  ];
  return rewrite(change, from, path, clauses.map((clause) => `ALTER COLUMN ${column} ${clause}`), cast);
}

/** The old value as one of the new type: by its text, or attribute by attribute where a composite's attributes differ. */
function valueOf(column: string, type: DataType, context: RenderContext): string {
  const before = type.of === null ? undefined : context.from.objects.get(type.of);
  const after = type.of === null ? undefined : context.to.objects.get(type.of);
  const wanted = renderType(type);
  if (type.dimensions === 0 && before?.kind === "composite_type" && after?.kind === "composite_type") {
    const known = new Set(before.attributes.map((attribute) => attribute.name));
    const values = after.attributes.map(({ name, type: inner }) =>
      known.has(name) ? `(${column}).${quote(name)}::text::${renderType(inner)}` : `NULL::${renderType(inner)}`
    );
    // IS NULL would take a row of nulls for none, and look for the column in its parent's place in an heir's rows.
    return `CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(${values.join(", ")})::${wanted} END`;
  }
  return `${column}::text${"[]".repeat(type.dimensions)}::${wanted}`;
}
