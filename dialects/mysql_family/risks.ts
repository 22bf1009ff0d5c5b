/** What an ALTER TABLE locks, reads, rewrites and loses, and why it can fail on rows that are there. */
import type { Alter, Change } from "../../diff/change.ts";
import type { Effects } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children } from "../../schema/graph.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { copyRisk, hasVirtual } from "./copy_risks.ts";
import type { FamilyFacts } from "./facts.ts";
import { charsetOf, narrowing, type Risk } from "./narrowing.ts";
import { quote, quotePath } from "./sql.ts";
import { metadataLock, sharedLock } from "./statement.ts";
import { isShape } from "./types.ts";

/** The facts of one ALTER TABLE with all its parts. */
export function risksOf(change: Alter<"table">, context: RenderContext, facts: FamilyFacts): Partial<Effects> {
  const table = change.to.id;
  const narrows = narrowed(change, context);
  const rewrites = change.parts.some(isRewrite) || change.fields.includes("collation") ||
    change.from.options.engine !== change.to.options.engine;
  const copies = rewrites ||
    (change.parts.some(({ kind }) => kind === "column") && hasVirtual(change.from.id, context.from));
  const scans = rewrites || change.parts.some((part) => part.kind !== "column" && part.op === "create");
  const loses: ObjectId[] = change.parts.flatMap((part) =>
    losesValues(part) ? [(part as { from: SchemaObject }).from.id] : []
  );
  const failure =
    change.parts.map((part) => mayFail(part, quotePath(change.to.name), facts)).find((each) => each !== null) ??
      narrows[0] ?? recomputed(change, context) ?? (copies ? copyRisk(table, context, facts) : null);
  return {
    locks: rewrites ? sharedLock(table) : metadataLock(table),
    scans: scans ? [table] : [],
    rewrites: rewrites ? [table] : [],
    loses,
    narrows: narrows.map(({ object, reason, probe }) => ({ object, reason, probe })),
    ...(failure ? { mayFail: { reason: failure.reason, probe: failure.probe } } : {}),
  };
}

/** Are the values of a column gone: with it, or because computed ones take their place? */
function losesValues(part: Change): boolean {
  if (part.kind !== "column" || part.op === "create" || part.op === "rename") return false;
  const from = part.from as SchemaObject<"column">;
  return !from.generated && (part.op === "drop" || (part.to as SchemaObject<"column">).generated !== null);
}

/** What is computed is computed again where its type or its charset is another one: bytes that were text before may be none now. */
function recomputed(change: Alter<"table">, context: RenderContext): Risk | null {
  const found = children(context.to, change.to.id, "column").some((to) => {
    const from = context.from.objects.get(to.id);
    if (from?.kind !== "column" || !from.generated || !to.generated) return false;
    const charsets = [from.collation ?? change.from.collation, to.collation ?? change.to.collation]
      .map((collation) => charsetOf((collation ?? null) as string | null));
    return !sameJson(from.type, to.type) || charsets[0] !== charsets[1];
  });
  return found ? { reason: "a computed value may not fit its type", probe: null } : null;
}

/** Columns whose values may not fit what they become, also because the table's collation is theirs. */
function narrowed(change: Alter<"table">, context: RenderContext): readonly (Risk & { readonly object: ObjectId })[] {
  const table = quotePath(change.to.name);
  return children(context.to, change.to.id, "column").flatMap((to) => {
    const from = context.from.objects.get(to.id);
    // What is computed when read is dropped and made anew; stored values are converted like others.
    if (from?.kind !== "column" || from.generated?.stored === false || to.generated) return [];
    const collations = [from.collation ?? change.from.collation ?? null, to.collation ?? change.to.collation ?? null];
    const risk = narrowing({ from, to, table, collations: collations as [string | null, string | null] });
    return risk ? [{ ...risk, object: to.id }] : [];
  });
}

