/** The family's `Dialect`, made from the facts of one of its members. Pure: the connection is in driver.ts and what it takes. */
import type { Dialect } from "../dialect.ts";
import { heldRows } from "../held_rows.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { assertNever } from "../../schema/error.ts";
import { kindOfId, pathOfId } from "../../schema/id.ts";
import { quoteAccount } from "./accounts.ts";
import { mentions, replaceIdentifiers } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { followTable } from "./follow_table.ts";
import { database, databaseId } from "./kinds/database.ts";
import { foreignKeyKind } from "./kinds/foreign_key.ts";
import { checkKind, columnKind, indexKind, primaryKeyKind, uniqueKind } from "./kinds/part.ts";
import { grantKind } from "./kinds/grant.ts";
import { aroundRole, roleKind, withRoleRefs } from "./kinds/role.ts";
import { event, routine, sequenceKind, trigger, viewKind } from "./kinds/stored.ts";
import { tableKind } from "./kinds/table.ts";
import { fold } from "./lexer.ts";
import { normalizeGraph } from "./normalize_graph.ts";
import { forms } from "./online.ts";
import { lackedBy } from "./privileges.ts";
import { read } from "./read.ts";
import { heldByRole, roleLackedBy } from "./role_facts.ts";
import { isOfServer } from "./server_statements.ts";
import { managedRoles, type SetUp } from "./set_up.ts";
import { isSetting } from "./settings.ts";
import { pieces, split, terminated } from "./split.ts";
import { quote, quotePath, quoteText } from "./sql.ts";
import { literal, parseType, renderType, typeOf } from "./types.ts";

const tableParts = ["column", "primary_key", "unique", "check", "index"] as const;

const absent = {
  enum: "unsupported",
  domain: "unsupported",
  domain_check: "unsupported",
  composite_type: "unsupported",
  range_type: "unsupported",
  collation: "unsupported",
  extension: "unsupported",
  aggregate: "unsupported",
  materialized_view: "unsupported",
  exclusion: "unsupported",
  policy: "unsupported",
  rule: "unsupported",
  default_privilege: "unsupported",
  event_trigger: "unsupported",
  statistics: "unsupported",
  publication: "unsupported",
  subscription: "unsupported",
  foreign_data_wrapper: "unsupported",
  foreign_server: "unsupported",
  user_mapping: "unsupported",
  foreign_table: "unsupported",
  text_search: "unsupported",
  cast: "unsupported",
  operator: "unsupported",
  conversion: "unsupported",
  language: "unsupported",
  transform: "unsupported",
  access_method: "unsupported",
  virtual_table: "unsupported",
  owner: "unsupported",
} as const;

/** Who may do what is a matter of each server, so that it is looked at only where that is asked for. */
const withoutGrants =
  "they belong to the accounts of one server, so sqa looks at them where `grants = true` (SQA_GRANTS, or ?grants=true in the URL) says so";

const withoutRoles =
  "they belong to the whole server, so sqa looks at those alone that `roles` (SQA_ROLES, or ?roles=app_*&roles=reader in the URL) names";

/**
 * MySQL or MariaDB, as the facts say. One connection is one database, so paths have no schema part. `setUp`: what is looked at on request alone;
 * without it the dialect knows all kinds, and reads all but roles.
 */
