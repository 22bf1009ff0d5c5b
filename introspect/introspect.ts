/** A live database to a graph: everything in scope, read in one snapshot, in the dialect's normal form. Reads only. */
import type { Dialect, ReadResult } from "../dialects/dialect.ts";
import type { Connection } from "../dialects/driver.ts";
import { normalize } from "../diff/normalize.ts";
import { deferRefs, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { type Asked, printOf, remembering } from "./answers.ts";

export interface IntrospectOptions {
  /** Schemas to read; null is every one that is not the system's. */
  readonly schemas?: readonly string[] | null;
  /** Tables to leave out with all that is theirs (sqa's own history table), by path as in the graph. */
  readonly ignoreTables?: readonly (readonly string[])[];
  /** Shall the answers be kept until the graph is made, so that they can be told from others? */
  readonly print?: boolean;
}

/** What a live database said about itself, before anything is made of it. */
export interface Answers {
  /**
   * Equal for two runs only when all that was asked and all that was answered is equal; null where that cannot be told, or was not wanted.
   * 64 hex digits. It must be asked for before the graph, which takes the place of the answers.
   */
  print(): string | null;
  /** The graph of it, made on first use. SQA-2xx when it cannot be understood. */
  graph(): SchemaGraph;
}

/** The graph of a live database. SQA-2xx when it cannot be read. */
export async function introspect(
  connection: Connection,
  dialect: Dialect,
  options: IntrospectOptions = {},
): Promise<SchemaGraph> {
  return (await ask(connection, dialect, options)).graph();
}

/** Asks a live database for all that its graph is made of. SQA-2xx when it cannot be read. */
export async function ask(
  connection: Connection,
  dialect: Dialect,
  options: IntrospectOptions = {},
): Promise<Answers> {
  const asked: Asked[] = [], { version, compared = {} } = connection;
  let read: (() => ReadResult) | null = await connection.transaction(
    (tx) => dialect.read(options.print ? remembering(tx, asked) : tx, { schemas: options.schemas ?? null }),
    { readOnly: true, snapshot: true },
  );
  let print: string | null = null, graph: SchemaGraph | null = null;
  const about = [
    dialect.name,
    dialect.setUp ?? null,
    version,
    compared,
    options.schemas ?? null,
    options.ignoreTables ?? [],
  ];
  return {
    print: () => print ??= options.print && graph === null ? printOf(about, asked) : null,
    graph: () => {
      if (graph) return graph;
      graph = graphOf(read!(), dialect, options);
      // A large schema's answers are as much again as its graph.
      read = null, asked.length = 0;
      return graph;
    },
  };
}

function graphOf({ objects, notes, refs }: ReadResult, dialect: Dialect, options: IntrospectOptions): SchemaGraph {
  const ignored = new Set((options.ignoreTables ?? []).map((path) => JSON.stringify(path)));
  const left = ignored.size ? without(objects, ignored) : objects;
  const bare = makeGraph(dialect.name, left, notes);
  return normalize(refs ? deferRefs(bare, () => withGiven(bare, refs())) : bare, dialect);
}

function withGiven(bare: SchemaGraph, refs: ReadonlyMap<ObjectId, readonly ObjectId[]>): readonly SchemaObject[] {
  return [...bare.objects.values()].map((object) => {
    const own = refs.get(object.id);
    return own ? { ...object, refs: own } : object;
  });
}

/** The objects less the named tables and what lives in them. */
function without(objects: readonly SchemaObject[], tables: ReadonlySet<string>): readonly SchemaObject[] {
  const gone = new Set<ObjectId>();
  for (const object of objects) {
    if (object.kind === "table" && tables.has(JSON.stringify(object.name))) gone.add(object.id);
  }
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    for (const object of objects) if (object.parent && gone.has(object.parent)) gone.add(object.id);
  }
  return objects.filter((object) => !gone.has(object.id));
}
