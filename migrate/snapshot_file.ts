/**
 * The snapshot beside a migration, and in the history: the graph that it leads to, and which of its objects are not ours. What was left
 * alone is part of the graph, because a table that is made anew must bring a host's index along, but sqa may never drop it.
 */
import { type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import { parseSnapshot, snapshotText } from "../schema/snapshot.ts";

export interface SnapshotFile {
  readonly graph: SchemaGraph;
  /** The outermost objects that sqa found and left alone. Everything else was made by its migrations. */
  readonly leftAlone: ReadonlySet<ObjectId>;
}

/** The snapshot as text: `snapshotText` with one line more where something was left alone. Deterministic. */
export function snapshotFileText({ graph, leftAlone }: SnapshotFile): string {
  const text = snapshotText(graph);
  const known = [...leftAlone].filter((id) => graph.objects.has(id)).sort();
  if (known.length === 0) return text;
  return text.replace('\n  "objects": ', () => `\n  "leftAlone": ${JSON.stringify(known)},\n  "objects": `);
}

/** The inverse. `label` is for messages. SQA-504, SQA-505 as `parseSnapshot`. */
export function parseSnapshotFile(text: string, label: string): SnapshotFile {
  const graph = parseSnapshot(text, label);
  const listed = (JSON.parse(text) as { leftAlone?: unknown }).leftAlone;
  return { graph, leftAlone: new Set(Array.isArray(listed) ? listed as ObjectId[] : []) };
}

/** What a planned graph leaves alone, by the notes that say so. */
export function leftAloneIn(target: SchemaGraph): ReadonlySet<ObjectId> {
  return new Set(target.notes.flatMap((note) => note.code === "left-alone" && note.object ? [note.object] : []));
}

/** The ids that sqa's own migrations made: everything but what was left alone and what lives in it. */
export function managedIn({ graph, leftAlone }: SnapshotFile): ReadonlySet<ObjectId> {
  const managed = new Set<ObjectId>();
  for (const object of graph.objects.values()) {
    let id: ObjectId | null = object.id;
    while (id !== null && !leftAlone.has(id)) id = graph.objects.get(id)?.parent ?? null;
    if (id === null) managed.add(object.id);
  }
  return managed;
}
