/** ALTER TABLE … ALTER COLUMN: everything that can change in a column that stays. How a type changes is in casts.ts. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children } from "../../schema/graph.ts";
import type { DataType, Options, SchemaObject } from "../../schema/object.ts";
import { castOf, isRewrite, losesOnCast, typeMayFail } from "./casts.ts";
import { comment } from "./comment.ts";
import { changedOptions } from "./foreign_options.ts";
import { heirsOf } from "./inheritance.ts";
import { freeOfIdentity } from "./index_marks.ts";
import { addIdentity, changeIdentity, identityComment } from "./identity.ts";
import { isUnproven, notNullName, notNullOf } from "./inherited_not_null.ts";
import { notNullComment } from "./not_null_comment.ts";
import { notNullToSay } from "./not_null_names.ts";
import { identityToSerial, serialToIdentity } from "./owned_sequences.ts";
import { setParameters } from "./parameters.ts";
import { exchangedNames } from "./renamed_not_nulls.ts";
import { refusesNewValues } from "./row_refusals.ts";
import { quote, quotePath, undotted } from "./sql.ts";
import { accessExclusive, quick, shareUpdateExclusive, statement } from "./statement.ts";
import { targetsAgain } from "./targets_again.ts";
import { renderType } from "./types.ts";
import { checksAgain } from "./unchecked.ts";

/** One ALTER TABLE for what belongs together: a default leaves before its column changes type and comes back after it. */
export function alterColumn(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, id = to.parent!;
  const path = quotePath(to.name.slice(0, 2)), name = quote(to.name[2]!);
  const differs = (field: Alter<"column">["fields"][number]) => change.fields.includes(field);
  const alter = (clause: string) => `ALTER TABLE ${path} ALTER COLUMN ${name} ${clause}`;
  const statements: Statement[] = [];
  const identityGoes = from.identity !== null && to.identity === null;
  if (identityGoes) {
    statements.push(...identityToSerial(change, context) ?? [quick(change, id, alter("DROP IDENTITY"))]);
  }
  if (differs("generated") && !to.generated) statements.push(quick(change, id, alter("DROP EXPRESSION")));

  const retyped = differs("type") || differs("collation");
  // A sequence takes its column's type along: its bounds must fit the smaller of the two types while that happens.
  const identityFirst = retyped && isNarrower(to.type, from.type);
  const identity = to.identity && from.identity && differs("identity") ? changeIdentity(change, context) : [];
  if (identityFirst) statements.push(...identity);
  if (retyped) statements.push(changeType(change, context), ...again(change, context));
  else if (differs("default")) {
    const clause = to.default ? `SET DEFAULT ${to.default.sql}` : "DROP DEFAULT";
    statements.push(quick(change, id, alter(clause)));
  }
  if (differs("generated") && to.generated) {
    const sql = alter(`SET EXPRESSION AS (${to.generated.expression.sql})`);
    const stored = to.generated.stored ? [id] : [];
    const mayFail = refusesNewValues(to, context);
    statements.push(statement(change, sql, { locks: [accessExclusive(id)], scans: stored, rewrites: stored, mayFail }));
    statements.push(...again(change, context));
  }
  statements.push(...alterNullable(change, context));
  if (to.identity && !from.identity) {
    statements.push(...serialToIdentity(change, context) ?? [quick(change, id, alter(addIdentity(to)))]);
    statements.push(...identityComment(change, null, to));
  }
  if (!identityFirst) statements.push(...identity);
  // A new type has its own storage and compression (ATExecAlterColumnType): the column's are set again.
  const { storage: _storage, compression: _compression, ...left } = from.options;
  if (retyped || differs("options")) {
    statements.push(...alterOptions(change, retyped ? left : from.options, to.options, context));
  }
  if (differs("options")) statements.push(...alterNotNull(change, context));
  statements.push(...notNullComment(change, isUnproven(from, to) ? null : from, to));
  return [...statements, ...comment(change, `COLUMN ${path}.${name}`, id)];
}

/** What the server forgets of all that it makes anew with the column. */
function again(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  return [...targetsAgain(change, context), ...checksAgain(change, context)];
}

function isNarrower(type: DataType, than: DataType): boolean {
  const sizes = ["smallint", "integer", "bigint"];
  return sizes.indexOf(type.name) < sizes.indexOf(than.name);
}

