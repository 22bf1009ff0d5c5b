/** A live database to a graph: everything in scope, read in one snapshot, in the dialect's normal form. Reads only. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Connection } from "../dialects/driver.ts";
import { normalize } from "../diff/normalize.ts";
import { deferRefs, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

export interface IntrospectOptions {
  /** Schemas to read; null is every one that is not the system's. */
  readonly schemas?: readonly string[] | null;
  /** Tables to leave out with all that is theirs (sqa's own history table), by path as in the graph. */
  readonly ignoreTables?: readonly (readonly string[])[];
}

/** The graph of a live database. SQA-2xx when it cannot be read. */
export async function introspect(
  connection: Connection,
  dialect: Dialect,
  options: IntrospectOptions = {},
): Promise<SchemaGraph> {
  const { objects, notes, refs } = await connection.transaction(
    (tx) => dialect.read(tx, { schemas: options.schemas ?? null }),
    { readOnly: true, snapshot: true },
  );
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
