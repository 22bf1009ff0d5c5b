/** Default privileges in Postgres: what a role gives to others on what it makes from now on, everywhere or in one schema. */
import type { KindDialect } from "../../dialect.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, options, reader, schemasInScope } from "../catalog.ts";
import { type Privilege, sortedPrivileges } from "../../privilege_list.ts";
import { redefault, usualDefaults } from "../privileges.ts";
import { statement } from "../statement.ts";

interface Held extends Privilege {
  readonly role: string;
}

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly owner: string;
  readonly schema: string | null;
  readonly objects: string;
  readonly held: readonly Held[] | null;
  readonly standard: readonly Held[] | null;
}

const exploded = (acl: string) =>
  `(SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'role', CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(e.grantee)::pg_catalog.text END,
      'privilege', e.privilege_type, 'grantable', e.is_grantable)) FROM pg_catalog.aclexplode(${acl}) AS e)`;

export const defaultPrivilegeReader = reader<Row>({
  from: ["pg_catalog.pg_default_acl"],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  d.oid,
  pg_catalog.pg_get_userbyid(d.defaclrole)::pg_catalog.text AS owner,
  s.name AS schema,
  CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
    WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' END AS objects, -- L: 18
  ${exploded("d.defaclacl")} AS held,
  -- In a schema they come on top of the others; elsewhere they take the place of the built-in ones.
  CASE WHEN d.defaclnamespace = 0 THEN ${
      exploded(
        `pg_catalog.acldefault((CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END)::pg_catalog."char", d.defaclrole)`,
      )
    } END AS standard
FROM pg_catalog.pg_default_acl AS d
LEFT JOIN schemas AS s ON s.oid = d.defaclnamespace
WHERE d.defaclnamespace = 0 OR s.oid IS NOT NULL`,
  found: (row) => {
    const held = row.held ?? [], standard = row.standard ?? [];
    const of = (list: readonly Held[], role: string) =>
      sortedPrivileges(
        list.filter((each) => each.role === role).map(({ privilege, grantable }) => ({
          privilege,
          grantable: grantable && role !== row.owner,
        })),
      );
    const roles = [...new Set([...held, ...standard].map(({ role }) => role))];
    return roles.flatMap((role) => {
      const privileges = of(held, role), usual = of(standard, role);
      if (sameJson(privileges, usual)) return [];
      const schema = row.schema === null ? [] : [row.schema];
      const name = [...schema, row.owner, row.objects, role];
      const parent = row.schema === null ? null : objectId("schema", [row.schema]);
      const object = made("default_privilege", name, parent, {
        privileges,
        options: options({ standard: usual.length > 0 && usual.map(({ privilege }) => privilege) }),
      });
      return [{ object, address: address("pg_default_acl", row.oid) }];
    });
  },
});

export const defaultPrivilege: KindDialect<"default_privilege"> = {
  normalize: (object) => ({ ...object, comment: null, privileges: sortedPrivileges(object.privileges) }),
  alters: () => "in place",
  renames: false,
  render(change) {
    const object = change.op === "drop" ? change.from : change.to;
    const usual = usualDefaults(object);
    const run = (from: readonly Privilege[], to: readonly Privilege[]) =>
      redefault(object, from, to).map((sql) => statement(change, sql));
    switch (change.op) {
      case "create":
        return run(usual, (object as SchemaObject<"default_privilege">).privileges);
      case "drop":
        return run(object.privileges, usual);
      case "alter":
        return run(change.from.privileges, change.to.privileges);
      case "rename":
        return [];
      default:
        return assertNever(change, "change");
    }
  },
};
