/** Identity columns: the options of the sequence behind them, to normal form and to SQL. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change, Create } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { DataType, Json, Options, SchemaObject } from "../../schema/object.ts";
import type { Identity } from "../../schema/kinds/column.ts";
import { commentOn } from "./comment.ts";
import { tableIn } from "./inheritance.ts";
import { objectName } from "./names.ts";
import { dotted, quote, quotePath, quoteText, undotted } from "./sql.ts";
import { quick, statement } from "./statement.ts";

/** Largest and smallest value by type (CREATE SEQUENCE, "MINVALUE", "MAXVALUE"). */
const limits: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

/** Without what the server would choose itself: numbers are text, `comment` is the sequence's, `sequence` is the dotted path when it is not {table}_{column}_seq. */
export function normalIdentity(column: SchemaObject<"column">, type: DataType): Identity {
  const { mode, options } = column.identity!;
  const text = (key: string) => options[key] === undefined || options[key] === null ? null : String(options[key]);
  const increment = text("increment") ?? "1";
  const descending = increment.startsWith("-");
  const [lowest, highest] = limits[type.name] ?? limits.bigint!;
  const min = descending ? lowest : "1", max = descending ? "-1" : highest;
  const start = descending ? text("max") ?? max : text("min") ?? min;
  const found: Record<string, Json> = {};
  const keep = (key: string, standard: string) => {
    const value = text(key);
    if (value !== null && value !== standard) found[key] = value;
  };
  keep("increment", "1"), keep("min", min), keep("max", max), keep("start", start), keep("cache", "1");
  if (options.cycle) found.cycle = true;
  // False where the table is unlogged and its sequence is not.
  if (typeof options.unlogged === "boolean") found.unlogged = options.unlogged;
  if (text("comment")) found.comment = text("comment");
  const sequence = text("sequence") ?? (text("name") && dotted([text("schema") ?? column.name[0]!, text("name")!]));
  if (sequence && sequence !== defaultSequence(column)) found.sequence = sequence;
  return { mode, options: found };
}

/** The path of the sequence behind an identity column. */
export function identitySequence(column: SchemaObject<"column">): readonly string[] {
  return undotted(String(column.identity!.options.sequence ?? defaultSequence(column)));
}

/** The dotted path of the sequence that the server would make. */
function defaultSequence(column: SchemaObject<"column">): string {
  return dotted([column.name[0]!, objectName(column.name[1]!, column.name[2]!, "seq")]);
}

/** "GENERATED … AS IDENTITY (…)" for a definition. */
export function identityClause(column: SchemaObject<"column">): string {
  const { mode, options } = column.identity!;
  const words = sequenceWords(options, null);
  const sequence = options.sequence ? [`SEQUENCE NAME ${quotePath(undotted(String(options.sequence)))}`] : [];
  const all = [...sequence, ...words];
  return `GENERATED ${mode.toUpperCase()} AS IDENTITY${all.length ? ` (${all.join(" ")})` : ""}`;
}

/** "ADD GENERATED … AS IDENTITY (…)". */
export function addIdentity(column: SchemaObject<"column">): string {
  return `ADD ${identityClause(column)}`;
}

/** From one identity to another: the mode and the sequence's options, then the sequence's name. */
export function changeIdentity(
  change: Alter<"column">,
  context: Pick<RenderContext, "to">,
): readonly Statement[] {
  const { from, to } = change;
  const path = quotePath(to.name.slice(0, 2)), column = quote(to.name[2]!);
  const before = from.identity!, after = to.identity!;
  const { inside, restart } = intoRange(change);
  const clauses = [
    ...(before.mode === after.mode ? [] : [`SET GENERATED ${after.mode.toUpperCase()}`]),
    ...sequenceWords(after.options, before.options).map((word) => `SET ${word}`),
    ...(restart ? ["RESTART"] : []),
  ];
  const statements: Statement[] = [...inside];
  if (clauses.length) {
    const sql = `ALTER TABLE ${path} ALTER COLUMN ${column} ${clauses.join(" ")}`;
    statements.push(quick(change, to.parent!, sql));
  }
  const old = identitySequence(from), now = identitySequence(to);
  if (old[1] !== now[1]) {
    const sql = `ALTER SEQUENCE ${quotePath(old)} RENAME TO ${quote(now[1]!)}`;
    statements.push(statement(change, sql));
  }
  if (before.options.unlogged !== after.options.unlogged) {
    const unlogged = after.options.unlogged ?? tableIn(context.to, to.parent)?.options.unlogged;
    statements.push(statement(change, `ALTER SEQUENCE ${quotePath(now)} SET ${unlogged ? "UNLOGGED" : "LOGGED"}`));
  }
  return [...statements, ...identityComment(change, from, to)];
}

