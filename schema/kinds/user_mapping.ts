/** How a role logs in to a foreign server; its secrets are never read. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface UserMappingShape {
  options: Options;
}

export const userMappingFacts: KindFacts<"user_mapping"> = plainFacts({
  label: "user mapping",
  plural: "user mappings",
  fields: ["options"],
  holdsData: false,
});
