/** How random schemas are spelled for real servers. Every value is a small whole number as text or number, so that every cast works. */
import { makeGraph, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { DataType, Expression, ObjectId, SchemaObject } from "../../schema/object.ts";
import { namesOf } from "../support/simulated_dialect.ts";
import type { Flavor } from "./random_schema.ts";

function type(name: string, family: DataType["family"]): DataType {
  return { name, args: [], dimensions: 0, family, of: null };
}

/** A query over tables and views: each gives its columns on under names of their own. */
function query(reads: Parameters<Flavor["view"]>[0]): Expression {
  const columns = reads.map(({ column }, i) => `a${i}.${column ?? "o0"} as o${i}`);
  const from = reads.map(({ path }, i) => `${path.join(".")} a${i}`);
  return { sql: `select ${columns.join(", ")} from ${from.join(", ")}` };
}

const common = {
  check: (column: string) => ({ sql: `${column} is not null or ${column} is null` }),
  where: (column: string) => ({ sql: `${column} is not null` }),
  view: query,
  names: namesOf,
  indexMethod: "btree",
};

export const postgresFlavor: Flavor = {
  ...common,
  dialect: "postgres",
  schemas: ["public", "other"],
  types: [type("integer", "integer"), type("bigint", "integer"), type("text", "text"), type("varchar(20)", "text")],
  enumType: (path) => type(path.join("."), "enum"),
  defaultOf: ({ family }) => ({ sql: family === "integer" ? "1" : "'1'" }),
  comments: true,
};

export const sqliteFlavor: Flavor = {
  ...common,
  dialect: "sqlite",
  schemas: [],
  types: [type("INTEGER", "integer"), type("BIGINT", "integer"), type("TEXT", "text"), type("VARCHAR(20)", "text")],
  enumType: () => null,
  defaultOf: ({ family }) => ({ sql: family === "integer" ? "1" : "'1'" }),
  comments: false,
};

/** MySQL and MariaDB alike. The labels of an ENUM are at the places that their numbers say, so that it turns into a number and back. */
export const mysqlFlavor: Flavor = {
  ...common,
  dialect: "mysql",
  schemas: [],
  types: [
    type("int", "integer"),
    type("bigint", "integer"),
    type("varchar(20)", "text"),
    type("varchar(300)", "text"),
    type("decimal(12)", "decimal"),
    type("enum('1','2','3')", "enum"),
  ],
  enumType: () => null,
  defaultOf: ({ family }) => ({ sql: family === "integer" || family === "decimal" ? "1" : "'1'" }),
  comments: true,
};

/**
 * The graph as both servers of the family take it: checks and foreign keys are named in the whole database, a key sets NULL only where that
 * may stand and where no check reads it (MySQL 3823), no column points to itself, and indexes hold all rows.
 */
export function fitsMysql(graph: SchemaGraph): SchemaGraph {
  const set = new Set<ObjectId>();
  for (const key of ofKind(graph, "foreign_key")) {
    if (key.onDelete !== "no action" && key.onDelete !== "restrict") {
      for (const name of key.columns) set.add(objectId("column", [...pathOfId(key.parent!), name]));
    }
  }
  const named = <T extends SchemaObject>(object: T): T => {
    // As the servers themselves name them, so that the names follow the table's.
    const own = object.name.at(-1)!.replace(/^fk_/, "ibfk_").replace(/^check_/, "chk_");
    const name = [object.name[0]!, `${object.name[0]}_${own}`];
    return { ...object, id: objectId(object.kind, name), name };
  };
  const objects = [...graph.objects.values()].flatMap((object): SchemaObject[] => {
    switch (object.kind) {
      case "check":
        return object.refs.some((id) => set.has(id)) ? [] : [named(object)];
      case "foreign_key": {
        const column = graph.objects.get(objectId("column", [...pathOfId(object.parent!), object.columns[0]!]));
        const nullable = column?.kind === "column" && column.nullable;
        if (object.parent === object.references.table && object.columns[0] === object.references.columns[0]) return [];
        return [named(object.onDelete === "set null" && !nullable ? { ...object, onDelete: "no action" } : object)];
      }
      case "index":
        return [{ ...object, where: null }];
      default:
        return [object];
    }
  });
  return makeGraph(graph.dialect, objects);
}
