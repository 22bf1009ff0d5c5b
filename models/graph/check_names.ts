/** Names that the database would refuse: used twice, empty, too long. */
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Place } from "../contract.ts";
import type { Build } from "./build.ts";
import { byteLength } from "./names.ts";

/** Reports every name that is taken, empty or too long. */
export function checkNames(objects: readonly SchemaObject[], build: Build): void {
  const { dialect, report } = build;
  const seen = new Map<string, SchemaObject>();
  for (const object of objects) {
    if (object.unnamed) continue;
    const name = object.name.at(-1)!;
    const what = `${kindFacts[object.kind].label} "${label(object, build)}"`;
    const place = placeOf(object);
    if (name === "" || name.includes("\0")) {
      report.add("SQA-101", `a ${kindFacts[object.kind].label} has no name`, place);
    }
    const length = described.has(object.kind) ? 0 : byteLength(name);
    if (length > dialect.maxIdentifierBytes) {
      report.add(
        "SQA-101",
        `the name of ${what} has ${length} bytes; ${dialect.label} takes ${dialect.maxIdentifierBytes}`,
        place,
        "give it a shorter name",
      );
    }
    for (const key of [`id ${object.id}`, ...dialect.names(object)]) {
      const other = seen.get(key);
      if (!other || other === object) {
        seen.set(key, object);
        continue;
      }
      if (other.kind === "column" && object.kind === "column") continue;
      const at = placeOf(other);
      const where = at.file === null ? "" : ` (the other one is at ${at.file}:${at.line})`;
      report.add(
        "SQA-106",
        other.kind === object.kind
          ? `two ${kindFacts[object.kind].plural} have the name "${label(object, build)}"${where}`
          : `${what} has the name of ${article(kindFacts[other.kind].label)}${where}`,
        place,
        "give one of them another name",
      );
      break;
    }
  }
}

/** Kinds whose last part says more than a name: argument types, a role, a pair of types. */
const described: ReadonlySet<string> = new Set([
  "function",
  "aggregate",
  "operator",
  "cast",
  "grant",
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
