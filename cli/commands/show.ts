/** `sqa show ID`: one migration, whole: what it runs, what is risky about it, what its down file brings back, the schema after it. */
import { Option } from "@commander-js/extra-typings";
import { type Migration, type Node, resolve } from "../../migrate/mod.ts";
import { parseDown, readDown, readSnapshot } from "../../migrate/files.ts";
import { readableText } from "../../migrate/checksum.ts";
import { parseHeader } from "../../migrate/header.ts";
import { replan } from "../../migrate/replan.ts";
import { parseBody } from "../../migrate/script.ts";
import { SqaError } from "../../schema/error.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { parseSnapshotFile } from "../../migrate/snapshot_file.ts";
import { openProject, type Project } from "../context.ts";
import { isAllowed, placedText } from "../output/placed_hazard.ts";
import { type SchemaFormat, schemaFormats, schemaJson, schemaText } from "../output/schema.ts";
import { scriptOf } from "../output/sql.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { nodeJson, type Timeline, withTimeline } from "../timeline.ts";

interface ShowFlags {
  readonly schema?: boolean | undefined;
  readonly format: SchemaFormat;
  readonly sql?: "up" | "down" | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa show add_orders", "its SQL, up and down, and what is risky about it"],
    ["sqa show 3f2a --schema --format sql", "the whole schema after it; needs no database"],
    ["sqa show 3f2a --sql down", "the down statements and nothing else"],
  ],
  define: (base, run) => {
    base
      .description(
        "Shows one migration: SQL, hazards, the grade of its down file. Read from the files; the database is opened only for one whose " +
          "file is gone.",
      )
      .argument("<id>", "an id or its beginning, or a name")
      .option("--schema", "print the whole schema after it instead")
      .addOption(
        new Option("-f, --format <format>", "with --schema: form of the document").choices(schemaFormats)
          .default("sql" as SchemaFormat),
      )
      .addOption(
        new Option("--sql [direction]", "print the statements and nothing else").choices(["up", "down"] as const)
          .preset("up" as const),
      )
      .action((id, flags) => run((session) => show(session, id, flags as ShowFlags)));
  },
};

async function show(session: Session, id: string, flags: ShowFlags): Promise<0> {
  const project = await openProject(session);
  const inFiles = await withTimeline(project, { offline: true }, (timeline) => showFrom(timeline, id, flags, project));
  if (inFiles) return 0;
  await withTimeline(project, { offline: false }, async (timeline) => {
    // Says that there is no such migration where the history does not know it either.
    if (!await showFrom(timeline, id, flags, project)) resolve(timeline.chain, id);
  });
  return 0;
}

/** What the file says, or the texts that the history kept of one whose file is gone. */
interface Whole {
  readonly header: Migration["header"];
  readonly up: readonly string[];
  readonly down: readonly string[] | null;
  readonly schema: SchemaGraph | null;
}

async function showFrom(timeline: Timeline, id: string, flags: ShowFlags, project: Project): Promise<boolean> {
  const { session: { out }, database: { dialect } } = project;
  let node: Node;
  try {
    node = resolve(timeline.chain, id);
  } catch (error) {
    // Only a name that nothing answers to is worth asking the database for.
    const unknown = error instanceof SqaError && error.code === "SQA-515";
    const broken = timeline.problems.find((problem) => problem.more.place?.file.includes(id));
    if (unknown && broken) throw broken;
    if (unknown && !timeline.known) return false;
    throw error;
  }
  const whole = await readWhole(node, timeline, project);
  if (flags.schema) {
    if (!whole.schema) throw noSchema(node);
    const title = node.label;
    out.exact(
      out.machine ? schemaJson(whole.schema) : await schemaText(whole.schema, flags.format, dialect, null, { title }),
    );
    return true;
  }
  if (flags.sql && !out.machine) {
    const list = flags.sql === "up" ? whole.up : whole.down ?? [];
    out.exact(scriptOf(list.map((sql) => ({ sql })), dialect));
    return true;
  }
  await print(node, whole, timeline, project);
  return true;
}

