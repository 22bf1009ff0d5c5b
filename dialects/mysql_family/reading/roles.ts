/** The roles that the settings name and what these belong to, from the server's own tables. Nothing secret of an account is asked for. */
import type { Note } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
import type { Catalog } from "../../dialect.ts";
import { DatabaseError } from "../../driver.ts";
import { accountOf, isRoleName } from "../accounts.ts";
import type { FamilyFacts } from "../facts.ts";

interface AccountRow extends Record<string, unknown> {
  readonly user: string;
  readonly host: string;
  readonly is_role: string;
}

interface MembershipRow extends Record<string, unknown> {
  readonly role: string;
  readonly role_host: string;
  readonly holder: string;
  readonly holder_host: string;
  readonly admin: string;
}

/** Those of them that `isManaged` names, and notes for what it names and is no role. */
export async function readRoles(
  catalog: Catalog,
  facts: FamilyFacts,
  isManaged: (name: string) => boolean,
): Promise<() => { readonly roles: readonly SchemaObject<"role">[]; readonly notes: readonly Note[] }> {
  try {
    const accounts = await catalog.query<AccountRow>(facts.catalog.roles);
    const memberships = await catalog.query<MembershipRow>(facts.catalog.memberships);
    return () => found(accounts.filter(({ user, host }) => isManaged(accountOf(user, host))), memberships, facts);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
    const message = `roles are not compared: this user may not read the tables of "mysql" that hold them ` +
      `(${facts.catalog.roleTables}: ${error.message})`;
    return () => ({ roles: [], notes: [{ code: "not-compared", object: null, kind: "role", message }] });
  }
}

function found(accounts: readonly AccountRow[], memberships: readonly MembershipRow[], facts: FamilyFacts) {
  const roles = new Map<string, SchemaObject<"role">>(), notes: Note[] = [];
  // A model of that name is not compared with what the server has: nothing is made over it.
  const note = (object: ObjectId, message: string) => notes.push({ code: "not-compared", object, message });
  for (const { user, host, is_role } of accounts) {
    const name = accountOf(user, host), id = objectId("role", [name]);
    if (is_role !== "YES") note(id, `"${name}", which \`roles\` names, is a user, not a role: it is left alone`);
    else if (!isRoleName(name, facts)) {
      note(id, `role "${name}" is left alone: its name could be that of a user with a host`);
    } else {
      roles.set(name, {
        kind: "role",
        id,
        name: [name],
        parent: null,
        refs: [],
        comment: null,
        memberships: [],
        options: {},
      });
    }
  }
  for (const { role, role_host, holder, holder_host, admin } of memberships) {
    const name = accountOf(holder, holder_host), own = roles.get(name);
    if (!own) continue;
    const held = { role: accountOf(role, role_host), admin: admin === "Y", options: {} };
    roles.set(name, { ...own, memberships: [...own.memberships, held] });
  }
  return { roles: [...roles.values()], notes: notes.sort((a, b) => a.message < b.message ? -1 : 1) };
}
