/** Postgres as a run's settings have it: what is looked at on request alone. Pure. */
import type { Dialect, Shared } from "../dialect.ts";
import { namesRole } from "../role_globs.ts";
import { isAboutRoles } from "./about_roles.ts";
import type { SetUp } from "./catalog.ts";
import { readersOf } from "./kinds/mod.ts";
import { keptOwner } from "./kinds/owner.ts";
import { postgres } from "./mod.ts";
import { reading } from "./read.ts";
import { lackedByRole } from "./role_words.ts";

const withoutRoles =
  "they belong to the whole server, so sqa looks at those alone that `roles` (SQA_ROLES, or ?roles=app_*&roles=reader in the URL) names";
const withoutOwners = "sqa looks at them where `owners = true` (SQA_OWNERS, or ?owners=true in the URL) says so";

/** The dialect for this set-up; there is one for each, so that what is known of a graph is known by it. */
export function postgresDialect(setUp: SetUp): Dialect {
  const roles = [...new Set(setUp.roles)].sort(), key = JSON.stringify([roles, setUp.owners]);
  const known = dialects.get(key) ?? made({ roles, owners: setUp.owners }, key);
  dialects.set(key, known);
  return known;
}

/** A grant to a role is its database's own and goes with it. */
const shared: Shared = {
  what: "roles",
  object: ({ kind }) => kind === "role",
  statement: isAboutRoles,
  stays: true,
};

const dialects = new Map<string, Dialect>();

function made({ roles, owners }: SetUp, key: string): Dialect {
  const named = namesRole(roles);
  return {
    ...postgres,
    kinds: {
      ...postgres.kinds,
      ...(roles.length ? {} : { role: "unsupported" }),
      ...(owners ? {} : { owner: keptOwner }),
    },
    leaves: {
      ...(roles.length ? {} : { role: withoutRoles }),
      ...(owners ? {} : { owner: withoutOwners }),
    },
    leavesOne: (object) => {
      if (object.kind !== "role" || named(object.name.at(-1)!)) return null;
      return `\`roles\` does not name it: add it there (${roles.join(", ")} so far)`;
    },
    ...(roles.length ? { shared } : {}),
    lacks: (object) => object.kind === "role" ? lackedByRole(object) : postgres.lacks!(object),
    setUp: key,
    read: reading(readersOf({ roles, owners })),
  };
}
