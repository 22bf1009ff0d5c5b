/** `sqa inspect`: a schema as a document. Reads only. */
import { Option } from "@commander-js/extra-typings";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { openProject } from "../context.ts";
import type { Database } from "../database.ts";
import { mermaidOf } from "../output/mermaid.ts";
import { scriptOf } from "../output/sql.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { readLive } from "../live.ts";
import { parseSource } from "../sources.ts";

type Format = "json" | "sql" | "mermaid";

export const command: CommandModule = {
  examples: [
    ["sqa inspect", "the database as a snapshot, one object a line"],
    ["sqa inspect --format sql > schema.sql", "the script that makes it"],
    ["sqa inspect --format mermaid models:models", "a picture of the models"],
  ],
  define: (base, run) => {
    base
      .description("Prints a schema: the database's, or that of another source.")
      .argument("[source]", "a database URL, models:GLOB, file:SCRIPT.sql, snapshot:FILE; else the configured database")
      .addOption(
        new Option("-f, --format <format>", "form of the document").choices(["json", "sql", "mermaid"] as const)
          .default("json" as Format),
      )
      .action((source, { format }) => run((session) => inspect(session, source, format)));
  },
};

async function inspect(session: Session, text: string | undefined, format: Format): Promise<0> {
  const project = await openProject(session);
  const { out } = session;
  let database = project.database;
  let graph: SchemaGraph;
  let version: number | null = null;
  if (text === undefined) {
    await using connection = await project.connect({ readOnly: true });
    version = connection.version;
    out.note(`${connection.server.product}  ${database.label}`);
    graph = await readLive(connection, database.dialect, project.settings);
  } else {
    const { settings } = project;
    const source = await parseSource(text, { cwd: session.io.cwd, exclude: settings.exclude, scope: settings });
    database = source.database ?? database;
    graph = await source.of(database).read(session.io.signal);
  }
  for (const note of graph.notes) out.note(`note[${note.code}]: ${note.message}`);
  if (out.machine || format === "json") out.exact(out.machine ? machineText(graph) : snapshotText(graph));
  else out.exact(format === "sql" ? sqlOf(graph, database, version) : mermaidOf(graph, database.dialect));
  return 0;
}

/** The snapshot with the version of its form and the notes beside it. */
function machineText(graph: SchemaGraph): string {
  return JSON.stringify({ version: 1, ...JSON.parse(snapshotText(graph)), notes: graph.notes }, null, 2) + "\n";
}

/** The way from an empty database to the graph. */
function sqlOf(graph: SchemaGraph, { dialect }: Database, version: number | null): string {
  const from = makeGraph(dialect.name, dialect.initial);
  const { plan } = makePlan({ from, to: graph, dialect, options: { columnOrder: "strict", version } });
  return scriptOf(plan.up, dialect);
}
