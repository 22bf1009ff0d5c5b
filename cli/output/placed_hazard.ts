/** A hazard of a migration file, as a line for people. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { Header } from "../../migrate/header.ts";
import type { PlacedHazard } from "../../migrate/replan.ts";
import { openHazards } from "../decisions.ts";
import { pathOfId } from "../../schema/id.ts";
import type { Style } from "./colour.ts";
import { ownerText } from "./human.ts";
import { safe, safeLine } from "./terminal.ts";

/** Did somebody allow it by name when the file was written? Only errors need that. */
export function isAllowed(hazard: PlacedHazard, header: Header, dialect: Dialect): boolean {
  return hazard.severity === "error" && openHazards([hazard], header.allows, new Set(), dialect).length === 0;
}

/** The module of the models that a hazard belongs to, as the file's header tells: the only one, or the one whose prefix its table has. */
export function moduleOfHazard({ object }: PlacedHazard, { modules = [] }: Header): string | null {
  if (modules.length < 2) return modules[0] ?? null;
  return modules.find((module) => pathOfId(object).some((name) => name.startsWith(`${module}_`))) ?? null;
}

/** "error[drop-table]: …" with the place in the file, where there is one, and what to do. */
export function placedText(
  hazard: PlacedHazard,
  allowed: boolean,
  file: string | null,
  style: Style,
  module: string | null = null,
): string {
  const paint = hazard.severity === "error" ? style.drop : hazard.severity === "warning" ? style.change : style.dim;
  const word = allowed ? style.change(`allowed[${hazard.code}]`) : paint(`${hazard.severity}[${hazard.code}]`);
  const line = hazard.at ? `:${hazard.at.line}` : "";
  return [
    `${word}: ${safe(hazard.message)}${style.dim(ownerText(module))}`,
    ...(file === null ? [] : [`  --> ${safeLine(file)}${line}`]),
    ...(hazard.at ? [`  | ${safeLine(hazard.at.sql.split("\n")[0]!)}${hazard.at.sql.includes("\n") ? " …" : ""}`] : []),
    ...(hazard.hint && !allowed ? [`  hint: ${safe(hazard.hint)}`] : []),
  ].join("\n");
}
