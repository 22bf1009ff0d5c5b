/**
 * One ALTER TABLE for all that changes in a table: its own options and the columns, keys, indexes and checks that were folded into it. The
 * server applies the clauses to the old definition at once, so an index can be replaced under one name and a key under a column.
 */
import type { Alter, Change } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { RenderContext } from "../dialect.ts";
import { columnDefinition, type Part, partDefinition } from "./definitions.ts";
import { copyRisk } from "./copy_risks.ts";
import type { FamilyFacts } from "./facts.ts";
import { fold } from "./lexer.ts";
import { madeAgain, readsFormerBytes } from "./made_again.ts";
import { partitionStep } from "./partitions.ts";
import { placesOf } from "./places.ts";
import { isRandom, randomDefaults, randomlyFilled } from "./random_defaults.ts";
import { restClause, rests } from "./rests.ts";
import { risksOf } from "./risks.ts";
import { type Settings, within } from "./session.ts";
import { quote, quotePath, quoteText } from "./sql.ts";
import { metadataLock, rebuilt, statement } from "./statement.ts";
import { goneWithEngine, optionClauses } from "./table_options.ts";
import { hasCharset } from "./types.ts";
import { zeroDatesOf } from "./zero_dates.ts";

type Column = SchemaObject<"column">;
type Table = SchemaObject<"table">;

interface Clauses {
  readonly clauses: readonly string[];
  /** Columns that are written again without their default, which is set after. */
  readonly undefaulted: readonly Column[];
  /** Is a key dropped and made again under its name? It stands behind the others then. */
  readonly keysMove: boolean;
}

/** The statements: one, and one more on either side where partitions change. */
export function alterTable(change: Alter<"table">, context: RenderContext, facts: FamilyFacts): readonly Statement[] {
  const { from, to } = change;
  const name = quotePath(to.name), because = change as unknown as Change;
  const apart = leavesVersions(change), own = optionClauses(goneWithEngine(from.options, to.options), {});
  const early = tooLongWhenCompact(change, facts);
  const parts = partClauses(change, context, facts, early);
  const clauses = [...parts.clauses, ...tableClauses(change, apart)];
  const copy = copyRisk(to.id, context, facts), copied = { ...rebuilt(to.id), ...(copy && { mayFail: copy }) };
  const partitions = partitionStatements(change, name, copied);
  const risks = risksOf(change, context, facts);
  const byCopy = parts.keysMove && from.options.engine === to.options.engine &&
    facts.losesKeyOrder.has(String(to.options.engine));
  if (byCopy) clauses.push("ALGORITHM=COPY");
  const main = clauses.length === 0 ? [] : [
    statement(
      because,
      `ALTER TABLE ${name}${layout(clauses)}`,
      byCopy ? { ...copied, ...risks, ...rebuilt(to.id) } : risks,
    ),
  ];
  const removed = from.options.partition_by !== undefined && partitions.length > 0 && keysChange(change);
  // What was before an ALTER is kept as if the table had always been as it is now (manual, "System-Versioned Tables"); not to ask is an error.
  const history: Settings =
    from.options.versioning && (to.options.versioning || clauses.length > versioningClauses(from, to).length)
      ? { system_versioning_alter_history: "KEEP" }
      : {};
  return within(because, { ...zeroDatesOf(to.id, context), ...history }, [
    ...(removed && to.options.partition_by !== undefined
      ? [statement(because, `ALTER TABLE ${name} REMOVE PARTITIONING`, copied)]
      : []),
    ...(to.options.partition_by === undefined ? partitions : []),
    ...(apart ? [statement(because, `ALTER TABLE ${name}${layout(versioningClauses(from, to))}`, copied)] : []),
    ...(early.size
      ? [
        statement(
          because,
          `ALTER TABLE ${name}${layout([...early].map((part) => dropClause(part.from as Part, facts)))}`,
          { locks: metadataLock(to.id) },
        ),
      ]
      : []),
    ...(own.length ? [statement(because, `ALTER TABLE ${name}${layout(own)}`, copied)] : []),
    ...randomlyFilled(change, context, facts),
    ...main,
    ...leftByAria(change),
    ...randomDefaults(change, facts, parts.undefaulted),
    ...(to.options.partition_by === undefined ? [] : partitions),
  ]);
}

