/**
 * CHECKs that are NOT VALID among heirs. A table that is made under one, or joins its table, has it as a valid one (MergeAttributes in
 * tablecmds.c), and only an ADD in the parent hands it down as one that is not. So it is added when the heirs are there, or once more. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change, Create } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { addedCheck } from "./check_words.ts";
import { commentOn } from "./comment.ts";
import { tableOf } from "./constraint.ts";
import {
  followsParent,
  heirsOf,
  inParents,
  isInherited,
  isMadeToJoin,
  isPartition,
  isThere,
  tableIn,
} from "./inheritance.ts";
import { refusesBroken } from "./row_refusals.ts";
import { quote } from "./sql.ts";
import { accessExclusive, shareUpdateExclusive, statement } from "./statement.ts";

type Check = SchemaObject<"check">;

/** Is it a CHECK that rows of heirs need not meet either? It is made when they are there. */
export function isUnchecked(object: SchemaObject, graph: SchemaGraph): boolean {
  if (!isCheck(object) || !object.options.not_valid || isInherited(object)) return false;
  return heirsOf(graph, object.parent!).some((heir) =>
    children(graph, heir.id, "check").some((each) =>
      each.name.at(-1) === object.name.at(-1) && isInherited(each) && Boolean(each.options.not_valid)
    )
  );
}

/** Does an heir have it as one that is not valid? CREATE TABLE cannot make it like that; a partition is attached with one of its own. */
export function isUncheckedHere(object: SchemaObject, graph: SchemaGraph): boolean {
  return isCheck(object) && Boolean(object.options.not_valid) && isInherited(object) &&
    !isPartition(tableIn(graph, object.parent));
}

/** Does a table get it from its parents alone, after it has joined them? */
export function comesLater(object: SchemaObject, context: RenderContext): boolean {
  const above = inParents(context.to, object);
  return above.length > 0 &&
    above.every((each) =>
      !isThere(context, each.id) && isUnchecked(each, context.to) ||
      isCheck(each) && isInherited(each) && comesLater(each, context)
    );
}

/** The checks that it is inherited from first of all: those whose tables do not inherit them. */
export function rootsOf(object: SchemaObject, graph: SchemaGraph): readonly Check[] {
  const found = inParents(graph, object).flatMap((each) => {
    const above = rootsOf(each, graph);
    return above.length > 0 ? above : [each as Check];
  });
  return [...new Set(found)];
}

/** All tables that inherit from this one, however far. */
export function tablesBelow(id: ObjectId, graph: SchemaGraph): readonly ObjectId[] {
  return [...new Set(heirsOf(graph, id).flatMap((heir) => [heir.id, ...tablesBelow(heir.id, graph)]))];
}

/**
 * What makes the check of an heir one that is not valid, where its parent has had it for long: it is dropped there and added again, at one go
 * for all heirs that need it, and what is lost with it on the others is given back.
 */
export function addAgain(change: Create<"check">, context: RenderContext): readonly Statement[] {
  return rootsOf(change.to, context.to).filter((root) => isThere(context, root.id)).flatMap((root) => {
    const below = checksBelow(root, context.to);
    const [first] = below.filter((each) =>
      !isThere(context, each.id) && isUncheckedHere(each, context.to) && !isMadeToJoin(context, each)
    );
    if (first?.id !== change.to.id) return [];
    const run = (clause: string) =>
      statement(change, `ALTER TABLE ${tableOf(root)} ${clause}`, {
        locks: [root, ...below].map((each) => accessExclusive(each.parent!)),
      });
    return [
      run(`DROP CONSTRAINT ${quote(root.name.at(-1)!)}`),
      run(`ADD ${addedCheck(root)}`),
      ...validateBelow(change, root, () => true, context),
      ...commentsAgain(change, [root, ...below].filter((each) => each !== change.to)),
    ];
  });
}

/**
 * What heirs' own checks lose when a column that they read changes its type: the server makes them anew from the parent's, not valid where that one
 * is not, and without their comments (ATPostAlterTypeCleanup in tablecmds.c).
 */
export function checksAgain(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  const made = change as Change;
  return children(context.to, change.to.parent!, "check")
    .filter((check) => !isInherited(check) && check.refs.includes(change.to.id) && isThere(context, check.id))
    .flatMap((root) => [
      ...validateBelow(made, root, (each) => isThere(context, each.id), context),
      ...commentsAgain(made, checksBelow(root, context.to).filter((each) => isThere(context, each.id))),
    ]);
}

function commentsAgain(change: Change, checks: readonly Check[]): readonly Statement[] {
  return checks.flatMap((check) =>
    check.comment === null
      ? []
      : [commentOn(change, `CONSTRAINT ${quote(check.name.at(-1)!)} ON ${tableOf(check)}`, check.comment, check.parent)]
  );
}

/**
 * Heirs whose rows all meet what their parents' rows need not: VALIDATE, behind an ADD that came down to heirs as well. Those whose own check
 * is new, under a parent that they have had, say so themselves; those that are made later have a valid one.
 */
export function validateUnder(change: Create<"check">, context: RenderContext): readonly Statement[] {
  if (!change.to.options.not_valid || isInherited(change.to)) return [];
  const isLate = isUnchecked(change.to, context.to);
  const wanted = (each: Check) => isThere(context, each.id) || isLate && !followsParent(context, each);
  return validateBelow(change, change.to, wanted, context);
}

function validateBelow(
  change: Change,
  root: Check,
  wanted: (check: Check) => boolean,
  context: RenderContext,
): readonly Statement[] {
  return checksBelow(root, context.to)
    .filter((each) => !each.options.not_valid && wanted(each) && inParents(context.to, each).some(isNotValid))
    .map((each) => validateCheck(change, each));
}

/** VALIDATE CONSTRAINT. */
export function validateCheck(change: Change, check: Check): Statement {
  return statement(change, `ALTER TABLE ${tableOf(check)} VALIDATE CONSTRAINT ${quote(check.name.at(-1)!)}`, {
    locks: [shareUpdateExclusive(check.parent!)],
    scans: [check.parent!],
    mayFail: refusesBroken(check),
  });
}

/** Is it a CHECK that rows need not meet? */
export function isNotValid(object: SchemaObject): boolean {
  return isCheck(object) && Boolean(object.options.not_valid);
}

/** The same check in all heirs, by id. */
function checksBelow(root: Check, graph: SchemaGraph): readonly Check[] {
  return tablesBelow(root.parent!, graph).flatMap((id) =>
    children(graph, id, "check").filter((each) => each.name.at(-1) === root.name.at(-1) && isInherited(each))
  ).toSorted((a, b) => a.id < b.id ? -1 : 1);
}

function isCheck(object: SchemaObject): object is Check {
  return object.kind === "check";
}
