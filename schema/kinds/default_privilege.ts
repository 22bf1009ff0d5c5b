/** What a role gives to others on objects that it makes from now on. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface DefaultPrivilegeShape {
  privileges: readonly { readonly privilege: string; readonly grantable: boolean }[];
  options: Options;
}

export const defaultPrivilegeFacts: KindFacts<"default_privilege"> = plainFacts({
  label: "default privilege",
  plural: "default privileges",
  fields: ["privileges", "options"],
  holdsData: false,
});
