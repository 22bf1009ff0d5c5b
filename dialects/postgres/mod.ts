/** Postgres 15 to 18 as sqa knows it: pure facts and functions. The connection is in driver.ts. */
import type { Dialect } from "../dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { DataType, Expression, SchemaObject } from "../../schema/object.ts";
import { mentions, normalDefault, replaceIdentifiers } from "./expression.ts";
import { aroundBecomingOwn, aroundOwnBelow, goesBefore } from "./becomes_own.ts";
import { aroundBetweenParents } from "./between_parents.ts";
import { withTakenOut } from "./between_wholes.ts";
import { withoutLackingParts } from "./lacking_parts.ts";
import { aroundExtensionDefaults } from "./extension_defaults.ts";
import { aroundExtensionTypes } from "./extension_types.ts";
import { aroundIndexRights, withIndexRights } from "./index_rights.ts";
import { aroundIdentity } from "./index_marks.ts";
import { heirsWith, keepsName } from "./inherited_names.ts";
import { lackedByExtension } from "./kinds/extension.ts";
import { kinds, knownOptions, readersOf } from "./kinds/mod.ts";
import { aroundMultiranges } from "./kinds/range_type.ts";
import { holdersOfNames } from "./constraint_names.ts";
import { defaultName, maxBytes } from "./names.ts";
import { withWholePath } from "./names_on.ts";
import { completeRefs, normalizeGraph } from "./normalize_graph.ts";
import { online } from "./online.ts";
import { aroundReturnedRows } from "./returned_rows.ts";
import { follow } from "./follow.ts";
import { holds } from "./holds.ts";
import { aroundKeyCopies } from "./key_copies.ts";
import { withInherited } from "./inherited.ts";
import { aroundOwners } from "./owned.ts";
import { readersOfLeft } from "./left_behind.ts";
import { around } from "./partition.ts";
import { aroundCopies } from "./trigger_copies.ts";
import { aroundLeaving } from "./type_swap.ts";
import { isApart } from "./made_apart.ts";
import { aroundIncomplete, aroundReferences } from "./partition_index.ts";
import { aroundUnlogged } from "./published.ts";
import { reading } from "./read.ts";
import { aroundReferring, goingKeys } from "./referred_parts.ts";
import { withReparsableText } from "./reparse.ts";
import { isSetting, sharesTransaction } from "./settings.ts";
import { pieces, split } from "./split.ts";
import { dotted, quote, quotePath, quoteText } from "./sql.ts";
import { isPart, renamedParts } from "./renamed_parts.ts";
import { serial } from "./serial.ts";
import { aroundRetyped } from "./second_parents.ts";
import { aroundTyped } from "./typed_tables.ts";
import { parseType, renderType, typeOf } from "./types.ts";
import { heirsInUsing } from "./rules/heirs_in_using.ts";
import { withoutInherited } from "./without_inherited.ts";

