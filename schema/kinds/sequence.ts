/** A counter of its own. Numbers are decimal text, so that none loses precision. An identity column carries its counter itself. */
import type { ObjectId, Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface SequenceShape {
  /** "bigint", "integer", "smallint" */
  dataType: string;
  start: string;
  increment: string;
  min: string;
  max: string;
  cache: string;
  cycle: boolean;
  /** The column with which it goes. Not in `refs`: the column needs the sequence, not the other way round. */
  ownedBy: ObjectId | null;
  options: Options;
}

export const sequenceFacts: KindFacts<"sequence"> = {
  ...plainFacts<"sequence">({
    label: "sequence",
    plural: "sequences",
    fields: ["dataType", "start", "increment", "min", "max", "cache", "cycle", "ownedBy", "options"],
    holdsData: true,
  }),
  goesWithOwned: ({ ownedBy }) => ownedBy !== null,
  mapIds: (object, map) => ({ ...object, ownedBy: object.ownedBy && map.id(object.ownedBy) }),
};