/** COMMENT ON SEQUENCE where the comment of the sequence behind the identity differs from what it was; `from` is null for a new one. */
export function identityComment(
  change: Create<"column"> | Alter<"column">,
  from: SchemaObject<"column"> | null,
  to: SchemaObject<"column">,
): readonly Statement[] {
  const was = from?.identity?.options.comment ?? null, text = to.identity?.options.comment ?? null;
  if (to.identity === null || was === text) return [];
  const target = `SEQUENCE ${quotePath(identitySequence(to))}`;
  return [commentOn(change as Change, target, text === null ? null : String(text), to.parent)];
}

/** The smallest, the largest and the first value of an identity. */
function rangeOf(column: SchemaObject<"column">): { min: bigint; max: bigint; start: bigint; descending: boolean } {
  const { options } = column.identity!, [lowest, highest] = limits[column.type.name] ?? limits.bigint!;
  const descending = String(options.increment ?? "1").startsWith("-");
  const min = BigInt(String(options.min ?? (descending ? lowest : "1")));
  const max = BigInt(String(options.max ?? (descending ? "-1" : highest)));
  return { min, max, start: BigInt(String(options.start ?? (descending ? max : min))), descending };
}

/**
 * The server refuses bounds that leave out the sequence's current value. Where the sequence counts towards the new range, its value is moved
 * to the near end first (no number is given twice, none is in use there yet); where the ranges have nothing in common it restarts. A
 * range that ends before the current value is refused by the server, as it should be.
 */
function intoRange(change: Alter<"column">): { inside: readonly Statement[]; restart: boolean } {
  const before = rangeOf(change.from), after = rangeOf(change.to);
  if (after.max < before.min || after.min > before.max) return { inside: [], restart: true };
  const near = after.descending ? after.max : after.min;
  if (after.descending ? near >= before.max : near <= before.min) return { inside: [], restart: false };
  const sequence = quotePath(identitySequence(change.from));
  const beyond = after.descending ? `last_value > ${near}` : `last_value < ${near}`;
  const sql = `SELECT pg_catalog.setval(${quoteText(sequence)}, ${near}, false) FROM ${sequence} WHERE ${beyond}`;
  return { inside: [statement(change, sql)], restart: false };
}

/** The words that differ from `old`, or for a new sequence (null) from the defaults, in an order that the server accepts in one statement. */
export function sequenceWords(options: Options, old: Options | null): readonly string[] {
  const base = old ?? {};
  const words: string[] = [];
  const set = (key: string, word: (value: string) => string, none: string) => {
    if ((options[key] ?? null) === (base[key] ?? null)) return;
    words.push(options[key] === undefined ? none : word(String(options[key])));
  };
  set("increment", (value) => `INCREMENT BY ${value}`, "INCREMENT BY 1");
  set("min", (value) => `MINVALUE ${value}`, "NO MINVALUE");
  set("max", (value) => `MAXVALUE ${value}`, "NO MAXVALUE");
  // A new one starts at the end of its own range, an old one where it did.
  const standard = old ? startOf(old) : startOf({ ...options, start: null });
  if (startOf(options) !== standard) words.push(`START WITH ${startOf(options)}`);
  set("cache", (value) => `CACHE ${value}`, "CACHE 1");
  if ((options.cycle ?? false) !== (base.cycle ?? false)) words.push(options.cycle ? "CYCLE" : "NO CYCLE");
  // ALTER COLUMN … SET does not know these two.
  if (!old && options.unlogged !== undefined) words.push(options.unlogged ? "UNLOGGED" : "LOGGED");
  return words;
}

/** The first value: that of the options, else the end of the range from which the sequence counts. */
function startOf(options: Options): string {
  const descending = String(options.increment ?? "1").startsWith("-");
  return String(options.start ?? (descending ? options.max ?? -1 : options.min ?? 1));
}
