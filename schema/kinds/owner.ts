/** Who its parent belongs to. The last part of its name is its parent's kind. */
import { type KindFacts, plainFacts } from "./facts.ts";

export interface OwnerShape {
  /** The role's name. */
  role: string;
  /** It is known, so that what is made anew gets it back, and compared with nothing. Neither compared nor hashed itself. */
  kept?: true;
  /** The server said that the role has no rights but its own: no superuser's, and no other role's. Neither compared nor hashed. */
  alone?: true;
}

export const ownerFacts: KindFacts<"owner"> = {
  ...plainFacts<"owner">({
    label: "owner",
    plural: "owners",
    fields: ["role"],
    holdsData: false,
  }),
  given: true,
};