export function familyDialect(facts: FamilyFacts, setUp: SetUp | null = null): Dialect {
  const grants = setUp?.grants ?? true, roles = setUp?.roles ?? [], isManaged = managedRoles(roles, facts);
  const without = {
    ...(grants ? {} : { grant: withoutGrants }),
    ...(setUp === null || roles.length ? {} : { role: withoutRoles }),
  };
  return {
    name: facts.name,
    label: facts.label,
    kinds: {
      ...absent,
      schema: database,
      table: tableKind(facts),
      column: columnKind(facts),
      primary_key: primaryKeyKind(facts),
      unique: uniqueKind(facts),
      index: indexKind(facts),
      check: checkKind(facts),
      foreign_key: foreignKeyKind(facts),
      view: viewKind(facts),
      trigger,
      function: routine,
      event,
      sequence: facts.sequences ? sequenceKind(facts) : "unsupported",
      grant: grants ? grantKind(facts) : "unsupported",
      role: "role" in without ? "unsupported" : roleKind(facts),
    },
    ...(Object.keys(without).length ? { leaves: without } : {}),
    ...(roles.length
      ? {
        leavesOne: (object) => {
          if (object.kind !== "role" || isManaged(object.name[0]!)) return null;
          return `\`roles\` does not name it: add it there (${roles.join(", ")} so far)`;
        },
        shared: {
          what: "roles, and what they may do",
          object: (object) => object.kind === "role",
          goesAlong: (object) => object.kind === "grant" && isManaged(object.name.at(-1)!),
          statement: (sql) => isOfServer(sql, isManaged),
        },
      }
      : {}),
    setUp: JSON.stringify([grants, roles]),
    around: aroundRole,
    inline: {
      create: tableParts,
      drop: [...tableParts, "foreign_key", "trigger"],
      alter: tableParts,
      rebuild: [],
    },
    permanent: (object) => object.id === databaseId,
    rebuilds: () => false,
    placesColumns: true,
    names: (object) => names(object, facts),
    follow: (object, renamed, path) => followTable(object, renamed, path.at(-1)!, facts),
    indexesInTables: true,
    looseForeignKeys: false,
    transactionalDdl: false,
    // 64 characters of three bytes each (manual, "Identifier Length Limits").
    maxIdentifierBytes: 192,
    initial: [],
    defaultSchema: null,
    enums: "column",
    history: {
      placeholder: () => "?",
      now: "CONCAT(LEFT(DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')",
      clock: "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)",
      text: "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
      key: "varchar(64) CHARACTER SET ascii COLLATE ascii_bin",
      integer: "bigint",
      schema: null,
      // Names compare without letter case there, tables do not everywhere.
      exists: (path) => ({
        sql: `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${
          path.length > 1 ? "?" : "DATABASE()"
        } AND TABLE_NAME = ? AND CAST(TABLE_NAME AS BINARY) = CAST(? AS BINARY)`,
        params: [...path, path.at(-1)!],
      }),
    },
    quote,
    written: (id) => {
      const name = pathOfId(id).at(-1)!;
      return kindOfId(id) === "role" ? quoteAccount(name, facts) : quote(name);
    },
    quoteText,
    quotePath,
    typeOf: (type) => typeOf(type, facts),
    parseType: (sql) => parseType(sql, facts),
    renderType,
    literal,
    defaultName: (kind, table, columns, taken) => defaultName(kind, table.at(-1)!, columns, taken, facts),
    holds: (kind, path) =>
      kind === "role" ? heldByRole(path[0]!, roles, facts) : heldRows(kind, path, { quote, quotePath }),
    mentions,
    replaceIdentifiers,
    knownOptions: {
      schema: facts.checksCanRest ? ["collation", "encryption"] : ["collation"],
      column: [
        "on_update",
        "invisible",
        "srid",
        "check",
        ...(facts.systemVersioning ? ["unversioned", "row", "compressed"] : ["not_secondary"]),
      ],
      primary_key: ["lengths", "desc", "using", "without_overlaps"],
      unique: ["using", "without_overlaps"],
      check: facts.checksCanRest ? ["enforced"] : [],
      foreign_key: [],
      index: ["length", "hidden", "parser", "vector", "without_overlaps"],
      view: ["algorithm", "security", "check", "definer", "charset"],
      trigger: ["definer", "sql_mode", "charset", "follows"],
      function: ["definer", "sql_mode", "charset"],
      event: ["schedule", "preserve", "status", "definer", "sql_mode", "charset", "time_zone"],
      sequence: ["engine"],
      grant: [],
      role: [],
    },
    split,
    isSetting,
    pieces,
    terminated,
    forms: (statement, version) => forms(statement, version, facts),
    read: (catalog) => read(catalog, facts, { grants, isManaged: roles.length ? isManaged : null }),
    normalizeGraph: (graph) => normalizeGraph(graph, facts),
    completeRefs: withRoleRefs,
    lacks: (object) =>
      object.kind === "grant" ? lackedBy(object, facts) : object.kind === "role" ? roleLackedBy(object, facts) : null,
  };
}

/** Tables, views and sequences share the names of the database; keys those of their table, in any case; foreign keys those of the database. */
function names(object: SchemaObject, facts: FamilyFacts): readonly string[] {
  const own = object.name.at(-1)!, table = object.name.slice(0, -1).join(".");
  switch (object.kind) {
    case "table":
    case "view":
    case "sequence":
      return [`relation:${own}`];
    case "index":
    case "unique":
      return [`index:${table}.${fold(own)}`];
    case "check":
      return [`check:${facts.checkNames === "table" ? `${table}.` : ""}${fold(own)}`];
    case "foreign_key":
      return [`foreign_key:${fold(own)}`];
    case "trigger":
      return [`trigger:${own}`];
    case "column":
      return [`column:${table}.${fold(own)}`];
    case "function":
      return [`${object.routine}:${fold(object.name[0]!)}`];
    default:
      return [object.id];
  }
}

function defaultName(
  kind: "primary_key" | "unique" | "check" | "foreign_key" | "index",
  table: string,
  columns: readonly string[],
  taken: (name: string) => boolean,
  facts: FamilyFacts,
): string {
  const numbered = (name: (n: number) => string, from: number) => {
    let n = from;
    while (taken(name(n))) n++;
    return name(n);
  };
  switch (kind) {
    case "primary_key":
      return "PRIMARY";
    case "check":
      return numbered((n) => facts.checkName(table, n), 1);
    case "foreign_key":
      return numbered((n) => `${table}_ibfk_${n}`, 1);
    case "unique":
    case "index": {
      const base = columns[0] ?? "functional_index";
      return numbered((n) => n === 1 ? base : `${base}_${n}`, 1);
    }
    default:
      return assertNever(kind, "kind");
  }
}
