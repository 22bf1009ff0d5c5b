/**
 * Privileges that one role gave on to others. A REVOKE by the owner reaches only what the owner gave (manual page of REVOKE): what came
 * through somebody's grant option goes with that option, CASCADE, and whoever keeps it gets it again from the owner. A grant whose
 * privileges came through another role has that role's grant among its refs. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { children } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { parted, type Privilege } from "../privilege_list.ts";
import { list, regrant } from "./privileges.ts";
import { roleName } from "./roles.ts";

type Grant = SchemaObject<"grant">;

/** What a role's privileges become, before and after. */
interface Regrant {
  readonly target: string;
  readonly from: Grant;
  readonly to: readonly Privilege[];
}

/** Statements to put before and after those that the owner's own word would take; null where no chain is touched. */
export function throughOthers(
  { target, from, to }: Regrant,
  context: RenderContext,
): { readonly first: readonly string[]; readonly last: readonly string[] } | null {
  const kept = new Map(to.map(({ privilege, grantable }) => [privilege, grantable]));
  const lost = from.privileges.filter(({ privilege, grantable }) =>
    !kept.has(privilege) || grantable && !kept.get(privilege)
  ).map(({ privilege }) => parted(privilege).privilege);
  if (lost.length === 0) return null;
  const held = children(context.from, from.parent!, "grant");
  const givers = from.refs.some(isGrant) || held.some(({ refs }) => refs.includes(from.id));
  if (!givers) return null;
  const roots = rootsOf(from, held), below = belowAny(roots, held);
  const isLost = ({ privilege }: Privilege) => lost.includes(parted(privilege).privilege);
  return {
    first: [...roots, ...below].flatMap((each) =>
      throughTables(each, held, isLost).flatMap((columns) => {
        // A privilege on the whole table, taken back, leaves what came of it on columns: it goes with a grant option on those.
        const role = roleName(each.name.at(-1)!);
        return [
          `GRANT ${columns} ON ${target} TO ${role} WITH GRANT OPTION`,
          `REVOKE ${columns} ON ${target} FROM ${role} CASCADE`,
        ];
      })
    ).concat(roots.flatMap((root) => {
      const given = root.privileges.filter((each) => each.grantable && isLost(each)).map(({ privilege }) => privilege);
      const role = roleName(root.name.at(-1)!);
      return given.length ? [`REVOKE GRANT OPTION FOR ${list(given)} ON ${target} FROM ${role} CASCADE`] : [];
    })),
    last: [...roots, ...below].filter(({ id }) => id !== from.id).flatMap((each) => {
      const now = context.to.objects.get(each.id) as Grant | undefined;
      const had = new Set(each.privileges.filter(isLost).map(({ privilege }) => privilege));
      const again = (now?.privileges ?? []).filter(({ privilege }) => had.has(privilege));
      return regrant(target, each.name.at(-1)!, [], again);
    }),
  };
}

function isGrant(id: ObjectId): boolean {
  return id.startsWith("grant:");
}

/** The privileges on columns that somebody has through one who holds them on the whole table, as a list for GRANT; or none. */
function throughTables(giver: Grant, held: readonly Grant[], isLost: (each: Privilege) => boolean): readonly string[] {
  const own = new Set(giver.privileges.map(({ privilege }) => privilege));
  const given = held.filter(({ refs }) => refs.includes(giver.id)).flatMap(({ privileges }) => privileges)
    .filter((each) => isLost(each) && parted(each.privilege).column !== null && !own.has(each.privilege));
  return given.length ? [list([...new Set(given.map(({ privilege }) => privilege))])] : [];
}

/** Those at the start of the chains that a role's privileges came through: the owner gave theirs. */
function rootsOf(grant: Grant, held: readonly Grant[]): readonly Grant[] {
  const seen = new Set<Grant>([grant]), roots = new Set<Grant>();
  for (const each of seen) {
    const givers = held.filter(({ id }) => each.refs.includes(id));
    if (givers.length === 0) roots.add(each);
    for (const giver of givers) seen.add(giver);
  }
  return [...roots];
}

/** Everybody who got something through one of them. */
function belowAny(roots: readonly Grant[], held: readonly Grant[]): readonly Grant[] {
  const seen = new Set<Grant>(roots);
  for (const each of seen) for (const other of held) if (other.refs.includes(each.id)) seen.add(other);
  return [...seen].filter((each) => !roots.includes(each));
}
