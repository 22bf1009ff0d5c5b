/** A graph as text and back: deterministic JSON with one object a line, so that reviews show what changed. Origins are left out. */
import { canonicalJson } from "./canonical.ts";
import { SqaError } from "./error.ts";
import { makeGraph, type SchemaGraph } from "./graph.ts";
import type { SchemaObject } from "./object.ts";

/** The layout of the text below; a newer one is refused. */
const layout = 1;

/** The graph as text: the same bytes for the same graph on every machine. Ends with a newline. */
export function snapshotText(graph: SchemaGraph): string {
  const lines = [...graph.objects.values()].map(({ origin: _origin, ...object }) => `    ${canonicalJson(object)}`);
  const objects = lines.length ? `[\n${lines.join(",\n")}\n  ]` : "[]";
  return `{\n  "sqaSnapshot": ${layout},\n  "dialect": ${JSON.stringify(graph.dialect)},\n  "objects": ${objects}\n}\n`;
}

/** The inverse of `snapshotText`. SQA-504 when the text is no snapshot of this layout or an older one. */
export function parseSnapshot(text: string, label = "snapshot"): SchemaGraph {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SqaError("SQA-504", `${label} is not valid JSON`, {
      cause,
      hint: "restore the file from version control",
    });
  }
  const { sqaSnapshot, dialect, objects } = (value ?? {}) as Record<string, unknown>;
  if (typeof sqaSnapshot !== "number" || typeof dialect !== "string" || !Array.isArray(objects)) {
    throw new SqaError("SQA-504", `${label} is not a schema snapshot of sqa`, { hint: "name a *.snapshot.json file" });
  }
  if (sqaSnapshot > layout) {
    throw new SqaError("SQA-505", `${label} was written by a newer sqa (layout ${sqaSnapshot})`, {
      hint: "update sqa",
    });
  }
  return makeGraph(dialect, objects as SchemaObject[]);
}
