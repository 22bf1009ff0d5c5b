/** Marks that a table keeps on one of its indexes: CLUSTER ON and REPLICA IDENTITY USING INDEX. Pure. */
import { after, before, type Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Options } from "../../schema/object.ts";
import { quote, quoteId } from "./sql.ts";
import { quick, shareUpdateExclusive, statement } from "./statement.ts";

/** Options that are marks, not parts of the index. */
export const markOptions = ["clustered", "replica_identity", "attached"] as const;

/** The statements that set or clear the marks of a made or altered index or key. */
export function indexMarks(change: Change): readonly Statement[] {
  const to = after(change);
  if (!to?.parent || change.op === "rename") return [];
  const from = optionsOf(before(change)), now = optionsOf(to);
  const table = quoteId(to.parent), name = quote(to.name.at(-1)!);
  const statements: Statement[] = [];
  if (Boolean(from.clustered) !== Boolean(now.clustered)) {
    const sql = `ALTER TABLE ${table} ${now.clustered ? `CLUSTER ON ${name}` : "SET WITHOUT CLUSTER"}`;
    statements.push(statement(change, sql, { locks: [shareUpdateExclusive(to.parent)] }));
  }
  if (Boolean(from.replica_identity) !== Boolean(now.replica_identity)) {
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
