/** A package of objects that the server provides. What it owns is left to it. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface ExtensionShape {
  /** Null: whatever the server gives. */
  version: string | null;
  schema: string | null;
  options: Options;
}

export const extensionFacts: KindFacts<"extension"> = {
  ...plainFacts<"extension">({
    label: "extension",
    plural: "extensions",
    fields: ["version", "schema", "options"],
    holdsData: true,
  }),
  unsaid: ["version", "schema"],
};
