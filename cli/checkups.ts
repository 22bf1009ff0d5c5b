/** What `sqa doctor` looks at, one function each. A finding never throws: what goes wrong is the finding. */
import { existsSync } from "node:fs";
import { randomBytes } from "node:crypto";
import type { Connection } from "../dialects/driver.ts";
import { historyOf, isApplied, pendingNodes, readFolder, readState } from "../migrate/mod.ts";
import { validate } from "../migrate/validate.ts";
import type { Project } from "./context.ts";
import { SeveralParts } from "./parts.ts";
import { count } from "./output/table.ts";

export interface Finding {
  readonly about: string;
  readonly state: "ok" | "warning" | "failed";
  readonly message: string;
  /** Further lines. */
  readonly more?: readonly string[];
  /** What went wrong, for its code and hint. */
  readonly error?: unknown;
}

/** Turns what is thrown into a failed finding. */
export async function finding(about: string, look: () => Promise<Omit<Finding, "about">>): Promise<Finding> {
  try {
    return { about, ...await look() };
  } catch (error) {
    if (error instanceof SeveralParts) throw error;
    return { about, state: "failed", message: error instanceof Error ? error.message : String(error), error };
  }
}

/** The models: which files, how many objects, and which files import "sqa" and are not loaded. */
export async function lookAtModels({ settings, config, models, shown }: Project): Promise<Omit<Finding, "about">> {
  const { findModelFiles, skippedFiles } = await import("../models/load/find_files.ts");
  const query = { cwd: config.root, globs: settings.models, exclude: settings.exclude };
  const files = findModelFiles(query), skipped = skippedFiles(query, files);
  const { graph } = await models();
  const tables = [...graph.objects.values()].filter((object) => object.kind === "table").length;
  return {
    state: "ok",
    message: `${count(tables, "table")} in ${count(files.length, "file")}`,
    more: [...files.map(shown), ...skipped.map(({ path, reason }) => `skipped ${shown(path)}: ${reason}`)],
  };
}

/** The files of the migrations, by themselves. */
export async function lookAtFiles({ settings, database, shown }: Project): Promise<Omit<Finding, "about">> {
  const { migrations, problems, warnings } = await validate(settings.dir, database.dialect);
  const lines = [
    ...problems.map((problem) => `${problem.code}: ${problem.message}`),
    ...warnings.map(({ code, file, message }) => `${code}: ${shown(file)}: ${message}`),
  ];
  return {
    state: problems.length ? "failed" : warnings.length ? "warning" : "ok",
    message: `${count(migrations.length, "migration")} in ${shown(settings.dir)}`,
    more: lines,
  };
}

/** Who answers. Null where there is nothing to connect to yet. */
export function lookAtServer({ database }: Project, connection: Connection | null): Promise<Omit<Finding, "about">> {
  if (!connection) {
    return Promise.resolve({ state: "warning", message: `${database.label} does not exist yet: sqa migrate makes it` });
  }
  const { product, user, database: name } = connection.server;
  const who = user === null ? "" : ` as ${user}`;
  return Promise.resolve({ state: "ok", message: `${product} at ${database.label}${who}`, more: [`database ${name}`] });
}

/** May tables be made? Tried in a transaction that is rolled back, where the database has such. */
export async function lookAtPrivileges(
  { database: { dialect } }: Project,
  connection: Connection,
): Promise<Omit<Finding, "about">> {
  if (!dialect.transactionalDdl) {
    return { state: "ok", message: "not tried: this database commits each statement at once" };
  }
  const name = `sqa_doctor_${randomBytes(6).toString("hex")}`, { schema, integer } = dialect.history;
  const path = dialect.quotePath(schema === null ? [name] : [schema, name]);
  await connection.transaction(
    (tx) => tx.execute(`CREATE TABLE ${path} (${dialect.quote("a")} ${integer})`),
    { rollback: true },
  );
  return { state: "ok", message: "may make tables (tried and rolled back)" };
}

/** The history in the database beside the files. */
export async function lookAtHistory(
  { settings, database: { dialect, file } }: Project,
  connection: Connection,
): Promise<Omit<Finding, "about">> {
  if (file !== null && !existsSync(file)) return { state: "ok", message: "none yet" };
  const history = historyOf(dialect, settings.historyTable ?? undefined), table = history.path.join(".");
  const state = await readState(connection, await readFolder(settings.dir, dialect), history);
  const nodes = [...state.chain.nodes.values()], half = nodes.filter((node) => node.revision && !isApplied(node));
  const lines = [
    ...half.map((node) => `begun and not finished: ${node.label}; run sqa migrate`),
    ...state.warnings.map(({ code, message }) => `${code}: ${message}`),
    ...state.problems.map((problem) => `${problem.code}: ${problem.message}`),
  ];
  const pending = pendingNodes(state.chain).length;
  return {
    state: state.problems.length ? "failed" : lines.length ? "warning" : "ok",
    message: state.revisions === null
      ? `no table ${table} yet, ${pending} pending`
      : `${nodes.filter(isApplied).length} applied, ${pending} pending in ${table}`,
    more: lines,
  };
}
