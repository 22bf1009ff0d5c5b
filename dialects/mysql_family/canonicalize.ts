/**
 * Asks the server for its own text of expressions: what they belong to is made in a scratch database and read back by the reader that
 * every diff uses. Nothing that exists is touched.
 */
import type { Connection, ExpressionAnswer, ExpressionQuestion } from "../driver.ts";
import { type Dialect, kindOf, type RenderContext } from "../dialect.ts";
import { create } from "../../diff/change.ts";
import { children, emptyGraph, makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { mentions } from "./expression.ts";
import { inScratch } from "./scratch.ts";

/** Answers by index; "unanswered" carries the server's reason. Never throws for what the server says. */
export async function canonicalize(
  dialect: Dialect,
  connection: Connection,
  graph: SchemaGraph,
  questions: readonly ExpressionQuestion[],
): Promise<readonly ExpressionAnswer[]> {
  if (questions.length === 0) return [];
  const normal = normalized(dialect, graph);
  let begun = false;
  try {
    return await inScratch(connection, (place) => {
      begun = true;
      return answers(dialect, place, normal, questions);
    });
  } catch (error) {
    // Where no scratch database can be made, no text is at fault: it is not compared.
    const unanswered = reasonOf(error);
    return questions.map(() => begun ? { unanswered } : { unanswered, refused: true });
  }
}

/** The graph as every diff sees it: only so does what it holds agree with what the server takes. */
function normalized(dialect: Dialect, graph: SchemaGraph): SchemaGraph {
  const objects = [...graph.objects.values()].flatMap((object) => {
    const kind = kindOf<Kind>(dialect, object.kind);
    return kind === "unsupported" ? [] : [kind.normalize(object)];
  });
  return dialect.normalizeGraph(makeGraph(graph.dialect, objects as SchemaObject[]));
}

async function answers(
  dialect: Dialect,
  place: Connection,
  graph: SchemaGraph,
  questions: readonly ExpressionQuestion[],
): Promise<readonly ExpressionAnswer[]> {
  const failed = new Map<ObjectId, string>();
  for (const object of inOrder(graph, questions)) {
    const reason = await make(dialect, place, graph, object);
    if (reason !== null) failed.set(object.id, reason);
  }
  const { objects } = (await dialect.read(place, { schemas: null }))();
  const made = makeGraph(dialect.name, objects);
  return questions.map(({ object: id, field }) => {
    const asked = graph.objects.get(id), found = made.objects.get(id);
    const answer = found && factsOf(found).expressions(found).find((each) => each.field === field);
    if (answer) return { sql: answer.expression.sql };
    const owner = asked?.parent ?? id;
    return { unanswered: failed.get(id) ?? failed.get(owner) ?? `the server did not keep the ${field} of "${id}"` };
  });
}

/** What must be made: the asked objects or their tables, and all that those name; tables first, then each view after what it reads. */
function inOrder(graph: SchemaGraph, questions: readonly ExpressionQuestion[]): readonly SchemaObject[] {
  const byName = new Map<string, SchemaObject>();
  for (const object of graph.objects.values()) {
    if (["table", "view", "sequence", "function"].includes(object.kind)) byName.set(object.name[0]!, object);
  }
  const found: SchemaObject[] = [];
  const visited = new Set<ObjectId>();
  const visit = (object: SchemaObject | undefined): void => {
    if (!object || visited.has(object.id)) return;
    visited.add(object.id);
    const texts = [object, ...object.kind === "table" ? children(graph, object.id) : []]
      .flatMap((each) => factsOf(each).expressions(each)).map(({ expression }) => expression.sql);
    const needs = object.kind === "function" || object.kind === "event" ? [] : texts.flatMap((sql) => mentions(sql));
    for (const path of needs) visit(byName.get(path[0]!));
    if (object.parent && object.kind === "trigger") visit(graph.objects.get(object.parent));
    found.push(object);
  };
  for (const { object: id } of questions) {
    const object = graph.objects.get(id);
    const inTable = object?.parent && object.kind !== "trigger";
    visit(inTable ? graph.objects.get(object.parent!) : object);
  }
  return found;
}

/** Makes one object with what stands in its statement. Null, or why the server refused. A table is tried again without its checks and indexes. */
async function make(
  dialect: Dialect,
  place: Connection,
  graph: SchemaGraph,
  object: SchemaObject,
): Promise<string | null> {
  const kind = kindOf<Kind>(dialect, object.kind);
  if (kind === "unsupported") return `${dialect.label} has none`;
  const empty = emptyGraph(dialect.name);
  const context: RenderContext = { from: empty, to: graph, version: place.version };
  const parts = object.kind === "table"
    ? children(graph, object.id).filter((child) => dialect.inline.create.includes(child.kind))
    : [];
  const run = async (with_: readonly SchemaObject[]) => {
    const quiet = object.kind === "event" ? { ...object, options: { ...object.options, status: "DISABLE" } } : object;
    const change = create(quiet as SchemaObject, with_.map((part) => create(part)));
    for (const { sql } of kind.render(change as never, context)) await place.execute(sql);
  };
  try {
    await run(parts);
    return null;
  } catch (error) {
    const reason = reasonOf(error);
    if (object.kind !== "table") return reason;
    // One text that the server refuses must not leave the others without an answer.
    const base: readonly SchemaObject[] = parts.filter((part) => part.kind === "column" || part.kind === "primary_key");
    await run(base).catch(() => {});
    for (const part of parts) {
      if (base.includes(part)) continue;
      const one = kindOf<Kind>(dialect, part.kind);
      if (one === "unsupported") continue;
      const both: RenderContext = { from: graph, to: graph, version: place.version };
      for (const { sql } of one.render(create(part) as never, both)) await place.execute(sql).catch(() => {});
    }
    return reason;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
