/** `sqa adopt`: a database that is there already becomes the beginning of a history: one file that makes all of it, which counts as applied here. */
import { makePlan } from "../../diff/plan.ts";
import { foreignHistories, standOf, withoutTables } from "../../migrate/foreign_history.ts";
import { historyOf, readFolder, refuseProblems, renderMigration } from "../../migrate/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { makeGraph } from "../../schema/graph.ts";
import { openProject } from "../context.ts";
import { readLive } from "../live.ts";
import { noteText } from "../output/human.ts";
import { count } from "../output/table.ts";
import { requireHolds } from "../require_holds.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { writeStamped } from "../write_stamped.ts";

interface AdoptFlags {
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa adopt", "the database as it is becomes the first migration, applied here"],
    ["sqa adopt --dry-run", "show what it holds, and whose history"],
    ["sqa pull && sqa adopt", "the models of it as well"],
  ],
  define: (base, run) => {
    base
      .description(
        "Takes over a database that sqa did not make. Writes one migration that makes all of it, so that empty databases can begin there, and " +
          "records it as applied on this one; runs nothing. Histories of other tools (Alembic, Prisma, drizzle, Flyway and others) are told " +
          "and left where they are.",
      )
      .argument("[name]", "name of the file", "baseline")
      .option("--force", "though the other tool has begun something that it did not finish")
      .option("--dry-run", "only look; write nothing")
      .action((name, flags) => run((session) => adopt(session, name, flags)));
  },
};

async function adopt(session: Session, name: string, flags: AdoptFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database: { dialect, label }, settings } = project;
  await using connection = await project.connect();
  out.note(`${connection.server.product}  ${label}`);
  const folder = await readFolder(settings.dir, dialect);
  refuseProblems(folder.problems);
  const rows = await historyOf(dialect, settings.historyTable ?? undefined).read(connection);
  if (folder.migrations.length || rows?.length) {
    throw new SqaError(
      "SQA-567",
      rows?.length ? `${label} has a history of sqa already` : "there are migration files already",
      {
        hint: rows?.length
          ? "`sqa status` shows it"
          : "if the database is what one of them says, run `sqa stamp ID`; else name an empty folder with --dir",
      },
    );
  }
  const live = await readLive(connection, dialect, settings), others = foreignHistories(live);
  const histories = [];
  for (const other of others) {
    const stand = await standOf(other, connection, dialect);
    histories.push({ tool: other.tool, table: other.table.name.join("."), ...stand });
    const last = stand.last.length ? `, at ${stand.last.join(", ")}` : "";
    out.data(
      `history of ${other.tool} in ${other.table.name.join(".")}: ${count(stand.count, "row")}${last}; left as it is`,
    );
  }
  const half = histories.find(({ unfinished }) => unfinished > 0);
  if (half && !flags.force) {
    throw new SqaError("SQA-568", `${half.tool} has begun something that it did not finish (${half.table})`, {
      exit: 3,
      choices: ["--force"],
      hint: "finish or repair it with that tool first; with the flag the database is taken as it is now",
    });
  }
  const target = withoutTables(live, others.flatMap(({ tables }) => tables));
  const from = makeGraph(dialect.name, dialect.initial);
  const { plan } = makePlan({ from, to: target, dialect, options: { columnOrder: "lax", version: null } });
  for (const note of target.notes) out.note(noteText(note, out.messages));
  const summary = count(plan.up.length, "statement");
  if (plan.up.length === 0) {
    throw new SqaError("SQA-569", `${label} holds nothing to adopt`, {
      hint: "begin with models: `sqa init`, `sqa diff`",
    });
  }
  const texts = renderMigration({ name, dialect, parents: [], plan, target });
  const written: string[] = [];
  if (flags.dryRun) out.data(`would write ${name} (${summary}) and record it as applied; nothing was changed`);
  else {
    await requireHolds({ plan, from, target }, project);
    written.push(...await writeStamped(project, texts));
    out.data(`wrote ${written[0]} and its down file (${summary}); it counts as applied on ${label}`);
    out.note("next: sqa pull for the models, unless you have them; then sqa diff finds nothing");
  }
  out.json({ adopted: !flags.dryRun, id: texts.id, histories, statements: plan.up.length, written });
  return 0;
}
