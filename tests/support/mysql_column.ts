/** A column of table t for tests without a server. */
import { mysqlFacts } from "../../dialects/mysql/mod.ts";
import { parseType } from "../../dialects/mysql_family/types.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";

/** The column of that name and type: nullable and nothing else but what `more` says. */
export function columnOfT(
  name: string,
  type: string,
  more: Partial<SchemaObject<"column">> = {},
): SchemaObject<"column"> {
  return {
    kind: "column",
    id: objectId("column", ["t", name]),
    name: ["t", name],
    parent: objectId("table", ["t"]),
    refs: [],
    comment: null,
    type: parseType(type, mysqlFacts),
    nullable: true,
    default: null,
    generated: null,
    identity: null,
    collation: null,
    position: 1,
    options: {},
    ...more,
  };
}
