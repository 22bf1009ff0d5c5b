/** A subscription to a publication elsewhere. Its connection string is a secret and never read. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface SubscriptionShape {
  options: Options;
}

export const subscriptionFacts: KindFacts<"subscription"> = plainFacts({
  label: "subscription",
  plural: "subscriptions",
  fields: ["options"],
  holdsData: false,
});
