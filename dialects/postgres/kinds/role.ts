/**
 * Roles in Postgres. They are the server's, not the database's: those alone are looked at that the settings name, and one may be there already
 * when a database's files come to make it. Passwords are never read, written or compared.
 */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import type { Membership } from "../../../schema/kinds/role.ts";
import { isPattern, namesRole } from "../../role_globs.ts";
import { address, made, options, type Reader, reader } from "../catalog.ts";
import {
  attribute,
  flags,
  hasFlag,
  limitOf,
  normalMemberships,
  normalOptions,
  type Role,
  roleOptions,
  untilOf,
} from "../role_words.ts";
import { doBlock } from "../do_block.ts";
import { quote, quoteText } from "../sql.ts";
import { statement } from "../statement.ts";

interface Row extends Record<string, unknown> {
  readonly oid: string;
  readonly name: string;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly connections: number;
  readonly until: string | null;
  readonly comment: string | null;
  readonly memberships: readonly Given[] | null;
}

/** A membership as one role has given it. */
interface Given {
  readonly role: string;
  readonly admin: boolean;
  /** Null before 16, where the role's own attribute says it. */
  readonly inherit: boolean | null;
  readonly set: boolean | null;
}

/** Reads the roles that these globs name; the server's own ones only where one is named in full. */
export function roleReader(globs: readonly string[]): Reader {
  const isNamed = namesRole(globs), names = globs.filter((glob) => !isPattern(glob));
  return reader<Row>({
    sql: (version) =>
      `SELECT
  r.oid::pg_catalog.text AS oid,
  r.rolname AS name,
  pg_catalog.json_build_object(${
        Object.entries(flags).map(([name, { column }]) => `'${name}', r.${column}`).join(", ")
      }) AS flags,
  r.rolconnlimit AS connections,
  r.rolvaliduntil::pg_catalog.text AS until,
  pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('role', pg_catalog.pg_get_userbyid(m.roleid), 'admin', m.admin_option,
      'inherit', ${version < 160000 ? "NULL" : "m.inherit_option"}, 'set', ${
        version < 160000 ? "NULL" : "m.set_option"
      }))
    FROM pg_catalog.pg_auth_members AS m WHERE m.member = r.oid) AS memberships
FROM pg_catalog.pg_roles AS r
WHERE r.rolname !~ '^pg_' AND (r.oid >= 16384 -- FirstNormalObjectId
  OR r.rolname::pg_catalog.text IN (${["", ...names].map(quoteText).join(", ")}))`,
    found: (row) => {
      if (!isNamed(row.name)) return [];
      const { inherit, ...others } = row.flags, given = row.memberships ?? [];
      const shape = {
        memberships: together(given),
        options: {
          ...options<boolean | number | string>({
            ...others,
            connection_limit: row.connections === -1 ? null : row.connections,
            valid_until: row.until,
          }),
          ...(inherit === false ? { inherit } : {}),
        },
      };
      const object = { ...made("role", [row.name], null, shape), comment: row.comment };
      const twice = [...new Set(given.map(({ role }) => role))].filter((role) =>
        given.filter((each) => each.role === role).length > 1
      );
      const notes = twice.map((role) => ({
        code: "not-compared",
        object: object.id,
        message:
          `several roles have made "${row.name}" a member of "${role}": what they gave counts together, who gave it is not compared`,
      }));
      return [{ object, address: address("pg_authid", row.oid), notes }];
    },
  });
}

/** What several roles have given of one membership counts together: it has what any of them gave. */
function together(given: readonly Given[]): readonly Membership[] {
  const found = new Map<string, Given>();
  const either = (one: boolean | null, other: boolean | null) => one === null || other === null ? null : one || other;
  for (const each of given) {
    const known = found.get(each.role) ?? each;
    found.set(each.role, {
      role: each.role,
      admin: each.admin || known.admin,
      inherit: either(each.inherit, known.inherit),
      set: either(each.set, known.set),
    });
  }
  return [...found.values()].map(({ role, admin, inherit, set }) => ({
    role,
    admin,
    options: { ...(inherit === null ? {} : { inherit }), ...(set === null ? {} : { set }) },
  }));
}

export const role: KindDialect<"role"> = {
  normalize: (object) => ({
    ...object,
    memberships: normalMemberships(object),
    options: normalOptions(object.options),
  }),
  alters: () => "in place",
  // The server would give the new name to all that names the role, in every database.
  renames: false,
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          statement(change, creation(change.to)),
          ...change.to.memberships.map((each) => statement(change, granted(change.to, each, null))),
          ...(change.to.comment === null ? [] : [commentOf(change, change.to)]),
        ];
      case "drop":
        // Its password, its settings and what it may do in other databases come back with nothing.
        return [
          statement(change, dropping(change.from), { loses: [change.from.id] }),
        ];
      case "alter":
        return alteration(change, context);
      case "rename":
        return [];
      default:
        return assertNever(change, "change");
    }
  },
};

