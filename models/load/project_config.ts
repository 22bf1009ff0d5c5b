/** The user's own configurations: the nearest of a name, and JSON as these files have it. Runs nothing. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SqaError } from "../../schema/error.ts";

/** The first of these names in the folder or above it, as far as the project goes; null when there is none. */
export function nearest(folder: string, names: readonly string[]): string | null {
  for (let at = resolve(folder);; at = dirname(at)) {
    const found = names.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found) return found;
    if (existsSync(join(at, ".git")) || dirname(at) === at) return null;
  }
}

/** JSON with comments and trailing commas, as these files allow; SQA-117 for what is none. */
export function readConfig(file: string): object {
  const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  const bare = text.replace(
    /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (part) => part.startsWith('"') ? part : "",
  )
    .replace(/"(?:\\.|[^"\\])*"|,(?=\s*[\]}])/g, (part) => part === "," ? "" : part);
  try {
    const value: unknown = JSON.parse(bare);
    return value !== null && typeof value === "object" ? value : {};
  } catch (cause) {
    throw new SqaError("SQA-117", `${file} is not valid JSON`, {
      place: { file },
      cause,
      hint: "models are imported with the names that it gives; correct it",
    });
  }
}
