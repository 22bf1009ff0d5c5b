/** `sqa rebase`: files that no database has yet follow another head. */
import { writeMigration } from "../../migrate/files.ts";
import { type Chain, type Node, refuseProblems, resolve } from "../../migrate/mod.ts";
import { withAncestors } from "../../migrate/chain.ts";
import { planRebase, removeFiles } from "../../migrate/rebase.ts";
import { SqaError } from "../../schema/error.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { withTimeline } from "../timeline.ts";

interface RebaseFlags {
  readonly onto?: string | undefined;
  readonly force?: boolean | undefined;
  readonly offline?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa rebase", "of two heads, the one that is not applied follows the other"],
    ["sqa rebase add_orders --onto add_teams", "this branch follows that head"],
  ],
  define: (base, run) => {
    base
      .description(
        "Makes files that are not applied follow another head, so that the history is one line again. Their statements stay; ids, parents and " +
          "snapshots are made anew, under new names. Only branches that are independent: exit 3 with both sides when they are not.",
      )
      .argument("[branch]", "the head that moves, with what leads to it; else the one that is not applied")
      .option("--onto <head>", "the head that it shall follow; else the other one")
      .option(
        "--force",
        "move it though the branches meet, or though it is not known: the statements fit behind the other head",
      )
      .option("--offline", "ask no database what is applied")
      .option("--dry-run", "show what would move; write nothing")
      .action((branch, flags) => run((session) => rebase(session, branch, flags)));
  },
};

async function rebase(session: Session, word: string | undefined, flags: RebaseFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database: { dialect }, settings } = project;
  return await withTimeline<0>(project, { offline: flags.offline === true }, async ({ chain, problems }) => {
    refuseProblems(problems);
    const chosen = choose(chain, word, flags.onto);
    if (!chosen) {
      out.data("nothing to rebase: the history has one head at most");
      out.json({ rebased: [], heads: chain.heads, written: [] });
      return 0;
    }
    const { moves } = await planRebase(chain, { ...chosen, dialect, force: flags.force === true });
    const written: string[] = [], now = Date.now();
    if (!flags.dryRun) {
      // The new ones first: stopped half-way there are two branches again, and nothing is lost.
      for (const [i, { texts }] of moves.entries()) {
        const { paths } = await writeMigration(settings.dir, texts, new Date(now + i * 1000), settings.timezone);
        for (const path of [paths.up, paths.down, paths.snapshot]) if (path) written.push(project.shown(path));
      }
      for (const { node } of moves.toReversed()) await removeFiles(node.migration!);
    }
    for (const { node, texts } of moves) out.data(`${node.label} ${flags.dryRun ? "would be" : "is now"} ${texts.id}`);
    out.data(
      `${count(moves.length, "migration")} ${flags.dryRun ? "would be put" : "put"} behind ${chosen.onto.label}`,
    );
    out.json({
      rebased: moves.map(({ node, texts }) => ({ from: node.id, to: texts.id, name: node.name })),
      onto: chosen.onto.id,
      written,
    });
    if (!flags.dryRun) out.note("next: sqa migrate");
    return 0;
  });
}

/** The head that moves and the one that it follows; null when there is one head. SQA-546 when it is not clear which. */
function choose(
  chain: Chain,
  word: string | undefined,
  onto: string | undefined,
): { readonly branch: Node; readonly onto: Node } | null {
  const heads = chain.heads.map((id) => chain.nodes.get(id)!);
  const target = onto === undefined ? null : resolve(chain, onto);
  const branch = word === undefined ? null : resolve(chain, word);
  if (heads.length < 2) return null;
  const others = heads.filter((node) => node !== target && node !== branch);
  const free = others.filter((node) => isFree(chain, node, heads));
  const moving = branch ?? (target ? others : free.length === 1 ? free : others)[0];
  const below = target ?? (heads.length === 2 ? heads.find((node) => node !== moving) : undefined);
  const clear = branch !== null || (target ? others.length === 1 : free.length === 1);
  if (moving && below && clear && moving !== below && heads.includes(moving)) return { branch: moving, onto: below };
  throw new SqaError("SQA-546", "it is not clear which head shall follow which", {
    exit: 64,
    detail: heads.map((node) => `${node.id}  ${node.label}`).join("\n"),
    hint: "name both: `sqa rebase HEAD --onto OTHER`",
  });
}

/** Is nothing of what leads to this head alone applied, while something of the others is? */
function isFree(chain: Chain, head: Node, heads: readonly Node[]): boolean {
  const others = new Set(withAncestors(chain, heads.filter((node) => node !== head).map((node) => node.id)));
  const own = withAncestors(chain, [head.id]).filter((id) => !others.has(id));
  return own.every((id) => chain.nodes.get(id)!.revision === null);
}
