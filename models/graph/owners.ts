/** Whom things belong to, where a model says it: an option of its database that is an object of its own in the graph. */
import { type Dialect, kindOf } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { DatabaseName, Place } from "../contract.ts";
import type { Build } from "./build.ts";
import { supported } from "./options.ts";

/** The keys of `on` with a meaning of their own for what can belong to somebody, where the database has owners. */
export function ownerKeys(dialect: Dialect): readonly string[] {
  return kindOf(dialect, "owner") === "unsupported" ? [] : ["owner"];
}

/** The owner that `on` names, for the object; none where it names none. A mistake is reported. */
export function ownerIn(
  on: { readonly [D in DatabaseName]?: { readonly [option: string]: unknown } },
  object: SchemaObject,
  place: Place,
  build: Build,
): readonly SchemaObject[] {
  const given = ownerKeys(build.dialect).length ? on[build.dialect.name as DatabaseName]?.owner : undefined;
  return ownerOf(given, object, place, build);
}

/** The same, with what was said. SQA-103 for what is no name, SQA-104 where owners are left alone or unknown. */
export function ownerOf(
  given: unknown,
  object: SchemaObject,
  place: Place,
  { dialect, report }: Build,
): readonly SchemaObject[] {
  if (given === undefined) return [];
  const what = `${kindFacts[object.kind].label} "${object.name.join(".")}"`;
  if (typeof given !== "string" || given === "") {
    report.add("SQA-103", `the owner of ${what} is no name of a role`, place, 'write owner: "role"');
    return [];
  }
  if (!supported("owner", dialect, `the owner of ${what}`, place, report)) return [];
  const name = [...object.name, object.kind];
  const { origin } = object;
  return [{
    kind: "owner",
    id: objectId("owner", name),
    name,
    parent: object.id,
    refs: [],
    comment: null,
    ...(origin ? { origin } : {}),
    role: given,
  }];
}
