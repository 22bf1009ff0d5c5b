/**
 * Who owns what in Postgres. A run that does not compare owners knows those alone that are not its own role, so that what it makes anew for
 * another's sake (a view over a column that gets another type) belongs to whom it belonged before: it would run with the rights of the
 * role that made it.
 */
import type { KindDialect } from "../../dialect.ts";
import { assertNever } from "../../../schema/error.ts";
import { address, type Found, made, type Reader, reader } from "../catalog.ts";
import { ownerTarget } from "../owned.ts";
import { quote } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";

/** All that one role owns of one catalog; the schema "public" by itself. */
interface Row extends Record<string, unknown> {
  readonly catalog: string;
  readonly role: string;
  /** It is no superuser, does not own the database, and is a member of no other role. */
  readonly alone: boolean;
  readonly oids: readonly string[];
}

/** Catalogs with their columns for the owner; those of relations, types and schemas have conditions and stand below. */
const catalogs: Readonly<Record<string, string>> = {
  pg_proc: "proowner",
  pg_collation: "collowner",
  pg_conversion: "conowner",
  pg_operator: "oprowner",
  pg_opclass: "opcowner",
  pg_opfamily: "opfowner",
  pg_ts_dict: "dictowner",
  pg_ts_config: "cfgowner",
  pg_statistic_ext: "stxowner",
  pg_publication: "pubowner",
  pg_subscription: "subowner",
  pg_event_trigger: "evtowner",
  pg_foreign_data_wrapper: "fdwowner",
  pg_foreign_server: "srvowner",
  pg_language: "lanowner",
};

const self = "(SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user)";

/** What is not in the graph (a member of an extension, a row type) has no place there, and its owner falls away. */
const allOwned = [
  // A sequence that belongs to a column is its table's owner's.
  `SELECT 'pg_class' AS catalog, c.oid, c.relowner AS owner FROM pg_catalog.pg_class AS c
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') OR c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)`,
  "SELECT 'pg_type', t.oid, t.typowner FROM pg_catalog.pg_type AS t WHERE t.typtype IN ('c', 'd', 'e', 'r')",
  "SELECT CASE n.nspname WHEN 'public' THEN 'public' ELSE 'pg_namespace' END, n.oid, n.nspowner FROM pg_catalog.pg_namespace AS n",
  ...Object.entries(catalogs).map(([catalog, owner]) =>
    `SELECT '${catalog}', o.oid, o.${owner} FROM pg_catalog.${catalog} AS o`
  ),
].join("\n  UNION ALL ");

const alone = `NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.oid = g.owner AND r.rolsuper)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members AS m WHERE m.member = g.owner)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_database AS b WHERE b.datdba = g.owner AND b.datname = pg_catalog.current_database())`;

/** Where something belongs to another role than the one that reads. What is pinned owns without a word in pg_shdepend; 10: BOOTSTRAP_SUPERUSERID. */
const others = [
  `pg_catalog.pg_shdepend AS d WHERE d.deptype = 'o' AND d.refobjid <> ${self}
    AND d.dbid = (SELECT b.oid FROM pg_catalog.pg_database AS b WHERE b.datname = pg_catalog.current_database())`,
  `pg_catalog.pg_roles AS r WHERE r.rolname = current_user AND r.oid <> 10`,
  ...[["pg_class", "relowner"], ["pg_type", "typowner"], ["pg_proc", "proowner"]].map(([catalog, owner]) =>
    `pg_catalog.${catalog} AS o WHERE o.oid >= 16384 AND o.${owner} < 16384 AND o.${owner} <> 10`
  ),
];

/** Of all that there is, or of what belongs to others alone: to be kept, and compared with nothing. */
export function ownerReader(all: boolean): Reader {
  return reader<Row>({
    ...(all ? {} : { from: others }),
    sql: () =>
      `SELECT g.catalog, pg_catalog.pg_get_userbyid(g.owner)::pg_catalog.text AS role, ${alone} AS alone, pg_catalog.json_agg(g.oid ORDER BY g.oid) AS oids
FROM (
  ${allOwned}
) AS g
WHERE (g.oid >= 16384 OR g.catalog = 'public')${all ? "" : ` AND g.owner <> ${self}`}
GROUP BY g.catalog, g.owner`,
    found: ({ catalog, role, alone, oids }) =>
      oids.flatMap((oid): readonly Found[] => {
        // initdb gives it to whoever owns the database.
        const isGiven = catalog === "public" && role === "pg_database_owner";
        if (isGiven && !all) return [];
        const object = made("owner", [], null, {
          role,
          ...(!all || isGiven ? { kept: true } : {}),
          ...(alone ? { alone } : {}),
        });
        return [{
          object,
          address: address(`owner in ${catalog}`, oid),
          on: address(catalog === "public" ? "pg_namespace" : catalog, oid),
        }];
      }),
  });
}

export const owner: KindDialect<"owner"> = {
  normalize: (object) => object,
  alters: () => "in place",
  renames: false,
  render(change, context) {
    switch (change.op) {
      case "create":
      case "alter": {
        const parent = context.to.objects.get(change.to.parent!), target = parent && ownerTarget(parent);
        if (!parent || !target) return [];
        const isTable = parent.kind === "table" || parent.kind === "foreign_table";
        const sql = `ALTER ${target} OWNER TO ${quote(change.to.role)}`;
        return [statement(change, sql, { locks: isTable ? [accessExclusive(parent.id)] : [] })];
      }
      case "drop": // with its parent, or to be made again
      case "rename":
        return [];
      default:
        return assertNever(change, "change");
    }
  },
};

/** Where owners are not compared: those that some graph has are kept. */
export const keptOwner: KindDialect<"owner"> = {
  ...owner,
  normalize: (object) => object.kept ? object : { ...object, kept: true },
};
