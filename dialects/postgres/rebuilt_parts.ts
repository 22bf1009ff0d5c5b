/**
 * Partitioned indexes that the server makes anew with a column of theirs: their parts come back under the names that it chooses, without comments,
 * and on every partition (RememberAllDependentForRebuilding in tablecmds.c remembers the whole alone). Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import { pathOfId } from "../../schema/id.ts";
import type { Kind, Options, SchemaObject } from "../../schema/object.ts";
import { tableIn } from "./inheritance.ts";
import { defaultName } from "./names.ts";
import { isIncomplete, partsOf } from "./partition_index.ts";

const rebuilt: ReadonlySet<Kind> = new Set(["index", "primary_key", "unique", "exclusion"]);

/** Is it an index or key that would not be what it was when the server has made it anew? */
export function isChangedByRebuild(whole: SchemaObject, context: Pick<RenderContext, "from">): boolean {
  const { from } = context;
  if (!rebuilt.has(whole.kind)) return false;
  if (tableIn(from, whole.parent)?.options.partition_by === undefined) return false;
  return isIncomplete(whole) ||
    partsOf(whole, from).some((part) => !isAsTheServerMakes(part, whole) || isChangedByRebuild(part, context));
}

function isAsTheServerMakes(part: SchemaObject, whole: SchemaObject): boolean {
  return part.comment === null && part.name.at(-1) === serversName(part) &&
    sameJson(ownOptions(part), ownOptions(whole));
}

/** Options but for the one that says that it is a part. */
function ownOptions(object: SchemaObject): Options {
  const { attached: _attached, ...rest } = (object as SchemaObject<"index">).options;
  return rest;
}

/** What the server calls it while the name is free; null where that takes more than the names of its columns. */
function serversName(part: SchemaObject): string | null {
  const kind = part.kind;
  if (kind !== "index" && kind !== "primary_key" && kind !== "unique") return null;
  const keys = part.kind === "index" ? part.keys.map(({ column }) => column) : (part as SchemaObject<"unique">).columns;
  const include = "include" in part ? part.include as readonly string[] : [];
  const columns = [...keys, ...include].flatMap((each) => each ?? []);
  if (columns.length < keys.length + include.length || new Set(columns).size < columns.length) return null;
  return defaultName(kind, pathOfId(part.parent!), columns, () => false);
}
