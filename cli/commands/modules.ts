/** `sqa modules`: the modules of the models; `sqa modules rm NAME` writes a migration that takes one out, once nothing needs it any more. */
import { children, makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { SqaError } from "../../schema/error.ts";
import { inDependencyOrder } from "../../models/graph/modules.ts";
import type { ModuleMeta } from "../../models/contract.ts";
import { openForDiff } from "../asked.ts";
import { readBase } from "../base.ts";
import { openProject } from "../context.ts";
import { belongsTo, modulesOfModels } from "../module_filter.ts";
import { count, table } from "../output/table.ts";
import { decide, requireAllowed } from "../planning.ts";
import { showPlan } from "../show_plan.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { requireProof } from "../proof.ts";
import { writeDecided } from "./diff_models.ts";
import { nearest } from "../suggest.ts";

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...before ?? [], value];

interface ModuleFlags {
  readonly detach?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly allow?: readonly string[] | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa modules", "the modules, each after those that it depends on"],
    ["sqa modules rm orders", "a migration that drops what is the module's; refused while others need it"],
    ["sqa modules rm orders --detach", "drop the foreign keys of others that point to it as well"],
  ],
  define: (base, run) => {
    base
      .description("Lists the modules of the models, or takes one out of the database.")
      .argument("[action]", "list (default) or rm")
      .argument("[name]", "the module")
      .option("--detach", "drop foreign keys of other modules that point to it")
      .option("--allow <rule[:object]>", "a hazard that is accepted; repeatable", list)
      .option("--dry-run", "show what would be written; write nothing")
      .action((action, name, flags) =>
        run((session) => {
          if (action === undefined || action === "list" || action === "ls") return listModules(session);
          if (action === "rm" && name !== undefined) return removeModule(session, name, flags);
          throw new SqaError("SQA-003", action === "rm" ? "which module?" : `"${action}" is nothing that modules do`, {
            hint: "write `sqa modules` or `sqa modules rm NAME`",
            exit: 64,
          });
        })
      );
  },
};

async function listModules(session: Session): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { graph, models } = await project.liveModels();
  const modules = inDependencyOrder([...modulesOfModels(models).values()].sort((a, b) => a.name < b.name ? -1 : 1));
  const rows = modules.map((module) => ({
    name: module.name,
    prefix: module.prefix,
    schema: module.schema,
    dependsOn: module.dependsOn,
    tables: [...graph.objects.values()].filter((object) =>
      object.kind === "table" && object.origin?.module === module.name
    )
      .map((object) => object.name.join(".")),
    file: module.place.file ? project.shown(module.place.file) : null,
  }));
  const cells = rows.map((
    row,
  ) => [row.name, String(row.tables.length), row.schema ?? row.prefix, row.dependsOn.join(", "), row.file ?? ""]);
  for (const line of table(["module", "tables", "names begin with", "depends on", "where"], cells)) out.data(line);
  out.data(count(rows.length, "module"));
  out.json({ modules: rows });
  return 0;
}

async function removeModule(session: Session, name: string, flags: ModuleFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database } = project;
  const models = await project.liveModels();
  const module = moduleNamed(name, modulesOfModels(models.models));
  await using connection = await openForDiff(project, false);
  const base = await readBase(project, connection);
  const own = belongsTo([module], models.graph);
  const gone = new Set([...base.graph.objects.values()].filter(own).map(({ id }) => id));
  if (gone.size === 0) {
    out.data(`nothing to do: ${database.label} has nothing of module "${module.name}"`);
    out.json({ changed: false, written: [] });
    return 0;
  }
  const dependents = dependentsOn(gone, base.graph);
  const keys = dependents.filter(({ kind }) => kind === "foreign_key");
  if (dependents.length > (flags.detach ? keys.length : 0)) {
    throw inUse(module, dependents, keys.length === dependents.length);
  }
  for (const key of keys) gone.add(key.id);
  const target = makeGraph(base.graph.dialect, [...base.graph.objects.values()].filter(({ id }) => !gone.has(id)));
  const decided = await decide({
    project,
    from: base.graph,
    to: target,
    renames: [],
    flags: { allow: flags.allow },
    managed: gone,
    connection,
    version: connection && database.versionFor(connection),
  });
  showPlan(decided, project);
  requireAllowed(decided, project);
  await requireProof(decided, base, connection, project);
  const written = await writeDecided(decided, base, { name: `remove_${module.name}`, dryRun: flags.dryRun }, project);
  if (!flags.dryRun) out.note(`then take the module's files out of the models, and run sqa migrate`);
  return written;
}

function moduleNamed(name: string, modules: ReadonlyMap<string, ModuleMeta>): ModuleMeta {
  const found = modules.get(name.toLowerCase());
  if (found) return found;
  const guess = nearest(name, [...modules.keys()]);
  throw new SqaError("SQA-127", `the models have no module "${name}"`, {
    hint: guess ? `did you mean "${guess}"?` : `the modules are: ${[...modules.keys()].sort().join(", ") || "none"}`,
    exit: 64,
  });
}

/** What stays and needs something that goes. */
function dependentsOn(gone: ReadonlySet<ObjectId>, graph: SchemaGraph): readonly SchemaObject[] {
  return [...graph.objects.values()].filter((object) =>
    !gone.has(object.id) && (object.parent === null || !gone.has(object.parent)) && object.refs.some((id) =>
      gone.has(id)
    ) &&
    // A table is named by what in it needs the module.
    children(graph, object.id).length === 0
  );
}

function inUse(module: ModuleMeta, dependents: readonly SchemaObject[], onlyKeys: boolean): SqaError {
  const lines = dependents.map((object) => `${factsOf(object).label} "${object.name.join(".")}"`);
  return new SqaError(
    "SQA-128",
    `module "${module.name}" is needed by ${count(dependents.length, "object")} of others`,
    {
      detail: lines.join("\n"),
      exit: 3,
      ...(onlyKeys ? { choices: ["--detach"], hint: "nothing was written; --detach drops these foreign keys first" } : {
        hint: "nothing was written; take these out of the models and migrate first",
      }),
    },
  );
}
