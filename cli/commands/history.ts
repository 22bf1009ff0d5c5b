/** `sqa history`: the migrations as a graph, the newest first. */
import { appliedHeads, type Chain, inRange, type Node } from "../../migrate/mod.ts";
import { statusOf } from "../../migrate/status.ts";
import { openProject, type Project } from "../context.ts";
import { errorJson } from "../output/error.ts";
import { count, table } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { nodeJson, sayProblems, withTimeline } from "../timeline.ts";

interface HistoryFlags {
  readonly range?: string | undefined;
  readonly offline?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa history", "all migrations with what they follow, the newest first"],
    ["sqa history --range current:head", "what lies between the database and the newest file"],
    ["sqa history --range 3f2a:add_orders", "from one to another, by id or name"],
    ["sqa history --offline", "from the files alone"],
  ],
  define: (base, run) => {
    base
      .description("Shows the migrations as a graph: what each follows, where branches part and meet, what is applied.")
      .option("--range <a:b>", 'only from a to b, both counted: ids, names, "base", "current", "head", "-1", "+2"')
      .option("--offline", "from the files alone; open no database")
      .action((flags) => run((session) => history(session, flags)));
  },
};

async function history(session: Session, { range, offline }: HistoryFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  return await withTimeline(project, { offline: offline === true }, (timeline) => {
    sayProblems(timeline, project);
    const { chain, problems, known } = timeline;
    const nodes = range === undefined ? [...chain.nodes.values()] : inRange(chain, range);
    const marks = marksOf(chain);
    const newestFirst = nodes.toReversed();
    const rows = newestFirst.map((node) => [
      node.id,
      ...(known ? [statusOf(node).state] : []),
      node.parents.join(" ") || "base",
      [node.label, ...marks(node).map((mark) => `(${mark})`)].join("  "),
    ]);
    const headings = ["id", ...(known ? ["state"] : []), "follows", "migration"];
    if (rows.length) { for (const line of table(headings, rows)) out.data(line); }
    out.data(lastLine(nodes.length, chain, project));
    out.json({
      migrations: newestFirst.map((node) => ({ ...nodeJson(node, known, project), marks: marks(node) })),
      heads: chain.heads,
      current: known ? appliedHeads(chain) : null,
      problems: problems.map(errorJson),
    });
    return Promise.resolve(0 as const);
  });
}

/** What is worth knowing of a migration's place. */
function marksOf(chain: Chain): (node: Node) => readonly string[] {
  const followers = new Map<string, number>();
  for (const node of chain.nodes.values()) {
    for (const parent of node.parents) followers.set(parent, (followers.get(parent) ?? 0) + 1);
  }
  const heads = new Set(chain.heads), current = new Set(appliedHeads(chain));
  return ({ id, parents }) => [
    ...(current.has(id) ? ["current"] : []),
    ...(heads.has(id) ? ["head"] : []),
    ...((followers.get(id) ?? 0) > 1 ? ["branch point"] : []),
    ...(parents.length > 1 ? ["merge point"] : []),
  ];
}

function lastLine(shown: number, { nodes, heads }: Chain, { shown: path, settings }: Project): string {
  if (nodes.size === 0) return `no migrations in ${path(settings.dir)}`;
  const part = shown === nodes.size ? "" : `${shown} of `;
  return `${part}${count(nodes.size, "migration")}, ${count(heads.length, "head")}`;
}
