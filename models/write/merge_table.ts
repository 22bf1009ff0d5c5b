/** A table's model brought up to date where it is written: columns, what stands beside them, the comment. Pure. */
import type { TableMeta } from "../contract.ts";
import { columnName } from "../graph/names.ts";
import { type Edit, insertion, removal } from "./edits.ts";
import { columnMerged, plain } from "./merge_column.ts";
import { type MovedEnum, referring, withNewValues } from "./merge_enums.ts";
import { propertyEdits } from "./merge_call.ts";
import type { TablePlan, WritePlan } from "./plan.ts";
import {
  afterComments,
  argumentsAt,
  closing,
  items,
  properties,
  type Property as WrittenProperty,
  type Span,
} from "./source_text.ts";
import { besideLines, columnLines, type Property, tableOptions, tableProperties } from "./table.ts";

/** A table in both graphs, and its model. */
export interface TableInput {
  readonly known: TablePlan;
  readonly table: TablePlan;
  readonly meta: TableMeta | undefined;
  readonly before: WritePlan;
  readonly after: WritePlan;
  readonly moved: readonly MovedEnum[];
  read(file: string): string;
}

/** What is changed in the model's file, what of it is said, and what is left to a person. */
export interface TableMerged {
  readonly edits: Edit[];
  readonly done: string[];
  readonly left: string[];
}

/** Brings one table up to date. Without edits where nothing differs, or where the model was not found. */
export function mergeTable(input: TableInput): TableMerged {
  const { meta, read } = input;
  const sides = sidesOf(input), name = input.table.object.name.at(-1)!;
  const merged: TableMerged = { edits: [], done: [], left: [] };
  if (sides === null) return merged;
  const place = meta?.place, text = place?.file ? read(place.file) : null;
  const call = text === null ? null : findCall(text, place!.line ?? 1, place!.column ?? 1);
  if (!meta || text === null || !call) {
    merged.left.push(`table "${name}" differs, and where its model is written was not found`);
    return merged;
  }
  const written: Written = { name, text, call, meta };
  mergeColumns(written, sides, input.moved, merged);
  mergeBeside(written, sides, merged);
  mergeOptions(written, input, merged);
  return merged;
}

/** A table as it stands in its file. */
interface Written {
  readonly name: string;
  readonly text: string;
  readonly call: Call;
  readonly meta: TableMeta;
}

