/**
 * Privileges on the database itself, its tables, columns and routines, and the statements from one set to another (manual of either server,
 * "GRANT"). The grant option belongs to all that an account holds on one object, never to a single privilege. Pure.
 */
import { kindOfId } from "../../schema/id.ts";
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { Kind, SchemaObject } from "../../schema/object.ts";
import { parted, type Privilege, privilegeList, sortedPrivileges } from "../privilege_list.ts";
import { quoteAccount } from "./accounts.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote, quoteList } from "./sql.ts";

/** What privileges can be held on. */
export type Level = "database" | "table" | "routine";

/** What ALL means on each, on both servers; `FamilyFacts.morePrivileges` has what one of them adds. */
const all: { readonly [L in Level]: readonly string[] } = {
  database: [
    "ALTER",
    "ALTER ROUTINE",
    "CREATE",
    "CREATE ROUTINE",
    "CREATE TEMPORARY TABLES",
    "CREATE VIEW",
    "DELETE",
    "DROP",
    "EVENT",
    "EXECUTE",
    "INDEX",
    "INSERT",
    "LOCK TABLES",
    "REFERENCES",
    "SELECT",
    "SHOW VIEW",
    "TRIGGER",
    "UPDATE",
  ],
  table: [
    "ALTER",
    "CREATE",
    "CREATE VIEW",
    "DELETE",
    "DROP",
    "INDEX",
    "INSERT",
    "REFERENCES",
    "SELECT",
    "SHOW VIEW",
    "TRIGGER",
    "UPDATE",
  ],
  routine: ["ALTER ROUTINE", "EXECUTE"],
};

/** Nothing but the option to give on what may come. */
export const usage = "USAGE";

/** The part of a path between a routine and an account: else a table and a routine of one name would share their grants' names. */
export const ofRoutine = "routine";

/** What a grant is on, by its place. */
export function levelOf({ parent }: Pick<SchemaObject<"grant">, "parent">): Level {
  if (parent === null) return "database";
  return parent.startsWith("function:") ? "routine" : "table";
}

/** What stands after ON. The database is the connection's own, whatever its name where the file is run. */
export function grantTarget(parent: SchemaObject | null): string | null {
  if (parent === null) return "*";
  switch (parent.kind as Kind) {
    case "table":
    case "view":
    case "sequence":
      return `TABLE ${quote(parent.name.at(-1)!)}`;
    case "function":
      return `${(parent as SchemaObject<"function">).routine.toUpperCase()} ${quote(parent.name[0]!)}`;
    default:
      return null;
  }
}

/** Words in upper case, ALL written out, and USAGE only where there is nothing else to hold the grant option. */
export function normalPrivileges(
  given: readonly Privilege[],
  level: Level,
  facts: Pick<FamilyFacts, "morePrivileges" | "laterPrivileges">,
): readonly Privilege[] {
  const found = new Map<string, boolean>();
  for (const { privilege, grantable } of given) {
    const { privilege: word, column } = parted(privilege);
    const upper = wordOf(word);
    const names = isAll(upper) ? [...all[level], ...facts.morePrivileges[level]] : [upper];
    for (const name of names) {
      const key = column === null ? name : `${name}(${column})`;
      found.set(key, grantable || (found.get(key) ?? false));
    }
  }
  const isGrantable = [...found.values()].some((grantable) => grantable);
  if (found.size > 1 || !isGrantable) found.delete(usage);
  if (all[level].every((name) => found.has(name))) { for (const name of facts.laterPrivileges) found.delete(name); }
  return sortedPrivileges([...found].map(([privilege, grantable]) => ({ privilege, grantable })));
}

function wordOf(text: string): string {
  return text.trim().toUpperCase().replace(/\s+/g, " ");
}

function isAll(word: string): boolean {
  return /^ALL( PRIVILEGES)?$/.test(word);
}

/** What can be granted on a column. */
const ofColumns: ReadonlySet<string> = new Set(["SELECT", "INSERT", "UPDATE", "REFERENCES"]);

const holders: ReadonlySet<Kind> = new Set(["table", "view", "sequence", "function"]);

/** What no version of the server has of the grant, in words: privileges on such an object, or one of these there. Null where it has all. */
export function lackedBy(
  { privileges, parent }: Pick<SchemaObject<"grant">, "privileges" | "parent">,
  facts: Pick<FamilyFacts, "morePrivileges" | "laterPrivileges">,
): string | null {
  if (parent !== null && !holders.has(kindOfId(parent))) return `grants on a ${kindFacts[kindOfId(parent)].label}`;
  const level = levelOf({ parent });
  const later = level === "table" ? [] : facts.laterPrivileges;
  const known = new Set([...all[level], ...facts.morePrivileges[level], ...later, usage]);
  for (const { privilege } of privileges) {
    const { privilege: text, column } = parted(privilege), word = wordOf(text);
    const has = column === null ? known.has(word) || isAll(word) : level === "table" && ofColumns.has(word);
    if (!has) return `privilege ${word} on ${column === null ? `a ${level}` : "a column"}`;
  }
  return null;
}

/** The same without the grant option of a part of them, which no server has: less is given, never more. */
export function withoutPartOption(privileges: readonly Privilege[]): readonly Privilege[] {
  const grantable = privileges.every((each) => each.grantable);
  return privileges.map((each) => ({ ...each, grantable })).filter((each) => each.privilege !== usage || grantable);
}

interface Holder {
  readonly target: string;
  /** The account's name. */
  readonly account: string;
}

/** GRANT and REVOKE statements from one set to the other; what is taken back comes first. */
export function regrant(
  { target, account }: Holder,
  from: readonly Privilege[],
  to: readonly Privilege[],
  facts: FamilyFacts,
): readonly string[] {
  const names = (all: readonly Privilege[]) =>
    all.map(({ privilege }) => privilege).filter((privilege) => privilege !== usage);
  const hadOption = from.some(({ grantable }) => grantable), hasOption = to.some(({ grantable }) => grantable);
  const before = new Set(names(from)), after = new Set(names(to));
  const gone = [...before].filter((each) => !after.has(each)), added = [...after].filter((each) => !before.has(each));
  const taken = [
    ...(gone.length ? [privilegeList(gone, quoteList)] : []),
    ...(hadOption && !hasOption ? ["GRANT OPTION"] : []),
  ].join(", ");
  const name = quoteAccount(account, facts), gainsOption = hasOption && !hadOption;
  const given = added.length ? privilegeList(added, quoteList) : usage;
  return [
    ...(taken === "" ? [] : [`REVOKE ${taken} ON ${target} FROM ${name}`]),
    ...(added.length || gainsOption
      ? [`${facts.grantPrefix}GRANT ${given} ON ${target} TO ${name}${gainsOption ? " WITH GRANT OPTION" : ""}`]
      : []),
  ];
}
