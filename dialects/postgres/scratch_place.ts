/**
 * A copy of the part of a graph that some expressions need, under schemas of scratch names: so the server can be asked what it makes of a
 * text as if the graph existed, and no table that does exist is locked or touched. Pure: statements and a map of names in and out.
 */
import type { SchemaGraph } from "../../schema/graph.ts";
import { children } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { DataType, ObjectId, SchemaObject } from "../../schema/object.ts";
import { mentions } from "./expression.ts";
import { is, tokens } from "./lexer.ts";
import { dotted, quote, quoteList, quotePath, quoteText, undotted } from "./sql.ts";
import { renderType } from "./types.ts";

/** A place to ask in: what makes it, and how names go in and come out. */
export interface ScratchPlace {
  /** CREATE statements, in an order that works. */
  readonly setup: readonly string[];
  /** Where unqualified names are looked up. */
  readonly searchPath: string;
  /** Text of the graph as it must be written there. */
  into(sql: string): string;
  /** The server's text as the graph would say it. */
  outOf(sql: string): string;
  /** A path as it is there. */
  path(name: readonly string[]): readonly string[];
  /** A type as SQL text there. */
  type(type: DataType): string;
}

type Query = SchemaObject<"view"> | SchemaObject<"materialized_view">;
type Copied = SchemaObject<"enum"> | SchemaObject<"table"> | Query;

/** The place that holds everything that these objects and these texts need, as far as the graph has it. */
export function scratchPlace(graph: SchemaGraph, objects: readonly ObjectId[], texts: readonly string[]): ScratchPlace {
  const copied = closure(graph, objects, texts);
  const schemas = [...new Set([...copied.values()].map((object) => object.name[0]!))].sort();
  const scratchOf = new Map(schemas.map((schema, i) => [schema, `sqa_scratch_${i}`]));
  const names = new Set([...copied.values()].map((object) => dotted(object.name)));

  const path = (name: readonly string[]) =>
    names.has(dotted(name)) ? [scratchOf.get(name[0]!)!, ...name.slice(1)] : name;
  const type = (each: DataType): string => {
    const own = each.of ? copied.get(each.of) : undefined;
    return own ? quotePath(path(own.name)) + "[]".repeat(each.dimensions) : renderType(each);
  };
  const into = (sql: string) =>
    requalified(sql, (schema, name) => names.has(dotted([schema, name])) ? scratchOf.get(schema)! : null);
  const outOf = (sql: string) =>
    sql.replace(
      /\bsqa_scratch_(\d+)\./g,
      (whole, i) => schemas[Number(i)] === undefined ? whole : `${quote(schemas[Number(i)]!)}.`,
    );

  const all = [...copied.values()];
  const setup = [
    ...schemas.map((schema) => `CREATE SCHEMA ${scratchOf.get(schema)!}`),
    ...all.flatMap((each) =>
      each.kind === "enum"
        ? [`CREATE TYPE ${quotePath(path(each.name))} AS ENUM (${each.values.map(quoteText).join(", ")})`]
        : []
    ),
    ...all.flatMap((each) => each.kind === "table" ? [tableIn(graph, each, path, type)] : []),
    ...viewsInOrder(all).map((each) => viewIn(each, path, into)),
  ];
  const front = scratchOf.get("public");
  return { setup, searchPath: front ? `${front}, public` : "public", into, outOf, path, type };
}

