/** Marks that a table keeps on one of its indexes: CLUSTER ON and REPLICA IDENTITY USING INDEX. Pure. */
import { after, before, type Change } from "../../diff/change.ts";
import type { RenderContext } from "../dialect.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import type { Options } from "../../schema/object.ts";
import { quote, quoteId } from "./sql.ts";
import { quick, shareUpdateExclusive, statement } from "./statement.ts";

/** Options that are marks, not parts of the index. */
export const markOptions = ["clustered", "replica_identity", "attached"] as const;

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

function optionsOf(object: unknown): Options {
  return (object as { readonly options?: Options } | undefined)?.options ?? {};
}

/** Do two sets of options differ in marks alone? */
export function differsInMarksOnly(from: Options, to: Options): boolean {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].every((key) =>
    (markOptions as readonly string[]).includes(key) || JSON.stringify(from[key]) === JSON.stringify(to[key])
  );
}
