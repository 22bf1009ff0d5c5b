/** `sqa features`: the versions of the models' features, in a lock file, as a picture, and pushed into the system's tables. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "../../dialects/driver.ts";
import type { TableMeta } from "../../models/contract.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import { SqaError } from "../../schema/error.ts";
import { openProject, type Project } from "../context.ts";
import { type FeatureLock, featuresOf, lockDifferences, lockOf, readLock } from "../feature_lock.ts";
import { count, table } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

const actions = ["list", "lock", "diff", "push", "graph"] as const;
type Action = (typeof actions)[number];

interface FeatureFlags {
  readonly check?: boolean | undefined;
  readonly pushed?: boolean | undefined;
  readonly full?: boolean | undefined;
}

const lockFile = "sqa.features.json";

export const command: CommandModule = {
  examples: [
    ["sqa features list", "each feature after what it is made from, with its version"],
    ["sqa features lock", `write the versions to ${lockFile}`],
    ["sqa features diff --check", "exit 2 when code and lock file differ"],
    ["sqa features push", "record the versions in the system's tables"],
    ["sqa features graph", "the dependencies as a Mermaid picture"],
  ],
  define: (base, run) => {
    base
      .description(
        "Versioned features of the models: lists them, locks and compares their versions, records them in the database.",
      )
      .argument("<action>", actions.join(", "))
      .option("--check", "exit 2 when something differs (lock, diff)")
      .option("--pushed", "compare with what was pushed to the database, not with the lock file (diff)")
      .option("--full", "whole versions, not their first twelve digits (list)")
      .action((action, flags) => run((session) => features(session, action, flags)));
  },
};

async function features(session: Session, action: string, flags: FeatureFlags): Promise<0 | 2> {
  if (!actions.includes(action as Action)) {
    throw new SqaError("SQA-003", `"${action}" is nothing that features do`, {
      hint: `write one of ${actions.join(", ")}`,
      exit: 64,
    });
  }
  const project = await openProject(session);
  const { featureProject } = project.settings;
  const metas = featuresOf(
    (await project.liveModels()).models.filter((each) =>
      featureProject === null || each.kind !== "table" || each.feature?.project === featureProject
    ),
  );
  const lock = lockOf(metas);
  switch (action as Action) {
    case "list":
      return list(lock, flags, session);
    case "lock":
      return writeLock(lock, flags, project);
    case "diff":
      return await diff(metas, lock, flags, project);
    case "push":
      return await push(metas, lock, project);
    case "graph":
      session.out.exact(mermaid(lock));
      session.out.json({ graph: lock });
      return 0;
  }
}

function list(lock: FeatureLock, { full }: FeatureFlags, { out }: Session): 0 {
  const shown = (version: string) => full ? version : version.slice(0, 12);
  const rows = Object.entries(lock.features).map(([key, feature]) => [
    key,
    shown(feature.version),
    feature.table,
    Object.keys(feature.fields).join(", "),
    feature.deps.join(", "),
  ]);
  for (const line of table(["feature", "version", "table", "fields", "made from"], rows)) out.data(line);
  out.data(`${count(rows.length, "feature")}, project version ${shown(lock.projectVersion)}`);
  out.json({ ...lock });
  return 0;
}

function writeLock(lock: FeatureLock, { check }: FeatureFlags, project: Project): 0 | 2 {
  const { session: { out }, config } = project;
  const path = join(config.root, lockFile);
  const same = canonicalJson(readLock(path) ?? null) === canonicalJson(lock);
  if (check) {
    out.data(
      same ? `${project.shown(path)} is what the code says` : `${project.shown(path)} is not what the code says`,
    );
    out.json({ same, projectVersion: lock.projectVersion });
    if (!same) out.note("next: sqa features diff, then sqa features lock");
    return same ? 0 : 2;
  }
  if (!same) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  out.data(
    `${same ? "nothing to do:" : "wrote"} ${project.shown(path)} (${
      count(Object.keys(lock.features).length, "feature")
    })`,
  );
  out.json({ written: same ? [] : [project.shown(path)], projectVersion: lock.projectVersion });
  return 0;
}

async function diff(
  metas: readonly TableMeta[],
  lock: FeatureLock,
  { check, pushed }: FeatureFlags,
  project: Project,
): Promise<0 | 2> {
  const { session: { out }, config } = project;
  const path = join(config.root, lockFile);
  const before = pushed ? await lastPushed(metas, project) : readLock(path)?.features ?? {};
  const differences = lockDifferences(before, lock.features);
  const signs = { added: "+", removed: "-", changed: "~" } as const;
  for (const { feature, change, own, fields } of differences) {
    const why = change === "changed" ? `: ${fields.join(", ")}${own ? "" : " (only what it is made from)"}` : "";
    out.data(`${signs[change]} ${feature}${why}`);
  }
  const what = pushed ? "what was pushed" : project.shown(path);
  out.data(
    differences.length === 0
      ? `no changes: ${what} is what the code says`
      : `${count(differences.length, "feature")} differ from ${what}`,
  );
  out.json({ differences, projectVersion: lock.projectVersion });
  return check && differences.length > 0 ? 2 : 0;
}

/**
 * Names of the system's tables: as the models have them, else the usual ones, for the system's models may stand in another history. SQA-125
 * where the database does not have them.
 */