/** The enums, tables and views that are named, and what those need. Text is searched for names: too much is harmless. */
function closure(
  graph: SchemaGraph,
  objects: readonly ObjectId[],
  texts: readonly string[],
): ReadonlyMap<ObjectId, Copied> {
  const byName = new Map<string, Copied[]>();
  for (const object of graph.objects.values()) {
    if (!isCopied(object)) continue;
    const own = object.name.at(-1)!;
    byName.set(own, [...byName.get(own) ?? [], object]);
  }
  const found = new Map<ObjectId, Copied>();
  const queue: Copied[] = [];
  const add = (object: SchemaObject | undefined) => {
    if (!object || !isCopied(object) || found.has(object.id)) return;
    found.set(object.id, object);
    queue.push(object);
  };
  const search = (sql: string) => mentions(sql).flat().forEach((name) => byName.get(name)?.forEach(add));
  const addTypes = (column: SchemaObject<"column">) => column.type.of && add(graph.objects.get(column.type.of));

  for (const id of objects) {
    const object = graph.objects.get(id);
    add(object);
    if (object?.parent) add(graph.objects.get(object.parent));
    if (object?.kind === "column") addTypes(object as unknown as SchemaObject<"column">);
  }
  texts.forEach(search);
  for (let object = queue.pop(); object; object = queue.pop()) {
    if (object.kind === "table") children(graph, object.id, "column").forEach(addTypes);
    else if (object.kind === "view" || object.kind === "materialized_view") search(object.definition.sql);
  }
  return found;
}

function isCopied(object: SchemaObject): object is Copied & SchemaObject {
  return ["enum", "table", "view", "materialized_view"].includes(object.kind);
}

/** The table with its columns and its primary key, which a GROUP BY may rest on; nothing else matters to an expression. */
function tableIn(
  graph: SchemaGraph,
  table: SchemaObject<"table">,
  path: ScratchPlace["path"],
  type: ScratchPlace["type"],
): string {
  const columns = inOrder(children(graph, table.id, "column")).map((column) => {
    const collation = column.collation ? ` COLLATE ${quotePath(undotted(column.collation))}` : "";
    return `${quote(column.name.at(-1)!)} ${type(column.type)}${collation}`;
  });
  const keys = children(graph, table.id, "primary_key").map((key) => `PRIMARY KEY (${quoteList(key.columns)})`);
  return `CREATE TABLE ${quotePath(path(table.name))} (${[...columns, ...keys].join(", ")})`;
}

function viewIn(view: Query, path: ScratchPlace["path"], into: ScratchPlace["into"]): string {
  const columns = view.columns?.length ? ` (${quoteList(view.columns)})` : "";
  const named = `VIEW ${quotePath(path(view.name))}${columns} AS ${into(view.definition.sql)}`;
  return view.kind === "view" ? `CREATE ${named}` : `CREATE MATERIALIZED ${named} WITH NO DATA`;
}

/** Each view after those that it mentions. */
function viewsInOrder(all: readonly Copied[]): readonly Query[] {
  const views = new Map<string, Query>();
  for (const each of all) {
    if (each.kind === "view" || each.kind === "materialized_view") views.set(each.name.at(-1)!, each);
  }
  const done = new Set<Query>();
  const visit = (view: Query, path: ReadonlySet<Query>) => {
    if (done.has(view) || path.has(view)) return;
    const deeper = new Set([...path, view]);
    for (const name of mentions(view.definition.sql).flat()) if (views.has(name)) visit(views.get(name)!, deeper);
    done.add(view);
  };
  for (const view of views.values()) visit(view, new Set());
  return [...done];
}

/** The text with the schema of each qualified name replaced, where `scratch` knows the name. */
function requalified(sql: string, scratch: (schema: string, name: string) => string | null): string {
  const all = tokens(sql);
  const meaning = all.map((token, i) => ({ token, i })).filter(({ token }) =>
    token.type !== "space" && token.type !== "comment"
  );
  const replaced = new Map<number, string>();
  meaning.forEach(({ token, i }, at) => {
    const dot = meaning[at + 1], name = meaning[at + 2], before = meaning[at - 1];
    if (!isName(token.type) || !is(dot?.token, ".") || !name || !isName(name.token.type) || is(before?.token, ".")) {
      return;
    }
    const now = scratch(token.value, name.token.value);
    if (now !== null) replaced.set(i, now);
  });
  return all.map((token, i) => replaced.get(i) ?? token.text).join("");
}

function isName(type: string): boolean {
  return type === "word" || type === "quoted";
}
