/** `sqa check`: models, files and database against each other, for CI and for the start of a program. Writes nothing. */
import { existsSync } from "node:fs";
import { Option } from "@commander-js/extra-typings";
import { historyOf, makeChain, pendingNodes } from "../../migrate/mod.ts";
import { readFolderLocked } from "../../migrate/lock_file.ts";
import { readState } from "../../migrate/state.ts";
import { describeDifferences } from "../../migrate/verify.ts";
import type { SqaError } from "../../schema/error.ts";
import { type Base, readBase } from "../base.ts";
import { openProject, type Project } from "../context.ts";
import type { ModelsRead } from "../models_source.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { errorJson, errorText } from "../output/error.ts";
import { noteText, planTree } from "../output/human.ts";
import { count } from "../output/table.ts";
import { differs } from "../planning.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import type { Connection } from "../../dialects/driver.ts";

export const command: CommandModule = {
  examples: [
    ["sqa check", "exit 0 when models, files and database agree, 2 when they do not"],
    ["sqa check --strict", "also what is only told: left alone, not compared, warnings of files, advice on the models"],
    ["sqa check --applied", "only whether every file is applied; loads no models"],
    ["sqa check --portable", "what each of the four databases would lack of the models"],
    ["sqa check --json", "the findings for programs"],
  ],
  define: (base, run) => {
    base
      .description(
        "Checks that the files are whole, that nothing is pending, and that the database is what the files and the models say.",
      )
      .option("--strict", "take notes and warnings for findings")
      .option("--applied", "look at files and database only, for the start of a program")
      .addOption(new Option("--portable", "compare what each of the four databases can do").conflicts("applied"))
      .action((flags) =>
        run(async (session) =>
          flags.portable ? await (await import("./models.ts")).portable(session) : await check(session, flags)
        )
      );
  },
};

/** One way in which the three do not agree. */
interface Finding {
  readonly code: "files" | "pending" | "drift" | "models" | "notes";
  readonly message: string;
  readonly detail?: unknown;
}

interface CheckFlags {
  readonly strict?: true;
  readonly applied?: true;
}

async function check(session: Session, { strict, applied }: CheckFlags): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  const { database } = project;
  // Mistakes in the models are errors of their own, not differences.
  const models = applied ? null : await project.models();
  const missing = database.file !== null && !existsSync(database.file);
  await using connection = missing ? null : await project.connect();
  out.note(connection ? `${connection.server.product}  ${database.label}` : `${database.label} does not exist yet`);
  const { problems, warnings, pending } = await files(project, connection);
  const findings: Finding[] = [];
  let said: Unsaid = { unmigrated: [], unmodelled: [] };
  for (const problem of problems) {
    findings.push({ code: "files", message: problem.message, detail: errorJson(problem) });
  }
  for (const node of pending) findings.push({ code: "pending", message: `${node} is not applied` });
  for (const problem of problems) out.warn(errorText(problem, out.messages, session.io.cwd));
  for (const { code, message } of warnings) {
    out.warn(`${out.messages.change(`warning[${code}]`)}: ${message}`);
    if (strict) findings.push({ code: "files", message: `${code}: ${message}` });
  }
  if (problems.length === 0 && models) {
    const base = await readBase(project, connection);
    if (base.drift?.length) {
      const detail = describeDifferences(base.drift);
      findings.push({ code: "drift", message: "the database is not what its migrations made it", detail });
      out.data(`drift: ${database.label} is not what its migrations made it\n${detail.replace(/^/gm, "  ")}\n`);
    }
    const plan = await differs({
      project,
      from: base.graph,
      to: models.graph,
      renames: models.renames,
      identities: { kinds: models.kinds, recorded: base.renames },
      leftOut: models.leftOut,
      flags: {},
      managed: base.managed,
      connection,
      version: connection && database.versionFor(connection),
    });
    for (const note of plan.notes) {
      out.note(noteText(note, out.messages));
      if (strict) findings.push({ code: "notes", message: note.message });
    }
    said = unsaid(base, models);
    for (const name of said.unmigrated) {
      const message = `table "${name}" is in the models and the database, and in no migration`;
      out.data(`unmigrated (SQA-C011): ${message}`);
      if (strict) findings.push({ code: "notes", message: `SQA-C011: ${message}` });
    }
    for (const name of said.unmodelled) {
      out.data(`unmodelled (SQA-C012): table "${name}" is in the migrations, and in no model`);
    }
    if (plan.up.length) {
      findings.push({ code: "models", message: "the models say something else", detail: plan });
      out.data(`models: ${project.shown(project.settings.dir)} and the database do not have what the models say`);
      out.data(`${planTree(plan, database.dialect, out.style)}\n`);
    }
  }
  for (const node of pending) out.data(`pending: ${node}`);
  out.data(
    findings.length === 0
      ? `${applied ? "" : "models, "}files and ${database.label} agree`
      : `${count(findings.length, "finding")}: ${applied ? "" : "models, "}files and ${database.label} do not agree`,
  );
  out.json({ ok: findings.length === 0, database: database.label, findings, ...said });
  if (findings.some((finding) => finding.code === "models")) out.note("next: sqa diff");
  else if (pending.length) out.note("next: sqa migrate");
  return findings.length === 0 ? 0 : 2;
}

interface Unsaid {
  readonly unmigrated: readonly string[];
  readonly unmodelled: readonly string[];
}

/**
 * Tables that the code has and no migration made, and the reverse. The first are no finding by themselves: a database that was there before
 * sqa has such tables. The second are part of what the models say otherwise.
 */
function unsaid(base: Base, models: ModelsRead): Unsaid {
  const names = (objects: Iterable<SchemaObject>) => [...objects].map((object) => object.name.join("."));
  const tables = (graph: SchemaGraph) => [...graph.objects.values()].filter(({ kind }) => kind === "table");
  if (base.parents.length === 0) return { unmigrated: [], unmodelled: [] };
  return {
    unmigrated: names(tables(models.graph).filter(({ id }) => base.graph.objects.has(id) && !base.managed.has(id))),
    unmodelled: names(
      tables(base.graph).filter((table) =>
        base.managed.has(table.id) && !models.graph.objects.has(table.id) && !models.leftOut?.(table)
      ),
    ),
  };
}

async function files(
  { database: { dialect }, settings }: Project,
  connection: Connection | null,
): Promise<{
  readonly problems: readonly SqaError[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly pending: readonly string[];
}> {
  const folder = await readFolderLocked(settings.dir, dialect, settings.locked);
  if (connection) {
    const state = await readState(connection, folder, historyOf(dialect, settings.historyTable ?? undefined));
    const { problems, warnings } = state;
    return { problems, warnings, pending: pendingNodes(state.chain).map((node) => node.label) };
  }
  const { chain, problems } = makeChain(folder.migrations, []);
  const pending = pendingNodes(chain).map((node) => node.label);
  return { problems: [...folder.problems, ...problems], warnings: [], pending };
}
