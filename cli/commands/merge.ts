/** `sqa merge`: two heads become one. Opens no database. */
import { writeMigration } from "../../migrate/files.ts";
import { compareHeads, type Merge, mergeTexts } from "../../migrate/merge.ts";
import { type Chain, type Node, refuseProblems, resolve } from "../../migrate/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { openProject } from "../context.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { withTimeline } from "../timeline.ts";

interface MergeFlags {
  readonly name?: string | undefined;
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa merge", "join the two heads when they are independent; exit 3 with both sides when they are not"],
    ["sqa merge 3f2a 9c1b", "join these two of several"],
    ["sqa merge --dry-run", "only compare them"],
  ],
  define: (base, run) => {
    base
      .description(
        "Joins two heads of the history with an empty migration that follows both. Whether they are independent is told by the objects " +
          "that each branch changes and needs, from the snapshots of both and of the migration where they part.",
      )
      .argument("[heads...]", "two ids or names; else the two heads that there are")
      .option("--name <name>", 'name of the file; default "merge"')
      .option("--force", "join them though they meet, or though it is not known: any order is right")
      .option("--dry-run", "only compare; write nothing")
      .action((heads, flags) => run((session) => merge(session, heads, flags)));
  },
};

async function merge(session: Session, words: readonly string[], flags: MergeFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database: { dialect }, settings } = project;
  return await withTimeline<0>(project, { offline: true }, async ({ chain, problems }) => {
    refuseProblems(problems);
    const heads = twoHeads(chain, words);
    if (!heads) {
      out.data("nothing to merge: the history has one head at most");
      out.json({ merged: false, heads: chain.heads, written: [] });
      return 0;
    }
    const found = await compareHeads(chain, ...heads, dialect);
    const texts = mergeTexts(found, { name: flags.name ?? "merge", dialect, force: flags.force === true });
    const labels = heads.map((node) => node.label).join(" and ");
    const written: string[] = [];
    if (!flags.dryRun) {
      const { paths } = await writeMigration(settings.dir, texts, new Date(), settings.timezone);
      for (const path of [paths.up, paths.down, paths.snapshot]) if (path) written.push(project.shown(path));
    }
    const independent = found.unknown === null && found.conflicts.length === 0;
    out.data(
      `${labels} ${independent ? "are independent" : "are joined though it is not known that they are independent"}`,
    );
    out.data(flags.dryRun ? "nothing was written" : `wrote ${written[0]} (0 statements) and its down file`);
    out.json({ merged: !flags.dryRun, id: texts.id, independent, ...sidesJson(found), written });
    if (!flags.dryRun) {
      out.note(
        found.snapshot ? "next: sqa migrate" : "next: sqa migrate; without a snapshot `sqa diff` needs that first",
      );
    }
    return 0;
  });
}

/** The heads to join; null when there is nothing to join. SQA-546 for other than two. */
function twoHeads(chain: Chain, words: readonly string[]): readonly [Node, Node] | null {
  const named = words.map((word) => resolve(chain, word));
  const all = named.length ? named : chain.heads.map((id) => chain.nodes.get(id)!);
  if (named.length === 0 && all.length < 2) return null;
  const [one, other, ...rest] = all;
  if (!one || !other || rest.length || one === other || !all.every((node) => chain.heads.includes(node.id))) {
    throw new SqaError("SQA-546", named.length ? "two heads are merged" : `there are ${all.length} heads`, {
      exit: 64,
      detail: chain.heads.map((id) => `${id}  ${chain.nodes.get(id)!.label}`).join("\n"),
      hint: `name two of them: \`sqa merge ${chain.heads.slice(0, 2).join(" ")}\``,
    });
  }
  return [one, other];
}

function sidesJson({ sides, ancestor, conflicts, unknown }: Merge): Readonly<Record<string, unknown>> {
  return {
    ancestor: ancestor?.id ?? null,
    sides: sides.map(({ head, branch, footprint }) => ({
      head: head.id,
      branch: branch.map((node) => node.id),
      changes: footprint && [...footprint.writes].sort(),
    })),
    conflicts,
    unknown,
  };
}
