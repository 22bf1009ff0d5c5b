/** What is no table and differs between models and database: said with its new source, for a person to place. Pure. */
import { fieldsThatDiffer } from "../../schema/differing.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { WritePlan } from "./plan.ts";
import { rawSource } from "./raw.ts";
import { viewSource } from "./view.ts";

/** A line for each view, function, extension and so on that is only on one side, or another one. */
export function othersThatDiffer(before: WritePlan, after: WritePlan): readonly string[] {
  const known = sources(before), wanted = sources(after);
  const lines = [...wanted].flatMap(([id, { object, text }]): readonly string[] => {
    const old = known.get(id);
    if (!old) return [`${called(object)} is in the database and in no model: ${text()}`];
    return fieldsThatDiffer(old.object, object).length === 0 ? [] : [`${called(object)} differs: ${text()}`];
  });
  const gone = [...known].filter(([id]) => !wanted.has(id)).map(([, { object }]) =>
    `${called(object)} is no longer in the database; its model stays`
  );
  return [...lines, ...gone].sort();
}

interface Other {
  readonly object: SchemaObject;
  text(): string;
}

function sources(plan: WritePlan): ReadonlyMap<string, Other> {
  const views = plan.views.map(({ object, constant }): [string, Other] => [
    object.id,
    { object, text: () => viewSource(object, constant, plan) },
  ]);
  const raws = plan.raws.map(({ object, constant }): [string, Other] => [
    object.id,
    { object, text: () => rawSource(object, constant, plan) },
  ]);
  return new Map([...views, ...raws]);
}

function called(object: SchemaObject): string {
  return `${factsOf(object).label} "${object.name.at(-1)}"`;
}
