/** A server elsewhere. Secrets in its options are never read. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface ForeignServerShape {
  options: Options;
}

export const foreignServerFacts: KindFacts<"foreign_server"> = plainFacts({
  label: "foreign server",
  plural: "foreign servers",
  fields: ["options"],
  holdsData: false,
});
