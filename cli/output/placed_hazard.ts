/** A hazard of a migration file, as a line for people. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { Header } from "../../migrate/header.ts";
import type { PlacedHazard } from "../../migrate/replan.ts";
import { openHazards } from "../decisions.ts";
import type { Style } from "./colour.ts";
import { safe, safeLine } from "./terminal.ts";

/** Did somebody allow it by name when the file was written? Only errors need that. */
export function isAllowed(hazard: PlacedHazard, header: Header, dialect: Dialect): boolean {
  return hazard.severity === "error" && openHazards([hazard], header.allows, new Set(), dialect).length === 0;
}

/** "error[drop-table]: …" with the place in the file, where there is one, and what to do. */
export function placedText(hazard: PlacedHazard, allowed: boolean, file: string | null, style: Style): string {
  const paint = hazard.severity === "error" ? style.drop : hazard.severity === "warning" ? style.change : style.dim;
  const word = allowed ? style.change(`allowed[${hazard.code}]`) : paint(`${hazard.severity}[${hazard.code}]`);
  const line = hazard.at ? `:${hazard.at.line}` : "";
  return [
    `${word}: ${safe(hazard.message)}`,
    ...(file === null ? [] : [`  --> ${safeLine(file)}${line}`]),
    ...(hazard.at ? [`  | ${safeLine(hazard.at.sql.split("\n")[0]!)}${hazard.at.sql.includes("\n") ? " …" : ""}`] : []),
    ...(hazard.hint && !allowed ? [`  hint: ${safe(hazard.hint)}`] : []),
  ].join("\n");
}