interface Sides {
  readonly columns: { readonly before: ReadonlyMap<string, string>; readonly after: ReadonlyMap<string, string> };
  readonly beside: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** What is written of both sides, with the keys that the model has; null where it is the same. */
function sidesOf({ known, table, meta, before, after }: TableInput): Sides | null {
  const [from, to] = meta ? [withKeys(known, meta), withKeys(table, meta)] : [known, table];
  const columns = { before: byColumn(from, columnLines(from, before)), after: byColumn(to, columnLines(to, after)) };
  const beside = { before: besideLines(from, before), after: besideLines(to, after) };
  const text = (
    { columns: lines, beside: more }: { columns: ReadonlyMap<string, string>; beside: readonly string[] },
  ) => JSON.stringify([[...lines].sort(), [...more].sort()]);
  const same =
    text({ columns: columns.before, beside: beside.before }) === text({ columns: columns.after, beside: beside.after });
  return same && tableOptions(known, before) === tableOptions(table, after) ? null : { columns, beside };
}

/** The table with the keys of its model, where the model has the column. */
function withKeys(table: TablePlan, meta: TableMeta): TablePlan {
  const keys = [...table.keys].map(([column, key]) => {
    const own = keyFor(column, meta);
    return [column, own === null ? key : { key: own, named: columnName(own, meta.naming) !== column }] as const;
  });
  return { ...table, keys: new Map(keys) };
}

function mergeColumns(
  { name, text, call, meta }: Written,
  { columns }: Sides,
  moved: readonly MovedEnum[],
  merged: TableMerged,
) {
  const { edits, done, left } = merged;
  // A spread has no key of its own.
  const propertyOf = (key: string | null) => call.columns.find((each) => key !== null && each.key === key);
  const gone = [...columns.before.keys()].filter((column) => !columns.after.has(column));
  const going = new Set(gone.map((column) => propertyOf(keyFor(column, meta))));
  for (const [column, line] of columns.after) {
    const old = columns.before.get(column);
    if (old === line) continue;
    const key = keyFor(column, meta), property = propertyOf(key);
    const written = property ? text.slice(property.start, property.end) : "";
    // The enum that it names is changed where it is made.
    if (old !== undefined && withNewValues(plain(old), moved, written) === plain(line)) continue;
    const wanted = referring(line, written);
    if (property) {
      const start = afterComments(text, property), mine = text.slice(start, property.end);
      const own = columnMerged(mine, referring(old ?? "", written), wanted);
      if (own === null) {
        left.push(`column "${name}.${column}" differs; it is written in a way of its own, so change it there: ${line}`);
        continue;
      }
      edits.push({ start, end: property.end, text: own });
      done.push(`column "${name}.${column}" is written anew`);
    } else if (key !== null) {
      left.push(`column "${name}.${column}" differs; it comes from a mixin or a group, so change it there: ${line}`);
    } else {
      edits.push(insertion(text, call.columnsOpen, call.columns.filter((each) => !going.has(each)), wanted));
      done.push(`column "${name}.${column}" is added`);
    }
  }
  for (const column of gone) {
    const property = propertyOf(keyFor(column, meta));
    if (property) {
      edits.push(removal(text, property));
      done.push(`column "${name}.${column}" is taken out`);
    } else left.push(`column "${name}.${column}" is gone; it comes from a mixin or a group, so take it out there`);
  }
}

function mergeBeside({ name, text, call }: Written, { beside }: Sides, { edits, done, left }: TableMerged) {
  const extra = beside.after.filter((line) => !beside.before.includes(line));
  const lost = beside.before.filter((line) => !beside.after.includes(line));
  const list = call.listOpen === null ? null : items(text, call.listOpen) ?? [];
  const itemOf = (line: string) =>
    list?.find((span) => plain(text.slice(afterComments(text, span), span.end)) === plain(line));
  const going = new Set(lost.map(itemOf));
  if (call.listAt !== null && extra.length > 0) {
    const lines = extra.map((line) => `\n  ${line},`).join("");
    edits.push({ start: call.listAt, end: call.listAt, text: `, (self) => [${lines}\n]` });
  }
  for (const line of extra) {
    if (list === null && call.listAt === null) {
      left.push(`table "${name}" lacks ${line}`);
      continue;
    }
    if (list !== null) edits.push(insertion(text, call.listOpen!, list.filter((each) => !going.has(each)), line));
    done.push(`${plain(line).slice(0, 60)}… of "${name}" is added`);
  }
  for (const line of lost) {
    const item = itemOf(line);
    if (item) {
      edits.push(removal(text, item));
      done.push(`${plain(line).slice(0, 60)}… of "${name}" is taken out`);
    } else left.push(`table "${name}" says ${line}, which the database does not have`);
  }
}

function mergeOptions({ name, text, call }: Written, { known, table, before, after }: TableInput, merged: TableMerged) {
  const wanted = tableProperties(table, after), old = tableProperties(known, before);
  // Behind the columns stands a list, or the options, or both.
  const at = call.args[2] && text[call.args[2].start] !== "{" ? 3 : 2;
  const edits = at === 3 && call.listOpen === null ? null : propertyEdits(text, call.args, at, old, wanted);
  if (edits === null) {
    merged.left.push(`table "${name}" has other options: ${tableOptions(table, after) || "none"}`);
  } else if (edits.length > 0) {
    merged.edits.push(...edits);
    const keys = wanted.map(([key]) => key).concat(old.map(([key]) => key));
    const what = keys.every((key) => key === "comment" || sameProperty(key, old, wanted)) ? "comment" : "options";
    merged.done.push(`${what} of table "${name}" ${what === "comment" ? "is" : "are"} written anew`);
  }
}

function sameProperty(key: string, old: readonly Property[], wanted: readonly Property[]): boolean {
  return new Map(old).get(key) === new Map(wanted).get(key);
}

function byColumn(table: TablePlan, lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(table.columns.map((column, i) => [column.name.at(-1)!, lines[i]!]));
}

/** The key of a column of this name in the model, or null when the model lacks it. */
function keyFor(column: string, meta: TableMeta): string | null {
  for (const [key, { state }] of meta.columns) if ((state.name ?? columnName(key, meta.naming)) === column) return key;
  return null;
}

interface Call {
  readonly args: readonly Span[];
  readonly columnsOpen: number;
  readonly columns: readonly WrittenProperty[];
  /** The bracket of the list beside the columns, where there is one. */
  readonly listOpen: number | null;
  /** Where such a list can be put in, where there is none. */
  readonly listAt: number | null;
}

/** The call of a builder at a place: its columns and its list. */
function findCall(text: string, line: number, column: number): Call | null {
  const found = argumentsAt(text, line, column, /^(?:table|joined|concrete)\s*\(/);
  if (!found) return null;
  const { args } = found, second = args[1];
  if (!second || text[second.start] !== "{" || closing(text, second.start) !== second.end - 1) return null;
  const columns = properties(text, second.start);
  if (!columns) return null;
  const third = args[2] && text.slice(args[2].start, args[2].end);
  const listAt = !third || third.startsWith("{") ? second.end : null;
  const list = third ? /^\(?\s*self\s*\)?\s*=>\s*\[/.exec(third) : null;
  return {
    args,
    columnsOpen: second.start,
    columns,
    listOpen: list ? args[2]!.start + list[0].length - 1 : null,
    listAt,
  };
}
