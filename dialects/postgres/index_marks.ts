/** Marks that a table keeps on one of its indexes: CLUSTER ON and REPLICA IDENTITY USING INDEX. Pure. */
import { after, type Alter, before, type Change } from "../../diff/change.ts";
import type { Around, RenderContext } from "../dialect.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
import { quote, quoteId } from "./sql.ts";
import { quick, shareUpdateExclusive, statement } from "./statement.ts";

/** Options that are marks, not parts of the index. */
export const markOptions = ["clustered", "replica_identity", "attached", "incomplete"] as const;

/** Those of a key: its index may have a comment of its own, too. */
export const keyMarkOptions = [...markOptions, "index_comment"] as const;

/** The statements that set or clear the marks of a made or altered index or key. */
export function indexMarks(change: Change, context: Pick<RenderContext, "to">): readonly Statement[] {
  const to = after(change);
  if (!to?.parent || change.op === "rename") return [];
  const from = optionsOf(before(change)), now = optionsOf(to);
  const table = quoteId(to.parent), name = quote(to.name.at(-1)!);
  // A table has one of each: whoever gets the mark takes it from this one, be it before or after.
  const siblings = children(context.to, to.parent).filter(({ id, kind }) => id !== to.id && kind !== "column");
  const given = (mark: string) => siblings.some((each) => Boolean(optionsOf(each)[mark]));
  const byTable = Boolean(optionsOf(context.to.objects.get(to.parent)).replica_identity);
  const statements: Statement[] = [];
  if (Boolean(from.clustered) !== Boolean(now.clustered) && (now.clustered || !given("clustered"))) {
    const sql = `ALTER TABLE ${table} ${now.clustered ? `CLUSTER ON ${name}` : "SET WITHOUT CLUSTER"}`;
    statements.push(statement(change, sql, { locks: [shareUpdateExclusive(to.parent)] }));
  }
  const replicaIdentityGoesOn = byTable || given("replica_identity");
  if (
    Boolean(from.replica_identity) !== Boolean(now.replica_identity) &&
    (now.replica_identity || !replicaIdentityGoesOn)
  ) {
    const sql = `ALTER TABLE ${table} REPLICA IDENTITY ${now.replica_identity ? `USING INDEX ${name}` : "DEFAULT"}`;
    statements.push(quick(change, to.parent, sql));
  }
  return statements;
}

/**
 * What goes before the drop of an index or key that is its table's replica identity: the table would be left with none, and a published one
 * refuse every UPDATE and DELETE.
 */
export function giveUpIdentity(change: Change, context: Pick<RenderContext, "from" | "to">): readonly Statement[] {
  if (change.op !== "drop") return [];
  const from: SchemaObject = change.from, table = from.parent && context.to.objects.get(from.parent);
  if (!table || !isIdentity(from) || children(context.to, table.id).some(isIdentity)) return [];
  return [quick(change, table.id, `ALTER TABLE ${quoteId(table.id)} REPLICA IDENTITY ${identityOf(table)}`)];
}

/** What goes before a DROP NOT NULL: an index that is the replica identity needs its columns to be NOT NULL, so it is that no longer. */
export function freeOfIdentity(
  change: Alter<"column">,
  context: Pick<RenderContext, "from" | "to">,
): readonly Statement[] {
  const { to } = change, table = context.to.objects.get(to.parent!);
  const holds = children(context.from, to.parent!).some((each) => isIdentity(each) && each.refs.includes(to.id));
  if (!table || !holds) return [];
  return [quick(change as Change, table.id, `ALTER TABLE ${quoteId(table.id)} REPLICA IDENTITY ${identityOf(table)}`)];
}

/** A column is freed before another index becomes the identity, which it would take that from. */
export function aroundIdentity(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  const freed = change.op === "alter" && change.kind === "column" && !change.from.nullable && change.to.nullable &&
    freeOfIdentity(change as Alter<"column">, context).length > 0;
  if (!freed) return { before: [], after: [] };
  return { before: [], after: children(context.to, change.to.parent!).filter(isIdentity).map(({ id }) => id) };
}

function isIdentity(object: SchemaObject): boolean {
  return object.kind !== "column" && Boolean(optionsOf(object).replica_identity);
}

/** The identity that the table has by itself. */
function identityOf(table: SchemaObject): string {
  return String(optionsOf(table).replica_identity ?? "default").toUpperCase();
}

function optionsOf(object: unknown): Options {
  return (object as { readonly options?: Options } | undefined)?.options ?? {};
}

/** Do two sets of options differ in marks alone? */
export function differsInMarksOnly(from: Options, to: Options): boolean {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].every((key) =>
    (keyMarkOptions as readonly string[]).includes(key) || JSON.stringify(from[key]) === JSON.stringify(to[key])
  );
}
