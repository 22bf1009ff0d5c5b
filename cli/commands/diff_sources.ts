/**
 * `sqa diff --from SOURCE --to SOURCE`: the SQL between any two schemas. Both are the whole truth, so what `to` lacks is dropped; it
 * asks nothing and writes no migration.
 */
import type { Dialect } from "../../dialects/dialect.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { completed } from "../../diff/normalize.ts";
import { makePlan } from "../../diff/plan.ts";
import type { Plan } from "../../diff/plan_types.ts";
import { names } from "../../diff/rename_label.ts";
import { settleForms } from "../../migrate/mod.ts";
import { type Database, databaseOf } from "../database.ts";
import { renamesOf } from "../decisions.ts";
import { hazardText, noteText, planTree } from "../output/human.ts";
import { shownPath } from "../output/path.ts";
import { scriptOf } from "../output/sql.ts";
import { count } from "../output/table.ts";
import { settleExpressions } from "../planning.ts";
import type { Session } from "../session.ts";
import { comparedWith, parseSource, serverOf, type Source } from "../sources.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { RenameHint } from "../../diff/change.ts";
import { configure } from "../context.ts";

export interface SourcesFlags {
  readonly from: string;
  readonly to: string;
  readonly sql?: "up" | "down" | "both" | undefined;
  readonly out?: string | undefined;
  readonly columnOrder?: string | undefined;
  readonly rename?: readonly string[] | undefined;
  readonly check?: boolean | undefined;
}

/** Prints or writes the way between two sources. Exit 0, with or without a difference; 2 for one when `check` asks. */
export async function diffSources(session: Session, flags: SourcesFlags): Promise<0 | 2> {
  const { io, out } = session;
  const config = await configure(session);
  const { settings } = config;
  const options = { cwd: io.cwd, exclude: settings.exclude, scope: settings, compared: settings };
  const [from, to] = [await parseSource(flags.from, options), await parseSource(flags.to, options)];
  const server = await serverOf(
    from,
    to,
    () => databaseOf(config.settings.url, config.urlBase, { settings: config.settings, root: config.root }),
  );
  const dialect = from.script || to.script ? comparedWith(server) : server.dialect;
  const given = await readBoth(from, to, server, io.signal);
  const whole = (graph: SchemaGraph): SchemaGraph => completed(graph, dialect, given.version);
  const read = { ...given, from: whole(given.from), to: whole(given.to) };
  const wanted = await settle(from, to, read, server);
  const said = renamesOf(flags.rename ?? [], read.from, wanted, dialect);
  const known = read.renames.filter((hint) => !said.some(({ from, to }) => from === hint.from || to === hint.to));
  const renames = [...said, ...known].filter((hint) => names(read.from, hint.from) && !names(read.from, hint.to));
  const planIn = (columnOrder: "lax" | "strict", forms: ReadonlyMap<string, string> = new Map()): Plan =>
    makePlan({
      from: read.from,
      to: wanted,
      dialect,
      renames,
      options: { columnOrder, version: read.version, forms, scope: null },
    }).plan;
  const order = orderOf(flags, dialect.placesColumns, planIn);
  const planWith = (forms: ReadonlyMap<string, string>): Plan => planIn(order, forms);
  const plan = await inCheapestForms(planWith, from.database, read.from);
  for (const note of plan.notes) out.note(noteText(note, out.messages));
  const code = flags.check && plan.up.length > 0 ? 2 : 0;
  if (flags.out !== undefined) {
    writeBoth(plan, resolve(io.cwd, flags.out), dialect, session);
    return code;
  }
  if (flags.sql !== undefined) {
    out.exact(scriptIn(plan, flags.sql, dialect));
    return code;
  }
  if (plan.up.length === 0) out.data(`no changes: ${from.label} and ${to.label} are the same`);
  else {
    out.data(planTree(plan, dialect, out.style));
    out.data("");
    for (const hazard of plan.hazards) out.data(hazardText(hazard, plan, out.style));
    out.data(`${count(plan.up.length, "statement")} from ${from.label} to ${to.label}; nothing was written`);
    out.note("next: add --sql up to see them, or --out DIR to write them");
  }
  out.json({ changed: plan.up.length > 0, from: from.label, to: to.label, plan });
  return code;
}

/** Told to run in the cheapest way that the server of `from` takes, where it is one that can be asked. */
async function inCheapestForms(
  planWith: (forms: ReadonlyMap<string, string>) => Plan,
  database: Database | null,
  from: SchemaGraph,
): Promise<Plan> {
  const plan = planWith(new Map());
  if (!database?.dialect.forms || plan.up.length === 0) return plan;
  await using connection = await database.connect();
  const forms = await settleForms({ driver: database.driver, connection, plan, from });
  return forms.size === 0 ? plan : planWith(forms);
}

/**
 * As asked; else columns are put where they belong wherever the database can do that, but schemas that differ in nothing else are the same: for the
 * order alone no table is written anew.
 */
function orderOf(
  flags: SourcesFlags,
  placesColumns: boolean,
  planIn: (order: "lax" | "strict") => Plan,
): "lax" | "strict" {
  if (flags.columnOrder !== undefined) return flags.columnOrder === "strict" ? "strict" : "lax";
  return placesColumns && planIn("lax").up.length > 0 ? "strict" : "lax";
}

interface Read {
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  readonly renames: readonly RenameHint[];
  /** Of the server that the SQL will be run on, where it is one. */
  readonly version: number | null;
}

/** One after the other where models run the user's code, at once where both are databases. */
async function readBoth(from: Source, to: Source, server: Database, signal: AbortSignal): Promise<Read> {
  const [left, right] = [from.of(server), to.of(server)];
  const [before, after] = await Promise.all([left.read(signal), right.read(signal)]);
  return { from: before, to: after, renames: right.renames?.() ?? [], version: left.version?.() ?? null };
}

/** Texts of live databases and loaded scripts are the server's own; only those of models and snapshots may read differently. */
async function settle(from: Source, to: Source, read: Read, server: Database): Promise<SchemaGraph> {
  if (from.fromServer && to.fromServer) return read.to;
  if (from.database === null) return await settleExpressions(read.from, read.to, [], server, null);
  await using connection = await from.database.connect();
  return await settleExpressions(read.from, read.to, [], server, connection);
}

function scriptIn(plan: Plan, direction: "up" | "down" | "both", dialect: Dialect): string {
  if (direction === "up") return scriptOf(plan.up, dialect);
  if (direction === "down") return scriptOf(plan.down, dialect);
  return `-- up\n${scriptOf(plan.up, dialect)}-- down\n${scriptOf(plan.down, dialect)}`;
}

function writeBoth(plan: Plan, folder: string, dialect: Dialect, { io, out }: Session): void {
  mkdirSync(folder, { recursive: true });
  const files = { up: join(folder, "up.sql"), down: join(folder, "down.sql") };
  writeFileSync(files.up, scriptOf(plan.up, dialect));
  writeFileSync(files.down, scriptOf(plan.down, dialect));
  out.data(
    `wrote ${shownPath(io.cwd, files.up)} (${count(plan.up.length, "statement")}) and ${
      shownPath(io.cwd, files.down)
    } (${count(plan.down.length, "statement")})`,
  );
  out.json({ changed: plan.up.length > 0, written: [files.up, files.down], plan });
}
