/** What a data migration in SQL touches, by the names that its statements mention: enough to say that another branch has nothing to do with it. Pure. */
import type { SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import type { Migration } from "./files.ts";
import type { Conflict, Footprint } from "./footprint.ts";

/** Was it made by `sqa new --data`, in SQL, so that its texts say what it touches? A module may do anything. */
export function isReadableData({ header, up, paths }: Migration): boolean {
  return header.generator === "data" && paths.snapshot !== null &&
    up.groups.every(({ module }) => module === undefined);
}

const names = /[\p{L}_][\p{L}\p{N}_$]*/gu;

/** Tables, views, routines of these schemas whose names stand anywhere in the statements of data migrations. */
export function mentionedIn(migrations: readonly Migration[], graphs: readonly SchemaGraph[]): ReadonlySet<ObjectId> {
  const texts = migrations.filter(({ header }) => header.generator === "data").flatMap(({ up }) => [
    ...Array.from(up.statements, ({ sql }) => sql.toLowerCase()),
    ...up.groups.flatMap(({ rows }) => rows ? [rows.table.join(" ").toLowerCase()] : []),
  ]);
  const words = new Set(texts.flatMap((text) => text.match(names) ?? []));
  const found = new Set<ObjectId>();
  for (const { objects } of graphs) {
    for (const { id, name, parent } of objects.values()) {
      const last = name.at(-1)?.toLowerCase();
      if (parent !== null || last === undefined) continue;
      // A name that is no plain word stands in quotes, with spaces and all.
      if (words.has(last) || (!/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(last) && texts.some((text) => text.includes(last)))) {
        found.add(id);
      }
    }
  }
  return found;
}

/** One branch: what its data migrations mention, and what its other ones do. */
export interface DataSide {
  readonly mentioned: ReadonlySet<ObjectId>;
  readonly footprint: Footprint;
}

/** Where the data of one branch meets what the other changes, or its data. `parentOf` knows the objects of both. */
export function dataConflicts(
  one: DataSide,
  other: DataSide,
  parentOf: (id: ObjectId) => ObjectId | null,
): readonly Conflict[] {
  const meets = (mentioned: ReadonlySet<ObjectId>, { writes }: Footprint): readonly ObjectId[] =>
    [...writes].filter((id) => {
      const parent = parentOf(id);
      return mentioned.has(id) || (parent !== null && mentioned.has(parent));
    });
  return [
    ...meets(one.mentioned, other.footprint).map((what) => ({ what, one: "needs", other: "changes" }) as const),
    ...meets(other.mentioned, one.footprint).map((what) => ({ what, one: "changes", other: "needs" }) as const),
    ...[...one.mentioned].filter((id) => other.mentioned.has(id)).map((what) =>
      ({ what: `rows of ${what}`, one: "changes", other: "changes" }) as const
    ),
  ].sort((a, b) => a.what < b.what ? -1 : a.what > b.what ? 1 : 0);
}