function isRewrite(part: Change): boolean {
  if (part.kind === "primary_key") return true;
  if (part.kind !== "column") return false;
  if (part.op === "create" || part.op === "drop") {
    const column = (part.op === "create" ? part.to : part.from) as SchemaObject<"column">;
    return column.generated?.stored === true;
  }
  if (part.op !== "alter") return false;
  const fields: readonly string[] = part.fields;
  return fields.some((field) => ["type", "generated", "collation", "nullable"].includes(field));
}

function mayFail(part: Change, table: string, facts: FamilyFacts): Effects["mayFail"] {
  if (part.op === "drop" || part.op === "rename") return null;
  const object = part.to as SchemaObject, fields: readonly string[] = part.op === "alter" ? part.fields : ["generated"];
  if (object.kind === "column" && object.generated !== null && fields.includes("generated")) {
    return { reason: "its expression may fail on rows, or its value not fit its type", probe: null };
  }
  if (object.kind === "column" && part.op === "alter") {
    const from = part.from as SchemaObject<"column">, name = quote(object.name.at(-1)!);
    if (from.nullable && !object.nullable) {
      return { reason: "rows may hold NULL in it", probe: `SELECT count(*) FROM ${table} WHERE ${name} IS NULL` };
    }
    return null;
  }
  if (part.op !== "create") return null;
  if (object.kind === "column" && lacksValue(object, facts)) {
    return { reason: "there is no value for the rows that are there", probe: `SELECT count(*) FROM ${table}` };
  }
  if (object.kind === "column" && facts.sequences && /\bnextval\s*\(/i.test(object.default?.sql ?? "")) {
    return { reason: "its sequence may run out on the rows that are there", probe: null };
  }
  if (object.kind === "check" && object.options.enforced !== false) {
    const probe = `SELECT count(*) FROM ${table} WHERE NOT (${object.expression.sql})`;
    return { reason: "rows may break it", probe };
  }
  if (object.kind === "index" && object.keys.some((key) => key.expression !== null)) {
    return { reason: "its expression may fail on rows", probe: null };
  }
  const columns = object.kind === "unique" || object.kind === "primary_key"
    ? object.columns
    : object.kind === "index" && object.unique
    ? object.keys.map((key) => key.column ?? "")
    : null;
  if (!columns) return null;
  // Of a prefix only what the index holds has to be unique.
  const lengths = object.kind === "index"
    ? object.keys.map((key) => key.options.length)
    : columns.map((name) => ((optionsOf(object).lengths ?? {}) as Record<string, number>)[name]);
  const keys = columns.map((name, i) => lengths[i] === undefined ? quote(name) : `LEFT(${quote(name)}, ${lengths[i]})`);
  const present = object.kind !== "primary_key"
    ? ` WHERE ${columns.map((each) => `${quote(each)} IS NOT NULL`).join(" AND ")}`
    : "";
  const probe = `SELECT count(*) FROM (SELECT 1 FROM ${table}${present} GROUP BY ${
    keys.join(", ")
  } HAVING count(*) > 1) AS sqa_duplicates`;
  return { reason: "rows may have the same key", probe };
}

function optionsOf(object: SchemaObject): Options {
  return "options" in object ? object.options : {};
}

/**
 * A column that rows get no value for by themselves: for others the servers put in 0, '' or the first label, but no date of zeros (NO_ZERO_DATE)
 * and no shape or vector (1138, 1416), and '' is no JSON where a check says so (4025). A check of the column itself may not take it either.
 */
function lacksValue(column: SchemaObject<"column">, facts: FamilyFacts): boolean {
  const { nullable, default: given, generated, options, type } = column;
  if (generated !== null || options.row) return false;
  if (options.check !== undefined) return true;
  if (nullable) return false;
  // MySQL does not take its default for them (9.7.4).
  if (isShape(type)) return true;
  return given === null &&
    (/^(date|datetime|timestamp|vector)\b/.test(type.name) || facts.jsonIsText && type.name === "json");
}
