/** `sqa current`: the migration that the database is at. */
import { appliedHeads, isApplied } from "../../migrate/mod.ts";
import { openProject } from "../context.ts";
import { errorJson } from "../output/error.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { nodeJson, sayProblems, withTimeline } from "../timeline.ts";

export const command: CommandModule = {
  examples: [
    ["sqa current", "the migration that the database is at"],
    ["sqa current --check-heads", "exit 2 when it is not at the newest"],
  ],
  define: (base, run) => {
    base
      .description(
        "Shows the applied migrations that nothing applied follows; one line where the history has no open branches.",
      )
      .option("--check-heads", "exit 2 when the database is not at every head")
      .action((flags) => run((session) => current(session, flags.checkHeads === true)));
  },
};

async function current(session: Session, check: boolean): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  return await withTimeline(project, { offline: false }, (timeline) => {
    sayProblems(timeline, project);
    const { chain, problems } = timeline;
    const at = appliedHeads(chain).map((id) => chain.nodes.get(id)!);
    const atHeads = problems.length === 0 && chain.heads.every((id) => isApplied(chain.nodes.get(id)!));
    for (const node of at) out.data(`${node.id}  ${node.label}${chain.heads.includes(node.id) ? "  (head)" : ""}`);
    if (at.length === 0) out.data(`nothing is applied on ${project.database.label}`);
    out.json({
      database: project.database.label,
      current: at.map((node) => nodeJson(node, timeline.known, project)),
      atHeads,
      problems: problems.map(errorJson),
    });
    return Promise.resolve(check && !atHeads ? 2 : 0);
  });
}
