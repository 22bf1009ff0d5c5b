/** `sqa new NAME`: an empty pair of files for SQL that a person writes. Needs no database and no models. */
import { type Chain, makeChain } from "../../migrate/chain.ts";
import { moduleBody, moduleText, sqlBody, through } from "../../migrate/data_file.ts";
import { type MigrationTexts, readFolder, readSnapshot, writeMigration } from "../../migrate/files.ts";
import { renderDataMigration, renderEmptyMigration } from "../../migrate/render_file.ts";
import { placesOf } from "../../migrate/range.ts";
import { parentsForNext } from "../../migrate/target.ts";
import { SqaError } from "../../schema/error.ts";
import { openProject } from "../context.ts";
import { refuseProblems } from "../../migrate/state.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa new backfill_names", "a pair of files to write SQL in"],
    ["sqa new fill_names --data users", "SQL that goes through the rows of a table in parts, and can be stopped"],
    ["sqa new fill_names --data users --ts", "the same in TypeScript, typed from the newest snapshot"],
    ["sqa new orders --branch orders --head 3f2a", "the first of a branch: `sqa migrate orders@head`"],
  ],
  define: (base, run) => {
    base
      .description("Makes an empty up/down pair that follows the newest migration, to be written by hand.")
      .argument("<name>", "what it does, in a few words")
      .option("--data [table]", "it changes rows: of this table, so many at a time, each part on its own")
      .option("--ts", "with --data: in TypeScript")
      .option("--key <column>", "with --data: the unique column to go by; default: the primary key")
      .option("--size <number>", "with --data: rows at a time", "1000")
      .option("--branch <label>", "a name for the branch that begins with it")
      .option("--head <place>", 'what it follows, where there are several heads: an id, a name, "orders@head", "base"')
      .action((name, flags) => run((session) => newMigration(session, name, flags)));
  },
};

interface NewFlags {
  readonly branch?: string | undefined;
  readonly head?: string | undefined;
  readonly data?: string | boolean | undefined;
  readonly ts?: boolean | undefined;
  readonly key?: string | undefined;
  readonly size?: string | undefined;
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
  const start = { name, dialect, parents, ...(flags.branch === undefined ? {} : { branch: flags.branch }) };
  const texts = flags.data === undefined ? renderEmptyMigration(start) : await dataTexts(start, chain, flags);
  const { paths } = await writeMigration(project.settings.dir, texts, new Date(), project.settings.timezone);
  const module = texts.module === undefined ? null : paths.up.replace(/\.up\.sql$/, ".data.ts");
  const written = [module ?? paths.up, paths.down].filter((path) => path !== null).map(project.shown);
  for (const path of written) out.data(`${out.style.add("+")} ${path}`);
  out.json({ id: texts.id, written });
  out.note(`next: write the ${module ? "TypeScript" : "SQL"} in ${written.join(" and ")}, then sqa migrate`);
  return 0;
}

/** A data migration changes no schema, so the next diff goes on from the snapshot that it met. */
async function dataTexts(
  start: Parameters<typeof renderEmptyMigration>[0],
  chain: Chain,
  { data, ts, key, size }: NewFlags,
): Promise<MigrationTexts> {
  const { dialect } = start, [parent] = start.parents;
  const migration = parent === undefined ? undefined : chain.nodes.get(parent)?.migration;
  const snapshot = migration && start.parents.length === 1 ? await readSnapshot(migration) : null;
  const number = Number(size ?? 1000);
  if (!Number.isInteger(number) || number < 1) {
    throw new SqaError("SQA-003", `--size needs a number of rows, not "${size}"`, { exit: 64, hint: "--size 1000" });
  }
  if ((typeof data === "string" || ts) && !snapshot) {
    throw new SqaError("SQA-506", "nobody knows the tables: the newest migration has no snapshot", {
      hint: "make the data migration behind a generated one, or without a table: `sqa new NAME --data`",
    });
  }
  const place = typeof data === "string" ? through(snapshot!.graph, data, key, dialect) : null;
  const body = ts ? moduleBody() : sqlBody(place, number, dialect);
  const texts = renderDataMigration({ ...start, body, snapshot });
  return ts ? { ...texts, module: moduleText(snapshot!.graph, place, number, dialect) } : texts;
}
