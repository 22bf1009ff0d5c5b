/** Folds single-table children into their parent: their columns, allowing NULL, and the column that tells the kinds of rows apart. */
import { sameJson } from "../../schema/canonical.ts";
import { model } from "../contract.ts";
import type { ColumnMeta, ColumnState, TableMeta } from "../contract.ts";
import { t } from "../types.ts";
import type { Report } from "./report.ts";

/** A table of the database with the columns of all models that live in it. */
export interface Folded {
  readonly meta: TableMeta;
  /** The table and its single-table children. */
  readonly metas: readonly TableMeta[];
  readonly columns: readonly {
    readonly key: string;
    readonly state: ColumnState;
    readonly metas: readonly ColumnMeta[];
  }[];
}

/** One entry for each table of the database, in the order of the models. */
export function foldSingles(tables: readonly TableMeta[], report: Report): readonly Folded[] {
  const children = new Map<TableMeta, TableMeta[]>();
  for (const meta of tables) {
    if (meta.inherits?.as !== "single") continue;
    const root = rootOf(meta);
    children.set(root, [...(children.get(root) ?? []), meta]);
  }
  return tables.filter((meta) => meta.inherits?.as !== "single").map((meta) => {
    const singles = children.get(meta) ?? [];
    for (const single of singles) report.addAll(single.problems);
    return { meta, metas: [meta, ...singles], columns: columnsOf(meta, singles, report) };
  });
}

/** The table that a single-table child lives in, however deep. */
function rootOf(meta: TableMeta): TableMeta {
  return meta.inherits?.as === "single" ? rootOf(meta.inherits.parent) : meta;
}

function columnsOf(root: TableMeta, singles: readonly TableMeta[], report: Report): Folded["columns"] {
  const columns = new Map<string, { key: string; state: ColumnState; metas: ColumnMeta[] }>();
  for (const [key, column] of root.columns) columns.set(key, { key, state: column.state, metas: [column] });
  if (singles.length > 0) addDiscriminator(root, singles, columns, report);
  for (const single of singles) {
    for (const [key, column] of single.columns) {
      const known = columns.get(key);
      if (!known) {
        columns.set(key, { key, state: { ...column.state, nullable: true }, metas: [column] });
      } else if (sameJson(bare(known.state), bare(column.state))) known.metas.push(column);
      else {
        report.add(
          "SQA-109",
          `"${key}" of "${
            single.inherits!.identity
          }" differs from "${key}" of table "${root.name}" or of another single-table child`,
          column.state.place,
          "give it a name of its own, or write both alike",
        );
      }
    }
  }
  return [...columns.values()];
}

/** What must agree when two children share a column. */
function bare(state: ColumnState): unknown {
  return { type: state.type, name: state.name, collate: state.collate };
}

/** Adds the discriminator where the parent has none, and checks the children's values. */
function addDiscriminator(
  root: TableMeta,
  singles: readonly TableMeta[],
  columns: Map<string, { key: string; state: ColumnState; metas: ColumnMeta[] }>,
  report: Report,
): void {
  const key = root.discriminator ?? "kind";
  const known = columns.get(key);
  if (!known) {
    const { state } = t.varchar(64).index()[model];
    columns.set(key, { key, state: { ...state, place: root.place }, metas: [] });
  }
  const seen = new Set<string>();
  for (const single of singles) {
    const identity = single.inherits!.identity!;
    const type = known?.state.type;
    if (type?.type === "enum" && !type.enum.values.includes(identity)) {
      report.add(
        "SQA-109",
        `"${identity}" is no value of "${key}" of table "${root.name}"`,
        single.place,
        `its values are ${type.enum.values.map((value) => `"${value}"`).join(", ")}`,
      );
    }
    if (seen.has(identity)) {
      report.add("SQA-109", `table "${root.name}" has two single-table children called "${identity}"`, single.place);
    }
    seen.add(identity);
  }
}
