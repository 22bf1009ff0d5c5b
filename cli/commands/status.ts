/** `sqa status`: what is applied, what is pending, what does not fit. Reads only and loads no models. */
import { existsSync } from "node:fs";
import { makeChain, type MigrationStatus, type Status, status } from "../../migrate/mod.ts";
import { readFolderLocked } from "../../migrate/lock_file.ts";
import { openProject, type Project } from "../context.ts";
import { errorJson, errorText } from "../output/error.ts";
import { count, table } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa status", "applied and pending migrations"],
    ["sqa status --check", "exit 2 when something is pending or wrong"],
    ["sqa status --json", "the same for programs"],
  ],
  define: (base, run) => {
    base
      .description("Shows applied and pending migrations, and files that do not fit the history.")
      .option("--check", "exit 2 when something is pending or does not fit")
      .action((flags) => run((session) => showStatus(session, flags.check === true)));
  },
};

type Shown = Pick<Status, "migrations" | "problems" | "warnings" | "pending" | "current" | "heads" | "hasHistory">;

async function showStatus(session: Session, check: boolean): Promise<0 | 1 | 2> {
  const { out } = session;
  const project = await openProject(session);
  if (project.config.tenants && session.flags.tenant === undefined) {
    return await (await import("./migrate_tenants.ts")).tenantsStatus(project, check);
  }
  const { database } = project;
  const found = await read(project);
  for (const warning of found.warnings) {
    out.warn(`${out.messages.change(`warning[${warning.code}]`)}: ${warning.message}`);
  }
  for (const problem of found.problems) out.warn(errorText(problem, out.messages, session.io.cwd));
  if (found.migrations.length) { for (const line of table(headings, found.migrations.map(rowOf))) out.data(line); }
  out.data(lastLine(found, database.label));
  out.json({
    database: database.label,
    hasHistory: found.hasHistory,
    migrations: found.migrations.map((one) => ({ ...one, file: one.file && project.shown(one.file) })),
    current: found.current,
    heads: found.heads,
    pending: found.pending,
    problems: found.problems.map(errorJson),
    warnings: found.warnings,
  });
  if (found.problems.length === 0 && found.pending) out.note("next: sqa migrate");
  return check && (found.pending > 0 || found.problems.length > 0) ? 2 : 0;
}

/** A database file that is not there yet has no history; looking does not make it. */
async function read(project: Project): Promise<Shown> {
  const { database: { driver, file, dialect, label }, settings, session: { out } } = project;
  if (file !== null && !existsSync(file)) {
    out.note(`${label} does not exist yet`);
    const folder = await readFolderLocked(settings.dir, dialect, settings.locked);
    const { chain, problems } = makeChain(folder.migrations, []);
    const migrations = [...chain.nodes.values()].map((node): MigrationStatus => ({
      id: node.id,
      name: node.name,
      label: node.label,
      state: "pending",
      parents: node.parents,
      file: node.migration?.paths.up ?? null,
      statements: node.migration?.up.statements.length ?? 0,
      done: 0,
      grade: node.migration?.header.grade ?? null,
      appliedAt: null,
      durationMs: null,
      version: null,
    }));
    const { heads } = chain;
    const all = [...folder.problems, ...problems];
    return {
      hasHistory: false,
      migrations,
      current: [],
      heads,
      pending: migrations.length,
      problems: all,
      warnings: [],
    };
  }
  await using connection = await project.connect({ readOnly: true });
  out.note(`${connection.server.product}  ${label}`);
  const { historyTable } = settings;
  return await status({
    driver,
    connection,
    dir: settings.dir,
    locked: settings.locked,
    ...(historyTable === null ? {} : { historyTable }),
  });
}

const headings = ["state", "migration", "statements", "applied at"];

function rowOf({ state, label, statements, done, appliedAt }: MigrationStatus): readonly string[] {
  return [state, label, state === "partial" ? `${done}/${statements}` : String(statements), appliedAt ?? ""];
}

function lastLine({ migrations, pending, problems }: Shown, where: string): string {
  const applied = migrations.length - pending;
  const wrong = problems.length ? `, ${count(problems.length, "problem")}` : "";
  return migrations.length === 0 && problems.length === 0
    ? `no migrations on ${where}`
    : `${applied} applied, ${pending} pending on ${where}${wrong}`;
}
