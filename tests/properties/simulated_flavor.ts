/** How random schemas are spelled for the simulated database: two schemas, three plain types and enums, text that is a list of paths. */
import { namesOf, simulatedType } from "../support/simulated_dialect.ts";
import type { Flavor } from "./random_schema.ts";

export const simulatedFlavor: Flavor = {
  dialect: "simulated",
  schemas: ["public", "other"],
  types: [simulatedType("int"), simulatedType("INT"), simulatedType("text")],
  enumType: (path) => ({ ...simulatedType(path.join(".")), family: "enum" }),
  defaultOf: (type) => ({ sql: type.name.toLowerCase() === "text" ? "0" : "1" }),
  check: (column) => ({ sql: `${column} > 0` }),
  where: (column) => ({ sql: `${column} > 1` }),
  view: (reads) => ({
    sql: reads.map(({ path, column }) => [...path, ...(column === null ? [] : [column])].join(".")).join(" "),
  }),
  names: namesOf,
  comments: true,
  indexMethod: "btree",
};

/** Without enum types and without a second schema: what a database that makes tables anew has. */
export const plainFlavor: Flavor = { ...simulatedFlavor, schemas: ["public"], enumType: () => null };