async function systemTables(
  { features, project, connection }: {
    readonly features: readonly TableMeta[];
    readonly project: Project;
    readonly connection: Connection;
  },
): Promise<{ readonly versions: string; readonly snapshots: string }> {
  const { models, graph } = await project.liveModels();
  const { dialect } = project.database, prefix = project.settings.tablePrefix ?? "";
  const path = (end: string) => {
    const meta = models.find((each): each is TableMeta =>
      each.kind === "table" && each.meta["history"] === "system" && each.name.endsWith(end)
    );
    const object = meta &&
      [...graph.objects.values()].find((each) => each.kind === "table" && each.name.at(-1) === prefix + meta.name);
    const name = `${prefix}${features[0]!.feature!.prefix}${end}`;
    return dialect.quotePath(object?.name ?? (dialect.defaultSchema === null ? [name] : [dialect.defaultSchema, name]));
  };
  const found = { versions: path("feature_versions"), snapshots: path("feature_snapshots") };
  for (const name of Object.values(found)) {
    await connection.query(`SELECT 1 AS found FROM ${name} WHERE 1 = 0`).catch((cause) => {
      throw new SqaError("SQA-125", `${project.database.label} does not have the system's table ${name}`, {
        hint:
          "export it from a model file, `export const { featureVersions, featureSnapshots } = featureSystemTables();`, " +
          "then sqa diff && sqa migrate",
        cause,
      });
    });
  }
  return found;
}

/** The newest pushed version of each feature. */
async function lastPushed(features: readonly TableMeta[], project: Project): Promise<FeatureLock["features"]> {
  await using connection = await project.connect({ readOnly: true });
  const { versions } = await systemTables({ features, project, connection });
  const rows = await connection.query<
    { feature_key: string; feature_version: string; code_version: string; spec: string }
  >(
    `SELECT feature_key, feature_version, code_version, spec FROM ${versions} ORDER BY recorded_at, feature_key, feature_version`,
  );
  return Object.fromEntries(
    rows.map((row) => {
      const spec = JSON.parse(row.spec) as {
        table: string;
        project: string;
        deps: string[];
        fields: Record<string, string>;
      };
      return [row.feature_key, { ...spec, version: row.feature_version, codeVersion: row.code_version }];
    }),
  );
}

/** Records each version that is not there yet, all in one transaction. */
async function push(metas: readonly TableMeta[], lock: FeatureLock, project: Project): Promise<0> {
  const { session: { out }, database } = project;
  await using connection = await project.connect();
  const { versions, snapshots } = await systemTables({ features: metas, project, connection });
  const recorded = await connection.transaction(async (tx) => {
    const written: string[] = [];
    for (const [key, feature] of Object.entries(lock.features)) {
      const { project: owner, version, codeVersion, ...spec } = feature;
      const table = `${project.settings.tablePrefix ?? ""}${spec.table}`;
      const recorded = canonicalJson({ ...spec, table, project: owner });
      const row = [owner, key, version, codeVersion, lock.projectVersion, recorded];
      const columns = ["project", "feature_key", "feature_version", "code_version", "project_version", "spec"];
      if (await insertNew(tx, versions, columns, row, 3, database.dialect.history)) written.push(key);
    }
    const owner = metas[0]!.feature!.project;
    const row = [owner, lock.projectVersion, String(metas.length)];
    await insertNew(tx, snapshots, ["project", "project_version", "features"], row, 2, database.dialect.history);
    return written;
  });
  for (const key of recorded) out.data(`+ ${key} ${lock.features[key]!.version.slice(0, 12)}`);
  out.data(
    `${count(recorded.length, "new version")} recorded in ${database.label}, project version ${
      lock.projectVersion.slice(0, 12)
    }`,
  );
  out.json({ recorded, projectVersion: lock.projectVersion });
  return 0;
}

/** Inserts a row unless one with the same first values (its key) is there. */
async function insertNew(
  tx: Pick<Connection, "query">,
  path: string,
  columns: readonly string[],
  values: readonly string[],
  keys: number,
  { placeholder }: { placeholder(position: number): string },
): Promise<boolean> {
  const where = columns.slice(0, keys).map((column, i) => `${column} = ${placeholder(i + 1)}`).join(" AND ");
  const there = await tx.query(`SELECT 1 AS found FROM ${path} WHERE ${where}`, values.slice(0, keys));
  if (there.length > 0) return false;
  const slots = columns.map((_, i) => placeholder(i + 1)).join(", ");
  await tx.query(`INSERT INTO ${path} (${columns.join(", ")}) VALUES (${slots})`, values);
  return true;
}

/** Features and what they are made from. */
function mermaid(lock: FeatureLock): string {
  const ids = new Map(Object.keys(lock.features).map((key, i) => [key, `f${i}`]));
  const lines = Object.entries(lock.features).flatMap(([key, { version, deps }]) => [
    `  ${ids.get(key)}["${key}<br/>${version.slice(0, 12)}"]`,
    ...deps.map((dep) => `  ${ids.get(dep) ?? dep} --> ${ids.get(key)}`),
  ]);
  return ["flowchart LR", ...lines].join("\n") + "\n";
}
