/** What is written in its table's own statements: columns, keys, indexes and checks. Their changes are folded into the table's. */
import { type Alter, alter, type Change, type Rename } from "../../../diff/change.ts";
import type { Options, SchemaObject } from "../../../schema/object.ts";
import type { KindDialect } from "../../dialect.ts";
import { alterTable } from "../alter_table.ts";
import { bare, currentTimestamp, momentFor, normalDefault, withoutIntroducers } from "../expression.ts";
import type { FamilyFacts } from "../facts.ts";
import { keyForbidsCopy, renameParts } from "../renames.ts";
import { hasCharset, parseType, renderType } from "../types.ts";

type PartKind = "column" | "primary_key" | "unique" | "index" | "check";

export function columnKind(facts: FamilyFacts): KindDialect<"column"> {
  return {
    ...part<"column">(facts),
    normalize: (column) => normalColumn(column, facts),
    // The servers turn a stored column into a plain one and back, but never one that is computed when read.
    alters: ({ from, to }) =>
      isVirtual(from) !== isVirtual(to) || from.options.row !== to.options.row ? "recreate" : "in place",
    renames: true,
    // A column and the one that it points to must stay of one type (error 1832, 1833), and MySQL lets none become numbered or cease to be.
    blocks(change, dependent) {
      const fields: readonly string[] = change.fields;
      if (dependent.kind !== "foreign_key") return false;
      return fields.some((field) => ["type", "collation", "nullable", "generated"].includes(field)) ||
        facts.keysHoldNumbering && (change.from.identity === null) !== (change.to.identity === null);
    },
    blocksRename: (change, dependent, context) =>
      dependent.kind === "foreign_key" && keyForbidsCopy(dependent, change.to.parent!, context, facts),
  };
}

export function primaryKeyKind(facts: FamilyFacts): KindDialect<"primary_key"> {
  return {
    ...part<"primary_key">(facts),
    normalize: (key) => ({
      ...key,
      ...named(key, "PRIMARY"),
      comment: key.comment || null,
      options: normalKeyOptions(key.options),
    }),
    alters: () => "recreate",
    renames: false,
  };
}

export function uniqueKind(facts: FamilyFacts): KindDialect<"unique"> {
  return {
    ...part<"unique">(facts),
    normalize: (key) => ({
      ...key,
      comment: key.comment || null,
      options: normalKeyOptions(key.options),
    }),
    alters: () => "recreate",
    renames: true,
  };
}

export function indexKind(facts: FamilyFacts): KindDialect<"index"> {
  return {
    ...part<"index">(facts),
    normalize: (index) => ({
      ...index,
      comment: index.comment || null,
      keys: index.keys.map((key) => ({
        ...key,
        expression: key.expression && { ...key.expression, sql: normalText(key.expression.sql, facts) },
      })),
      options: said(index.options),
    }),
    // Only whether the optimizer sees it can be changed.
    alters: ({ from, to, fields }) =>
      fields.every((field) => field === "options") &&
        JSON.stringify({ ...from.options, hidden: null }) === JSON.stringify({ ...to.options, hidden: null })
        ? "in place"
        : "recreate",
    renames: true,
  };
}

export function checkKind(facts: FamilyFacts): KindDialect<"check"> {
  return {
    ...part<"check">(facts),
    normalize: (check) => ({
      ...check,
      comment: null,
      expression: { ...check.expression, sql: normalText(check.expression.sql, facts) },
      options: facts.checksCanRest && check.options.enforced === false ? { enforced: false } : {},
    }),
    alters: ({ fields }) => fields.every((field) => field === "options") ? "in place" : "recreate",
    renames: false,
  };
}

/** An expression as it is compared and written. */
function normalText(sql: string, facts: FamilyFacts): string {
  return bare(facts.introducers ? withoutIntroducers(sql) : sql);
}

function isVirtual(column: SchemaObject<"column">): boolean {
  return column.generated?.stored === false;
}

function named(key: SchemaObject<"primary_key">, name: string) {
  const path = [...key.name.slice(0, -1), name];
  return {
    name: path,
    id: `primary_key:${key.id.slice("primary_key:".length).replace(/(^|\.)((?:[^\\.]|\\.)*)$/, `$1${name}`)}` as const,
  };
}

/** The options that say something. */
function said(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== false));
}

function normalKeyOptions(options: Options): Options {
  const { using, ...rest } = said(options);
  return using && String(using).toLowerCase() !== "btree" ? { ...rest, using: String(using).toLowerCase() } : rest;
}

function normalColumn(column: SchemaObject<"column">, facts: FamilyFacts): SchemaObject<"column"> {
  const type = column.type.of === null ? parseType(renderType(column.type), facts) : column.type;
  const text = column.default && !column.default.opaque ? normalDefault(column.default.sql, type, facts) : null;
  const { on_update, ...options } = said(column.options);
  const named = on_update === undefined ? null : currentTimestamp(String(on_update)) ?? String(on_update);
  const moment = named === null ? null : momentFor(named, type);
  return {
    ...column,
    type,
    comment: column.comment || null,
    nullable: column.generated && !facts.generatedNotNull ? true : column.nullable,
    default: column.default?.opaque ? column.default : text === null ? null : { sql: text },
    generated: column.generated && {
      ...column.generated,
      expression: { ...column.generated.expression, sql: normalText(column.generated.expression.sql, facts) },
    },
    collation: column.collation !== null && hasCharset(type) ? column.collation.toLowerCase() : null,
    options: moment === null ? options : { ...options, on_update: moment },
  };
}

/** How a part is rendered by itself: as the only part of its table's change. A rename is a statement of its own. */
function part<K extends PartKind>(facts: FamilyFacts): Pick<KindDialect<K>, "render"> {
  return {
    render(given, context) {
      const change = given as unknown as Change;
      if (change.op === "rename") return renameParts(change as Rename, context, facts);
      const parent = (change.op === "drop" ? change.from : change.to).parent!;
      const from = context.from.objects.get(parent)!, to = context.to.objects.get(parent)!;
      return alterTable(alter(from, to, [], [change]) as unknown as Alter<"table">, context, facts);
    },
  };
}
