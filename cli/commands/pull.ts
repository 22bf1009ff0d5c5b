/** `sqa pull`: models for what the database holds. Overwrites nothing unless told to. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { completed, normalize } from "../../diff/normalize.ts";
import { SqaError } from "../../schema/error.ts";
import { makeGraph, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { labelOfId } from "../../schema/id.ts";
import type { Connection } from "../../dialects/driver.ts";
import type { Dialect } from "../../dialects/dialect.ts";
import type { Database } from "../database.ts";
import { foreignHistories, withoutTables } from "../../migrate/foreign_history.ts";
import { openProject, type Project } from "../context.ts";
import { readLive } from "../live.ts";
import { noteText } from "../output/human.ts";
import { count } from "../output/table.ts";
import { settleExpressions } from "../planning.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

interface PullFlags {
  readonly out?: string | undefined;
  readonly perTable?: boolean | undefined;
  readonly split?: "none" | "table" | "schema" | undefined;
  readonly relations?: boolean | undefined;
  readonly update?: boolean | undefined;
  readonly force?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa pull --url sqlite:app.db", "models of a database, in ./models"],
    ["sqa pull --out src/schema --force", "somewhere else, over what is there"],
    ["sqa pull --update", "bring models that you have edited up to date; your own code stays"],
  ],
  define: (base, run) => {
    base
      .description("Writes TypeScript models for what the database holds. A diff right after it finds nothing.")
      .option("--out <dir>", 'folder of the models; default "models"')
      .option("--per-table", "a file for each table, however few there are")
      .addOption(
        new Option("--split <by>", "one file for all, for each table or for each schema").choices(
          ["none", "table", "schema"] as const,
        ),
      )
      .option("--relations", "relations for the foreign keys as well, in relations.ts")
      .addOption(
        new Option("--update", "change the models that there are: only what differs, and add what they lack")
          .conflicts(["perTable", "split", "relations", "force"]),
      )
      .option("--force", "overwrite files that are there")
      .action((flags) => run((session) => flags.update ? update(session, flags) : pull(session, flags)));
  },
};

async function pull(session: Session, flags: PullFlags): Promise<0> {
  const { io, out } = session;
  const project = await openProject(session);
  const { database, settings } = project;
  await using connection = await project.connect({ readOnly: true });
  out.note(`${connection.server.product}  ${database.label}`);
  const graph = await readForModels(session, database, connection, settings);
  for (const note of graph.notes) out.note(noteText(note, out.messages));
  const { writeModels } = await import("../../models/write.ts");
  const folder = resolve(io.cwd, flags.out ?? "models");
  const split = flags.split ?? (flags.perTable ? "table" : undefined);
  const options = { ...(split ? { split } : {}), relations: flags.relations ?? false };
  const files = writeModels(said(graph, database.dialect, connection.version), database.dialect, options)
    .map(({ path, text }) => ({ path: join(folder, path), text }));
  const there = files.filter(({ path }) => existsSync(path)).map(({ path }) => project.shown(path));
  if (there.length && !flags.force) {
    throw new SqaError(
      "SQA-404",
      `${there.length === 1 ? "a file is" : "files are"} there already: ${there.join(", ")}`,
      {
        choices: ["--update", "--force", "--out DIR"],
        hint: "nothing was written",
        exit: 3,
      },
    );
  }
  // Who names a folder knows what is there and what is elsewhere.
  const twice = flags.force || flags.out !== undefined ? [] : await modelledTables(project, graph);
  if (twice.length) {
    throw new SqaError("SQA-404", `the models have ${twice.length === 1 ? "this table" : "these tables"} already`, {
      detail: twice.join("\n"),
      choices: ["--update", "--force", "--out DIR"],
      hint: "nothing was written; --update changes the models that are there",
      exit: 3,
    });
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

/** The tables that are in the project's models as well, each with its line. Models that cannot be read are no reason to write none. */
async function modelledTables({ liveModels, shown }: Project, graph: SchemaGraph): Promise<readonly string[]> {
  const models = await liveModels().catch((error) => {
    if (error instanceof SqaError) return null;
    throw error;
  });
  return ofKind(graph, "table").flatMap(({ id }) => {
    const model = models?.graph.objects.get(id);
    if (!model) return [];
    const file = model.origin?.file, line = model.origin?.line;
    return [`${labelOfId(id)}${file ? ` at ${shown(file)}${line ? `:${line}` : ""}` : ""}`];
  });
}

