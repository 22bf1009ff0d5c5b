/** A stored query with its result kept. Its indexes are its children. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface MaterializedViewShape {
  definition: Expression;
  columns: readonly string[] | null;
  options: Options;
  /** Read from a database where it holds no result yet: the state of its rows and no schema, so it is not compared. */
  unfilled?: true;
}

export const materializedViewFacts: KindFacts<"materialized_view"> = definedFacts({
  label: "materialized view",
  plural: "materialized views",
  fields: ["definition", "columns", "options"],
  unsaid: ["columns"],
});
