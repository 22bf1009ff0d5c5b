/**
 * Routines are called by their argument types, casts by both of theirs: a type or a table that gets another name renames them along. What says
 * something of a partition by its path says it by the new one, and an extension is in its schema whatever that is called, with all that it owns.
 * Pure.
 */
import { columnOf, heirsOf, inParents } from "./inheritance.ts";
import { namesNotNull, notNullName, notNullOf, notNullsAbove, withNotNull } from "./inherited_not_null.ts";
import { objectName } from "./names.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { Json, ObjectId, SchemaObject } from "../../schema/object.ts";
import { splitSignature } from "./routine.ts";
import { dotted, quote, quotePath, undotted } from "./sql.ts";

interface Renaming {
  readonly graph: SchemaGraph;
  readonly version: number | null;
}

/**
 * The routine or cast with the new path of `moved` wherever its name, its arguments and its result name it, as the server will write them, or
 * what else says that path; the same id, to be changed by the caller. Null for what names nothing.
 */
export function follow(
  object: SchemaObject,
  moved: SchemaObject,
  path: readonly string[],
  context: Renaming,
): SchemaObject | null {
  if (object.kind === "trigger" || object.kind === "foreign_key") return withCopiesMoved(object, moved, path);
  if (moved.kind === "collation" || moved.kind === "schema") {
    const followed = withCollationMoved(object, moved, path);
    if (followed) return followed;
  }
  if (object.kind === "extension" && moved.kind === "schema") {
    return object.schema === moved.name[0] ? { ...object, schema: path[0]! } : null;
  }
  if (object.kind === "transform" && moved.kind === "language") return withLanguageMoved(object, moved, path);
  if (object.kind === "grant") return withMemberMoved(object, moved, path);
  if (object.kind === "column") return withNotNullMoved(object as SchemaObject<"column">, moved, path, context);
  const { kind } = object;
  if (kind !== "function" && kind !== "aggregate" && kind !== "cast" && kind !== "transform") return null;
  const replaced = replacing(moved, path);
  if (!replaced) return null;
  if (object.kind === "cast" || object.kind === "transform") {
    return { ...object, name: object.name.map(replaced), definition: { sql: replaced(object.definition.sql) } };
  }
  const [own, types] = splitSignature(object.name.at(-1)!);
  const name = [...object.name.slice(0, -1), own + replaced(types)];
  return object.kind === "function"
    ? {
      ...object,
      name,
      arguments: replaced(object.arguments),
      returns: object.returns === null ? null : replaced(object.returns),
    }
    : { ...object, name, definition: { ...object.definition, sql: replaced(object.definition.sql) } };
}

/** Writes a text that the server wrote, every name with its schema, with the new path of `moved`; null for what no such text names. */
function replacing(moved: SchemaObject, path: readonly string[]): ((text: string) => string) | null {
  const whole = moved.kind === "schema";
  if (!whole && !isType(moved)) return null;
  const old = whole ? `${quote(moved.name[0]!)}.` : quotePath(moved.name);
  const now = whole ? `${quote(path[0]!)}.` : quotePath(path);
  const escaped = old.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const named = new RegExp(`(?<![\\w$".])${escaped}${whole ? "" : '(?![\\w$"])'}`, "gu");
  return (text) => text.replace(named, () => now);
}

/** A privilege on what an extension owns, which says the name and the arguments of that itself; null for every other one. */
function withMemberMoved(
  object: SchemaObject<"grant">,
  moved: SchemaObject,
  path: readonly string[],
): SchemaObject | null {
  const { target: member } = object.options, replaced = replacing(moved, path);
  if (typeof member !== "string" || !replaced) return null;
  const target = replaced(member);
  const name = object.name.map((part, i) => i === object.name.length - 2 ? target : part);
  return { ...object, name, options: { ...object.options, target } };
}

function withLanguageMoved(
  object: SchemaObject<"transform">,
  moved: SchemaObject,
  [now]: readonly string[],
): SchemaObject | null {
  const [type, language] = object.name as [string, string], word = (name: string) => ` LANGUAGE ${quote(name)} (`;
  if (language !== moved.name[0]) return null;
  return {
    ...object,
    name: [type, now!],
    definition: { ...object.definition, sql: object.definition.sql.replace(word(language), () => word(now!)) },
  };
}

/** What sorts by a collation under another path, by that; null where nothing does. */
function withCollationMoved(object: SchemaObject, moved: SchemaObject, path: readonly string[]): SchemaObject | null {
  const isMoved = (old: string | null) => old !== null && moved.name.every((part, i) => undotted(old)[i] === part);
  const now = <T extends { readonly collation: string | null }>(each: T): T =>
    isMoved(each.collation)
      ? { ...each, collation: dotted([...path, ...undotted(each.collation!).slice(moved.name.length)]) }
      : each;
  switch (object.kind) {
    case "column":
    case "domain":
      return isMoved(object.collation) ? now(object) : null;
    case "composite_type":
      return object.attributes.some((each) => isMoved(each.collation))
        ? { ...object, attributes: object.attributes.map(now) }
        : null;
    case "index":
      return object.keys.some((each) => isMoved(each.collation)) ? { ...object, keys: object.keys.map(now) } : null;
    default:
      return null;
  }
}

