/** Statements as a script that psql, mysql and sqlite3 run unchanged. */

import type { Dialect } from "../../dialects/dialect.ts";

/**
 * Each statement with its terminator and an empty line after it. A comment on the last line does not swallow the terminator; where the
 * database's shell cuts at other marks, the dialect writes them.
 */
export function scriptOf(
  statements: readonly { readonly sql: string }[],
  dialect: Pick<Dialect, "terminated">,
): string {
  return statements.map(({ sql }) => {
    const text = sql.trimEnd();
    if (dialect.terminated) return `${dialect.terminated(text)}\n\n`;
    const last = text.slice(text.lastIndexOf("\n") + 1);
    return `${text}${/--|#/.test(last) ? "\n" : ""};\n\n`;
  }).join("");
}
