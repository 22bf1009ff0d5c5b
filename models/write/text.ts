/** Pieces of TypeScript: literals, property keys, SQL in a template. Pure. */

/** A value as TypeScript source. */
export function source(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
  if (value !== null && typeof value === "object") return object(Object.entries(value).map(([k, v]) => [k, source(v)]));
  const text = JSON.stringify(value).replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
  return typeof value === "string" ? inFewestEscapes(text) : text;
}

/** In single quotes where that takes fewer backslashes, as the formatter wants it. */
function inFewestEscapes(text: string): string {
  const count = (char: string) => text.split(char).length - 1;
  if (count('\\"') <= count("'")) return text;
  return `'${text.slice(1, -1).replace(/\\.|'/g, (part) => part === '\\"' ? '"' : part === "'" ? "\\'" : part)}'`;
}

/** An object literal of properties whose values are source already; `{}` when there are none. */
export function object(properties: readonly (readonly [string, string])[]): string {
  if (properties.length === 0) return "{}";
  return `{ ${properties.map(([key, value]) => `${propertyKey(key)}: ${value}`).join(", ")} }`;
}

/** Can it stand as a name in TypeScript without quotes? */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

/** `__proto__` would set the prototype when it is written plainly. */
export function propertyKey(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return isIdentifier(key) ? key : source(key);
}

/** Access to a property. */
export function member(key: string): string {
  return isIdentifier(key) ? `.${key}` : `[${source(key)}]`;
}

/**
 * SQL text as `` sql`…` ``, or as sql.raw("…") where a template would change it: white space at the ends, carriage returns and other control
 * characters. Backslashes, backticks and `${` are escaped so that the tag gives exactly this text again.
 */
export function sqlSource(text: string): string {
  const plain = [...text].every((char) => char >= " " || char === "\n" || char === "\t") && text.isWellFormed();
  if (text.trim() !== text || text === "" || !plain) return `sql.raw(${source(text)})`;
  const escaped = text.replace(/\\/g, "\\\\").replace(/`/g, "\\`").replace(/\$\{/g, "\\${");
  return text.includes("\n") ? `sql\`\n${escaped}\n\`` : `sql\`${escaped}\``;
}

/** The longest line that is written, where it can be broken. */
export const lineWidth = 120;

/** A list of values, each in its own line where they do not fit behind `before` and before `after`. */
export function listLines(values: readonly string[], indent: string, before: number, after: number): string {
  const line = `[${values.join(", ")}]`;
  if (before + line.length + after <= lineWidth) return line;
  return `[\n${values.map((value) => `${indent}  ${value},\n`).join("")}${indent}]`;
}

/** Arguments of a call, those at the end that say nothing left out. */
export function call(name: string, args: readonly (string | null)[]): string {
  const last = args.findLastIndex((arg) => arg !== null);
  return `${name}(${args.slice(0, last + 1).map((arg) => arg ?? "undefined").join(", ")})`;
}
