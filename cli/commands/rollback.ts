/** `sqa rollback`: runs down files. Loads no models. */
import { Option } from "@commander-js/extra-typings";
import { confirm } from "../apply_plan.ts";
import { openProject } from "../context.ts";
import { scriptOf } from "../output/sql.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import { mayAsk, type Session } from "../session.ts";
import { SqaError } from "../../schema/error.ts";
import type { Grade } from "../../migrate/mod.ts";

interface RollbackFlags {
  readonly dryRun?: boolean | undefined;
  readonly sql?: boolean | undefined;
  readonly allow?: Grade | undefined;
  readonly confirm?: string | undefined;
  readonly acceptDatabase?: boolean | undefined;
}

const grades = ["lossless", "lossy", "irreversible"] as const;

export const command: CommandModule = {
  examples: [
    ["sqa rollback", "undo the last migration"],
    ["sqa rollback -3", "undo the last three"],
    ["sqa rollback add_orders", "undo everything after that one"],
    ["sqa rollback --allow lossy", "undo the last, with the rows that it made room for"],
    ["sqa rollback base --dry-run", "show what undoing all of it would run"],
  ],
  define: (base, run) => {
    base
      .description("Runs the down files of applied migrations, the newest first.")
      .argument("[target]", 'how far back: "-1", "-3", "base", "label@base", or the migration to go back to', "-1")
      .option("--dry-run", "show what would run; change nothing")
      .option("--confirm <database>", "the database's name, which a production database asks for")
      .option("--accept-database", "this is the right database, whatever it remembers")
      .option("--sql", "print the SQL that would run and nothing else; change nothing")
      .addOption(
        new Option(
          "--allow <grade>",
          "the worst kind of down file that may run; without it those that lose nothing of what is there now",
        ).choices(grades),
      )
      .action((target, flags) => run((session) => rollbackTo(session, target, flags)));
  },
};

async function rollbackTo(session: Session, target: string, flags: RollbackFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session, {}, true);
  const { rollback } = await import("../../migrate/rollback.ts");
  const dryRun = flags.dryRun === true || flags.sql === true;
  const options = {
    ...runnerOptions(project),
    target,
    dryRun,
    ...(flags.allow === undefined ? {} : { allow: flags.allow }),
    acceptDatabase: flags.acceptDatabase === true,
    ...(flags.confirm === undefined ? {} : { confirm: flags.confirm }),
  };
  const result = await rollback(options).catch(async (error) => {
    await askToLose(session, error);
    return await rollback({ ...options, allow: "lossy" });
  });
  const statements = result.rolledBack.flatMap((one) => one.statements.map((sql) => ({ sql })));
  if (flags.sql) {
    out.exact(scriptOf(statements, project.database.dialect));
    return 0;
  }
  const where = project.database.label, number = result.rolledBack.length;
  if (dryRun) {
    for (const one of result.rolledBack) {
      out.data(`${out.style.drop("-")} ${one.label} (${count(one.statements.length, "statement")}, ${one.grade})`);
      for (const sql of one.statements) out.data(sql.trim().split("\n").map((line) => `    ${line}`).join("\n") + ";");
    }
  }
  for (const { label, what } of result.losses) out.data(`${out.style.drop("loses")} ${label}: ${what}`);
  if (result.losses.length && flags.allow === undefined) out.data("it takes --allow lossy");
  const others = result.byOthers.length ? ` (${result.byOthers.length} by another run)` : "";
  const verified = result.verified ? "; verified" : "";
  if (number === 0) out.data(`nothing to roll back on ${where}${others}`);
  else if (dryRun) out.data(`would roll back ${count(number, "migration")} on ${where}; nothing was changed`);
  else out.data(`rolled back ${count(number, "migration")} on ${where}${others}${verified}`);
  out.json({
    database: where,
    rolledBack: dryRun ? [] : result.rolledBack,
    ...(dryRun ? { wouldRollBack: result.rolledBack, losses: result.losses } : {}),
    byOthers: result.byOthers,
    heads: result.heads,
    verified: result.verified,
    warnings: result.warnings,
  });
  return 0;
}

/** On a terminal a person may allow what is lost; else, and for every other error, that error. */
async function askToLose(session: Session, error: unknown): Promise<void> {
  const lossy = error instanceof SqaError && error.code === "SQA-524" && error.more.choices?.[0] === "--allow lossy";
  if (!lossy || !mayAsk(session)) throw error;
  session.out.note(`${error.message}:\n${error.more.detail}`);
  await confirm(session, "Roll back and lose that?");
}
