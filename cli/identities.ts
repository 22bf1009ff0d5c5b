/**
 * Which kinds of rows get another identity now. The schema does not show what stands in rows, so the headers of the migrations say what was done: a
 * rename that the history holds is not done again.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { Connection } from "../dialects/driver.ts";
import type { RenameHint } from "../diff/change.ts";
import type { DiffBase } from "../migrate/base.ts";
import { identityHints, type RowKind } from "../models/graph/identities.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { idWithin, objectId, pathOfId } from "../schema/id.ts";
import type { ObjectId } from "../schema/object.ts";

type RecordedRenames = DiffBase["renames"];

/** The kinds of rows of the models, and the renames that the history holds already. */
export interface Identities {
  readonly kinds: readonly RowKind[];
  readonly recorded: RecordedRenames;
}

/** The hints for rows that no file holds yet: by what the models say, and by the renames of tables that are part of this plan. */
export function openIdentities(
  renames: readonly RenameHint[],
  { kinds, recorded }: Identities = { kinds: [], recorded: [] },
): readonly RenameHint[] {
  return identityHints(kinds, renames).filter(({ from, to }) => {
    const files = ofColumn(objectId("column", pathOfId(to).slice(0, -1)), recorded);
    const done = files.findLastIndex((file) => file.some((each) => each.from === from && each.to === to));
    // A kind may have got its old identity back since, and is to lose it again.
    return done < 0 || files.slice(done + 1).some((file) => file.some((each) => each.to === from));
  });
}

/** Records of values of this column, file by file, under the name that it has now. */
function ofColumn(column: ObjectId, recorded: RecordedRenames): RecordedRenames {
  const names = new Set<string>([column]);
  return recorded.toReversed().map((file) => {
    for (const { from, to } of file) {
      if (names.has(to)) names.add(from);
      if (to.startsWith("table:")) { for (const name of [...names]) names.add(inTable(name as ObjectId, to, from)); }
    }
    return file.flatMap(({ from, to }) => {
      const holder = objectId("column", pathOfId(to as ObjectId).slice(0, -1));
      if (!to.startsWith("column:") || !names.has(holder)) return [];
      const now = (id: string) => idWithin("column", column, pathOfId(id as ObjectId).at(-1)!);
      return [{ from: now(from), to: now(to) }];
    });
  }).reverse();
}

/** The column's id in a table that had another name. */
function inTable(column: ObjectId, table: string, old: string): string {
  const path = pathOfId(column);
  if (objectId("table", path.slice(0, -1)) !== table) return column;
  return idWithin("column", old as ObjectId, path.at(-1)!);
}

/** Renames that no row waits for, one by one, for `push`, which leaves no file behind. Reads at most one row for each. */
export async function doneInRows(
  kinds: readonly RowKind[],
  graph: SchemaGraph,
  connection: Connection,
  dialect: Dialect,
): Promise<RecordedRenames> {
  const done: RecordedRenames[number][] = [];
  for (const { from, to } of identityHints(kinds, [])) {
    const path = pathOfId(from), column = path.slice(0, -1);
    if (!graph.objects.has(objectId("column", column))) continue;
    const sql = `SELECT 1 AS found FROM ${dialect.quotePath(column.slice(0, -1))} WHERE ${
      dialect.quote(column.at(-1)!)
    } = ${dialect.quoteText(path.at(-1)!)} LIMIT 1`;
    if ((await connection.query(sql)).length === 0) done.push([{ from, to }]);
  }
  return done;
}
