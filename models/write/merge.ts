/**
 * Brings model files up to date with a database: columns that differ are written anew in their places, new ones are added, and everything that a
 * person wrote stays. What cannot be done without guessing is said instead. Pure: texts in, texts out.
 */
import type { Dialect } from "../../dialects/dialect.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { ModelMeta, TableMeta } from "../contract.ts";
import { columnName } from "../graph/names.ts";
import { besideLines, columnLines, tableOptions, tableSource } from "./table.ts";
import { applied, type Edit, insertion, removal } from "./edits.ts";
import { enumEdits, type MovedEnum, referring, withNewValues } from "./merge_enums.ts";
import { commentEdit } from "./merge_options.ts";
import { othersThatDiffer } from "./merge_others.ts";
import { planModels, type TablePlan } from "./plan.ts";
import { afterComments, argumentsAt, closing, items, properties, type Span } from "./source_text.ts";
import { isIdentifier, source } from "./text.ts";

/** What is known of the project: its models, the graph that they make and the database's, both in normal form. */
export interface MergeInput {
  readonly models: readonly ModelMeta[];
  readonly from: SchemaGraph;
  readonly database: SchemaGraph;
  readonly dialect: Dialect;
  /** Text of a file that a model was written in. */
  read(file: string): string;
}

export interface Merged {
  /** Files with another text than before. */
  readonly changed: readonly { readonly path: string; readonly text: string }[];
  /** Tables that no model has, each a file of its own: a name and its text. */
  readonly added: readonly { readonly name: string; readonly text: string }[];
  /** What a person has to do. */
  readonly left: readonly string[];
  /** What was done, in words. */
  readonly done: readonly string[];
}

/** The files as they should be. */
export function mergeModels({ models, from, database, dialect, read }: MergeInput): Merged {
  const before = planModels(from, dialect, { inline: true }), after = planModels(database, dialect, { inline: true });
  const modelOf = new Map(
    models.filter((meta): meta is TableMeta => meta.kind === "table" && meta.inherits?.as !== "single")
      .map((meta) => [pathKey(meta, dialect), meta]),
  );
  const old = new Map(before.tables.map((table) => [table.object.id, table]));
  const edits = new Map<string, Edit[]>(), imports = new Map<string, Set<string>>();
  const done: string[] = [], left: string[] = [], added: { name: string; text: string }[] = [];
  const editsIn = (file: string): Edit[] => {
    const own = edits.get(file) ?? [];
    edits.set(file, own);
    return own;
  };
  const moved: readonly MovedEnum[] = enumEdits({ models, before, after, dialect, read });
  for (const { file, edit, name } of moved) {
    editsIn(file).push(edit);
    done.push(`enum "${name}" has other values`);
  }
  for (const table of after.tables) {
    const known = old.get(table.object.id);
    const name = table.object.name.at(-1)!;
    if (!known) {
      added.push({ name, text: newFile(tableSource(table, after)) });
      done.push(`table "${name}" is new`);
      continue;
    }
    const meta = modelOf.get(JSON.stringify(table.object.name));
    const lines = {
      before: byColumn(known, columnLines(known, before)),
      after: byColumn(table, columnLines(table, after)),
    };
    const beside = { before: besideLines(known, before), after: besideLines(table, after) };
    const gone = [...lines.before.keys()].filter((column) => !lines.after.has(column));
    const differing = [...lines.after].filter(([column, line]) => lines.before.get(column) !== line);
    const options = { before: tableOptions(known, before), after: tableOptions(table, after) };
    const extra = beside.after.filter((line) => !beside.before.includes(line));
    const lost = beside.before.filter((line) => !beside.after.includes(line));
    const same = gone.length + differing.length + extra.length + lost.length === 0;
    if (same && options.before === options.after) continue;
    const place = meta?.place;
    const text = place?.file ? read(place.file) : null;
    const call = text === null ? null : findCall(text, place!.line ?? 1, place!.column ?? 1);
    if (!meta || text === null || !call) {
      left.push(`table "${name}" differs, and where its model is written was not found`);
      continue;
    }
    const file = place!.file!;
    const own = editsIn(file);
    const keyOf = (column: string) => keyFor(column, meta);
    // A spread has no key of its own.
    const propertyOf = (key: string | null) => call.columns.find((each) => key !== null && each.key === key);
    for (const [column, line] of differing) {
      const key = keyOf(column), property = propertyOf(key), old = lines.before.get(column);
      const written = property ? text.slice(property.start, property.end) : "";
      // The enum that it names is changed where it is made.
      if (old !== undefined && withNewValues(old, moved, written) === line) continue;
      const wanted = referring(withKey(line, key ?? keyFrom(line)), written);
      if (property) {
        own.push({ start: afterComments(text, property), end: property.end, text: wanted });
        done.push(`column "${name}.${column}" is written anew`);
      } else if (key !== null) {
        left.push(`column "${name}.${column}" differs; it comes from a mixin or a group, so change it there: ${line}`);
      } else {
        own.push(insertion(text, call.columnsOpen, call.columns, wanted));
        done.push(`column "${name}.${column}" is added`);
      }
      note(wanted, file, imports);
    }
    for (const column of gone) {
      const property = propertyOf(keyOf(column));
      if (property) {
        own.push(removal(text, property));
        done.push(`column "${name}.${column}" is taken out`);
      } else left.push(`column "${name}.${column}" is gone; it comes from a mixin or a group, so take it out there`);
    }
    const list = call.listOpen === null ? null : items(text, call.listOpen) ?? [];
    if (call.listAt !== null && extra.length > 0) {
      const lines = extra.map((line) => `\n  ${line},`).join("");
      own.push({ start: call.listAt, end: call.listAt, text: `, (self) => [${lines}\n]` });
    }
    for (const line of extra) {
      if (list === null && call.listAt === null) left.push(`table "${name}" lacks ${line}`);
      else {
        if (list !== null) own.push(insertion(text, call.listOpen!, list, line));
        done.push(`${line.slice(0, 60)}… of "${name}" is added`);
        note(line, file, imports);
      }
    }
    for (const line of lost) left.push(`table "${name}" says ${line}, which the database does not have`);
    if (options.before === options.after) continue;
    const sameRest = tableOptions(uncommented(known), before) === tableOptions(uncommented(table), after);
    const edit = sameRest ? commentEdit(text, call.open, known.object, table.object) : null;
    if (edit === null) left.push(`table "${name}" has other options: ${options.after === "" ? "none" : options.after}`);
    else {
      own.push(edit);
      done.push(`comment of table "${name}" is written anew`);
    }
  }
  for (const { object } of before.tables) {
    if (!database.objects.has(object.id)) {
      left.push(`table "${object.name.at(-1)}" is no longer in the database; its model stays`);
    }
  }
  left.push(...othersThatDiffer(before, after));
  const changed = [...edits].filter(([, own]) => own.length > 0).map(([path, own]) => ({
    path,
    text: withImports(applied(read(path), own), imports.get(path) ?? new Set()),
  }));
  return { changed, added, left, done };
}

