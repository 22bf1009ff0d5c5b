/** `sqa pull`: models for what the database holds. Overwrites nothing unless told to. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SqaError } from "../../schema/error.ts";
import { ofKind } from "../../schema/graph.ts";
import { openProject } from "../context.ts";
import { readLive } from "../live.ts";
import { noteText } from "../output/human.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

interface PullFlags {
  readonly out: string;
  readonly perTable?: boolean | undefined;
  readonly force?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa pull --url sqlite:app.db", "models of a database, in ./models"],
    ["sqa pull --out src/schema --force", "somewhere else, over what is there"],
  ],
  define: (base, run) => {
    base
      .description("Writes TypeScript models for what the database holds. A diff right after it finds nothing.")
      .option("--out <dir>", "folder of the models", "models")
      .option("--per-table", "a file for each table, however few there are")
      .option("--force", "overwrite files that are there")
      .action((flags) => run((session) => pull(session, flags)));
  },
};

async function pull(session: Session, flags: PullFlags): Promise<0> {
  const { io, out } = session;
  const project = await openProject(session);
  const { database, settings } = project;
  await using connection = await project.connect({ readOnly: true });
  out.note(`${connection.server.product}  ${database.label}`);
  const graph = await readLive(connection, database.dialect, settings);
  for (const note of graph.notes) out.note(noteText(note, out.messages));
  const { writeModels } = await import("../../models/write.ts");
  const folder = resolve(io.cwd, flags.out);
  const files = writeModels(graph, database.dialect, flags.perTable ? { perTable: true } : {}).map((
    { path, text },
  ) => ({
    path: join(folder, path),
    text,
  }));
  const there = files.filter(({ path }) => existsSync(path)).map(({ path }) => project.shown(path));
  if (there.length && !flags.force) {
    throw new SqaError(
      "SQA-404",
      `${there.length === 1 ? "a file is" : "files are"} there already: ${there.join(", ")}`,
      {
        choices: ["--force", "--out DIR"],
        hint: "nothing was written",
        exit: 3,
      },
    );
  }
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    out.data(`${out.style.add("+")} ${project.shown(path)}`);
  }
  const tables = ofKind(graph, "table").length;
  out.data(`wrote ${count(files.length, "file")} with ${count(tables, "table")} of ${database.label}`);
  out.json({ written: files.map(({ path }) => project.shown(path)), tables, notes: graph.notes });
  out.note("next: sqa diff (it finds nothing until you change a model)");
  return 0;
}
