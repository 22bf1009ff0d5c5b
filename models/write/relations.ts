/** Relations for the foreign keys of a graph, named as a person would: the column without its "id", and the other table for the way back. */
import type { SchemaObject } from "../../schema/object.ts";
import { fitted } from "./fitted.ts";
import type { TablePlan, WritePlan } from "./plan.ts";
import { camelCase } from "./identifiers.ts";
import { call, lineWidth, object, source } from "./text.ts";

interface Line {
  readonly name: string;
  readonly text: string;
}

/** A `relations(…)` for each table that has some. Names never meet a column's. */
export function relationsSource(plan: WritePlan): readonly string[] {
  const byId = new Map(plan.tables.map((table) => [table.object.id as string, table]));
  const lines = new Map<TablePlan, Line[]>();
  const add = (table: TablePlan, wishes: readonly string[], text: (name: string) => string) => {
    const own = lines.get(table) ?? [];
    const taken = new Set([...own.map(({ name }) => name), ...[...table.keys.values()].map(({ key }) => key)]);
    const candidates = [...wishes, ...wishes.map((wish) => `${wish}Row`)];
    let name = candidates.find((wish) => wish !== "" && !taken.has(wish)) ?? "";
    for (let n = 2; name === ""; n++) if (!taken.has(`${wishes[0]}${n}`)) name = `${wishes[0]}${n}`;
    lines.set(table, [...own, { name, text: text(name) }]);
  };
  for (const table of plan.tables) {
    const keys = foreignKeys(table);
    for (const key of keys) {
      const target = byId.get(key.references.table);
      if (!target || key.references.columns.length === 0) continue;
      const alone = keys.filter((each) => each.references.table === key.references.table).length === 1 &&
        target !== table;
      const from = key.columns.map((column) => table.keys.get(column)?.key ?? column);
      const to = key.references.columns.map((column) => target.keys.get(column)?.key ?? column);
      const options = alone && !foreignKeys(target).some((each) => each.references.table === table.object.id) ? null : {
        near: object([["from", source(from)], ["to", source(to)]]),
        far: object([["from", source(to)], ["to", source(from)]]),
      };
      const short = from.length === 1 ? from[0]!.replace(/_?id$/i, "") : "";
      const says = short !== "" && short !== from[0];
      // A column that is called as the table that it points to says it all.
      const long = from.length === 1 && from[0]!.toLowerCase() === target.constant.toLowerCase()
        ? `${from[0]}Row`
        : camelCase(`${from.join(" ")} ${target.constant}`);
      add(
        table,
        says ? [short, long] : alone ? [target.constant, long] : [long],
        (name) => `${name}: ${call("r.one", [`() => ${target.constant}`, options?.near ?? null])}`,
      );
      const back = alone ? table.constant : camelCase(`${table.constant} by ${short || from.join(" ")}`);
      const many = !isUnique(key.columns, table);
      add(
        target,
        [back],
        (name) => `${name}: ${call(many ? "r.many" : "r.one", [`() => ${table.constant}`, options?.far ?? null])}`,
      );
    }
  }
  return [...lines].map(([table, own]) => {
    const begin = `export const ${table.constant}Relations = relations(`;
    const inOne = `${begin}${table.constant}, (r) => ({`, fits = inOne.length <= lineWidth;
    const text = own.map((line) => `${fitted(`${fits ? "" : "  "}  ${line.text},`)}\n`).join("");
    return fits ? `${inOne}\n${text}}));` : `${begin}\n  ${table.constant},\n  (r) => ({\n${text}  }),\n);`;
  });
}

function foreignKeys(table: TablePlan): readonly SchemaObject<"foreign_key">[] {
  return table.items.flatMap(({ object }) => object.kind === "foreign_key" ? [object] : []);
}

/** Does a key of the table say that there is one row at most? */
function isUnique(columns: readonly string[], table: TablePlan): boolean {
  const same = (other: readonly string[]) => other.length > 0 && other.every((column) => columns.includes(column));
  return table.items.some(({ object }) =>
    (object.kind === "primary_key" || object.kind === "unique") && same(object.columns)
  );
}