async function readWhole(node: Node, { connection, history }: Timeline, { database }: Project): Promise<Whole> {
  const { dialect } = database;
  const sqlOf = (statements: Iterable<{ readonly sql: string }>) => Array.from(statements, ({ sql }) => sql);
  if (node.migration) {
    const down = await readDown(node.migration, dialect);
    const schema = (await readSnapshot(node.migration))?.graph ?? null;
    const { header, up } = node.migration;
    return { header, up: sqlOf(up.statements), down: down && sqlOf(down.script.statements), schema };
  }
  const texts = await history.texts(connection!, node.id);
  if (!texts) throw new SqaError("SQA-515", `${node.label} was just taken out of the history`, { exit: 75 });
  const file = `the history's text of ${node.label}`, text = readableText(texts.up);
  const { header, body, bodyLine } = parseHeader(text, file);
  const up = parseBody(body, { dialect, file, line: bodyLine, mode: header.transaction });
  const down = texts.down === null ? null : parseDown(readableText(texts.down), node.id, file, dialect);
  const schema = texts.snapshot === null ? null : parseSnapshotFile(texts.snapshot, file).graph;
  return { header, up: sqlOf(up.statements), down: down && sqlOf(down.statements), schema };
}

function noSchema(node: Node): SqaError {
  return new SqaError("SQA-506", `nobody knows the schema after ${node.label}: it has no snapshot`, {
    ...(node.migration ? { place: { file: node.migration.paths.up } } : {}),
    hint: "it was written by hand, or its .snapshot.json is gone; `sqa inspect` shows the database as it is",
  });
}

async function print(node: Node, { header, up, down }: Whole, timeline: Timeline, project: Project): Promise<void> {
  const { session: { out }, database: { dialect } } = project;
  const planned = node.migration
    ? await replan(node.migration, timeline.chain, dialect)
    : { unknown: "its file is gone" };
  const hazards = "unknown" in planned ? [] : planned.hazards;
  out.data(`${out.style.strong(node.label)}  ${node.id}`);
  if (node.migration) out.data(`file         ${project.shown(node.migration.paths.up)}`);
  out.data(`follows      ${node.parents.map((id) => timeline.chain.nodes.get(id)?.label ?? id).join(", ") || "base"}`);
  out.data(`transaction  ${header.transaction}`);
  out.data(`down         ${header.grade}`);
  if (header.renames.length) {
    out.data(`renames      ${header.renames.map(({ from, to }) => `${from} to ${to}`).join(", ")}`);
  }
  if (header.allows.length) out.data(`allowed      ${header.allows.join(", ")}`);
  const part = (title: string, list: readonly string[]): void => {
    out.data("");
    out.data(`${title} (${count(list.length, "statement")})`);
    for (const sql of list) out.data(sql.trim().split("\n").map((line) => `    ${line}`).join("\n") + ";");
  };
  part("up", up);
  if (down) part("down", down);
  else out.data("\nno down file");
  if (hazards.length) out.data("");
  for (const hazard of hazards) {
    out.data(placedText(hazard, isAllowed(hazard, header, dialect), null, out.style));
  }
  if ("unknown" in planned) out.note(`hazards are not known: ${planned.unknown}`);
  else if (planned.others.length) {
    const numbers = planned.others.map(({ number }) => number).join(", ");
    out.note(`hazards are not known of statement ${numbers}: not as sqa would write it today`);
  }
  out.json({
    migration: nodeJson(node, timeline.known, project),
    transaction: header.transaction,
    grade: header.grade,
    renames: header.renames,
    allows: header.allows,
    up,
    down,
    hazards: "unknown" in planned
      ? null
      : hazards.map(({ at, ...hazard }) => ({ ...hazard, line: at?.line ?? null, number: at?.number ?? null })),
  });
}
