/** Hazards as workflow commands of GitHub Actions, which show them beside the lines of a pull request. */
import type { PlacedHazard } from "../../migrate/replan.ts";

/** One line: "::error file=…,line=…,title=…::…", escaped as actions/toolkit's command.ts does. */
export function githubText(hazard: PlacedHazard, allowed: boolean, file: string): string {
  const level = allowed || hazard.severity === "info" ? "notice" : hazard.severity;
  const place = [
    `file=${property(file)}`,
    ...(hazard.at ? [`line=${hazard.at.line}`] : []),
    `title=${property(`sqa ${hazard.code}${allowed ? " (allowed)" : ""}`)}`,
  ];
  const text = hazard.hint && !allowed ? `${hazard.message}\n${hazard.hint}` : hazard.message;
  return `::${level} ${place.join(",")}::${message(text)}`;
}

function message(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
