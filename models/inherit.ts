/** The columns that a table made from another one begins with. */
import { model } from "./contract.ts";
import type { ColumnMeta, ColumnState, Named, Place, Problem, TableMeta } from "./contract.ts";
import type { AnyColumn, Columns } from "./column/any_column.ts";
import { bindColumn, withState } from "./column/build.ts";
import { referenceMeta } from "./column/parts.ts";

/** A column made of another table's, not yet in a table. */
function taken(meta: ColumnMeta, fields: Partial<ColumnState>): AnyColumn {
  const loose = bindColumn({ [model]: meta } as AnyColumn, meta.key ?? "", null);
  return withState(loose, { problems: [], ...fields });
}

/** The parent's primary key as the child's own, pointing to the parent and deleted with it. */
export function joinedColumns(parent: TableMeta, problems: Problem[], place: Place): Columns {
  const columns: Record<string, AnyColumn> = {};
  for (const [key, column] of parent.columns) {
    if (!column.state.primaryKey) continue;
    columns[key] = taken(column, {
      identity: null,
      default: null,
      unique: [],
      indexes: [],
      checks: [],
      generated: null,
      comment: null,
      renamedFrom: [],
      primaryKey: unnamed(column.state.primaryKey),
      references: [referenceMeta({ thunk: () => ({ [model]: column }) }, { onDelete: "cascade" }, place, problems)],
    });
  }
  if (Object.keys(columns).length === 0) {
    problems.push({
      code: "SQA-109",
      message: `table "${parent.name}" has joined tables but no column with primaryKey()`,
      hint: "call primaryKey() on its key column; a key given with self.primaryKey([...]) cannot be taken over",
      place,
    });
  }
  return columns;
}

/** All columns of the parent, and of the tables that it is joined to itself; names of keys, checks and indexes are made anew. */
export function concreteColumns(parent: TableMeta): Columns {
  const columns: Record<string, AnyColumn> = parent.inherits?.as === "joined"
    ? { ...concreteColumns(parent.inherits.parent) }
    : {};
  for (const [key, column] of parent.columns) {
    if (key in columns) continue;
    const { state } = column;
    columns[key] = taken(column, {
      renamedFrom: [],
      primaryKey: state.primaryKey && unnamed(state.primaryKey),
      unique: state.unique.map(unnamed),
      indexes: state.indexes.map(unnamed),
      checks: state.checks.map(unnamed),
      references: state.references.map(unnamed),
    });
  }
  return columns;
}

/** The same thing with the default name of wherever it comes to stand. */
function unnamed<T extends Named>(item: T): T {
  return { ...item, name: null, renamedFrom: [] };
}
