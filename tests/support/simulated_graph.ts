/** Small graphs of an imaginary database, for tests of what is printed. */
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind, SchemaObject } from "../../schema/object.ts";
import { withRefs } from "../../schema/refs.ts";
import { easyTraits, publicSchema, simulatedDialect, simulatedType } from "./simulated_dialect.ts";

export const dialect = simulatedDialect(easyTraits);

/** An object with what every object has. */
export function object(kind: Kind, name: readonly string[], parent: SchemaObject["id"], more: object): SchemaObject {
  return { kind, id: objectId(kind, name), name, parent, refs: [], comment: null, ...more } as unknown as SchemaObject;
}

/** Tables from "name: type [null]" lists. */
export function graphOf(
  tables: Readonly<Record<string, readonly string[]>>,
  ...more: readonly SchemaObject[]
): SchemaGraph {
  const objects = Object.entries(tables).flatMap(([table, columns]) => {
    const id = objectId("table", ["public", table]);
    return [
      object("table", ["public", table], "schema:public", { options: {} }),
      ...columns.map((text, i) => {
        const [name, type, nullable] = text.split(" ");
        return object("column", ["public", table, name!], id, {
          type: simulatedType(type!),
          nullable: nullable === "null",
          default: null,
          generated: null,
          identity: null,
          collation: null,
          position: i,
          options: {},
        });
      }),
    ];
  });
  return makeGraph("simulated", withRefs([publicSchema, ...objects, ...more]));
}