function pathKey(meta: TableMeta, dialect: Dialect): string {
  return JSON.stringify(
    dialect.defaultSchema === null ? [meta.name] : [meta.schema ?? dialect.defaultSchema, meta.name],
  );
}

/** The table as it would be without its comment. */
function uncommented(table: TablePlan): TablePlan {
  return { ...table, object: { ...table.object, comment: null } };
}

function byColumn(table: TablePlan, lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(table.columns.map((column, i) => [column.name.at(-1)!, lines[i]!]));
}

/** The key of a column of this name in the model, or null when the model lacks it. */
function keyFor(column: string, meta: TableMeta): string | null {
  for (const [key, { state }] of meta.columns) if ((state.name ?? columnName(key, meta.naming)) === column) return key;
  return null;
}

function keyFrom(line: string): string {
  return /^(?:"((?:\\.|[^"\\])*)"|([A-Za-z_$][\w$]*))/.exec(line)?.slice(1).find((each) => each !== undefined) ??
    "column";
}

/** A written column under the key that the model has. */
function withKey(line: string, key: string): string {
  return line.replace(/^("(?:\\.|[^"\\])*"|[A-Za-z_$][\w$]*):/, () => `${isIdentifier(key) ? key : source(key)}:`);
}

interface Call {
  /** The bracket of the call itself. */
  readonly open: number;
  readonly columnsOpen: number;
  readonly columns: readonly (Span & { readonly key: string | null })[];
  /** The bracket of the list beside the columns, where there is one. */
  readonly listOpen: number | null;
  /** Where such a list can be put in, where there is none. */
  readonly listAt: number | null;
}

/** The call of a builder at a place: its columns and its list. */
function findCall(text: string, line: number, column: number): Call | null {
  const found = argumentsAt(text, line, column, /^(?:table|joined|concrete)\s*\(/);
  if (!found) return null;
  const { open, args } = found, second = args[1];
  if (!second || text[second.start] !== "{" || closing(text, second.start) !== second.end - 1) return null;
  const columns = properties(text, second.start);
  if (!columns) return null;
  const third = args[2] && text.slice(args[2].start, args[2].end);
  const listAt = !third || third.startsWith("{") ? second.end : null;
  const list = third ? /^\(?\s*self\s*\)?\s*=>\s*\[/.exec(third) : null;
  return {
    open,
    columnsOpen: second.start,
    columns,
    listOpen: list ? args[2]!.start + list[0].length - 1 : null,
    listAt,
  };
}

const usedNames: readonly (readonly [string, RegExp])[] = [["sql", /\bsql[`.]/], ["t", /\bt\./]];

function note(line: string, file: string, imports: Map<string, Set<string>>): void {
  const names = imports.get(file) ?? new Set();
  for (const [name, pattern] of usedNames) if (pattern.test(line)) names.add(name);
  imports.set(file, names);
}

/** The text with these names among its imports from "sqa". */
function withImports(text: string, names: ReadonlySet<string>): string {
  const found = /import\s*\{([^}]*)\}\s*from\s*["']sqa["']/.exec(text);
  const there = new Set(found ? found[1]!.split(",").map((name) => name.trim()) : []);
  const missing = [...names].filter((name) => !there.has(name));
  if (missing.length === 0) return text;
  if (!found) return `import { ${missing.join(", ")} } from "sqa";\n${text}`;
  const all = [...there, ...missing].filter((name) => name !== "").sort();
  return text.replace(found[0], () => `import { ${all.join(", ")} } from "sqa"`);
}

function newFile(definition: string): string {
  const names = [["sql", /\bsql[`.]/], ["t", /\bt\./], ["table", /= table\(/]] as const;
  const used = names.filter(([, pattern]) => pattern.test(definition)).map(([name]) => name);
  return `import { ${used.join(", ")} } from "sqa";\n\n${definition}\n`;
}
