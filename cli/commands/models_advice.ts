/** What is worth a word about models as they are: databases that lack something, foreign keys that leave something open. Pure. */
import type { Dialect } from "../../dialects/dialect.ts";
import { normalize } from "../../diff/normalize.ts";
import type { ModelMeta } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { SqaError } from "../../schema/error.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";

/** Something to be said, with where it was written. */
export interface Advice {
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

/** What one database cannot do of these models, or leaves out; nothing where they are all the same there. */
export function lacksOf(models: readonly ModelMeta[], dialect: Dialect, version: string): readonly Advice[] {
  try {
    const { notes } = normalize(modelsToGraph({ models }, dialect, { version }).graph, dialect);
    return notes.filter(({ code }) => code.startsWith("unsupported")).map(({ code, message }) => ({
      code,
      message,
      file: null,
      line: null,
    }));
  } catch (error) {
    if (!(error instanceof SqaError)) throw error;
    return (error.more.all ?? [error]).map(({ code, message, more }) => ({
      code,
      message,
      file: more.place?.file ?? null,
      line: more.place?.line ?? null,
    }));
  }
}

/** The notes of the graph that are advice, and for each foreign key what it leaves open: SQA-R002 no index, SQA-R003 no onDelete. */
export function adviceOf(graph: SchemaGraph): readonly Advice[] {
  const noted = graph.notes.flatMap(({ message, object }): readonly Advice[] => {
    const found = /^(SQA-[A-Z]\d+): (.*)$/s.exec(message);
    return found
      ? [{ code: found[1]!, message: found[2]!, ...placeOf(object === null ? undefined : graph.objects.get(object)) }]
      : [];
  });
  const keys = ofKind(graph, "foreign_key").flatMap((key): readonly Advice[] => {
    const table = graph.objects.get(key.parent!), what = `${table!.name.join(".")} (${key.columns.join(", ")})`;
    const place = placeOf(key.origin ? key : table);
    return [
      ...(isLed(key, graph) ? [] : [{
        code: "SQA-R002",
        message: `the foreign key of ${what} has no index: deleting what it points to reads all rows`,
        ...place,
      }]),
      ...(key.onDelete === "no action"
        ? [{ code: "SQA-R003", message: `the foreign key of ${what} does not say what happens on delete`, ...place }]
        : []),
    ];
  });
  return [...noted, ...keys];
}

function placeOf(object: SchemaObject | undefined): Pick<Advice, "file" | "line"> {
  return { file: object?.origin?.file ?? null, line: object?.origin?.line ?? null };
}

/** Does an index or a key begin with the columns of the foreign key, in any order? */
function isLed(key: SchemaObject<"foreign_key">, graph: SchemaGraph): boolean {
  const wanted = new Set(key.columns);
  return ["index", "unique", "primary_key"].some((kind) =>
    children(graph, key.parent!, kind as "index").some((object) => {
      const columns = "keys" in object
        ? object.keys.map(({ column }) => column)
        : (object as { columns: readonly string[] }).columns;
      return columns.slice(0, wanted.size).every((column) => column !== null && wanted.has(column)) &&
        columns.length >= wanted.size;
    })
  );
}