/** ALTER COLUMN … TYPE; `through` is the path of a parent that hands it down to the column. */
export function changeType(change: Alter<"column">, context: RenderContext, through: string | null = null): Statement {
  const { from, to } = change, id = to.parent!, name = quote(to.name[2]!);
  const cast = castOf(from.type, to.type, name, context.wayBack);
  const collate = to.collation && from.collation !== to.collation || to.collation && !sameJson(from.type, to.type)
    ? ` COLLATE ${quotePath(undotted(to.collation))}`
    : "";
  // The server casts a default along with its column, as an assignment: it keeps the old type's text, or refuses.
  const renewed = from.type.name !== to.type.name || from.type.dimensions !== to.type.dimensions ||
    !sameJson(from.default, to.default);
  const clauses = [
    ...(renewed && from.default ? ["DROP DEFAULT"] : []),
    `TYPE ${renderType(to.type)}${collate}${cast.using ? ` USING ${cast.using}` : ""}`,
    ...(renewed && to.default ? [`SET DEFAULT ${to.default.sql}`] : []),
  ];
  const rewrites = isRewrite(from.type, to.type), loses = losesOnCast(from.type, to.type, context.wayBack);
  const path = quotePath(to.name.slice(0, 2));
  const sql = `ALTER TABLE ${through ?? path} ${clauses.map((clause) => `ALTER COLUMN ${name} ${clause}`).join(", ")}`;
  return statement(change, sql, {
    locks: [accessExclusive(id)],
    scans: rewrites ? [id] : [],
    rewrites: rewrites ? [id] : [],
    loses: loses ? [to.id] : [],
    mayFail: typeMayFail(from, to, path, context) ?? (loses ? refusesNewValues(to, context) : null),
  });
}

function alterNullable(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  if (from.nullable === to.nullable) return [];
  const id = to.parent!, path = quotePath(to.name.slice(0, 2)), name = quote(to.name[2]!);
  if (to.nullable) {
    const drop = quick(change, id, `ALTER TABLE ${path} ALTER COLUMN ${name} DROP NOT NULL`);
    return [...freeOfIdentity(change, context), drop];
  }
  const notNull = notNullOf(to.options);
  if (notNull.not_valid) return notNullNotValid(change, to);
  const reason = `rows whose ${name} is NULL are refused`;
  const probe = `SELECT count(*) FROM ${path} WHERE ${name} IS NULL`;
  const own = notNull.name ?? notNullToSay(to, context);
  const named = typeof own === "string" || notNull.no_inherit;
  const constraint = own ? `CONSTRAINT ${quote(String(own))} ` : "";
  const clause = named
    ? `ADD ${constraint}NOT NULL ${name}${notNull.no_inherit ? " NO INHERIT" : ""}`
    : `ALTER COLUMN ${name} SET NOT NULL`;
  return [
    statement(change, `ALTER TABLE ${path} ${clause}`, {
      locks: [accessExclusive(id)],
      scans: provenNotNull(id, name, context) ? [] : [id],
      mayFail: { reason, probe },
    }),
  ];
}

/** A valid CHECK (c IS NOT NULL) that stays saves the scan (since Postgres 12). */
function provenNotNull(table: SchemaObject["id"], name: string, context: RenderContext): boolean {
  return children(context.from, table, "check").some((check) =>
    check.expression.sql === `${name} IS NOT NULL` && !check.options.not_valid && context.to.objects.has(check.id)
  );
}

/** The NOT NULL constraint that existing rows need not meet yet (Postgres 18). */
export function notNullNotValid(change: Change<"column">, to: SchemaObject<"column">): readonly Statement[] {
  const notNull = notNullOf(to.options);
  if (to.nullable || !notNull.not_valid) return [];
  const constraint = notNull.name ? `CONSTRAINT ${quote(String(notNull.name))} ` : "";
  const tail = `${notNull.no_inherit ? " NO INHERIT" : ""} NOT VALID`;
  const sql = `ALTER TABLE ${quotePath(to.name.slice(0, 2))} ADD ${constraint}NOT NULL ${quote(to.name[2]!)}${tail}`;
  return [quick(change, to.parent!, sql)];
}

