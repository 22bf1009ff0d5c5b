/** A row type of its own. */
import type { DataType, Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface CompositeTypeShape {
  attributes: readonly { readonly name: string; readonly type: DataType; readonly collation: string | null }[];
  options: Options;
}

export const compositeTypeFacts: KindFacts<"composite_type"> = {
  ...plainFacts<"composite_type">({
    label: "composite type",
    plural: "composite types",
    fields: ["attributes", "options"],
    holdsData: false,
  }),
  typesUsed: (object) => object.attributes.map((attribute) => attribute.type),
  mapIds: (object, map) => ({
    ...object,
    attributes: object.attributes.map((attribute) => ({ ...attribute, type: map.type(attribute.type) })),
  }),
};
