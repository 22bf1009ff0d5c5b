/** `sqa check`: models, files and database against each other, for CI and for the start of a program. Writes nothing. */
import { existsSync } from "node:fs";
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
import { planTree } from "../output/human.ts";
import { count } from "../output/table.ts";
import { differs } from "../planning.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import type { Connection } from "../../dialects/driver.ts";

export const command: CommandModule = {
  examples: [
    ["sqa check", "exit 0 when models, files and database agree, 2 when they do not"],
    ["sqa check --json", "the findings for programs"],
  ],
  define: (base, run) => {
    base
      .description(
        "Checks that the files are whole, that nothing is pending, and that the database is what the files and the models say.",
      )
      .action(() => run(check));
  },
};

/** One way in which the three do not agree. */
interface Finding {
  readonly code: "files" | "pending" | "drift" | "models";
  readonly message: string;
  readonly detail?: unknown;
}

async function check(session: Session): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  const { database } = project;
  // Mistakes in the models are errors of their own, not differences.
  const models = await project.models();
  const missing = database.file !== null && !existsSync(database.file);
  await using connection = missing ? null : await project.connect();
  out.note(connection ? `${connection.server.product}  ${database.label}` : `${database.label} does not exist yet`);
  const { problems, pending } = await files(project, connection);
  const findings: Finding[] = [];
  let said: Unsaid = { unmigrated: [], unmodelled: [] };
  for (const problem of problems) {
    findings.push({ code: "files", message: problem.message, detail: errorJson(problem) });
  }
  for (const node of pending) findings.push({ code: "pending", message: `${node} is not applied` });
  for (const problem of problems) out.warn(errorText(problem, out.messages, session.io.cwd));
  if (problems.length === 0) {
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
    said = unsaid(base, models);
    for (const name of said.unmigrated) {
      out.data(`unmigrated: table "${name}" is in the models and the database, and in no migration`);
    }
    for (const name of said.unmodelled) out.data(`unmodelled: table "${name}" is in the migrations, and in no model`);
    if (plan.up.length) {
      findings.push({ code: "models", message: "the models say something else", detail: plan });
      out.data(`models: ${project.shown(project.settings.dir)} and the database do not have what the models say`);
      out.data(`${planTree(plan, database.dialect, out.style)}\n`);
    }
  }
  for (const node of pending) out.data(`pending: ${node}`);
  out.data(
    findings.length === 0
      ? `models, files and ${database.label} agree`
      : `${count(findings.length, "finding")}: models, files and ${database.label} do not agree`,
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
): Promise<{ readonly problems: readonly SqaError[]; readonly pending: readonly string[] }> {
  const folder = await readFolderLocked(settings.dir, dialect, settings.locked);
  if (connection) {
    const state = await readState(connection, folder, historyOf(dialect, settings.historyTable ?? undefined));
    return { problems: state.problems, pending: pendingNodes(state.chain).map((node) => node.label) };
  }
  const { chain, problems } = makeChain(folder.migrations, []);
  return { problems: [...folder.problems, ...problems], pending: pendingNodes(chain).map((node) => node.label) };
}
