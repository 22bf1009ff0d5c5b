/**
 * Sequences that belong to a column, and the columns they belong to. The column's default needs the sequence, so the sequence comes first;
 * OWNED BY needs the column, so whoever of the two is made last says it. A column that goes takes its sequence along, unless that is let
 * go first. A serial column and an identity column keep their counter when one becomes the other. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change, Drop, Rename } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children, find, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { dependentsOf } from "./dependents.ts";
import { addIdentity, identitySequence } from "./identity.ts";
import { isKept, isThere } from "./inheritance.ts";
import { madeOverToTable } from "./sequence_owners.ts";
import { commentOn } from "./comment.ts";
import { objectName } from "./names.ts";
import { createSequence } from "./sequence_words.ts";
import { dotted, quote, quoteId, quotePath, quoteText } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";

const ownerIndex = new WeakMap<SchemaGraph, ReadonlyMap<ObjectId, readonly SchemaObject<"sequence">[]>>();

/** The sequences that belong to a column, in id order. */
function sequencesOf(graph: SchemaGraph, column: ObjectId): readonly SchemaObject<"sequence">[] {
  let index = ownerIndex.get(graph);
  if (!index) {
    const made = new Map<ObjectId, SchemaObject<"sequence">[]>();
    for (const sequence of ofKind(graph, "sequence")) {
      if (sequence.ownedBy) made.set(sequence.ownedBy, [...made.get(sequence.ownedBy) ?? [], sequence]);
    }
    ownerIndex.set(graph, index = made);
  }
  return index.get(column) ?? [];
}

/** OWNED BY for a sequence, where its column is there already; a column that is only made now says it itself. */
export function ownedBy(
  change: Change<"sequence">,
  sequence: SchemaObject<"sequence">,
  context: RenderContext,
  before: ObjectId | null = null,
): readonly Statement[] {
  const owner = sequence.ownedBy;
  if (owner === before) return [];
  if (owner === null) {
    return context.to.objects.has(before!)
      ? [statement(change, `ALTER SEQUENCE ${quotePath(sequence.name)} OWNED BY NONE`)]
      : [];
  }
  return isThere(context, owner) ? owned(change, sequence, context) : [];
}

function owned(change: Change, sequence: SchemaObject<"sequence">, context: RenderContext): readonly Statement[] {
  return [
    ...madeOverToTable(change, sequence, context),
    statement(change, `ALTER SEQUENCE ${quotePath(sequence.name)} OWNED BY ${quoteId(sequence.ownedBy!)}`),
  ];
}

/** OWNED BY for the sequences of a column that has just been made. */
export function takeSequences(change: Change, column: ObjectId, context: RenderContext): readonly Statement[] {
  return sequencesOf(context.to, column).flatMap((sequence) => owned(change, sequence, context));
}

/** A table that is logged or not takes its columns' sequences along (since 15): those that are otherwise are told so again. */
export function keepPersistence(change: Alter<"table">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  if (from.options.unlogged === to.options.unlogged) return [];
  const owned = [context.from, context.to].flatMap((graph) =>
    children(graph, to.id, "column").flatMap(({ id }) => sequencesOf(graph, id))
  );
  return [...new Set(owned.map(({ id }) => id))].flatMap((id) => {
    const sequence = find(context.to, "sequence", id);
    if (!sequence || !isThere(context, id) || sequence.options.unlogged === to.options.unlogged) return [];
    const sql = `ALTER SEQUENCE ${quotePath(sequence.name)} SET ${sequence.options.unlogged ? "UNLOGGED" : "LOGGED"}`;
    return [statement(change, sql, { locks: [accessExclusive(id)] })];
  });
}

/** Before a column goes: the sequences of it that stay, or that others use, are let go. */
export function releaseSequences(change: Change, column: ObjectId, context: RenderContext): readonly Statement[] {
  return sequencesOf(context.from, column)
    .filter((sequence) => context.to.objects.has(sequence.id) || usedElsewhere(sequence, context))
    .map((sequence) => statement(change, `ALTER SEQUENCE ${quotePath(sequence.name)} OWNED BY NONE`));
}

/** Before a table goes: the same for its columns, which go with it. */
export function releaseWithTable(
  change: Drop<"table"> | Drop<"foreign_table">,
  context: RenderContext,
): readonly Statement[] {
  return change.parts.flatMap((part) =>
    part.op === "drop" && part.kind === "column" ? releaseSequences(change as Change, part.from.id, context) : []
  );
}

/** Before a table goes to another schema: the sequences of its columns would go with it, and those that stay are let go. */
export function leaveSequences(change: Rename<"table">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  if (from.name[0] === to.name[0]) return [];
  return children(context.from, to.id, "column").flatMap(({ id }) => sequencesOf(context.from, id))
    .filter(({ name }) => name[0] === from.name[0])
    .map(({ name }) => statement(change as Change, `ALTER SEQUENCE ${quotePath(name)} OWNED BY NONE`));
}

