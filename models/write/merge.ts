/**
 * Brings model files up to date with a database: columns that differ are written anew in their places, new ones are added, and everything that a
 * person wrote stays. What cannot be done without guessing is said instead. Pure: texts in, texts out.
 */
import type { Dialect } from "../../dialects/dialect.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { TableMeta } from "../contract.ts";
import { columnName } from "../graph/names.ts";
import { besideLines, columnLines, tableSource } from "./table.ts";
import { planModels, type TablePlan } from "./plan.ts";
import { afterComments, closing, items, offsetOf, properties, type Span } from "./source_text.ts";
import { isIdentifier, source } from "./text.ts";

/** What is known of the project: its models, the graph that they make and the database's, both in normal form. */
export interface MergeInput {
  readonly models: readonly TableMeta[];
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

interface Edit extends Span {
  readonly text: string;
}

/** The files as they should be. */
export function mergeModels({ models, from, database, dialect, read }: MergeInput): Merged {
  const before = planModels(from, dialect, { inline: true }), after = planModels(database, dialect, { inline: true });
  const modelOf = new Map(
    models.filter((meta) => meta.inherits?.as !== "single").map((meta) => [pathKey(meta, dialect), meta]),
  );
  const old = new Map(before.tables.map((table) => [table.object.id, table]));
  const edits = new Map<string, Edit[]>(), imports = new Map<string, Set<string>>();
  const done: string[] = [], left: string[] = [], added: { name: string; text: string }[] = [];
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
    const extra = beside.after.filter((line) => !beside.before.includes(line));
    const lost = beside.before.filter((line) => !beside.after.includes(line));
    if (gone.length + differing.length + extra.length + lost.length === 0) continue;
    const place = meta?.place;
    const text = place?.file ? read(place.file) : null;
    const call = text === null ? null : findCall(text, place!.line ?? 1, place!.column ?? 1);
    if (!meta || text === null || !call) {
      left.push(`table "${name}" differs, and where its model is written was not found`);
      continue;
    }
    const file = place!.file!;
    const own = edits.get(file) ?? [];
    edits.set(file, own);
    const keyOf = (column: string) => keyFor(column, meta);
    for (const [column, line] of differing) {
      const key = keyOf(column), property = call.columns.find((each) => each.key === key);
      const wanted = withKey(line, key ?? keyFrom(line));
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
      const key = keyOf(column), property = call.columns.find((each) => each.key === key);
      if (property) {
        own.push(removal(text, property));
        done.push(`column "${name}.${column}" is taken out`);
      } else left.push(`column "${name}.${column}" is gone; it comes from a mixin or a group, so take it out there`);
    }
    for (const line of extra) {
      if (call.listOpen === null) left.push(`table "${name}" lacks ${line}`);
      else {
        own.push(insertion(text, call.listOpen, items(text, call.listOpen) ?? [], line));
        done.push(`${line.slice(0, 60)}… of "${name}" is added`);
        note(line, file, imports);
      }
    }
    for (const line of lost) left.push(`table "${name}" says ${line}, which the database does not have`);
  }
  for (const { object } of before.tables) {
    if (!database.objects.has(object.id)) {
      left.push(`table "${object.name.at(-1)}" is no longer in the database; its model stays`);
    }
  }
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
  readonly columnsOpen: number;
  readonly columns: readonly (Span & { readonly key: string | null })[];
  /** The bracket of the list beside the columns, where there is one. */
  readonly listOpen: number | null;
}

/** The call of a builder at a place: its columns and its list. */
function findCall(text: string, line: number, column: number): Call | null {
  const start = offsetOf(text, line, column);
  const open = /^(?:table|joined|concrete)\s*\(/.exec(text.slice(start));
  if (!open) return null;
  const args = items(text, start + open[0].length - 1);
  const second = args?.[1];
  if (!second || text[second.start] !== "{" || closing(text, second.start) !== second.end - 1) return null;
  const columns = properties(text, second.start);
  if (!columns) return null;
  const third = args[2] && text.slice(args[2].start, args[2].end);
  const list = third ? /^\(?\s*self\s*\)?\s*=>\s*\[/.exec(third) : null;
  return { columnsOpen: second.start, columns, listOpen: list ? args[2]!.start + list[0].length - 1 : null };
}

/** A new item at the end of a list in brackets, on a line of its own. */
function insertion(text: string, open: number, present: readonly Span[], line: string): Edit {
  const last = present.at(-1);
  if (!last) return { start: open + 1, end: closing(text, open)!, text: `\n  ${line},\n` };
  const comma = /^\s*,/.exec(text.slice(last.end))?.[0].length ?? 0;
  const indent = /(?:^|\n)([ \t]*)\S[^\n]*$/.exec(text.slice(0, last.start + 1))?.[1] ?? "  ";
  const at = last.end + comma;
  return { start: at, end: at, text: `${comma > 0 ? "" : ","}\n${indent}${line}${comma > 0 ? "," : ""}` };
}

function removal(text: string, { start, end }: Span): Edit {
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
  const white = /\n?[ \t]*$/.exec(text.slice(0, start))![0].length;
  return { start: start - white, end: end + comma, text: "" };
}

/** All edits at once, from the last to the first; several at one place come out in their order. */
function applied(text: string, edits: readonly Edit[]): string {
  return edits.map((edit, i) => ({ edit, i })).sort((a, b) => b.edit.start - a.edit.start || b.i - a.i)
    .reduce((result, { edit }) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
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
