/** The version of sqa, from the project file. Imports nothing else, so that `--version` is instant. */
import project from "../deno.json" with { type: "json" };

export const version: string = project.version;
