/** `sqa squash [ID]`: one file instead of many, for databases that begin empty. The others go on with the old files. */
import { readFolder, refuseProblems, resolve, writeMigration } from "../../migrate/mod.ts";
import { makeChain } from "../../migrate/chain.ts";
import { moveSquashed, planSquash, squashTexts } from "../../migrate/squash.ts";
import { SqaError } from "../../schema/error.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import { requireHolds } from "../require_holds.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...before ?? [], value];

interface SquashFlags {
  readonly name: string;
  readonly leaveOut?: readonly string[] | undefined;
  readonly offline?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa squash", "one checkpoint for everything up to the newest"],
    ["sqa squash add_orders", "for everything up to that one"],
    ["sqa squash --dry-run", "show what would be replaced"],
  ],
  define: (base, run) => {
    base
      .description(
        "Writes a checkpoint: one migration that makes the whole schema up to a place, from which empty databases start. What it stands for " +
          "moves to the folder `squashed`; a database that is somewhere on the way goes on with those files and ends at the same place. " +
          "Delete that folder when no database needs it any more.",
      )
      .argument("[until]", 'the last migration that it stands for: an id, a name, "head", "base:ID"', "head")
      .option("--name <name>", "name of the file", "checkpoint")
      .option(
        "--leave-out <id>",
        "an empty database does not need the hand-written statements of this one; repeatable",
        list,
      )
      .option("--offline", "do not try it out on a server")
      .option("--dry-run", "show what would be replaced; write nothing")
      .action((until, flags) => run((session) => squash(session, until, flags)));
  },
};

async function squash(session: Session, until: string, flags: SquashFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database: { dialect }, settings } = project;
  const folder = await readFolder(settings.dir, dialect);
  const { chain, problems } = makeChain(folder.migrations, []);
  refuseProblems([...folder.problems, ...problems]);
  const place = placeIn(until);
  if (place === "head" && chain.heads.length !== 1) {
    throw new SqaError("SQA-508", `the history has ${chain.heads.length} heads`, {
      exit: chain.heads.length ? 3 : 64,
      choices: chain.heads.map((id) => `sqa squash ${id}`),
      hint: chain.heads.length ? "join them with `sqa merge`, or name one" : "there are no migrations yet",
    });
  }
  const end = resolve(chain, place === "head" ? chain.heads[0]! : place);
  const leaveOut = new Set((flags.leaveOut ?? []).map((word) => resolve(chain, word).id));
  const found = await planSquash(chain, end, { dialect, leaveOut });
  const texts = squashTexts(found, { name: flags.name, dialect });
  if (!flags.offline) await requireHolds(found, project);
  for (const { label } of found.nodes) out.data(`${out.style.drop("-")} ${label}`);
  const what = `${count(found.nodes.length, "migration")} with ${count(found.plan.up.length, "statement")}`;
  const written: string[] = [];
  if (flags.dryRun) out.data(`would replace ${what}; nothing was written`);
  else {
    await moveSquashed(settings.dir, found.nodes);
    const { paths } = await writeMigration(settings.dir, texts, new Date(), settings.timezone);
    for (const path of [paths.up, paths.down, paths.snapshot]) if (path) written.push(project.shown(path));
    out.data(`${out.style.add("+")} ${written[0]} stands for ${what}`);
    out.note("databases that are on the way go on with the files in `squashed`; commit both");
  }
  out.json({
    squashed: !flags.dryRun,
    id: texts.id,
    replaces: found.nodes.map((node) => node.id),
    statements: found.plan.up.length,
    written,
  });
  return 0;
}

/** "base:ID" and "base..ID" are ID: a checkpoint begins at the beginning, because only there are no rows to keep. */
function placeIn(text: string): string {
  const [, from, to] = /^(.*?)(?:\.\.|:)(.*)$/.exec(text) ?? [];
  if (to === undefined) return text;
  if (from === "" || from === "base") return to === "" ? "head" : to;
  throw new SqaError("SQA-558", `a checkpoint begins at base, not at "${from}"`, {
    exit: 64,
    detail: "from the middle on there are rows, and what became of them is known to the old files alone",
    hint: `sqa squash ${to === "" ? "head" : to}`,
  });
}
