/**
 * Other database files, attached under a name of their own (lang_attach.html). Nothing in one of them may point into another: its views,
 * triggers and foreign keys see only what is in the same file. So everything that sqa knows about one file holds for each: an attached one is
 * taken out of the graph under bare names, worked on as if it were alone, and put back under its name. The main database has no name in paths.
 */
import { after, before, type Change } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import type { KindDialect, RenderContext } from "../dialect.ts";
import { fold, nameOf, tokenize } from "./lexer.ts";
import { namePlaces } from "./name_places.ts";
import { quote } from "./sql.ts";

/** Kinds whose path is a name alone; the others stand in a table and have its name before theirs. */
const topLevel: ReadonlySet<Kind> = new Set(["table", "index", "view", "trigger", "virtual_table"]);

/** The name of the attached database that an object is in; null for the main one, and for the entry of an attached one itself. */
export function attachedSchema(object: Pick<SchemaObject, "kind" | "name">): string | null {
  if (object.kind === "schema") return null;
  return object.name.length > (topLevel.has(object.kind) ? 1 : 2) ? object.name[0]! : null;
}

/** The object as it is called within its own file. */
function inside(object: SchemaObject): SchemaObject {
  const bare = moved(object, (id) => withPath(id, (path) => path.slice(1)));
  const parent = object.parent?.startsWith("schema:") ? null : bare.parent;
  return { ...bare, parent } as SchemaObject;
}

/** The other way round. */
export function underSchema(object: SchemaObject, schema: string): SchemaObject {
  const full = moved(object, (id) => withPath(id, (path) => [schema, ...path]));
  return { ...full, parent: object.parent === null ? objectId("schema", [schema]) : full.parent } as SchemaObject;
}

/** The id that an object of that file has. */
export function idUnder(id: ObjectId, schema: string): ObjectId {
  return withPath(id, (path) => [schema, ...path]);
}

function withPath(id: ObjectId, change: (path: readonly string[]) => readonly string[]): ObjectId {
  return objectId(id.slice(0, id.indexOf(":")) as Kind, change(pathOfId(id)));
}

function moved(object: SchemaObject, rename: (id: ObjectId) => ObjectId): SchemaObject {
  const id = rename(object.id);
  const key = object.kind === "foreign_key"
    ? { references: { ...object.references, table: rename(object.references.table) } }
    : {};
  return {
    ...object,
    id,
    name: pathOfId(id),
    parent: object.parent === null || object.parent.startsWith("schema:") ? object.parent : rename(object.parent),
    refs: object.refs.map((ref) => ref.startsWith("schema:") ? ref : rename(ref)),
    ...key,
  } as SchemaObject;
}

/** The schemas of a graph's attached databases. */
function schemasIn(graph: SchemaGraph): readonly string[] {
  return [...new Set([...graph.objects.values()].flatMap((object) => attachedSchema(object) ?? []))];
}

/** Normalises each file by itself. */
export function normalizeEach(graph: SchemaGraph, normalize: (graph: SchemaGraph) => SchemaGraph): SchemaGraph {
  const schemas = schemasIn(graph);
  if (schemas.length === 0) return normalize(graph);
  const all = [...graph.objects.values()];
  const main = normalize(
    makeGraph(graph.dialect, all.filter((object) => attachedSchema(object) === null), graph.notes),
  );
  const others = schemas.map((schema) => {
    const own = all.filter((object) => attachedSchema(object) === schema);
    const { objects, notes } = normalize(
      makeGraph(graph.dialect, own.map((each) => unqualified(inside(each), schema))),
    );
    return { objects: [...objects.values()].map((object) => underSchema(object, schema)), notes };
  });
  return makeGraph(
    graph.dialect,
    [...main.objects.values(), ...others.flatMap(({ objects }) => objects)],
    [...main.notes, ...others.flatMap(({ notes }) => notes)],
  );
}

/** A view or trigger whose text names its own file does without: what is in the file must hold under any name. */
function unqualified(object: SchemaObject, schema: string): SchemaObject {
  if (object.kind !== "view" && object.kind !== "trigger") return object;
  const { sql } = object.definition, tokens = tokenize(sql), { tables } = namePlaces(tokens);
  let text = "", at = 0;
  tokens.forEach((token, i) => {
    const whole = tokens[i + 1]?.text === "." && fold(nameOf(token)) === fold(schema) && token.kind !== "operator" &&
      tokens[i - 1]?.text !== "." && (tables.has(i) || tokens[i + 3]?.text === ".");
    if (!whole) return;
    text += sql.slice(at, token.start);
    at = tokens[i + 1]!.end;
  });
  return at === 0 ? object : { ...object, definition: { ...object.definition, sql: text + sql.slice(at) } };
}

