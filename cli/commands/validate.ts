/** `sqa validate`: are the migration files whole? Opens no database and loads no models. */
import { validate } from "../../migrate/validate.ts";
import { openProject } from "../context.ts";
import { errorJson, errorText } from "../output/error.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa validate", "headers, parents, checksums, down files, snapshots, and whether the SQL is whole"],
    ["sqa validate --strict", "exit 1 for warnings too: edited files, several heads"],
  ],
  define: (base, run) => {
    base
      .description("Checks the migration files without a database. Exit 1 when they cannot be run as they are.")
      .option("--strict", "take warnings for mistakes")
      .action((flags) => run((session) => check(session, flags.strict === true)));
  },
};

async function check(session: Session, strict: boolean): Promise<0 | 1> {
  const { out, io } = session;
  const project = await openProject(session);
  const { migrations, statements, problems, warnings, chain } = await validate(
    project.settings.dir,
    project.database.dialect,
    project.settings.locked,
  );
  for (const { code, file, message } of warnings) {
    out.warn(`${out.messages.change(`warning[${code}]`)}: ${project.shown(file)}: ${message}`);
  }
  for (const problem of problems) out.warn(errorText(problem, out.messages, io.cwd));
  const failed = problems.length > 0 || (strict && warnings.length > 0);
  const found = [
    ...(problems.length ? [count(problems.length, "problem")] : []),
    ...(warnings.length ? [count(warnings.length, "warning")] : []),
  ];
  const files = `${count(migrations.length, "migration")} with ${count(statements, "statement")}`;
  out.data(`${files} in ${project.shown(project.settings.dir)}: ${found.join(", ") || "all whole"}`);
  out.json({
    ok: !failed,
    migrations: migrations.length,
    statements,
    heads: chain.heads,
    problems: problems.map(errorJson),
    warnings: warnings.map((warning) => ({ ...warning, file: project.shown(warning.file) })),
  });
  return failed ? 1 : 0;
}
