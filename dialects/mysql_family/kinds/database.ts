/**
 * The database itself, as the one schema of the graph: what new tables and routines get when they say nothing. Nobody makes or drops it in a
 * migration, for the connection is to it; what it says is changed by ALTER DATABASE, which touches no table that is there.
 */
import type { Change } from "../../../diff/change.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import type { KindDialect } from "../../dialect.ts";
import { quoteText } from "../sql.ts";
import { statement } from "../statement.ts";

/** What it is called in graphs and models, whatever its name on a server. */
export const databaseName = "database";

export const databaseId = objectId("schema", [databaseName]);

/** The object with this collation; `encrypted` is the default of new tables (MySQL). */
export function databaseObject(
  collation: string,
  encrypted: boolean,
  comment: string | null,
): SchemaObject<"schema"> {
  return {
    kind: "schema",
    id: databaseId,
    name: [databaseName],
    parent: null,
    refs: [],
    comment: comment || null,
    options: { collation, ...(encrypted ? { encryption: true } : {}) },
  };
}

export const database: KindDialect<"schema"> = {
  normalize(object) {
    const { collation, encryption } = object.options;
    return {
      ...object,
      comment: object.comment || null,
      options: {
        ...(typeof collation === "string" ? { collation: collation.toLowerCase() } : {}),
        ...(encryption === true ? { encryption } : {}),
      },
    };
  },
  alters: () => "in place",
  renames: false,
  render(given) {
    const change = given as Change<"schema">;
    if (change.op === "drop" || change.op === "rename") return [];
    const before = change.op === "create" ? null : change.from, after = change.to;
    const words = [
      ...(after.options.collation !== undefined && after.options.collation !== before?.options.collation
        ? [`COLLATE ${after.options.collation}`]
        : []),
      ...((after.options.encryption ?? false) !== (before?.options.encryption ?? false)
        ? [`ENCRYPTION ${quoteText(after.options.encryption ? "Y" : "N")}`]
        : []),
      ...(after.comment !== (before?.comment ?? null) ? [`COMMENT ${quoteText(after.comment ?? "")}`] : []),
    ];
    // Without a name it is the connection's own, wherever the file is run.
    return words.length === 0 ? [] : [statement(given as Change, `ALTER DATABASE ${words.join(" ")}`)];
  },
};
