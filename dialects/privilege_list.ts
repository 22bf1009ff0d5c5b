/** Privileges as the kinds of grants hold them, and as GRANT and REVOKE list them: what Postgres, MySQL and MariaDB write alike. Pure. */

/** One privilege: "SELECT", or "SELECT(column)" for a column. */
export interface Privilege {
  readonly privilege: string;
  readonly grantable: boolean;
}

/** "SELECT(column)" in its parts. */
export function parted(text: string): { readonly privilege: string; readonly column: string | null } {
  const at = text.indexOf("(");
  return at < 0 ? { privilege: text, column: null } : { privilege: text.slice(0, at), column: text.slice(at + 1, -1) };
}

/** Sorted as they are compared. */
export function sortedPrivileges(all: readonly Privilege[]): readonly Privilege[] {
  return [...all].sort((a, b) => a.privilege < b.privilege ? -1 : a.privilege > b.privilege ? 1 : 0);
}

/** "SELECT, UPDATE (a, b)": columns of one privilege stand together. */
export function privilegeList(
  privileges: readonly string[],
  quoteList: (names: readonly string[]) => string,
): string {
  const columns = new Map<string, string[]>();
  for (const each of privileges) {
    const { privilege, column } = parted(each);
    const known = columns.get(privilege) ?? [];
    columns.set(privilege, column === null ? known : [...known, column]);
  }
  const whole = new Set(privileges.filter((each) => parted(each).column === null));
  return [...columns].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([privilege, names]) => [
    ...(whole.has(privilege) ? [privilege] : []),
    ...(names.length ? [`${privilege} (${quoteList(names.sort())})`] : []),
  ]).join(", ");
}