const partsOfGraph = new WeakMap<SchemaGraph, Map<string, SchemaGraph>>();

/** One attached file as a graph of its own, under bare names. */
function fileOf(graph: SchemaGraph, schema: string): SchemaGraph {
  const known = partsOfGraph.get(graph) ?? new Map<string, SchemaGraph>();
  partsOfGraph.set(graph, known);
  let file = known.get(schema);
  if (!file) {
    const own = [...graph.objects.values()].filter((object) => attachedSchema(object) === schema);
    const ids = new Set(own.map(({ id }) => id));
    const notes = graph.notes.flatMap((note) =>
      note.object && ids.has(note.object) ? [{ ...note, object: withPath(note.object, (path) => path.slice(1)) }] : []
    );
    known.set(schema, file = makeGraph(graph.dialect, own.map(inside), notes));
  }
  return file;
}

export function contextIn(context: RenderContext, schema: string): RenderContext {
  return { ...context, from: fileOf(context.from, schema), to: fileOf(context.to, schema) };
}

/** The change under bare names; `originals` gets what each part was. */
export function changeIn(change: Change, originals = new Map<Change, Change>()): Change {
  const bare = {
    ...change,
    ...("from" in change ? { from: inside(change.from) } : {}),
    ...("to" in change ? { to: inside(change.to) } : {}),
    parts: change.parts.map((part) => changeIn(part, originals)),
  } as Change;
  originals.set(bare, change);
  return bare;
}

/** The same kind, whose objects may be in attached files. */
export function inAnyFile<K extends Kind>(kind: KindDialect<K>): KindDialect<K> {
  return {
    ...kind,
    render(change, context) {
      const schema = attachedSchema((after(change as Change) ?? before(change as Change))!);
      if (schema === null) return kind.render(change, context);
      const originals = new Map<Change, Change>();
      const bare = changeIn(change as Change, originals);
      return kind.render(bare as Change<K>, contextIn(context, schema)).map((made) =>
        inFile(made, schema, originals.get(made.change) ?? change as Change)
      );
    },
  };
}

function inFile(made: Statement, schema: string, change: Change): Statement {
  const full = (id: ObjectId) => withPath(id, (path) => [schema, ...path]);
  const { locks, scans, rewrites, loses, mayFail } = made.effects;
  const effects: Effects = {
    ...made.effects,
    locks: locks.map((lock) => ({ ...lock, object: full(lock.object) })),
    scans: scans.map(full),
    rewrites: rewrites.map(full),
    loses: loses.map(full),
    mayFail: mayFail && { ...mayFail, probe: mayFail.probe && qualified(mayFail.probe, schema) },
  };
  return { ...made, sql: qualified(made.sql, schema), change, effects };
}

/** Words behind which a statement of sqa's own names what it is about. */
const heads: ReadonlySet<string> = new Set(["TABLE", "INDEX", "VIEW", "TRIGGER"]);

/**
 * A statement that sqa wrote, with the schema before the names that need it. The text of a view, a trigger or a table stays: names in it are
 * looked for in the same file (and SQLite refuses others).
 */
function qualified(sql: string, schema: string): string {
  const tokens = tokenize(sql), first = tokens[0]?.value;
  const places: number[] = [];
  if (first === "CREATE" || first === "DROP" || first === "ALTER") {
    const head = tokens.findIndex((token) => token.kind === "word" && heads.has(token.value));
    places.push(head + 1);
  } else if (first !== "PRAGMA") {
    tokens.forEach(({ kind, value }, i) => {
      if (kind === "word" && (value === "INTO" || value === "FROM") && tokens[i + 1]?.text !== "(") places.push(i + 1);
    });
  }
  let text = "", at = 0;
  for (const place of places) {
    const { start } = tokens[place]!;
    text += `${sql.slice(at, start)}${quote(schema)}.`;
    at = start;
  }
  return text + sql.slice(at);
}
