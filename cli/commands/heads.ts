/** `sqa heads`: the migrations that nothing follows. */
import { openProject } from "../context.ts";
import { errorJson } from "../output/error.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { nodeJson, sayProblems, withTimeline } from "../timeline.ts";

export const command: CommandModule = {
  examples: [
    ["sqa heads", "the migrations that nothing follows"],
    ["sqa heads --check --offline", "in CI: exit 2 when there is more than one"],
  ],
  define: (base, run) => {
    base
      .description("Shows the migrations that nothing follows. More than one means that branches are to be merged.")
      .option("--check", "exit 2 when there is more than one")
      .option("--offline", "from the files alone; open no database")
      .action((flags) => run((session) => heads(session, flags.check === true, flags.offline === true)));
  },
};

async function heads(session: Session, check: boolean, offline: boolean): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  return await withTimeline(project, { offline }, (timeline) => {
    sayProblems(timeline, project);
    const { chain, problems } = timeline;
    const nodes = chain.heads.map((id) => chain.nodes.get(id)!);
    for (const node of nodes) out.data(`${node.id}  ${node.label}`);
    if (nodes.length === 0) out.data(`no migrations in ${project.shown(project.settings.dir)}`);
    out.json({
      heads: nodes.map((node) => nodeJson(node, timeline.known, project)),
      problems: problems.map(errorJson),
    });
    if (nodes.length > 1) out.note("next: sqa merge");
    return Promise.resolve(check && nodes.length > 1 ? 2 : 0);
  });
}
