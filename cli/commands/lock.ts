/** `sqa lock`: writes `sqa.lock`, by which `--locked` knows the files that were reviewed. Opens no database. */
import { readFolderLocked, writeLock } from "../../migrate/lock_file.ts";
import { refuseProblems } from "../../migrate/mod.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa lock", "list all files with their checksums in migrations/sqa.lock"],
    ["sqa lock --check", "exit 2 when it is not up to date; for CI"],
    ["sqa migrate --locked", "in production: run nothing that is not listed"],
  ],
  define: (base, run) => {
    base
      .description(
        "Writes sqa.lock beside the migrations: one line a file, with the checksums of both directions. With --locked (or locked = true in " +
          "the section of production) nothing runs that was added, edited or lost since.",
      )
      .option("--check", "exit 2 when it is not up to date; write nothing")
      .action((flags) => run((session) => lock(session, flags.check === true)));
  },
};

async function lock(session: Session, check: boolean): Promise<0 | 2> {
  const { out } = session;
  const { settings, database: { dialect }, shown } = await openProject(session);
  if (check) {
    const { problems } = await readFolderLocked(settings.dir, dialect, true);
    for (const problem of problems) out.data(`${problem.code}: ${problem.message}`);
    if (problems.length === 0) out.data("sqa.lock is up to date");
    out.json({ ok: problems.length === 0, problems: problems.map(({ code, message }) => ({ code, message })) });
    return problems.length ? 2 : 0;
  }
  const written = await writeLock(settings.dir, dialect);
  refuseProblems(written.problems);
  const files = count(written.count, "migration");
  out.data(
    written.changed ? `wrote ${shown(written.path)}: ${files}` : `${shown(written.path)} is up to date: ${files}`,
  );
  out.json({ path: shown(written.path), changed: written.changed, migrations: written.count });
  return 0;
}
