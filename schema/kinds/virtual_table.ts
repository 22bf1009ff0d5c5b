/** A table whose rows a module keeps in its own way (full-text and spatial indexes). `args` are what the module was given, as text. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface VirtualTableShape {
  module: string;
  args: readonly string[];
  options: Options;
}

export const virtualTableFacts: KindFacts<"virtual_table"> = plainFacts({
  label: "virtual table",
  plural: "virtual tables",
  fields: ["module", "args", "options"],
  holdsData: true,
});
