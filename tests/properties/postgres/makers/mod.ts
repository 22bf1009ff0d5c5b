/** All makers by kind. */
import type { Maker } from "../world.ts";
import { otherMakers } from "./others.ts";
import { programMakers } from "./programs.ts";
import { columnMakers } from "./columns.ts";
import { constraintMakers } from "./constraints.ts";
import { tableMakers } from "./tables.ts";
import { typeMakers } from "./types.ts";

export const makers: Readonly<Record<string, Maker>> = {
  ...typeMakers,
  ...tableMakers,
  ...columnMakers,
  ...constraintMakers,
  ...programMakers,
  ...otherMakers,
};