/** Changes of a NOT NULL constraint that stays a NOT NULL (Postgres 18): its name, its validity, its inheritance. */
function alterNotNull(change: Alter<"column">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  if (from.nullable || to.nullable) return [];
  const before = notNullOf(from.options), after = notNullOf(to.options);
  if (sameJson(before, after)) return [];
  const path = quotePath(to.name.slice(0, 2));
  // There is no statement that takes the proof away from one that stays.
  if (isUnproven(from, to)) {
    const drop = quick(change, to.parent!, `ALTER TABLE ${path} ALTER COLUMN ${quote(to.name[2]!)} DROP NOT NULL`);
    return [drop, ...notNullNotValid(change, to)];
  }
  const statements: Statement[] = [];
  const [was, now] = [notNullName(from), notNullName(to)];
  if (was !== now) {
    const renames = exchangedNames(change, context) ?? [[was, now]];
    for (const [old, name] of renames) {
      const sql = `ALTER TABLE ${path} RENAME CONSTRAINT ${quote(old)} TO ${quote(name)}`;
      statements.push(quick(change, to.parent!, sql));
    }
  }
  if (before.no_inherit !== after.no_inherit) {
    const sql = `ALTER TABLE ${path} ALTER CONSTRAINT ${quote(now)} ${after.no_inherit ? "NO INHERIT" : "INHERIT"}`;
    statements.push(quick(change, to.parent!, sql));
  }
  if (before.not_valid && !after.not_valid) {
    statements.push(statement(change, `ALTER TABLE ${path} VALIDATE CONSTRAINT ${quote(now)}`, {
      locks: [shareUpdateExclusive(to.parent!)],
      scans: [to.parent!],
      mayFail: {
        reason: `rows whose ${quote(to.name[2]!)} is NULL are refused`,
        probe: `SELECT count(*) FROM ${path} WHERE ${quote(to.name[2]!)} IS NULL`,
      },
    }));
  }
  return statements;
}

/** The mode that a type has by itself, by name: SET STORAGE DEFAULT exists only since Postgres 16. */
function defaultStorage(type: DataType): string {
  if (type.dimensions > 0) return "extended";
  if (type.name === "numeric" || type.name === "inet" || type.name === "cidr") return "main";
  const fixed = ["integer", "float", "boolean", "temporal", "uuid", "enum"].includes(type.family) ||
    type.name === "money";
  return fixed || type.name === "name" || type.name === '"char"' ? "plain" : "extended";
}

/** Storage and compression of a column whose type was said anew, which then has those of its type (ATExecAlterColumnType). */
export function storageAgain(change: Change, column: SchemaObject<"column">): readonly Statement[] {
  const { storage, compression } = column.options;
  const path = quotePath(column.name.slice(0, 2)), name = quote(column.name[2]!);
  const clauses = [
    ...(storage ? [`SET STORAGE ${String(storage).toUpperCase()}`] : []),
    ...(compression ? [`SET COMPRESSION ${String(compression)}`] : []),
  ];
  return clauses.map((clause) => quick(change, column.parent!, `ALTER TABLE ${path} ALTER COLUMN ${name} ${clause}`));
}

/** What is set on a column by itself: storage, compression, statistics, parameters, options of a foreign table's column. */
export function alterOptions(
  change: Change<"column">,
  from: Options,
  to: Options,
  context: RenderContext,
): readonly Statement[] {
  const object = change.op === "drop" ? change.from : change.to;
  const id = object.parent!;
  const alter = (clause: string, only = "") =>
    `ALTER TABLE ${only}${quotePath(object.name.slice(0, 2))} ALTER COLUMN ${quote(object.name[2]!)} ${clause}`;
  const statements: Statement[] = [];
  const differs = (key: string) => (from[key] ?? null) !== (to[key] ?? null);
  if (differs("storage")) {
    const mode = String(to.storage ?? defaultStorage(object.type)).toUpperCase();
    statements.push(quick(change, id, alter(`SET STORAGE ${mode}`)));
  }
  if (differs("compression")) {
    statements.push(quick(change, id, alter(`SET COMPRESSION ${String(to.compression ?? "default")}`)));
  }
  if (differs("statistics")) {
    // Heirs have targets of their own, which this would set too (it does not look at theirs).
    const heirs = [context.from, context.to].some((graph) => heirsOf(graph, id).length > 0);
    const sql = alter(`SET STATISTICS ${Number(to.statistics ?? -1)}`, heirs ? "ONLY " : "");
    statements.push(statement(change, sql, { locks: [shareUpdateExclusive(id)] }));
  }
  const foreign = changedOptions(from, to);
  if (foreign) statements.push(quick(change, id, alter(foreign.trim())));
  for (const clause of setParameters(from, to)) {
    statements.push(statement(change, alter(clause), { locks: [shareUpdateExclusive(id)] }));
  }
  return statements;
}