/** Does another object than its column need the sequence before the change? */
function usedElsewhere(sequence: SchemaObject<"sequence">, context: RenderContext): boolean {
  return dependentsOf(context.from, sequence.id).some((object) => object.id !== sequence.ownedBy);
}

/** Does a dropped sequence go with its column, by DROP COLUMN, DROP TABLE or ADD GENERATED AS IDENTITY? */
export function droppedByColumn(sequence: SchemaObject<"sequence">, context: RenderContext): boolean {
  if (sequence.ownedBy === null) return false;
  const column = find(context.from, "column", sequence.ownedBy);
  if (!column) return false;
  if (!isKept(context, column.id)) return !usedElsewhere(sequence, context);
  return becomesIdentity(column, find(context.to, "column", column.id)!, context) === sequence;
}

/** Is a new sequence made together with the end of its column's identity? */
export function createdByColumn(sequence: SchemaObject<"sequence">, context: RenderContext): boolean {
  if (sequence.ownedBy === null) return false;
  const from = find(context.from, "column", sequence.ownedBy), to = find(context.to, "column", sequence.ownedBy);
  return from !== undefined && to !== undefined && becomesSerial(from, to, context) === sequence;
}

/** The sequence whose counter the new identity takes over. */
function becomesIdentity(from: SchemaObject<"column">, to: SchemaObject<"column">, context: RenderContext) {
  if (from.identity || !to.identity) return undefined;
  return sequencesOf(context.from, from.id).find((each) => !context.to.objects.has(each.id));
}

/** The sequence that takes over the counter of the identity that ends. */
function becomesSerial(from: SchemaObject<"column">, to: SchemaObject<"column">, context: RenderContext) {
  if (!from.identity || to.identity) return undefined;
  return sequencesOf(context.to, to.id).find((each) => !context.from.objects.has(each.id));
}

/** From a serial column to an identity column: the counter goes on where it is. Null when the column had no sequence. */
export function serialToIdentity(change: Alter<"column">, context: RenderContext): readonly Statement[] | null {
  const { from, to } = change, old = becomesIdentity(from, to, context);
  if (!old) return null;
  const aside = [old.name[0]!, objectName(old.name[1]!, null, "old")], path = quotePath(to.name.slice(0, 2));
  return [
    statement(change, `ALTER SEQUENCE ${quotePath(old.name)} RENAME TO ${quote(aside[1]!)}`),
    quick(change, to.parent!, `ALTER TABLE ${path} ALTER COLUMN ${quote(to.name[2]!)} ${addIdentity(to)}`),
    carryOver(change, aside, identitySequence(to)),
    statement(change, `DROP SEQUENCE ${quotePath(aside)}`),
  ];
}

/** From an identity column to a serial one. Null when the column gets no sequence. */
export function identityToSerial(change: Alter<"column">, context: RenderContext): readonly Statement[] | null {
  const { from, to } = change, sequence = becomesSerial(from, to, context);
  if (!sequence) return null;
  const old = identitySequence(from), aside = [old[0]!, objectName(old[1]!, null, "old")];
  const path = quotePath(to.name.slice(0, 2)), column = quote(to.name[2]!);
  return [
    statement(change, `ALTER SEQUENCE ${quotePath(old)} RENAME TO ${quote(aside[1]!)}`),
    statement(change, createSequence(sequence)),
    carryOver(change, aside, sequence.name),
    quick(change, to.parent!, `ALTER TABLE ${path} ALTER COLUMN ${column} DROP IDENTITY`),
    ...owned(change, sequence, context),
    ...(sequence.comment === null
      ? []
      : [commentOn(change, `SEQUENCE ${quotePath(sequence.name)}`, sequence.comment, to.parent)]),
  ];
}

function carryOver(change: Change, from: readonly string[], to: readonly string[]): Statement {
  const target = quoteText(quotePath(to));
  const sql = `SELECT pg_catalog.setval(${target}, last_value, is_called) FROM ${quotePath(from)}`;
  return statement(change, sql);
}

/** The sequence that a default takes its values from ("nextval('public.s'::regclass)"), as a dotted path; null for other defaults. */
export function nextvalOf(sql: string): string | null {
  const found = /^(?:pg_catalog\.)?nextval\('((?:[^']|'')+)'(?:::(?:pg_catalog\.)?regclass)?\)$/i.exec(sql);
  if (!found) return null;
  const parts = found[1]!.replaceAll("''", "'").match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
  return dotted(
    parts.map((part) => part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()),
  );
}
