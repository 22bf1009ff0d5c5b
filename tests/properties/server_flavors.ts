/** How random schemas are spelled for real servers. Every value is a small whole number as text or number, so that every cast works. */
import type { DataType, Expression } from "../../schema/object.ts";
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
