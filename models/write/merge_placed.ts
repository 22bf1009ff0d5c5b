/** Where a definition that no model has goes: to the file of its like, or into one of its own. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { importLines, namesUsed } from "./imports.ts";
import type { WritePlan } from "./plan.ts";

/** A new object, as it will be written. */
export interface Definition {
  readonly object: SchemaObject;
  readonly text: string;
}

/** Where definitions go: behind the text of files that are there, by their path, and into new ones. */
export interface Placed {
  readonly appended: ReadonlyMap<string, readonly string[]>;
  readonly added: readonly { readonly name: string; readonly text: string }[];
}

/**
 * A file that has several objects of the kind in the same schema takes one more; where each table has a file of its own, a new one has, too; all
 * else goes where most of its like stands, and without any into `objects.ts`.
 */
export function placed(definitions: readonly Definition[], before: WritePlan, read: (file: string) => string): Placed {
  const appended = new Map<string, string[]>(), added: { name: string; text: string }[] = [], rest: string[] = [];
  const here = [
    ...before.tables,
    ...before.views,
    ...before.raws,
    ...before.enums.values(),
    ...before.schemas.values(),
  ].map(({ object }) => object);
  for (const { object, text } of definitions) {
    const file = homeOf(object, here);
    if (file !== null) {
      const own = appended.get(file) ?? [];
      own.push(withFreeConstant(text, [read(file), ...own].join("\n")));
      appended.set(file, own);
    } else if (object.kind === "table") added.push({ name: object.name.at(-1)!, text: fileOf([text]) });
    else rest.push(withFreeConstant(text, rest.join("\n")));
  }
  return { appended, added: rest.length === 0 ? added : [...added, { name: "objects", text: fileOf(rest) }] };
}

function fileOf(definitions: readonly string[]): string {
  const body = definitions.join("\n\n");
  return `${importLines(namesUsed(body), "sqa")}\n\n${body}\n`;
}

/** The file for a new object among those of the objects that are there, or null. */
function homeOf(object: SchemaObject, here: readonly SchemaObject[]): string | null {
  const schema = ({ name, parent }: SchemaObject) => parent === null ? "" : name[0];
  const alike = here.filter((each) => (each.kind === "table") === (object.kind === "table"));
  const near = [
    alike.filter((each) => each.kind === object.kind && schema(each) === schema(object)),
    alike.filter((each) => schema(each) === schema(object)),
    alike,
  ];
  for (const some of near) {
    const files = [...Map.groupBy(some, ({ origin }) => origin?.file ?? null)].filter(([file]) => file !== null);
    const [most] = files.sort(([a, one], [b, other]) => other.length - one.length || (a! < b! ? -1 : 1));
    // One table in each file is a way to have them.
    if (most && !(object.kind === "table" && most[1].length < 2)) return most[0];
  }
  const all = new Set(here.map(({ origin }) => origin?.file ?? null).filter((file) => file !== null));
  return all.size === 1 ? [...all][0]! : null;
}

/** The definition under a constant that the text does not have yet. */
function withFreeConstant(definition: string, text: string): string {
  const [begin, name] = /^export const ([\w$]+)/.exec(definition)!;
  const taken = new Set([
    ...[...text.matchAll(/\b(?:const|let|var|function\*?|class|enum|type|interface)\s+([\w$]+)/g)].map((found) =>
      found[1]!
    ),
    ...[...text.matchAll(/\bimport\s+(?:type\s+)?([^"';]*)\bfrom\b/g)].flatMap((found) =>
      found[1]!.match(/[\w$]+/g) ?? []
    ),
  ]);
  for (let n = 1;; n++) {
    const wish = n === 1 ? name! : `${name}${n}`;
    if (!taken.has(wish)) return `export const ${wish}${definition.slice(begin.length)}`;
  }
}
