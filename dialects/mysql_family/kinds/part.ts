/** What is written in its table's own statements: columns, keys, indexes and checks. Their changes are folded into the table's. */
import { type Alter, alter, type Change, type Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { children } from "../../../schema/graph.ts";
import type { Kind, Options, SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { alterTable } from "../alter_table.ts";
import { columnDefinition, partDefinition } from "../definitions.ts";
import { bare, currentTimestamp, mentions, momentFor, normalDefault, withoutIntroducers } from "../expression.ts";
import type { FamilyFacts } from "../facts.ts";
import { fold } from "../lexer.ts";
import { within } from "../session.ts";
import { quote, quoteId, quoteText } from "../sql.ts";
import { metadataLock, statement } from "../statement.ts";
import { hasCharset, parseType, renderType } from "../types.ts";
import { zeroDatesOf } from "../zero_dates.ts";

type PartKind = "column" | "primary_key" | "unique" | "index" | "check";

export function columnKind(facts: FamilyFacts): KindDialect<"column"> {
  return {
    ...part<"column">(facts),
    normalize: (column) => normalColumn(column, facts),
    // The servers turn a stored column into a plain one and back, but never one that is computed when read.
    alters: ({ from, to }) =>
      isVirtual(from) !== isVirtual(to) || from.options.row !== to.options.row ? "recreate" : "in place",
    renames: true,
    // A default goes on asking for the sequence of the old name (MariaDB 10.11.19).
    keepsText: (_, moved) => moved.kind === "sequence",
    // A column and the one that it points to must stay of one type (error 1832, 1833), and MySQL lets none become numbered or cease to be.
    blocks(change, dependent) {
      const fields: readonly string[] = change.fields;
      if (dependent.kind !== "foreign_key") return false;
      return fields.some((field) => ["type", "collation", "nullable", "generated"].includes(field)) ||
        facts.keysHoldNumbering && (change.from.identity === null) !== (change.to.identity === null);
    },
  };
}

export function primaryKeyKind(facts: FamilyFacts): KindDialect<"primary_key"> {
  return {
    ...part<"primary_key">(facts),
    normalize: (key) => ({
      ...key,
      ...named(key, "PRIMARY"),
      comment: key.comment || null,
      deferrable: "no",
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
      nullsDistinct: true,
      deferrable: "no",
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
      nullsDistinct: true,
      method: index.method.toLowerCase() || "btree",
      include: [],
      keys: index.keys.map((key) => ({
        ...key,
        expression: key.expression && { ...key.expression, sql: normalText(key.expression.sql, facts) },
        nulls: null,
        collation: null,
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
    identity: column.identity && { mode: "by default", options: {} },
    collation: column.collation !== null && hasCharset(type) ? column.collation.toLowerCase() : null,
    options: moment === null ? options : { ...options, on_update: moment },
  };
}

/** How a part is rendered by itself: as the only part of its table's change. A rename is a statement of its own. */
function part<K extends PartKind>(facts: FamilyFacts): Pick<KindDialect<K>, "render"> {
  return {
    render(given, context) {
      const change = given as unknown as Change;
      if (change.op === "rename") return renamePart(change as Rename, context, facts);
      const parent = (change.op === "drop" ? change.from : change.to).parent!;
      const from = context.from.objects.get(parent)!, to = context.to.objects.get(parent)!;
      return alterTable(alter(from, to, [], [change]) as unknown as Alter<"table">, context, facts);
    },
  };
}

function renamePart(change: Rename, context: RenderContext, facts: FamilyFacts): readonly Statement[] {
  const { from, to } = change as { from: SchemaObject<Kind>; to: SchemaObject<Kind> };
  const table = to.parent!, what = to.kind === "column" ? "COLUMN" : "INDEX";
  const clause = `RENAME ${what} ${quote(from.name.at(-1)!)} TO ${quote(to.name.at(-1)!)}`;
  const clauses = to.kind === "column" && facts.renameRefusesUses ? putAside(to, clause, context, facts) : [clause];
  const text = clauses.length === 1 ? ` ${clause}` : `\n  ${clauses.join(",\n  ")}`;
  const sql = `ALTER TABLE ${quoteId(table)}`, effects = { locks: metadataLock(table) };
  const again = facts.checksRememberAliases && to.kind === "column" && isRead(to, context, facts)
    ? [
      statement(
        change as Change,
        `${sql} COMMENT=${quoteText(context.from.objects.get(table)?.comment ?? "")}`,
        effects,
      ),
    ]
    : [];
  const settings = zeroDatesOf(table, context);
  return within(change as Change, settings, [...again, statement(change as Change, sql + text, effects)]);
}

/** Does a check, a generated column or a default of the table read the column, under its new name as `context.from` has it? */
function isRead(column: SchemaObject, context: RenderContext, facts: FamilyFacts): boolean {
  const name = fold(column.name.at(-1)!);
  // Behind JSON there is a check of the column itself.
  if (facts.jsonIsText && column.kind === "column" && column.type.name === "json") return true;
  return children(context.from, column.parent!).some((object) => {
    const texts = object.kind === "check"
      ? [object.expression.sql]
      : object.kind === "column"
      ? [object.options.check, object.generated?.expression.sql, object.default?.sql]
      : [];
    return texts.some((sql) => typeof sql === "string" && mentions(sql).some((path) => fold(path.at(-1)!) === name));
  });
}

/** The rename among what takes checks, generated columns and defaults out of its way and brings them back under the new name. */
function putAside(column: SchemaObject, rename: string, context: RenderContext, facts: FamilyFacts): readonly string[] {
  const name = fold(column.name.at(-1)!);
  const uses = (sql: string | undefined) =>
    sql !== undefined && mentions(sql).some((path) => fold(path.at(-1)!) === name);
  const before: string[] = [], after: string[] = [];
  // `context.from` has the new name already, in texts too.
  for (const object of children(context.from, column.parent!)) {
    if (object.kind === "check" && uses(object.expression.sql)) {
      before.push(`${facts.dropCheck} ${quote(object.name.at(-1)!)}`);
      after.push(`ADD ${partDefinition(object, facts)}`);
    } else if (object.kind === "index" && object.keys.some((key) => uses(key.expression?.sql))) {
      before.push(`DROP INDEX ${quote(object.name.at(-1)!)}`);
      after.push(`ADD ${partDefinition(object, facts)}`);
    } else if (
      object.kind === "column" && object.id !== column.id &&
      (uses(object.generated?.expression.sql) || uses(object.default?.sql))
    ) after.unshift(`MODIFY COLUMN ${columnDefinition(object, facts)}`);
  }
  return [...before, rename, ...after];
}
