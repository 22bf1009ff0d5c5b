/**
 * Expressions whose text differs though they may mean the same. Pure: lists the questions for the database and puts its answers into
 * the graph; who asks is the caller's affair.
 */
import type { ExpressionAnswer, ExpressionQuestion } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { children, makeGraph, type Note, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { Expression, SchemaObject } from "../schema/object.ts";
import type { RenameHint } from "./change.ts";
import { makeRoom } from "./make_room.ts";
import { normalize } from "./normalize.ts";
import { rename } from "./rename.ts";

/**
 * The expressions of `to` that stand in `from` too but read differently, and those of a constraint or index that may be one of `from` under
 * another name. Ask about nothing else.
 */
export function openQuestions(
  from: SchemaGraph,
  to: SchemaGraph,
  dialect: Dialect,
  renames: readonly RenameHint[] = [],
): readonly ExpressionQuestion[] {
  const cleared = makeRoom(normalize(from, dialect), renames, dialect, to);
  const left = withoutRefs(rename(cleared, renames, dialect).graph), right = withoutRefs(normalize(to, dialect));
  const questions: ExpressionQuestion[] = [];
  for (const object of right.objects.values()) {
    const other = left.objects.get(object.id);
    if (other === object) continue;
    const ours = factsOf(object).expressions(object);
    if (ours.length === 0) continue;
    const others = other ? [other].filter(({ kind }) => kind === object.kind) : goneBeside(object, left, right);
    const theirs = others.flatMap((each) => factsOf(each).expressions(each));
    for (const { field, expression } of ours) {
      const texts = theirs.filter((each) => each.field === field).map((each) => each.expression.sql);
      if (expression.opaque || texts.length === 0 || texts.includes(expression.sql)) continue;
      questions.push({ object: object.id, field, expression });
    }
  }
  return questions;
}

/** What may have got the name of `object`, because equal definitions are one thing: those of its kind and parent that `right` lacks. */
function goneBeside(object: SchemaObject, left: SchemaGraph, right: SchemaGraph): readonly SchemaObject[] {
  if (object.parent === null || object.unnamed || !factsOf(object).sameByShape) return [];
  return children(left, object.parent, object.kind).filter((each) => !each.unnamed && !right.objects.has(each.id));
}

/**
 * `to` with the database's own text for each answered question. What the database could not say keeps its text, so that it is made
 * as the model says, with a note that it may show up again. What the role may not ask is not compared: that nothing is known is no difference.
 */
export function answered(
  to: SchemaGraph,
  questions: readonly ExpressionQuestion[],
  answers: readonly ExpressionAnswer[],
): SchemaGraph {
  if (questions.length === 0) return to;
  const texts = new Map<string, string>();
  const notes: Note[] = [...to.notes];
  const refused = new Map<string, string>();
  questions.forEach((question, i) => {
    const answer = answers[i], place = `${question.object} ${question.field}`;
    if (answer && "sql" in answer) texts.set(place, answer.sql);
    else if (answer?.refused) refused.set(place, answer.unanswered);
    else {
      const why = answer?.unanswered ?? "the database gave no answer";
      const message = `the ${question.field} of "${question.object}" was compared as text only: ${why}`;
      notes.push({ code: "compared-as-text", object: question.object, message });
    }
  });
  for (const why of new Set(refused.values())) {
    const message = `SQL text that the database writes otherwise cannot be compared by this role: ${why}`;
    notes.push({ code: "not-compared", object: null, message });
  }
  const objects = [...to.objects.values()].map((object) =>
    factsOf(object).mapExpressions(object, (expression, field): Expression => {
      const place = `${object.id} ${field}`, sql = texts.get(place);
      if (refused.has(place)) return { ...expression, opaque: true };
      return sql === undefined ? expression : { ...expression, sql };
    })
  );
  return makeGraph(to.dialect, objects, notes);
}
