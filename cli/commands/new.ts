/** `sqa new NAME`: an empty pair of files for SQL that a person writes. Needs no database and no models. */
import { makeChain } from "../../migrate/chain.ts";
import { readFolder, writeMigration } from "../../migrate/files.ts";
import { renderEmptyMigration } from "../../migrate/render_file.ts";
import { placesOf } from "../../migrate/range.ts";
import { parentsForNext } from "../../migrate/target.ts";
import { openProject } from "../context.ts";
import { refuseProblems } from "../../migrate/state.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa new backfill_names", "a pair of files to write SQL in"],
    ["sqa new orders --branch orders --head 3f2a", "the first of a branch: `sqa migrate orders@head`"],
  ],
  define: (base, run) => {
    base
      .description("Makes an empty up/down pair that follows the newest migration, to be written by hand.")
      .argument("<name>", "what it does, in a few words")
      .option("--branch <label>", "a name for the branch that begins with it")
      .option("--head <place>", 'what it follows, where there are several heads: an id, a name, "orders@head", "base"')
      .action((name, flags) => run((session) => newMigration(session, name, flags)));
  },
};

interface NewFlags {
  readonly branch?: string | undefined;
  readonly head?: string | undefined;
}

/** Also `sqa diff --empty`. */
export async function newMigration(session: Session, name: string, flags: NewFlags = {}): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { dialect } = project.database;
  const folder = await readFolder(project.settings.dir, dialect);
  refuseProblems(folder.problems);
  const { chain, problems } = makeChain(folder.migrations, []);
  refuseProblems(problems);
  const parents = flags.head === undefined ? parentsForNext(chain) : placesOf(chain, flags.head);
  const texts = renderEmptyMigration({
    name,
    dialect,
    parents,
    ...(flags.branch === undefined ? {} : { branch: flags.branch }),
  });
  const { paths } = await writeMigration(project.settings.dir, texts, new Date());
  const written = [paths.up, paths.down].filter((path) => path !== null).map(project.shown);
  for (const path of written) out.data(`${out.style.add("+")} ${path}`);
  out.json({ id: texts.id, written });
  out.note(`next: write the SQL in ${written.join(" and ")}, then sqa migrate`);
  return 0;
}
