/** Statements as a script that psql, mysql and sqlite3 run unchanged. */

/** Each statement with its terminator and an empty line after it. A comment on the last line does not swallow the terminator. */
export function scriptOf(statements: readonly { readonly sql: string }[]): string {
  return statements.map(({ sql }) => {
    const text = sql.trimEnd();
    const last = text.slice(text.lastIndexOf("\n") + 1);
    return `${text}${/--|#/.test(last) ? "\n" : ""};\n\n`;
  }).join("");
}
