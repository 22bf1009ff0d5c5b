/**
 * Names inside string literals: `'app.words'::regconfig`, `nextval('app.seq')`, `to_tsvector('app.words', …)`. The server looks them up when
 * it reads the text, so what they name must be there by then. Pure.
 */
import type { SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { is, significant, type Token } from "./lexer.ts";
import { routineName } from "./routine.ts";

/** Groups of objects that a type for names (regclass…) looks a literal up in. */
type Space = "relation" | "routine" | "type" | "configuration" | "dictionary" | "collation";

/** The object identifier types whose values are names (manual, 8.19). Those of roles and operators name nothing that is looked up here. */
const spaceOf: Readonly<Record<string, Space>> = {
  regclass: "relation",
  regproc: "routine",
  regprocedure: "routine",
  regtype: "type",
  regconfig: "configuration",
  regdictionary: "dictionary",
  regcollation: "collation",
};

/** What the first argument of a call may name without a cast: the built-in functions that take a regclass, a regconfig or a regdictionary. */
const inCalls: readonly Space[] = ["configuration", "dictionary"];
const sequenceFunctions = ["nextval", "currval", "setval"];

interface Named {
  readonly space: Space;
  readonly object: SchemaObject;
}

const indexes = new WeakMap<SchemaGraph, ReadonlyMap<string, readonly Named[]>>();

function namesOf(graph: SchemaGraph): ReadonlyMap<string, readonly Named[]> {
  let index = indexes.get(graph);
  if (!index) {
    const made = new Map<string, Named[]>();
    for (const object of graph.objects.values()) {
      for (const space of spacesOf(object)) {
        const name = space === "routine" ? routineName(object.name) : object.name.at(-1)!;
        const list = made.get(name);
        if (list) list.push({ space, object });
        else made.set(name, [{ space, object }]);
      }
    }
    indexes.set(graph, index = made);
  }
  return index;
}

function spacesOf(object: SchemaObject): readonly Space[] {
  switch (object.kind) {
    case "table":
    case "foreign_table":
    case "view":
    case "materialized_view":
    case "composite_type":
      return ["relation", "type"];
    case "sequence":
    case "index":
      return ["relation"];
    case "enum":
    case "domain":
    case "range_type":
      return ["type"];
    case "function":
    case "aggregate":
      return ["routine"];
    case "collation":
      return ["collation"];
    case "text_search":
      return object.what === "configuration" || object.what === "dictionary" ? [object.what] : [];
    default:
      return [];
  }
}

/** A text without these holds no literal that is a name: nearly all texts. */
const mayName = /\(\s*[eE]?'|\breg[a-z]+\b/;

/** The objects that literals of a text name, each once. Without a schema any object of the name is meant: the caller's search_path decides. */
export function namedInLiterals(sql: string, graph: SchemaGraph): readonly ObjectId[] {
  if (!mayName.test(sql)) return [];
  const all = significant(sql), found = new Set<ObjectId>();
  all.forEach((token, i) => {
    if (token.type !== "string" || !token.text.startsWith("'")) return;
    const spaces = spacesAt(all, i);
    if (spaces.length === 0) return;
    const path = pathIn(token.text.slice(1, -1).replaceAll("''", "'"));
    for (const { space, object } of namesOf(graph).get(path.at(-1) ?? "") ?? []) {
      if (spaces.includes(space) && (path.length === 1 || path.at(-2) === object.name[0])) found.add(object.id);
    }
  });
  return [...found].sort();
}

/** Where the literal at this place is looked up; nowhere when it is no name. */
function spacesAt(all: readonly Token[], i: number): readonly Space[] {
  const cast = castAt(all, i);
  if (cast) return [cast];
  const before = all[i - 1];
  if (before?.type === "word" && spaceOf[before.value]) return [spaceOf[before.value]!]; // regclass 'a.b'
  const called = all[i - 2];
  if (!is(before, "(") || called?.type !== "word") return [];
  return sequenceFunctions.includes(called.value) ? ["relation"] : inCalls;
}

/** What the literal is cast to, also by way of other types: `('app.seq'::text)::regclass` is what a default of an old schema says. */
function castAt(all: readonly Token[], i: number): Space | null {
  let open = i - 1;
  for (let at = i + 1; is(all[at], "::");) {
    at += is(all[at + 1], "pg_catalog") && is(all[at + 2], ".") ? 3 : 1;
    const space = all[at]?.type === "word" ? spaceOf[all[at]!.value] : undefined;
    if (space) return space;
    while (all[at]?.type === "word") at++;
    // Parentheses around the literal alone, not those of a call.
    while (is(all[at], ")") && is(all[open], "(") && all[open - 1]?.type !== "word") at++, open--;
  }
  return null;
}

/** The parts of a name as it stands in a literal: `Public."T"` is public and T; what follows (argument types) is cut off. */
function pathIn(text: string): readonly string[] {
  const parts: string[] = [];
  for (const token of safely(text)) {
    if (token.type === "word" || token.type === "quoted") parts.push(token.value);
    else if (!is(token, ".")) break;
  }
  return parts;
}

function safely(text: string): readonly Token[] {
  try {
    return significant(text);
  } catch {
    return []; // A text that is no name.
  }
}