/** Brings models up to date with the database. What a person wrote stays; what cannot be done without guessing is said. */
async function update(session: Session, flags: PullFlags): Promise<0 | 3> {
  const { io, out } = session;
  const project = await openProject(session);
  const { database, settings } = project;
  const { dialect } = database;
  const models = await project.liveModels();
  await using connection = await project.connect({ readOnly: true });
  out.note(`${connection.server.product}  ${database.label}`);
  const graph = await readForModels(session, database, connection, settings);
  const settled = await settleExpressions(
    graph,
    completed(models.graph, dialect, connection.version),
    [],
    database,
    connection,
  );
  const { mergeModels } = await import("../../models/write/merge.ts");
  const merged = mergeModels({
    models: models.models,
    from: said(normalize(settled, dialect), dialect, connection.version),
    database: said(normalize(graph, dialect), dialect, connection.version),
    dialect,
    read: (file) => readFileSync(file, "utf8"),
  });
  const folder = resolve(io.cwd, flags.out ?? "models");
  const written: string[] = [];
  const write = (path: string, text: string, sign: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    written.push(project.shown(path));
    out.data(`${out.style.add(sign)} ${project.shown(path)}`);
  };
  for (const { path, text } of merged.changed) write(path, text, "~");
  for (const { name, text } of merged.added) write(freeFile(folder, name), text, "+");
  for (const line of merged.done) out.data(`  ${line}`);
  for (const line of merged.left) out.data(`  by hand: ${line}`);
  const nothing = merged.done.length === 0 && merged.left.length === 0;
  out.data(
    nothing ? "nothing to do: the models say what the database holds" : `changed ${count(written.length, "file")}`,
  );
  out.json({ written, done: merged.done, left: merged.left });
  if (!nothing) out.note("next: sqa diff --check (0 when the models say what the database holds)");
  return merged.left.length > 0 ? 3 : 0;
}

/** A file for a new table that is not there yet. */
function freeFile(folder: string, name: string): string {
  const plain = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().replace(/[^a-z0-9_]+/g, "_");
  for (let n = 1;; n++) {
    const path = join(folder, `${plain}${n === 1 ? "" : `_${n}`}.ts`);
    if (!existsSync(path)) return path;
  }
}

/** What the database holds, without what no model should have: other tools' histories, and what the config asks for. */
async function readForModels(
  { out }: Session,
  database: Database,
  connection: Connection,
  settings: Parameters<typeof readLive>[2],
): Promise<SchemaGraph> {
  const whole = await readLive(connection, database.dialect, settings), others = foreignHistories(whole);
  for (const { tool, table } of others) out.note(`left out: ${table.name.join(".")}, the history of ${tool}`);
  return withoutTables(withoutConfigured(whole, database), others.flatMap(({ tables }) => tables));
}

/** As models say it: without what tables have from others. */
function said(graph: SchemaGraph, dialect: Dialect, version: number | null): SchemaGraph {
  return dialect.withoutInherited?.(graph, version) ?? graph;
}

/** What the config asks for stays there: it is no model. */
function withoutConfigured(graph: SchemaGraph, { driver, url }: Database): SchemaGraph {
  const ids = new Set((driver.configured?.(url) ?? []).map(({ id }) => id));
  if (ids.size === 0) return graph;
  return makeGraph(graph.dialect, [...graph.objects.values()].filter(({ id }) => !ids.has(id)), graph.notes);
}
