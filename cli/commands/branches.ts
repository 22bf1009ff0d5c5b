/** `sqa branches`: where the history parts, and what lies on each side. */
import { openProject } from "../context.ts";
import { errorJson } from "../output/error.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { sayProblems, withTimeline } from "../timeline.ts";
import { type Chain, withAncestors } from "../../migrate/chain.ts";

export const command: CommandModule = {
  examples: [["sqa branches", "where the history parts, and the heads of each side"]],
  define: (base, run) => {
    base
      .description("Shows the migrations that more than one other follows, each with its branches and where they lead.")
      .option("--offline", "from the files alone; open no database")
      .action((flags) => run((session) => branches(session, flags.offline === true)));
  },
};

interface Point {
  /** Null: the branches have no common beginning. */
  readonly id: string | null;
  readonly label: string;
  readonly branches: readonly { readonly id: string; readonly label: string; readonly heads: readonly string[] }[];
  /** Do the branches meet again in one head? */
  readonly merged: boolean;
}

async function branches(session: Session, offline: boolean): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  return await withTimeline(project, { offline }, (timeline) => {
    sayProblems(timeline, project);
    const { chain } = timeline;
    const points = pointsOf(chain);
    for (const { label, branches, merged } of points) {
      out.data(`${label}${merged ? "  (merged)" : ""}`);
      for (const branch of branches) {
        const leads = branch.heads.filter((id) => id !== branch.id).map((id) => chain.nodes.get(id)!.label);
        out.data(`  -> ${branch.label}${leads.length ? `  leads to ${leads.join(", ")}` : ""}`);
      }
    }
    if (points.length === 0) out.data("no branches: each migration is followed by one at most");
    out.json({ branchPoints: points, heads: chain.heads, problems: timeline.problems.map(errorJson) });
    if (chain.heads.length > 1) out.note("next: sqa merge");
    return Promise.resolve(0 as const);
  });
}

function pointsOf(chain: Chain): readonly Point[] {
  const followers = new Map<string | null, string[]>();
  const add = (parent: string | null, id: string) => followers.set(parent, [...followers.get(parent) ?? [], id]);
  for (const node of chain.nodes.values()) {
    const known = node.parents.filter((parent) => chain.nodes.has(parent));
    if (known.length === 0) add(null, node.id);
    for (const parent of known) add(parent, node.id);
  }
  const below = new Map(chain.heads.map((head) => [head, new Set(withAncestors(chain, [head]))]));
  return [...followers].filter(([, ids]) => ids.length > 1).map(([id, ids]) => {
    const sides = ids.map((each) => ({
      id: each,
      label: chain.nodes.get(each)!.label,
      heads: chain.heads.filter((head) => below.get(head)!.has(each)),
    }));
    const merged = chain.heads.some((head) => sides.every((side) => side.heads.length === 1 && side.heads[0] === head));
    return { id, label: id === null ? "base" : chain.nodes.get(id)!.label, branches: sides, merged };
  });
}