/** A trigger or key whose option `copies` names partitions: under the paths that they have then; null where it names none that moves. */
function withCopiesMoved(
  object: SchemaObject<"trigger"> | SchemaObject<"foreign_key">,
  moved: SchemaObject,
  path: readonly string[],
): SchemaObject | null {
  const { copies } = object.options;
  if (typeof copies !== "object" || copies === null || !isTable(moved)) return null;
  const now = (old: string) => {
    const parts = undotted(old);
    const within = moved.name.every((part, i) => parts[i] === part);
    return within ? dotted([...path, ...parts.slice(moved.name.length)]) : old;
  };
  const renamed: Record<string, Json> = {};
  for (const [old, value] of Object.entries(copies)) renamed[now(old)] = value as Json;
  return { ...object, options: { ...object.options, copies: renamed } };
}

function isTable(object: SchemaObject): boolean {
  return ["schema", "table", "foreign_table"].includes(object.kind);
}

function isType(object: SchemaObject): boolean {
  return ["table", "view", "materialized_view", "foreign_table", "enum", "domain", "composite_type", "range_type"]
    .includes(object.kind);
}

/**
 * A NOT NULL that the server named (18) gets another name with its table or column (renameOwned), and so does what heirs have from it. Where RENAME
 * CONSTRAINT is refused, for an heir has it under another name or from elsewhere, too, both keep the old one, which is told from then on.
 */
function withNotNullMoved(
  object: SchemaObject<"column">,
  moved: SchemaObject,
  path: readonly string[],
  { graph, version }: Renaming,
): SchemaObject | null {
  const isTable = moved.kind === "table" || moved.kind === "foreign_table";
  if (object.nullable || !isTable && (moved.kind !== "column" || moved.name.at(-1) !== object.name.at(-1))) return null;
  // Upwards: a column may be asked about that has thousands of heirs.
  const along = (each: SchemaObject): boolean =>
    isTable ? each.parent === moved.id : each.id === moved.id || inParents(graph, each).some(along);
  const isAlong = along(object as SchemaObject);
  const called = ([, table, name]: readonly string[]) => objectName(table!, name!, "not_null");
  const after = ({ name: [schema, table, name] }: SchemaObject<"column">) =>
    isTable ? [schema!, path[1]!, name!] : [schema!, table!, path[2]!];
  const { name, ...rest } = notNullOf(object.options);
  const withName = (now: string) => {
    const own = called(isAlong ? after(object) : object.name);
    const options = withNotNull(object.options, now === own ? rest : { ...rest, name: now });
    return { ...object, options } as SchemaObject;
  };
  if (typeof name !== "string") {
    const stays = isAlong && namesNotNull({ version }) && called(object.name) !== called(after(object)) &&
      keepsNotNullName(object, graph);
    return stays ? withName(called(object.name)) : null;
  }
  const source = notNullsOver(graph, object).find((each) =>
    along(each as SchemaObject) && notNullOf(each.options).name === undefined && called(each.name) === name
  );
  return source && !keepsNotNullName(source, graph) ? withName(called(after(source))) : null;
}

/** The columns, over all steps, that a column has its NOT NULL from. */
function notNullsOver(graph: SchemaGraph, column: SchemaObject<"column">): readonly SchemaObject<"column">[] {
  return notNullsAbove(graph, column).flatMap((each) => [each, ...notNullsOver(graph, each)]);
}

const keeping = new WeakMap<SchemaGraph, Map<ObjectId, boolean>>();

/** Is a NOT NULL one that RENAME CONSTRAINT cannot rename? Worked out once a graph, for every heir asks it of the column that it has its own from. */
function keepsNotNullName(column: SchemaObject<"column">, graph: SchemaGraph): boolean {
  const known = keeping.get(graph) ?? new Map<ObjectId, boolean>();
  keeping.set(graph, known);
  const found = known.get(column.id) ?? isHeldFast(column, graph, 0);
  known.set(column.id, found);
  return found;
}

/** Has it its NOT NULL from more than so many columns, or does an heir have its own from elsewhere, too, or under another name? */
function isHeldFast(column: SchemaObject<"column">, graph: SchemaGraph, above: number): boolean {
  if (notNullsAbove(graph, column).length > above) return true;
  return heirsOf(graph, column.parent!).some((table) => {
    const heir = columnOf(graph, table.id, column as SchemaObject);
    return heir && !heir.nullable && notNullsAbove(graph, heir).some(({ id }) => id === column.id) &&
      (notNullName(heir) !== notNullName(column) || isHeldFast(heir, graph, 1));
  });
}