/** Another database of the server, or another run at the same time, may have made it: then it gets what it lacks of the attributes. */
function creation(role: Role): string {
  const name = quote(role.name[0]!), text = quoteText(role.name[0]!);
  const own = roleOptions.filter((option) => option in role.options).map((option) => ` ${attribute(role, option)}`);
  const differing = roleOptions.map((option) => {
    const flag = flags[option];
    const isOther = flag
      ? `${hasFlag(role, option) ? "NOT " : ""}${flag.column}`
      : option === "connection_limit"
      ? `rolconnlimit <> ${limitOf(role)}`
      : `COALESCE(rolvaliduntil, 'infinity') <> ${quoteText(untilOf(role))}`;
    return `    CASE WHEN ${isOther} THEN ${quoteText(` ${attribute(role, option)}`)} END`;
  });
  const body = `
DECLARE
  differing text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${text}) THEN
    BEGIN
      CREATE ROLE ${name}${own.join("")};
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END IF;
  SELECT pg_catalog.concat(
${differing.join(",\n")}
  ) INTO differing FROM pg_catalog.pg_roles WHERE rolname = ${text};
  IF differing <> '' THEN
    EXECUTE ${quoteText(`ALTER ROLE ${name}`)} || differing;
  END IF;
END
`;
  return doBlock("role", body);
}

/** The last database that needs it drops it: what owns something or has rights in another one stays. */
function dropping(role: Role): string {
  const name = quote(role.name[0]!), text = quoteText(role.name[0]!);
  return doBlock(
    "role",
    `
BEGIN
  DROP ROLE IF EXISTS ${name};
EXCEPTION WHEN dependent_objects_still_exist THEN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_shdepend AS d
    WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
      AND d.refobjid = (SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = ${text})
      AND d.dbid IN (0, (SELECT b.oid FROM pg_catalog.pg_database AS b WHERE b.datname = pg_catalog.current_database()))
  ) THEN
    RAISE;
  END IF;
END
`,
  );
}

function alteration(change: Alter<"role">, context: RenderContext): readonly Statement[] {
  const { from, to, fields } = change, name = quote(to.name[0]!);
  const words = roleOptions.map((option) => attribute(to, option)).filter((word, i) =>
    word !== attribute(from, roleOptions[i]!)
  );
  const before = new Map(from.memberships.map((each) => [each.role, each]));
  const after = new Set(to.memberships.map((each) => each.role));
  const gone = from.memberships.filter((each) => !after.has(each.role));
  const sqls = [
    ...(words.length ? [`ALTER ROLE ${name} ${words.join(" ")}`] : []),
    ...gone.map((each) => `REVOKE ${quote(each.role)} FROM ${name}`),
    ...to.memberships.flatMap((each) => {
      const old = before.get(each.role);
      return old ? regranted(from, to, old, each, context) : [granted(to, each, null)];
    }),
  ];
  return [
    ...sqls.map((sql) => statement(change as Change, sql)),
    ...(fields.includes("comment") ? [commentOf(change as Change, to)] : []),
  ];
}

/** GRANT of a membership with the options that it has, less those that it had. */
function granted(role: Role, each: Membership, had: Effective | null): string {
  const wanted = effective(role, each);
  const usual = had ?? { admin: false, inherit: hasFlag(role, "inherit"), set: true };
  // Before 16 a membership has no options; they are written where it has some all the same, so that the server says so.
  const words = [
    ...(wanted.admin && !usual.admin ? ["ADMIN OPTION"] : []),
    ...(wanted.inherit !== usual.inherit ? [`INHERIT ${truth(wanted.inherit)}`] : []),
    ...(wanted.set !== usual.set ? [`SET ${truth(wanted.set)}`] : []),
  ];
  return `GRANT ${quote(each.role)} TO ${quote(role.name[0]!)}${words.length ? ` WITH ${words.join(", ")}` : ""}`;
}

/** From one set of options to the other. Since 16 a membership keeps the INHERIT that it was given when the role itself gets another. */
function regranted(from: Role, to: Role, old: Membership, each: Membership, context: RenderContext): readonly string[] {
  const had = effective(from, old), wanted = effective(to, each), own = context.version ?? 0;
  const hasOptions = own >= 160000 || Object.keys({ ...old.options, ...each.options }).length > 0;
  const before = hasOptions ? had : { ...had, inherit: wanted.inherit, set: wanted.set };
  const more = wanted.admin && !before.admin || wanted.inherit !== before.inherit || wanted.set !== before.set;
  return [
    ...(had.admin && !wanted.admin ? [`REVOKE ADMIN OPTION FOR ${quote(each.role)} FROM ${quote(to.name[0]!)}`] : []),
    ...(more ? [granted(to, each, before)] : []),
  ];
}

interface Effective {
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

function effective(role: Role, { admin, options }: Membership): Effective {
  return {
    admin,
    inherit: (options.inherit ?? hasFlag(role, "inherit")) as boolean,
    set: (options.set ?? true) as boolean,
  };
}

function truth(value: boolean): string {
  return value ? "TRUE" : "FALSE";
}

function commentOf(change: Change, { name, comment }: Role): Statement {
  return statement(
    change,
    `COMMENT ON ROLE ${quote(name[0]!)} IS ${comment === null ? "NULL" : quoteText(comment)}`,
  );
}
