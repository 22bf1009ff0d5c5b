/**
 * By whose rights an index is filled: by those of its table's owner, whoever makes it (index_build in index.c; 15 to 18). It has to be
 * allowed to execute the functions in it as soon as there is a row. Pure.
 */
import type { Around, Dialect, KindDialect, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { SqaError } from "../../schema/error.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { labelOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { ownerId } from "./owned.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;
type Function = SchemaObject<"function">;

const filled: ReadonlySet<Kind> = new Set(["index", "exclusion"]);

/**
 * An index is made once its table's owner may execute what it calls. Where that role may not in the end, the index is made before: while it
 * still may, or while a new table still belongs to the role that makes it.
 */
export function aroundIndexRights(change: Change, { from, to }: Pick<RenderContext, "from" | "to">): Around {
  const none = { before: [], after: [] };
  if (change.op !== "create" || !filled.has(change.kind)) return none;
  const table = to.objects.get(change.to.parent!), called = calledBy(change.to, to);
  if (!table || called.length === 0) return none;
  const isDenied = deniedTo(table, called, to).length > 0;
  if (!from.objects.has(table.id)) return isDenied ? { before: [], after: [ownerId(table)] } : none;
  const rights = [ownerId(table), ...called.flatMap((each) => [ownerId(each), ...grantsOn(each, from, to)])];
  return isDenied ? { before: [], after: rights } : { before: rights, after: [] };
}

/** Every kind, with statements refused (SQA-311) that would fill an index by the rights of a role that has none, before and after. */
export function withIndexRights(kinds: Dialect["kinds"]): Dialect["kinds"] {
  const entries = Object.entries(kinds).map(([name, kind]) => {
    if (kind === "unsupported") return [name, kind];
    const { render } = kind as unknown as KindDialect<Kind>;
    return [name, {
      ...kind,
      render(change: Change, context: RenderContext): readonly Statement[] {
        const statements = render(change, context);
        if (change.op === "create" && filled.has(change.kind)) refuseDenied(change.to, context);
        for (const { effects } of statements) for (const id of effects.rewrites) refuseRewrite(id, context);
        return statements;
      },
    }];
  });
  return Object.fromEntries(entries) as Dialect["kinds"];
}

/** A table that is written anew has those of its indexes filled anew that it keeps. */
function refuseRewrite(table: ObjectId, context: Graphs): void {
  for (const kind of ["index", "exclusion"] as const) {
    for (const index of children(context.to, table, kind)) {
      if (context.from.objects.has(index.id) && !context.madeAnew?.has(index.id)) refuseDenied(index, context);
    }
  }
}

function refuseDenied(index: SchemaObject, context: Graphs): void {
  const { from, to } = context, called = calledBy(index, to);
  const before = from.objects.get(index.parent!), after = to.objects.get(index.parent!);
  // A new table is still its maker's.
  if (called.length === 0 || !before || !after || deniedTo(before, called, from).length === 0) return;
  const denied = deniedTo(after, called, to)[0], role = roleOf(after, to);
  if (!denied || !isAlone(roleOf(before, from), context) || !isAlone(role, context)) return;
  throw new SqaError(
    "SQA-311",
    `the ${factsOf(index).label} "${
      labelOfId(index.id)
    }" cannot be filled: "${role}", who owns its table, may not execute "${labelOfId(denied.id)}"`,
    { hint: `grant EXECUTE on "${labelOfId(denied.id)}" to "${role}", or give the table another owner` },
  );
}

/** The functions that an index calls by itself or by an operator. */
function calledBy(index: SchemaObject, graph: SchemaGraph): readonly Function[] {
  return index.refs.flatMap((id): readonly Function[] => {
    const object = graph.objects.get(id);
    if (object?.kind === "operator") return calledBy(object, graph);
    return object?.kind === "function" ? [object] : [];
  });
}

/** Those that the owner of the table may not execute as a role of its own. Nothing is said of an owner that is not known. */
function deniedTo(table: SchemaObject, functions: readonly Function[], graph: SchemaGraph): readonly Function[] {
  const role = roleOf(table, graph);
  return role === undefined ? [] : functions.filter(({ id }) => {
    const one = graph.objects.get(id);
    return one && !mayExecute(role, one, graph);
  });
}

function mayExecute(role: string, one: SchemaObject, graph: SchemaGraph): boolean {
  const grants = children(graph, one.id, "grant");
  const has = (grantee: string, standard: boolean) => {
    const grant = grants.find(({ name }) => name.at(-1) === grantee);
    return grant ? grant.privileges.some(({ privilege }) => privilege === "EXECUTE") : standard;
  };
  return has("public", true) || has(role, roleOf(one, graph) === role);
}

function grantsOn({ id }: SchemaObject, ...graphs: readonly SchemaGraph[]): readonly ObjectId[] {
  return [...new Set(graphs.flatMap((graph) => children(graph, id, "grant").map((grant) => grant.id)))];
}

function roleOf(object: SchemaObject, graph: SchemaGraph): string | undefined {
  const owner = graph.objects.get(ownerId(object));
  return owner?.kind === "owner" ? owner.role : undefined;
}

/** Is it known of the role that it has no rights but those that are given to itself and to everybody? */
function isAlone(role: string | undefined, { from, to }: Graphs): boolean {
  return [from, to].some((graph) => ofKind(graph, "owner").some((each) => each.alone && each.role === role));
}
