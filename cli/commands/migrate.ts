/** `sqa migrate`: applies pending files. Loads no models, so that a container needs only the SQL files. */
import type { MigrateResult } from "../../migrate/apply.ts";
import type { ExitCode } from "../../schema/error.ts";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { openProject, type Project } from "../context.ts";
import { scriptOf } from "../output/sql.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Session } from "../session.ts";

interface MigrateFlags {
  readonly dryRun?: boolean | undefined;
  readonly sql?: boolean | undefined;
  readonly allowDrift?: boolean | undefined;
  readonly acceptDatabase?: boolean | undefined;
  readonly backup?: boolean | undefined;
  readonly backupTo?: string | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa migrate", "apply everything that is pending"],
    ["sqa migrate --wait 60s", "in a container: wait for the database first"],
    ["sqa migrate +1", "only the next one"],
    ["sqa migrate --dry-run", "check everything and show what would run"],
    ["sqa migrate --backup", "copy the database file first (SQLite) and put it back if this fails"],
    ["sqa migrate --sql > pending.sql", "the SQL of what is pending, and nothing else"],
  ],
  define: (base, run) => {
    base
      .description(
        "Applies pending migration files, each exactly once, whoever else is at it. Exit 0 also when there is nothing to do.",
      )
      .argument("[target]", 'how far: "head", an id or its beginning, a name, "+2", "label@head"', "head")
      .option("--dry-run", "check everything and show what would run; change nothing")
      .option("--backup", "copy the database file first, and put it back when the run fails (SQLite)")
      .option("--backup-to <file>", "the same, with a name for the copy")
      .option("--allow-drift", "apply though something else has changed the database since")
      .option("--accept-database", "this is the right database, whatever it remembers")
      .option("--sql", "print the SQL of what is pending; change nothing")
      .action((target, flags) => run((session) => migrateTo(session, target, flags)));
  },
};

async function migrateTo(session: Session, target: string, flags: MigrateFlags): Promise<ExitCode> {
  const { out } = session;
  const project = await openProject(session);
  const dryRun = flags.dryRun === true || flags.sql === true;
  if (project.config.tenants && session.flags.tenant === undefined) {
    const { migrateTenants } = await import("./migrate_tenants.ts");
    const { allowDrift = false, acceptDatabase = false } = flags;
    return await migrateTenants(project, { target, dryRun, allowDrift, acceptDatabase });
  }
  const { file } = project.database;
  const result = file !== null && !existsSync(file)
    ? await onNewFile(project, target, dryRun)
    : await (await import("../../migrate/apply.ts")).migrate({
      ...runnerOptions(project),
      target,
      dryRun,
      allowDrift: flags.allowDrift === true,
      acceptDatabase: flags.acceptDatabase === true,
      ...backupOption(session, flags),
    });
  if (flags.sql) {
    out.exact(
      scriptOf(result.pending.flatMap(({ sql }) => sql.map((text) => ({ sql: text }))), project.database.dialect),
    );
    return 0;
  }
  const where = project.database.label;
  if (dryRun) {
    for (const { label, sql } of result.pending) {
      out.data(`${out.style.add("+")} ${label} (${count(sql.length, "statement")})`);
      for (const text of sql) out.data(text.trim().split("\n").map((line) => `    ${line}`).join("\n") + ";");
    }
    const what = result.pending.length
      ? `would apply ${count(result.pending.length, "migration")}`
      : "nothing is pending";
    out.data(`${what} on ${where}; nothing was changed`);
  } else out.data(lastLine(result, where));
  out.json({
    database: where,
    applied: result.applied,
    byOthers: result.byOthers,
    pending: result.pending,
    heads: result.heads,
    verified: result.verified,
    backup: result.backup,
    warnings: result.warnings,
  });
  return 0;
}

/** Where the copy goes: a path from the working directory, or one that the driver finds. A database that is not there yet needs none. */
function backupOption(
  { io }: Session,
  { backup, backupTo }: MigrateFlags,
): { readonly backup?: string | true } {
  if (backupTo !== undefined) return { backup: resolve(io.cwd, backupTo) };
  return backup ? { backup: true } : {};
}

type Result = Pick<
  MigrateResult,
  "applied" | "byOthers" | "pending" | "heads" | "verified" | "backup" | "warnings"
>;

/** Opening a database file that is not there makes it: neither a dry run nor files that cannot be run are a reason to. */
async function onNewFile(project: Project, target: string, dryRun: boolean): Promise<Result> {
  const { settings, database: { dialect } } = project;
  const { readFolderLocked } = await import("../../migrate/lock_file.ts");
  const { makeChain, refuseProblems } = await import("../../migrate/mod.ts");
  const folder = await readFolderLocked(settings.dir, dialect, settings.locked);
  const { chain, problems } = makeChain(folder.migrations, []);
  refuseProblems([...folder.problems, ...problems]);
  if (!dryRun) {
    return await (await import("../../migrate/apply.ts")).migrate({ ...runnerOptions(project), folder, target });
  }
  const { toApply } = await import("../../migrate/target.ts");
  const pending = toApply(chain, target).map(({ id, name, label, migration }) => ({
    id,
    name,
    label,
    sql: migration ? Array.from(migration.up.statements, ({ sql }) => sql) : [],
  }));
  return { applied: [], byOthers: [], pending, heads: [], verified: null, backup: null, warnings: [] };
}

function lastLine({ applied, byOthers, pending, verified }: Result, where: string): string {
  const more = pending.length ? `, ${pending.length} still pending` : "";
  const others = byOthers.length ? ` (${byOthers.length} by another run)` : "";
  if (applied.length === 0) return `nothing to apply on ${where}${others}${more}`;
  return `applied ${count(applied.length, "migration")} on ${where}${others}${more}${verified ? "; verified" : ""}`;
}