/** An Aria table leaves PAGE_CHECKSUM=1 behind when it becomes another one's, whatever that statement says (MariaDB 10.11.19). */
function leftByAria(change: Alter<"table">): readonly Statement[] {
  const { from, to } = change;
  if (from.options.engine !== "Aria" || to.options.engine === "Aria" || to.options.page_checksum !== undefined) {
    return [];
  }
  const sql = `ALTER TABLE ${quotePath(to.name)} PAGE_CHECKSUM=DEFAULT`;
  return [statement(change as unknown as Change, sql, { locks: metadataLock(to.id) })];
}

function layout(clauses: readonly string[]): string {
  return clauses.length === 1 ? ` ${clauses[0]}` : `\n  ${clauses.join(",\n  ")}`;
}

function partitionStatements(
  change: Alter<"table">,
  name: string,
  copied: Partial<Effects>,
): readonly Statement[] {
  const { from, to } = change, because = change as unknown as Change;
  const was = from.options.partition_by, now = to.options.partition_by;
  if (was === now) return [];
  if (now === undefined) return [statement(because, `ALTER TABLE ${name} REMOVE PARTITIONING`, copied)];
  const fits = /\b(RANGE|LIST)\b/.test(String(now));
  const mayFail = fits ? { mayFail: { reason: "rows may fit in none of the partitions", probe: null } } : {};
  const step = was === undefined || keysChange(change) ? null : partitionStep(String(was), String(now));
  if (step === null) return [statement(because, `ALTER TABLE ${name}\n${now}`, { ...copied, ...mayFail })];
  const effects = step.cheap ? { locks: metadataLock(to.id) } : { ...copied, ...mayFail };
  return [statement(because, `ALTER TABLE ${name} ${step.clause}`, effects)];
}

/** Partitions rest on columns and on every unique key: these only change while there are none. */
function keysChange(change: Alter<"table">): boolean {
  return change.parts.some((part) =>
    part.kind === "primary_key" || part.kind === "unique" || (part.kind === "column" && part.op !== "create")
  );
}

/** A table keeps its engine for as long as it has versions: these go in a statement of their own before (MariaDB 10.11.19, error 4120). */
function leavesVersions({ from, to }: Alter<"table">): boolean {
  return Boolean(from.options.versioning) && !to.options.versioning && from.options.engine !== to.options.engine;
}

function tableClauses({ from, to }: Alter<"table">, apart: boolean): readonly string[] {
  const clauses: string[] = [];
  if (from.options.engine !== to.options.engine) clauses.push(`ENGINE=${to.options.engine ?? "InnoDB"}`);
  const collation = effectiveCollation({ from, to });
  if (collation !== null) clauses.push(`DEFAULT COLLATE=${collation}`);
  const gone = goneWithEngine(from.options, to.options);
  const left = Object.fromEntries(Object.entries(from.options).filter(([option]) => !(option in gone)));
  clauses.push(...optionClauses(left, to.options));
  if (from.comment !== to.comment) clauses.push(`COMMENT=${quoteText(to.comment ?? "")}`);
  if (!apart) clauses.push(...versioningClauses(from, to));
  return clauses;
}

function versioningClauses(from: Table, to: Table): readonly string[] {
  const clauses: string[] = [];
  const before = (from.options.periods ?? {}) as Record<string, readonly string[]>;
  const after = (to.options.periods ?? {}) as Record<string, readonly string[]>;
  for (const name of Object.keys(before)) {
    if (!sameJson(before[name], after[name])) clauses.push(`DROP PERIOD FOR ${quote(name)}`);
  }
  for (const name of Object.keys(after)) {
    if (!sameJson(before[name], after[name])) clauses.push(periodClause(name, after[name]!, "ADD "));
  }
  const period = to.options.system_period as readonly string[] | undefined;
  if (from.options.versioning && !to.options.versioning) {
    if (from.options.system_period) clauses.push("DROP PERIOD FOR SYSTEM_TIME");
    clauses.push("DROP SYSTEM VERSIONING");
  }
  if (!from.options.versioning && to.options.versioning) {
    if (period) clauses.push(`ADD PERIOD FOR SYSTEM_TIME (${period.map(quote).join(", ")})`);
    clauses.push("ADD SYSTEM VERSIONING");
  }
  return clauses;
}

