/** Indexes, views and triggers: SQLite can only drop and create them, which costs an index its building and the others nothing. */
import type { Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { children, type SchemaGraph } from "../../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { createIndex, createTrigger, createView } from "../create_sql.ts";
import { quote } from "../sql.ts";
import { statement, writeLock } from "../statement.ts";

type MadeAgain = "index" | "view" | "trigger";

export const index: KindDialect<"index"> = kind("index");
export const view: KindDialect<"view"> = kind("view");
export const trigger: KindDialect<"trigger"> = kind("trigger");

function kind<K extends MadeAgain>(_kind: K): KindDialect<K> {
  return {
    normalize: (object) => object.comment === null ? object : { ...object, comment: null },
    alters: () => "recreate",
    renames: false,
    render: (change, context) => render(change as unknown as Change<MadeAgain>, context),
  };
}

function render(change: Change<MadeAgain>, context: RenderContext): readonly Statement[] {
  switch (change.op) {
    case "create":
      return [make(change as Change, change.to)];
    case "drop":
      return [remove(change as Change, change.from)];
    case "alter":
      return [remove(change as Change, change.from), make(change as Change, change.to)];
    case "rename":
      return renamed(change as Change, change.from, change.to, context.from);
    default:
      return assertNever(change, "change");
  }
}

/** Makes it under its new name. Whatever mentions a view by name is made again too: SQLite rewrites nothing for a view. */
function renamed(
  change: Change,
  from: SchemaObject<MadeAgain>,
  to: SchemaObject<MadeAgain>,
  graph: SchemaGraph,
): readonly Statement[] {
  const dependents = to.kind === "view" ? dependentsOf(to.id, graph) : [];
  return [
    ...[...dependents].reverse().filter((object) => object.parent !== to.id).map((object) => remove(change, object)),
    remove(change, from),
    make(change, to),
    ...dependents.map((object) => make(change, object)),
  ];
}

/** Views and triggers that use a view, each after what it uses. */
function dependentsOf(id: ObjectId, graph: SchemaGraph): readonly SchemaObject<MadeAgain>[] {
  const found = new Map<ObjectId, SchemaObject<MadeAgain>>();
  const visit = (used: ObjectId): void => {
    const users = [...children(graph, used), ...[...graph.objects.values()].filter((each) => each.refs.includes(used))];
    for (const user of users) {
      if (user.kind !== "view" && user.kind !== "trigger") continue;
      // Taken out and put back, so that it comes after everything that leads to it.
      found.delete(user.id);
      found.set(user.id, user as SchemaObject<MadeAgain>);
      if (user.kind === "view") visit(user.id);
    }
  };
  visit(id);
  return [...found.values()];
}

function make(change: Change, object: SchemaObject<MadeAgain>): Statement {
  switch (object.kind) {
    case "index": {
      const keys = object.keys.map((key) => key.column === null ? key.expression!.sql : quote(key.column));
      const risk = { reason: "rows may have the same key", probe: object.unique ? duplicates(object, keys) : null };
      return statement(change, createIndex(object), {
        locks: writeLock(object.parent!),
        scans: [object.parent!],
        ...(object.unique ? { mayFail: risk } : {}),
      });
    }
    case "view":
      return statement(change, createView(object));
    case "trigger":
      return statement(change, createTrigger(object));
  }
}

/** Counts the keys that more than one row has; NULLs are all different. */
function duplicates(object: SchemaObject<"index">, keys: readonly string[]): string {
  const present = keys.map((key) => `(${key}) IS NOT NULL`);
  if (object.where) present.push(`(${object.where.sql})`);
  const table = quote(object.parent!.slice("table:".length).replace(/\\([\\.])/g, "$1"));
  return `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${present.join(" AND ")} GROUP BY ${
    keys.join(", ")
  } HAVING count(*) > 1)`;
}

function remove(change: Change, object: SchemaObject<MadeAgain>): Statement {
  return statement(change, `DROP ${object.kind.toUpperCase()} ${quote(object.name.at(-1)!)}`);
}
