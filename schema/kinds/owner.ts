/** Who its parent belongs to. Everything has an owner, so that a model without one says nothing about it. The last part of its name is its parent's kind. */
import { type KindFacts, plainFacts } from "./facts.ts";

export interface OwnerShape {
  /** The role's name. */
  role: string;
}

export const ownerFacts: KindFacts<"owner"> = plainFacts({
  label: "owner",
  plural: "owners",
  fields: ["role"],
  holdsData: false,
});