export function periodClause(name: string, columns: readonly string[], verb = ""): string {
  return `${verb}PERIOD FOR ${name === "SYSTEM_TIME" ? name : quote(name)} (${columns.map(quote).join(", ")})`;
}

/** Indexes that go before the table becomes COMPACT or REDUNDANT: prefixes that may take more than its 767 bytes. */
function tooLongWhenCompact(
  change: Alter<"table">,
  facts: FamilyFacts,
): ReadonlySet<Change & { readonly from: unknown }> {
  const { from, to } = change, short = /^(COMPACT|REDUNDANT)$/;
  const becomes = short.test(String(to.options.row_format)) && !short.test(String(from.options.row_format));
  if (!facts.compactCountsDropped || !becomes) return new Set();
  return new Set(change.parts.flatMap((part) => {
    const index = part.op === "drop" || (part.op === "alter" && !rests(part)) ? part.from as SchemaObject : null;
    const isLong = index?.kind === "index" && index.keys.some(({ options }) => Number(options.length ?? 0) > 767 / 4);
    return isLong ? [part as Change & { readonly from: unknown }] : [];
  }));
}

function partClauses(
  change: Alter<"table">,
  context: RenderContext,
  facts: FamilyFacts,
  early: ReadonlySet<Change & { readonly from: unknown }>,
): Clauses {
  const shown = sightsOf(change, facts);
  const parts = change.parts.filter((part) => part.kind !== "column" && !shown.has(part));
  const again = [...madeAgain(change, context, facts)];
  const stays = (part: Change) => part.op === "alter" && rests(part);
  const gone = [
    ...parts.flatMap((part) => (part.op === "drop" || part.op === "alter") && !stays(part) ? [part.from as Part] : []),
    ...again,
  ];
  const made = [
    ...parts.flatMap((part) => (part.op === "create" || part.op === "alter") && !stays(part) ? [part.to as Part] : []),
    ...again,
  ];
  const before = new Set<unknown>([...early].map((part) => part.from));
  const columns = columnClauses(change, context, facts);
  const clauses = [
    ...gone.filter((part) => !before.has(part)).map((part) => dropClause(part, facts)),
    ...columns.clauses,
    ...made.map((part) => `ADD ${partDefinition(part, facts, change.to.options.engine)}`),
    ...new Set(shown.values()),
    ...parts.flatMap((part) => part.op === "alter" && rests(part) ? [restClause(part, facts)] : []),
  ];
  const names = new Set(gone.filter(isIndex).map(({ name }) => fold(name.at(-1)!)));
  const keysMove = made.some((part) => isIndex(part) && names.has(fold(part.name.at(-1)!)));
  return { clauses, undefaulted: columns.undefaulted, keysMove };
}

/**
 * A unique key that the optimizer no longer sees is an index, and seen again a key: dropped under its name and made again in one statement it
 * would stay as it was (MariaDB 10.11.19). The parts of such a change, with the clause that does it.
 */
function sightsOf(change: Alter<"table">, facts: FamilyFacts): ReadonlyMap<Change, string> {
  const found = new Map<Change, string>();
  const key = (part: Change, object: SchemaObject) =>
    part.kind === "index" || part.kind === "unique" ? fold(object.name.at(-1)!) : null;
  const seen = (object: SchemaObject) =>
    partDefinition({ ...object, options: { ...(object as Part).options, hidden: false } } as unknown as Part, facts);
  for (const gone of change.parts) {
    if (gone.op !== "drop") continue;
    const from = gone.from as SchemaObject, name = key(gone, from);
    if (name === null) continue;
    for (const made of change.parts) {
      if (made.op !== "create" || made.kind === gone.kind || key(made, made.to as SchemaObject) !== name) continue;
      const to = made.to as SchemaObject;
      if (seen(from) !== seen(to)) continue;
      const hidden = to.kind === "index" && to.options.hidden === true;
      const clause = `ALTER INDEX ${quote(to.name.at(-1)!)} ${
        hidden ? facts.hiddenIndex.hide : facts.hiddenIndex.show
      }`;
      found.set(gone, clause).set(made, clause);
    }
  }
  return found;
}

function isIndex({ kind }: Part): boolean {
  return kind === "index" || kind === "unique";
}

