/** A draft and its name as an object of the graph. */
import type { Dialect } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { slotPath } from "./names.ts";
import { type Draft, originOf } from "./build.ts";

/**
 * The object. Without a name its path ends in what it is about; `structures` counts how often each such ending has been used, because two
 * unnamed constraints of one table may be alike.
 */
export function namedObject(
  draft: Draft,
  name: string | null,
  structures: Map<string, number>,
  dialect: Pick<Dialect, "indexesInTables">,
): SchemaObject {
  const last = name ?? structural(draft, structures);
  const full = slotPath({ kind: draft.kind, table: draft.table.path }, last, dialect);
  const common = {
    kind: draft.kind,
    id: objectId(draft.kind, full),
    name: full,
    parent: draft.table.id,
    refs: draft.refs,
    comment: draft.item.comment,
    ...(name === null ? { unnamed: true as const } : {}),
    origin: originOf(draft.table, draft.place),
  };
  return { ...common, ...draft.fields } as unknown as SchemaObject;
}

/** What an unnamed constraint says. The dialect's normal form may spell it otherwise later; here it only has to be told apart. */
function structural(draft: Draft, structures: Map<string, number>): string {
  const key = `${draft.kind} ${draft.table.id} ${draft.structure}`;
  const count = (structures.get(key) ?? 0) + 1;
  structures.set(key, count);
  return count === 1 ? draft.structure : `${draft.structure}#${count}`;
}
