/** `sqa list`: the migrations in the order in which they are applied, one a line, for people and scripts. */
import { pendingNodes } from "../../migrate/mod.ts";
import { statusOf } from "../../migrate/status.ts";
import { openProject } from "../context.ts";
import { errorJson } from "../output/error.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { nodeJson, sayProblems, withTimeline } from "../timeline.ts";

export const command: CommandModule = {
  examples: [
    ["sqa list", "all migrations in the order in which they are applied"],
    ["sqa list --pending-only", "only what is still to be applied"],
  ],
  define: (base, run) => {
    base
      .description("Lists the migrations in the order in which they are applied: state, id and name.")
      .option("--pending-only", "only what is still to be applied")
      .action((flags) => run((session) => list(session, flags.pendingOnly === true)));
  },
};

async function list(session: Session, pendingOnly: boolean): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  return await withTimeline(project, { offline: false }, (timeline) => {
    sayProblems(timeline, project);
    const { chain, problems } = timeline;
    const nodes = pendingOnly ? pendingNodes(chain) : [...chain.nodes.values()];
    for (const node of nodes) out.data(`${statusOf(node).state.padEnd(8)} ${node.id}  ${node.label}`);
    out.json({
      migrations: nodes.map((node) => nodeJson(node, timeline.known, project)),
      problems: problems.map(errorJson),
    });
    if (nodes.length === 0) out.note(pendingOnly ? "nothing is pending" : "no migrations");
    return Promise.resolve(0 as const);
  });
}