function dropClause(part: Part, facts: FamilyFacts): string {
  const name = quote(part.name.at(-1)!);
  switch (part.kind) {
    case "primary_key":
      return "DROP PRIMARY KEY";
    case "check":
      return `${facts.dropCheck} ${name}`;
    case "column":
      return `DROP COLUMN ${name}`;
    default:
      return `DROP INDEX ${name}`;
  }
}

/** Drops, then everything that is written, in the order of the columns of `to`: AFTER may name a column of the clause before. */
function columnClauses(
  change: Alter<"table">,
  context: RenderContext,
  facts: FamilyFacts,
): Pick<Clauses, "clauses" | "undefaulted"> {
  const { to } = change;
  const parts = change.parts.filter((part): part is Change<"column"> => part.kind === "column");
  const dropped = new Map<string, Column>();
  for (const part of parts) if (part.op === "drop") dropped.set(fold(part.from.name.at(-1)!), part.from);
  const written = new Map<ObjectId, string>();
  const verb = new Map<ObjectId, string>();
  for (const part of parts) {
    if (part.op === "drop" || part.op === "rename") continue;
    const random = isRandom(part.to, facts);
    if (random && part.op === "alter" && part.fields.every((field) => field === "default")) continue;
    const column = random ? { ...part.to, default: null } : part.to,
      old = part.op === "create" ? dropped.get(fold(column.name.at(-1)!)) : undefined;
    if (old && old.id !== column.id) {
      // The same name in other letters is the same column to the server.
      dropped.delete(fold(column.name.at(-1)!));
      verb.set(column.id, `CHANGE COLUMN ${quote(old.name.at(-1)!)} `);
    } else verb.set(column.id, part.op === "create" && !random ? "ADD COLUMN " : "MODIFY COLUMN ");
    written.set(column.id, columnDefinition(column, facts, effectiveCollation(change)));
  }
  const { moved, added } = placesOf(change, context, new Set([...dropped.values()].map((each) => each.id)));
  const fresh = new Set(parts.flatMap((part) => part.op === "create" ? [part.to.id] : []));
  const wanted = inOrder(children(context.to, to.id, "column"));
  const adds = [...verb.values()].includes("ADD COLUMN "), undefaulted: Column[] = [];
  for (const column of wanted) {
    if (written.has(column.id)) continue;
    const again = followsTable(column, change, context) || (facts.introducers && readsFormerBytes(column, parts));
    if (!moved.has(column.id) && !again) continue;
    // No default that is random may stand in a statement that adds a column (MySQL 9.7.4, error 1674).
    const later = adds && isRandom(column, facts);
    if (later) undefaulted.push(column);
    verb.set(column.id, "MODIFY COLUMN ");
    const asWritten = later ? { ...column, default: null } : column;
    written.set(column.id, columnDefinition(asWritten, facts, effectiveCollation(change)));
  }
  const clauses = wanted.flatMap((column, i) => {
    const text = written.get(column.id);
    if (text === undefined) return [];
    // A column that was made by a statement of its own stands at the end.
    const early = isRandom(column, facts) && verb.get(column.id) === "MODIFY COLUMN " && fresh.has(column.id);
    const place = !moved.has(column.id) && !added.has(column.id) && !early
      ? ""
      : i === 0
      ? " FIRST"
      : ` AFTER ${quote(wanted[i - 1]!.name.at(-1)!)}`;
    return [verb.get(column.id)! + text + place];
  });
  const drops = [...dropped.values()].map((column) => `DROP COLUMN ${quote(column.name.at(-1)!)}`);
  return { clauses: [...drops, ...clauses], undefaulted };
}

/**
 * The table's collation when it becomes another one; then columns that follow it say so themselves. Models that say none leave it as it is, and
 * so does the way back from them.
 */
function effectiveCollation({ from, to }: Pick<Alter<"table">, "from" | "to">): string | null {
  return from.collation && to.collation && to.collation !== from.collation ? to.collation : null;
}

/** A new default of the table leaves its columns as they are, so those that go with it are written again. */
function followsTable(column: Column, change: Alter<"table">, context: RenderContext): boolean {
  const collation = effectiveCollation(change);
  if (collation === null || !hasCharset(column.type)) return false;
  const before = context.from.objects.get(column.id);
  if (before?.kind !== "column") return false;
  return (column.collation ?? collation) !== (before.collation ?? change.from.collation);
}
