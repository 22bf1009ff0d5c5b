/** Which of the targets of an entry in package.json holds here (nodejs.org/api/packages.html#conditional-exports). Pure. */

/** The conditions that hold here, as everywhere in packages: the first that fits of those in the order of the file. */
const conditions: ReadonlySet<string> = new Set(["deno", "node", "import", "module-sync", "default"]);

/** The target of an entry of "imports" or "exports": a text, or the first of its conditions that holds; null when none does. */
export function ofConditions(target: unknown): string | null {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(ofConditions).find((each) => each !== null) ?? null;
  if (target === null || typeof target !== "object") return null;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? ofConditions(inner) : null;
    if (found !== null) return found;
  }
  return null;
}
