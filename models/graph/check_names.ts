/** Names that the database would refuse: used twice, empty, too long. */
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Place } from "../contract.ts";
import type { Build } from "./build.ts";
import { byteLength } from "./names.ts";

/** Reports every name that is taken, empty or too long. */
export function checkNames(objects: readonly SchemaObject[], build: Build): void {
  const { dialect, report } = build;
  // Ids and names are spaces of their own. What a message says is put together for mistakes alone: every object comes through here.
  const ids = new Map<string, SchemaObject>(), seen = new Map<string, SchemaObject>();
  for (const object of objects) {
    if (object.unnamed) continue;
    const name = object.name.at(-1)!;
    if (name === "" || name.includes("\0")) {
      report.add("SQA-101", `a ${kindFacts[object.kind].label} has no name`, placeOf(object));
    }
    const length = described.has(object.kind) ? 0 : byteLength(name);
    if (length > dialect.maxIdentifierBytes) {
      report.add(
        "SQA-101",
        `the name of ${what(object, build)} has ${length} bytes; ${dialect.label} takes ${dialect.maxIdentifierBytes}`,
        placeOf(object),
        "give it a shorter name",
      );
    }
    const other = takenBy(object, object.id, ids) ?? firstTaken(object, dialect.names(object), seen);
    if (!other) continue;
    const at = placeOf(other);
    const where = at.file === null ? "" : ` (the other one is at ${at.file}:${at.line})`;
    report.add(
      "SQA-106",
      other.kind === object.kind
        ? `two ${kindFacts[object.kind].plural} have the name "${label(object, build)}"${where}`
        : `${what(object, build)} has the name of ${article(kindFacts[other.kind].label)}${where}`,
      placeOf(object),
      "give one of them another name",
    );
  }
}

/** The object that has the key already; two columns of one name are reported with their table. Else the key is this object's now. */
function takenBy(object: SchemaObject, key: string, by: Map<string, SchemaObject>): SchemaObject | undefined {
  const other = by.get(key);
  if (!other || other === object) by.set(key, object);
  else if (other.kind !== "column" || object.kind !== "column") return other;
  return undefined;
}

function firstTaken(
  object: SchemaObject,
  names: readonly string[],
  by: Map<string, SchemaObject>,
): SchemaObject | undefined {
  for (const name of names) {
    const other = takenBy(object, name, by);
    if (other) return other;
  }
  return undefined;
}

function what(object: SchemaObject, build: Build): string {
  return `${kindFacts[object.kind].label} "${label(object, build)}"`;
}

/** Kinds whose last part says more than a name: argument types, a role, a pair of types. */
const described: ReadonlySet<string> = new Set([
  "function",
  "aggregate",
  "operator",
  "cast",
  "transform",
  "grant",
  "owner",
  "default_privilege",
  "user_mapping",
  "text_search",
]);

/** The dotted path as one writes it in a model. */
function label(object: SchemaObject, build: Build): string {
  const path = object.name[0] === build.dialect.defaultSchema ? object.name.slice(1) : object.name;
  return path.join(".");
}

/** The object's place. It is read only for mistakes, because that costs the formatting of a stack. */
function placeOf({ origin }: SchemaObject): Place {
  return {
    get file() {
      return origin?.file ?? null;
    },
    get line() {
      return origin?.line ?? null;
    },
    column: null,
  };
}

function article(word: string): string {
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
}
