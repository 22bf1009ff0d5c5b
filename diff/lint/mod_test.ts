/** What the rules say of statements, taken together. */
import { deepEqual } from "node:assert/strict";
import { emptyGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { rename } from "../change.ts";
import { noEffects, type Statement } from "../plan_types.ts";
import { lint } from "./mod.ts";

const context = { from: emptyGraph("test"), to: emptyGraph("test"), created: new Set<ObjectId>(), version: null };

const column = (name: string): SchemaObject =>
  ({ kind: "column", id: objectId("column", ["t", name]), name: ["t", name] }) as unknown as SchemaObject;

Deno.test("a rename that takes two statements is said once: its column and the name of its NOT NULL", () => {
  const statementsOf = (...names: readonly [string, string]): readonly Statement[] => {
    const change = rename(column(names[0]), column(names[1]));
    return ["RENAME COLUMN", "RENAME CONSTRAINT"].map((sql) =>
      ({ sql, change, effects: noEffects, transaction: "allowed" }) as const
    );
  };
  const hazards = lint([...statementsOf("a", "b"), ...statementsOf("c", "d")], context);
  deepEqual(hazards.map(({ statement, message }) => [statement, message]), [
    [0, '"t.a" becomes "t.b"'],
    [2, '"t.c" becomes "t.d"'],
  ]);
});
