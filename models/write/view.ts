/** A view as TypeScript. Pure. */
import { sameJson } from "../../schema/canonical.ts";
import { children, makeGraph } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { callLines } from "./fitted.ts";
import type { WritePlan } from "./plan.ts";
import type { Argument } from "./merge_call.ts";
import { commentProperty, makerOf, onProperty, optional, type Property, schemaProperty, withOwner } from "./table.ts";
import { object, source, sqlSource } from "./text.ts";

/** What stands between the brackets of `view(…)`: the name, the query, the options. */
export function viewArguments(made: SchemaObject<"view">, plan: WritePlan): readonly Argument[] {
  const { options, columns } = withoutColumns(made, plan);
  const triggers = children(plan.graph, made.id, "trigger").filter((trigger) =>
    trigger.comment === null && Object.keys(trigger.options).length === 0
  );
  const properties: readonly Property[] = [
    ...schemaProperty(made, plan),
    ...commentProperty(made.comment),
    ...(columns === null ? [] : [["columns", source(columns)] as const]),
    ...(triggers.length === 0 ? [] : [
      [
        "triggers",
        object(triggers.map((trigger) => [trigger.name.at(-1)!, sqlSource(trigger.definition.sql)])),
      ] as const,
    ]),
    ...onProperty(withOwner(options, made, plan), plan),
  ];
  return [source(made.name.at(-1)), sqlSource(made.definition.sql), properties];
}

/** `export const names = view("names", sql`…`);` */
export function viewSource(made: SchemaObject<"view">, constant: string, plan: WritePlan): string {
  const args = viewArguments(made, plan).map((arg) => typeof arg === "string" ? arg : optional(arg));
  return `export const ${constant} = ${
    callLines(`${makerOf(made, plan)}view`, args, "", `export const ${constant} = `)
  };`;
}

/**
 * The view's columns as they have to be said: not at all where the query says them, which is so when leaving them out changes nothing else
 * in the normal form.
 */
function withoutColumns(
  made: SchemaObject<"view">,
  { dialect }: WritePlan,
): Pick<SchemaObject<"view">, "options" | "columns"> {
  const bare: SchemaObject<"view"> = { ...made, columns: null };
  const after = dialect.normalizeGraph(makeGraph(dialect.name, [bare])).objects.get(made.id);
  return after?.kind === "view" && sameJson(after.options, made.options) && sameJson(after.definition, made.definition)
    ? { options: made.options, columns: null }
    : { options: made.options, columns: made.columns };
}
