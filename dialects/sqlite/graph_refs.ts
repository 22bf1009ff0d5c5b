/** Which objects of the graph a text mentions: the refs that only a reader of SQL can find. */
import { objectId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";
import { fold } from "./lexer.ts";
import { mentions, tablesIn } from "./mentions.ts";
import { nameOfId } from "./names.ts";

/** What is looked up: a table or view with its declared column names by folded name. */
interface Target {
  readonly id: ObjectId;
  readonly columns: ReadonlyMap<string, string>;
}

/** The columns of one table that texts mention. */
export function columnsIn(texts: readonly string[], table: Target | undefined): readonly ObjectId[] {
  if (!table) return [];
  const found = new Set<ObjectId>();
  for (const text of texts) {
    for (const path of mentions(text)) {
      const column = table.columns.get(fold(path.at(-1)!));
      if (column !== undefined) found.add(objectId("column", [nameOfId(table.id), column]));
    }
  }
  return [...found].sort();
}

/** The tables and views that a query or trigger uses, and those of their columns that it mentions. */
export function relationsIn(text: string, relations: ReadonlyMap<string, Target>): readonly ObjectId[] {
  const used = new Map<ObjectId, Target>();
  for (const name of tablesIn(text)) {
    const relation = relations.get(fold(name));
    if (relation) used.set(relation.id, relation);
  }
  const columns = [...used.values()].flatMap((relation) => columnsIn([text], relation));
  return [...new Set([...used.keys(), ...columns])].sort();
}
