/** `sqa inspect`: a schema as a document. Reads only. */
import { Option } from "@commander-js/extra-typings";
import type { SchemaGraph } from "../../schema/graph.ts";
import { openProject } from "../context.ts";
import type { SoftReference } from "../../models/graph/links.ts";
import { type SchemaFormat, schemaFormats, schemaJson, schemaText } from "../output/schema.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { readLive } from "../live.ts";
import { parseSource } from "../sources.ts";

export const command: CommandModule = {
  examples: [
    ["sqa inspect", "the database as a snapshot, one object a line"],
    ["sqa inspect --format sql > schema.sql", "the script that makes it"],
    ["sqa inspect --format mermaid models:models", "a picture of the models"],
    ["sqa inspect --format html > schema.html", "a page to look around in; it loads nothing"],
  ],
  define: (base, run) => {
    base
      .description("Prints a schema: the database's, or that of another source.")
      .argument("[source]", "a database URL, models:GLOB, file:SCRIPT.sql, snapshot:FILE; else the configured database")
      .addOption(
        new Option("-f, --format <format>", "form of the document").choices(schemaFormats)
          .default("json" as SchemaFormat),
      )
      .action((source, { format }) => run((session) => inspect(session, source, format)));
  },
};

async function inspect(session: Session, text: string | undefined, format: SchemaFormat): Promise<0> {
  const project = await openProject(session);
  const { out } = session;
  let database = project.database;
  let graph: SchemaGraph, soft: readonly SoftReference[] = [];
  let version: number | null = null, title = database.label;
  if (text === undefined) {
    await using connection = await project.connect({ readOnly: true });
    version = connection.version;
    out.note(`${connection.server.product}  ${database.label}`);
    graph = await out.timed("read", () => readLive(connection, database.dialect, project.settings));
  } else {
    const { settings } = project;
    const source = await parseSource(text, {
      cwd: session.io.cwd,
      exclude: settings.exclude,
      scope: settings,
      compared: settings,
    });
    database = source.database ?? database;
    title = source.label;
    const reading = source.of(database);
    graph = await reading.read(session.io.signal);
    soft = reading.softReferences?.() ?? [];
  }
  for (const note of graph.notes) out.note(`note[${note.code}]: ${note.message}`);
  out.exact(
    out.machine ? schemaJson(graph) : await schemaText(graph, format, database.dialect, version, { soft, title }),
  );
  return 0;
}
