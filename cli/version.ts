/** The version of sqa, from the project file. Imports nothing else, so that `--version` is instant. */
import project from "../deno.json" with { type: "json" };

export const version: string = project.version;

/** What `--version` prints. */
export const versionLine = `sqa ${version}\n`;

/** Is nothing asked but the version? What stands behind `--` belongs to a command. */
export function asksVersion(args: readonly string[]): boolean {
  return args.some((arg) => arg === "--version" || arg === "-V") && !args.includes("--");
}
