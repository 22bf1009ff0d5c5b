/**
 * Privileges on objects in Postgres: one object for each role whose privileges are not the built-in ones, so that an object nobody has
 * touched has none, and a role that lost what it has by default has an empty one. Owners are left to the server.
 */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { children } from "../../../schema/graph.ts";
import type { Json, SchemaObject } from "../../../schema/object.ts";
import { address, type Found, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { parted, type Privilege, sortedPrivileges } from "../../privilege_list.ts";
import { grantedOn, grantTarget, inForce, publicDefault, regrant } from "../privileges.ts";
import { throughOthers } from "../grant_chains.ts";
import { isPartition, tableIn } from "../inheritance.ts";
import { ownerId } from "../owned.ts";
import { roleName } from "../roles.ts";
import { statement } from "../statement.ts";

interface Held {
  readonly role: string;
  readonly privilege: string;
  readonly grantable: boolean;
  readonly column: string | null;
  readonly giver: string;
}

interface Row extends Record<string, unknown> {
  readonly catalog: string;
  readonly oid: number;
  readonly owner: string;
  readonly held: readonly Held[] | null;
  readonly standard: readonly Held[] | null;
  /** What stands after ON, for a member of an extension. */
  readonly member: string | null;
}

const exploded = (acl: string, column = "NULL") =>
  `SELECT CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(e.grantee)::pg_catalog.text END AS role,
      e.privilege_type AS privilege, e.is_grantable AS grantable, ${column} AS "column",
      pg_catalog.pg_get_userbyid(e.grantor)::pg_catalog.text AS giver FROM pg_catalog.aclexplode(${acl}) AS e`;

export const grantReader = reader<Row>({
  sql: () =>
    `WITH ${schemasInScope}, granted AS (
  SELECT 'pg_class' AS catalog, c.oid, NULL AS member, c.relowner AS owner, c.relacl AS acl,
    pg_catalog.acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::pg_catalog."char", c.relowner) AS standard
  FROM pg_catalog.pg_class AS c JOIN schemas AS s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT ${ofExtension("c.oid", "pg_class")}
    AND (c.relacl IS NOT NULL OR EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped))
  UNION ALL
  SELECT 'pg_namespace', n.oid, NULL, n.nspowner, n.nspacl, pg_catalog.acldefault('n', n.nspowner) || -- initdb lets everybody use public
    CASE WHEN n.nspname = 'public' THEN ARRAY[pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', false)] ELSE '{}' END
  FROM pg_catalog.pg_namespace AS n JOIN schemas AS s ON s.oid = n.oid WHERE n.nspacl IS NOT NULL
  UNION ALL
  SELECT 'pg_proc', p.oid, NULL, p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
  FROM pg_catalog.pg_proc AS p JOIN schemas AS s ON s.oid = p.pronamespace
  WHERE p.proacl IS NOT NULL AND NOT ${ofExtension("p.oid", "pg_proc")}
  UNION ALL
  SELECT 'pg_type', y.oid, NULL, y.typowner, y.typacl, pg_catalog.acldefault('T', y.typowner)
  FROM pg_catalog.pg_type AS y JOIN schemas AS s ON s.oid = y.typnamespace
  WHERE y.typacl IS NOT NULL AND NOT ${ofExtension("y.oid", "pg_type")}
  UNION ALL
  SELECT 'pg_foreign_server', v.oid, NULL, v.srvowner, v.srvacl, pg_catalog.acldefault('S', v.srvowner)
  FROM pg_catalog.pg_foreign_server AS v WHERE v.srvacl IS NOT NULL
  UNION ALL
  SELECT 'pg_foreign_data_wrapper', w.oid, NULL, w.fdwowner, w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)
  FROM pg_catalog.pg_foreign_data_wrapper AS w WHERE w.fdwacl IS NOT NULL
  UNION ALL
  SELECT 'pg_language', l.oid, NULL, l.lanowner, l.lanacl, pg_catalog.acldefault('l', l.lanowner)
  FROM pg_catalog.pg_language AS l WHERE l.lanacl IS NOT NULL
  UNION ALL -- members of extensions, where they differ from what their extension's script left
  SELECT 'pg_extension', d.refobjid, m.word || ' ' || (pg_catalog.pg_identify_object(d.classid, d.objid, 0)).identity, m.owner,
    COALESCE(m.acl, m.standard), COALESCE(i.initprivs, m.standard)
  FROM (
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass AS catalog, p.oid, 'ROUTINE' AS word, p.proowner AS owner, p.proacl AS acl,
      pg_catalog.acldefault('f', p.proowner) AS standard FROM pg_catalog.pg_proc AS p
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relowner, c.relacl,
      pg_catalog.acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::pg_catalog."char", c.relowner) FROM pg_catalog.pg_class AS c
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 'TYPE', y.typowner, y.typacl, pg_catalog.acldefault('T', y.typowner)
    FROM pg_catalog.pg_type AS y) AS m
  JOIN pg_catalog.pg_depend AS d ON d.classid = m.catalog AND d.objid = m.oid AND d.deptype = 'e'
  LEFT JOIN pg_catalog.pg_init_privs AS i ON i.classoid = m.catalog AND i.objoid = m.oid AND i.objsubid = 0
  WHERE m.acl IS DISTINCT FROM i.initprivs
)
SELECT
  g.catalog,
  g.oid,
  g.member,
  pg_catalog.pg_get_userbyid(g.owner)::pg_catalog.text AS owner,
  (SELECT pg_catalog.json_agg(h) FROM (
    ${exploded("COALESCE(g.acl, g.standard)")}
    UNION ALL
    SELECT held.* FROM pg_catalog.pg_attribute AS a
    CROSS JOIN LATERAL (${exploded("a.attacl", "a.attname::pg_catalog.text")}) AS held
    WHERE g.catalog = 'pg_class' AND a.attrelid = g.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped) AS h) AS held,
  (SELECT pg_catalog.json_agg(h) FROM (${exploded("g.standard")}) AS h) AS standard
FROM granted AS g`,
  found: (row) => {
    const held = byRole(row.held ?? []), standard = byRole(row.standard ?? []);
    const roles = [...new Set([...held.keys(), ...standard.keys()])];
    return roles.flatMap((role): readonly Found[] => {
      const owner = role === row.owner;
      // An owner can always grant what it has; the catalog says so in some places only.
      const plain = (all: readonly Privilege[] = []) =>
        owner ? all.map((each) => ({ ...each, grantable: false })) : all;
      const privileges = plain(held.get(role));
      if (sameJson(privileges, plain(standard.get(role)))) return [];
      const path = (role: string) => row.member === null ? [role] : [row.member, role];
      const member = row.member === null ? {} : { target: row.member, standard: standard.get(role) as unknown as Json };
      const object = made("grant", path(role), null, { privileges, options: options<Json>({ owner, ...member }) });
      const beside = givers(row, role).map(path);
      return [{ object, address: address("grant", row.oid), on: address(row.catalog, row.oid), beside }];
    });
  },
});

/** Roles other than the owner from which a role has some of its privileges. */
function givers({ held, owner }: Row, role: string): readonly string[] {
  const all = (held ?? []).filter((each) => each.role === role && each.giver !== owner && each.giver !== role);
  return role === owner ? [] : [...new Set(all.map(({ giver }) => giver))];
}

function byRole(all: readonly Held[]): ReadonlyMap<string, readonly Privilege[]> {
  const found = new Map<string, Map<string, boolean>>();
  for (const { role, privilege, grantable, column } of all) {
    const name = column === null ? privilege : `${privilege}(${column})`;
    const known = found.get(role) ?? new Map<string, boolean>();
    // Two grantors may have given the same.
    known.set(name, grantable || (known.get(name) ?? false));
    found.set(role, known);
  }
  return new Map(
    [...found].map(([role, known]) =>
      [role, sortedPrivileges([...known].map(([privilege, grantable]) => ({ privilege, grantable })))] as const
    ),
  );
}

export const grant: KindDialect<"grant"> = {
  normalize: (object) => ({ ...object, comment: null, privileges: sortedPrivileges(object.privileges) }),
  // What it has as the owner is another's from then on.
  alters: ({ from, to }) => from.options.owner === to.options.owner ? "in place" : "recreate",
  renames: false,
  render(change, context) {
    const object = change.op === "drop" ? change.from : change.to;
    const parent = grantedOn(context, object.parent), { target: member } = object.options;
    const target = typeof member === "string" ? member : parent && grantTarget(parent);
    if (!parent || !target) return [];
    const role = object.name.at(-1)!;
    const run = (from: readonly Privilege[], to: readonly Privilege[]) =>
      regrant(target, role, from, to).map((sql) => statement(change as Change, sql));
    const standard = member
      ? (object.options.standard ?? []) as unknown as readonly Privilege[]
      : role === "public"
      ? publicDefault(parent.kind, parent.name)
      : [];
    /** From what it holds: what came through other roles goes by their grant option. */
    const reduce = (from: SchemaObject<"grant">, to: readonly Privilege[]) => {
      const chain = throughOthers({ target, from, to }, context);
      const say = (all: readonly string[] = []) => all.map((sql) => statement(change as Change, sql));
      return [...say(chain?.first), ...run(from.privileges, to), ...say(chain?.last)];
    };
    switch (change.op) {
      case "create":
        if (object.options.owner) return [revokeAll(change, target, role), ...run([], object.privileges)];
        return run([...standard, ...implied(parent, role, object, context)], object.privileges);
      case "drop":
        if (object.options.owner) {
          // What it has on columns by itself, from before it was the owner, is not among "all".
          const columns = object.privileges.filter(({ privilege }) => parted(privilege).column !== null);
          return [...run(columns, []), statement(change, `GRANT ALL ON ${target} TO ${roleName(role)}`)];
        }
        return reduce(change.from, standard);
      case "alter":
        return reduce(change.from, change.to.privileges);
      case "rename":
        return [];
      default:
        return assertNever(change, "change");
    }
  },
};

function revokeAll(change: Change, target: string, role: string): Statement {
  return statement(change, `REVOKE ALL ON ${target} FROM ${roleName(role)}`);
}

/** What default privileges may have given to a role that should have less; what it should have is granted in any case. */
function implied(parent: SchemaObject, role: string, wanted: SchemaObject<"grant">, context: RenderContext) {
  if (context.from.objects.has(parent.id)) return [];
  const names = new Set(wanted.privileges.map(({ privilege }) => privilege));
  return (inForce(parent, context).get(role) ?? []).filter(({ privilege }) => !names.has(privilege));
}

/**
 * What a new object needs besides its grants: default privileges may have given something to roles that should have nothing, or have
 * taken from PUBLIC what it should have.
 */
export function againstDefaults(change: Change, context: RenderContext): readonly Statement[] {
  // What a table that is there gets is made as its owner's, whose own privileges no default adds to.
  const table = change.op === "alter" ? tableIn(context.from, change.to.parent) : undefined;
  const owner = table && context.from.objects.get(ownerId(table as SchemaObject));
  const role = owner?.kind === "owner" ? owner.role : null;
  return madeBy(change, context).flatMap((object) => againstDefaultsOf(object, change, context, role));
}

/**
 * What nothing can have been granted on before: a new object, a new table's columns, a column that becomes an identity. A partition's identity
 * gets its numbers from the sequence of its whole (17).
 */
function madeBy(change: Change, { to }: RenderContext): readonly SchemaObject[] {
  if (change.op === "create") {
    const columns = isPartition(tableIn(to, change.to.id))
      ? []
      : change.parts.flatMap((part) => part.op === "create" && part.kind === "column" ? [part.to] : []);
    return [change.to as SchemaObject, ...columns as readonly SchemaObject[]];
  }
  const identity = change.op === "alter" && change.kind === "column" && change.to.identity && !change.from.identity;
  return identity && !isPartition(tableIn(to, change.to.parent)) ? [change.to as SchemaObject] : [];
}

/** The same for one object that the change makes, or makes anew under its name, for that owner. */
export function againstDefaultsOf(
  object: SchemaObject,
  change: Change,
  context: RenderContext,
  owner: string | null = null,
): readonly Statement[] {
  const target = grantTarget(object);
  if (!target) return [];
  const granted = new Set(children(context.to, object.id, "grant").map((each) => each.name.at(-1)!));
  return [...inForce(object, context)].flatMap(([role, given]) => {
    if (granted.has(role) || role === owner) return [];
    const standard = role === "public" ? publicDefault(object.kind, object.name) : [];
    const names = new Set(standard.map(({ privilege }) => privilege));
    return regrant(target, role, given.filter(({ privilege }) => !names.has(privilege)), standard)
      .map((sql) => statement(change, sql));
  });
}