/** The Postgres dialect for files and graphs: it knows all kinds. What its connections look at is set up in set_up.ts. */
export const postgres: Dialect = {
  name: "postgres",
  label: "Postgres",
  kinds: withReparsableText(withIndexRights(kinds)),
  inline: {
    create: ["column", "primary_key", "unique", "check", "exclusion", "domain_check"],
    apart: isApart,
    drop: [
      "column",
      "primary_key",
      "unique",
      "check",
      "exclusion",
      "domain_check",
      "foreign_key",
      "index",
      "trigger",
      "policy",
      "rule",
      "statistics",
      "grant",
      "owner",
    ],
    alter: [],
    rebuild: [],
  },
  rebuilds: () => false,
  placesColumns: false,
  names,
  around: (change, context) => {
    const all = [
      around,
      aroundReturnedRows,
      aroundUnlogged,
      aroundCopies,
      aroundKeyCopies,
      aroundIncomplete,
      aroundReferences,
      aroundReferring,
      aroundMultiranges,
      aroundIdentity,
      aroundExtensionTypes,
      aroundExtensionDefaults,
      aroundLeaving,
      aroundBetweenParents,
      aroundBecomingOwn,
      aroundOwnBelow,
      aroundTyped,
      aroundRetyped,
      aroundOwners,
      aroundIndexRights,
    ].map((
      each,
    ) => each(change, context));
    return {
      before: all.flatMap((each) => each.before),
      after: all.flatMap((each) => each.after),
      named: all.flatMap((each) => each.named ?? []),
    };
  },
  holders: (change, context) =>
    [holdersOfNames, goingKeys, readersOfLeft, goesBefore].flatMap((each) => each(change, context)),
  cleared: (from, to, now, version) => withTakenOut(withoutLackingParts(from, to, now), to, now, version),
  follow,
  heirs: heirsWith,
  keepsName,
  parts: { isPart, renames: renamedParts },
  textRules: [heirsInUsing],
  looseForeignKeys: false,
  transactionalDdl: true,
  maxIdentifierBytes: maxBytes,
  initial: [{
    kind: "schema",
    id: objectId("schema", ["public"]),
    name: ["public"],
    parent: null,
    refs: [],
    comment: null,
    options: {},
  }],
  defaultSchema: "public",
  enums: "type",
  history: {
    placeholder: (position) => `$${position}`,
    literals: true,
    now: `pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    clock: "(EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000)::pg_catalog.int8",
    text: "text",
    integer: "bigint",
    schema: "public",
    exists: (path) => ({
      sql:
        `SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE n.nspname OPERATOR(pg_catalog.=) $1 AND c.relname OPERATOR(pg_catalog.=) $2
          AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])`,
      params: path,
    }),
  },
  quote,
  quoteText,
  quotePath,
  serial,
  typeOf,
  parseType,
  renderType,
  literal,
  defaultName,
  holds,
  mentions,
  replaceIdentifiers: (sql, replace) => replaceIdentifiers(sql, quote, replace),
  knownOptions,
  lacks: (object) => object.kind === "extension" ? lackedByExtension(object) : null,
  split,
  isSetting,
  sharesTransaction,
  pieces,
  read: reading(readersOf({ roles: [], owners: false })),
  online,
  normalizeGraph,
  withWholePath,
  withInherited,
  withoutInherited,
  completeRefs,
};

/** A literal as the normal form of a default of that type. */
function literal(value: string | number | bigint | boolean | null, type: DataType): Expression {
  const numeric = type.dimensions === 0 && ["integer", "decimal", "float"].includes(type.family);
  if (value === null) return { sql: "NULL" };
  if (typeof value === "boolean") return { sql: String(value) };
  if (typeof value !== "string") {
    return { sql: numeric && Number.isFinite(Number(value)) ? String(value) : quoteText(String(value)) };
  }
  return normalDefault({ sql: numeric && /^-?\d+(\.\d+)?$/.test(value) ? value : quoteText(value) }, type);
}

/**
 * Tables, views and indexes share the names of their schema, and so do types with tables and views (a relation is a type of its own);
 * keys take the name of their index; constraints and triggers are unique on their table.
 */
function names(object: SchemaObject): readonly string[] {
  const schema = object.name[0]!, own = object.name.at(-1)!;
  if (object.kind === "column") return [object.id];
  const path = dotted([schema, own]), relation = `relation:${path}`;
  switch (object.kind) {
    case "table":
    case "view":
    case "materialized_view":
    case "composite_type":
      return [relation, `type:${path}`];
    case "index":
    case "sequence":
      return [relation];
    case "enum":
    case "domain":
    case "range_type":
      return [`type:${path}`];
    case "function":
    case "aggregate":
      return [`routine:${path}`];
    case "primary_key":
    case "unique":
    case "exclusion":
      return [relation, `constraint:${dotted(object.name)}`];
    case "check":
    case "foreign_key":
      return [`constraint:${dotted(object.name)}`];
    default:
      return [object.id];
  }
}
