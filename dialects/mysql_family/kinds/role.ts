/**
 * Roles of the server, of which other databases may have a share: made where they are not there yet, and given and taken so that it does no harm
 * a second time. Which users have them is the server's own.
 */
import type { Change } from "../../../diff/change.ts";
import { assertNever } from "../../../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { Membership } from "../../../schema/kinds/role.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
import type { Around, KindDialect, RenderContext } from "../../dialect.ts";
import { accountName, quoteRole } from "../accounts.ts";
import type { FamilyFacts } from "../facts.ts";
import { statement } from "../statement.ts";

type Role = SchemaObject<"role">;
type Graphs = Pick<RenderContext, "from" | "to">;

export function roleKind(facts: FamilyFacts): KindDialect<"role"> {
  return {
    normalize: (role) => ({ ...role, memberships: normalMemberships(role.memberships, facts) }),
    alters: () => "in place",
    renames: false,
    render(change, context) {
      const run = (sqls: readonly string[]) => sqls.map((sql) => statement(change as Change, sql));
      switch (change.op) {
        case "create": {
          const made = `CREATE ROLE IF NOT EXISTS ${quoteRole(change.to.name[0]!, facts)}`;
          return [...run([made]), ...run(regranted(change.to, [], change.to.memberships, context, facts))];
        }
        case "drop":
          return [statement(change as Change, `DROP ROLE IF EXISTS ${quoteRole(change.from.name[0]!, facts)}`, {
            loses: [change.from.id],
          })];
        case "alter":
          return run(regranted(change.to, change.from.memberships, change.to.memberships, context, facts));
        case "rename":
          return [];
        default:
          return assertNever(change, "change");
      }
    },
  };
}

/** Sorted, each role once and by its one name, with the option if any of them says so. */
function normalMemberships(given: readonly Membership[], facts: FamilyFacts): readonly Membership[] {
  const found = new Map<string, Membership>();
  for (const { role, admin, options } of given) {
    const name = accountName(role, facts), other = found.get(name);
    found.set(name, {
      role: name,
      admin: admin || (other?.admin ?? false),
      options: { ...other?.options, ...options },
    });
  }
  return [...found.values()].sort((a, b) => a.role < b.role ? -1 : 1);
}

/** From one list of memberships to the other; what is taken back comes first. */
function regranted(
  { name }: Role,
  from: readonly Membership[],
  to: readonly Membership[],
  context: Graphs,
  facts: FamilyFacts,
): readonly string[] {
  const member = quoteRole(name[0]!, facts);
  const had = new Map(from.map(({ role, admin }) => [role, admin])),
    has = new Map(to.map(({ role, admin }) => [role, admin]));
  const give = (role: string, admin = false) =>
    `GRANT ${quoteRole(role, facts)} TO ${member}${admin ? " WITH ADMIN OPTION" : ""}`;
  const take = (what: string, role: string) =>
    facts.revokeOfRole(`REVOKE ${what}${quoteRole(role, facts)} FROM ${member}`);
  const taken = [...had].flatMap(([role, admin]) => {
    if (!has.has(role)) return isDropped(role, context) ? [] : [take("", role)];
    if (!admin || has.get(role)) return [];
    return facts.revokesAdmin ? [take("ADMIN OPTION FOR ", role)] : [take("", role), give(role)];
  });
  const given = [...has].flatMap(([role, admin]) =>
    !had.has(role) || (admin && !had.get(role)) ? [give(role, admin)] : []
  );
  return [...taken, ...given];
}

/** Does the role go in this plan, and with it all that it has and all who have it? */
export function isDropped(role: string, { from, to }: Graphs): boolean {
  const id = objectId("role", [role]);
  return from.objects.has(id) && !to.objects.has(id);
}

/** The graph with what roles belong to, and with the roles that privileges are given to. */
export function withRoleRefs(graph: SchemaGraph): SchemaGraph {
  const all = [...graph.objects.values()];
  if (!all.some(({ kind }) => kind === "role")) return graph;
  const objects = all.map((object) => {
    if (object.kind !== "role" && object.kind !== "grant") return object;
    const more = object.kind === "role" ? refsOfRole(object as Role) : [objectId("role", [object.name.at(-1)!])];
    const known = more.filter((id) => graph.objects.has(id) && !object.refs.includes(id));
    return known.length ? { ...object, refs: [...object.refs, ...known].sort() } : object;
  });
  return makeGraph(graph.dialect, objects, graph.notes);
}

/** What a role belongs to. */
function refsOfRole({ memberships }: Role): readonly ObjectId[] {
  return memberships.map(({ role }) => objectId("role", [role]));
}

/** No role may belong to itself, by whatever way: those on the new way leave the old one first. */
export function aroundRole(change: Change, { from, to }: Graphs): Around {
  if (change.op !== "alter" || change.kind !== "role") return { before: [], after: [] };
  const had = new Set(refsOfRole(change.from as Role));
  const before = new Set<ObjectId>();
  const open = refsOfRole(change.to as Role).filter((id) => !had.has(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (before.has(id) || id === change.to.id) continue;
    const old = roleIn(from, id), now = roleIn(to, id);
    if (!old) continue;
    const kept = new Set(now ? refsOfRole(now) : []);
    if (refsOfRole(old).some((each) => !kept.has(each))) before.add(id);
    open.push(...refsOfRole(old));
  }
  return { before: [...before], after: [] };
}

function roleIn(graph: SchemaGraph, id: ObjectId): Role | null {
  const object = graph.objects.get(id);
  return object?.kind === "role" ? object as Role : null;
}
