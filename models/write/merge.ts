/**
 * Brings model files up to date with a database: what differs is written anew in its place, new objects are added, and everything that a person
 * wrote stays. What cannot be done without guessing is said instead. Pure: texts in, texts out.
 */
import type { Dialect } from "../../dialects/dialect.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { ModelMeta, TableMeta } from "../contract.ts";
import { applied, type Edit } from "./edits.ts";
import { namesUsed, withImports } from "./imports.ts";
import { enumEdits } from "./merge_enums.ts";
import { mergeOthers } from "./merge_others.ts";
import { type Definition, placed } from "./merge_placed.ts";
import { mergeTable } from "./merge_table.ts";
import { planModels } from "./plan.ts";
import { tableSource } from "./table.ts";

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
  /** Files for what no model has and no file is the place of: a name and its text. */
  readonly added: readonly { readonly name: string; readonly text: string }[];
  /** What a person has to do. */
  readonly left: readonly string[];
  /** What was done, in words. */
  readonly done: readonly string[];
}

/** The files as they should be. */
export function mergeModels({ models, from, database, dialect, read }: MergeInput): Merged {
  const before = planModels(from, dialect, { inline: true });
  const after = planModels(withoutUnsaid(database, from), dialect, { inline: true });
  const modelOf = new Map(
    models.filter((meta): meta is TableMeta => meta.kind === "table" && meta.inherits?.as !== "single")
      .map((meta) => [pathKey(meta, dialect), meta]),
  );
  const old = new Map(before.tables.map((table) => [table.object.id, table]));
  const edits: { readonly file: string; readonly edit: Edit }[] = [], fresh: Definition[] = [];
  const done: string[] = [], left: string[] = [];
  const moved = enumEdits({ models, before, after, dialect, read });
  for (const { file, edit, name } of moved) {
    edits.push({ file, edit });
    done.push(`enum "${name}" has other values`);
  }
  for (const table of after.tables) {
    const known = old.get(table.object.id), meta = modelOf.get(JSON.stringify(table.object.name));
    if (known) {
      const merged = mergeTable({ known, table, meta, before, after, moved, read });
      edits.push(...merged.edits.map((edit) => ({ file: meta!.place.file!, edit })));
      done.push(...merged.done);
      left.push(...merged.left);
    } else {
      fresh.push({ object: table.object, text: tableSource(table, after) });
      done.push(`table "${table.object.name.at(-1)}" is new`);
    }
  }
  for (const { object } of before.tables) {
    if (!database.objects.has(object.id)) {
      left.push(`table "${object.name.at(-1)}" is no longer in the database; its model stays`);
    }
  }
  const others = mergeOthers({ models, before, after, read });
  const { appended, added } = placed([...fresh, ...others.added], before, read);
  return {
    changed: changedFiles([...edits, ...others.edits], appended, read),
    added,
    left: [...left, ...others.left],
    done: [...done, ...others.done],
  };
}

/** What a database says of everything (whom it belongs to) is no news of what models have and do not say it of. */
function withoutUnsaid(database: SchemaGraph, models: SchemaGraph): SchemaGraph {
  const isNoNews = ({ id, parent, kind }: SchemaObject) =>
    kindFacts[kind].given && parent !== null && models.objects.has(parent) && !models.objects.has(id);
  const left = [...database.objects.values()].filter((object) => !isNoNews(object));
  return left.length === database.objects.size ? database : makeGraph(database.dialect, left, database.notes);
}

/** The files with their edits, new definitions behind all else, and what these need imported. */
function changedFiles(
  edits: readonly { readonly file: string; readonly edit: Edit }[],
  appended: ReadonlyMap<string, readonly string[]>,
  read: (file: string) => string,
): Merged["changed"] {
  const byFile = Map.groupBy(edits, ({ file }) => file);
  return [...new Set([...byFile.keys(), ...appended.keys()])].map((path) => {
    const own = (byFile.get(path) ?? []).map(({ edit }) => edit), more = appended.get(path) ?? [];
    const text = applied(read(path), own);
    const whole = more.length === 0 ? text : [text.trimEnd(), ...more].join("\n\n") + "\n";
    return { path, text: withImports(whole, namesUsed([...own.map((edit) => edit.text), ...more].join("\n"))) };
  });
}

function pathKey(meta: TableMeta, dialect: Dialect): string {
  return JSON.stringify(
    dialect.defaultSchema === null ? [meta.name] : [meta.schema ?? dialect.defaultSchema, meta.name],
  );
}
