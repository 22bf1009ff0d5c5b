/** Views, and triggers of tables and views, as objects. */
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { type ExtraMeta, modelOf, type TableMeta, type TriggerMeta, type ViewMeta } from "../contract.ts";
import { nearest } from "../nearest.ts";
import { type Build, originOf } from "./build.ts";
import { isFor, type TableEntry, type ViewEntry } from "./catalog.ts";
import { optionsFor, supported } from "./options.ts";
import { ownerIn, ownerKeys } from "./owners.ts";
import { expressionOf } from "./sql_text.ts";

/** All views with their triggers. */
export function viewObjects(build: Build): readonly SchemaObject[] {
  return build.catalog.views.flatMap((entry) => {
    const view = viewObject(entry, build);
    if (!view) return [];
    const triggers = entry.meta.triggers.flatMap((trigger) => triggerObject(entry, trigger, build) ?? []);
    return [view, ...triggers, ...ownerIn(entry.meta.on, view, entry.meta.place, build)];
  });
}

/** The triggers of a table. */
export function tableTriggers(
  table: TableEntry,
  extras: readonly ExtraMeta[],
  build: Build,
): readonly SchemaObject<"trigger">[] {
  return extras.flatMap((extra) => extra.kind === "trigger" ? triggerObject(table, extra.trigger, build) ?? [] : []);
}

function viewObject(entry: ViewEntry, build: Build): SchemaObject<"view"> | null {
  const { dialect, report, mentions } = build;
  const { meta } = entry;
  const what = `view "${meta.name}"`;
  if (!supported("view", dialect, what, meta.place, report)) return null;
  const definition = expressionOf(meta.sql, build.text(what, meta.place, null, true));
  if (!definition) return null;
  return {
    kind: "view",
    id: entry.id,
    name: entry.path,
    parent: entry.path.length < 2 ? null : objectId("schema", [entry.path[0]!]),
    refs: meta.dependsOn
      ? dependencies(meta, build)
      : mentions.everything(definition.sql).filter((id) => id !== entry.id),
    comment: meta.comment,
    origin: originOf(entry, meta.place),
    definition,
    columns: meta.columns,
    options: optionsFor(meta.on, "view", dialect, what, meta.place, report, ownerKeys(dialect)),
  };
}

/** The objects that a view says it reads, with all columns of its tables. */
function dependencies(meta: ViewMeta, build: Build): readonly ObjectId[] {
  const { catalog, report, dialect } = build;
  const known = [...catalog.tables, ...catalog.views];
  return meta.dependsOn!.flatMap((item) => {
    const other = typeof item === "string" ? null : modelOf(item());
    const path = typeof item === "string" ? item.split(".") : [];
    const full = path.length === 1 && dialect.defaultSchema !== null ? [dialect.defaultSchema, ...path] : path;
    const entry = typeof item === "string"
      ? catalog.find(full)
      : other?.kind === "table"
      ? catalog.tableOf.get(other as TableMeta)
      : catalog.viewOf.get(other as ViewMeta);
    if (entry) {
      const columns = entry.kind === "table" ? entry.columns : [];
      return [entry.id, ...columns.map((column) => objectId("column", [...entry.path, column.name]))];
    }
    const label = typeof item === "string" ? item : other?.name ?? "something that is no model";
    const guess = nearest(label, known.map(({ meta }) => meta.name));
    report.add(
      "SQA-105",
      `view "${meta.name}" depends on "${label}", which is not among the models`,
      meta.place,
      guess ? `did you mean "${guess}"?` : "export it from a model file",
    );
    return [];
  });
}

/** A trigger stands under its table; where names have no schema, triggers have a space of their own. */
function triggerObject(owner: TableEntry | ViewEntry, meta: TriggerMeta, build: Build): SchemaObject<"trigger"> | null {
  const { dialect, report, mentions } = build;
  const what = `trigger "${meta.name}"`;
  if (!isFor(meta, dialect) || !supported("trigger", dialect, what, meta.place, report)) return null;
  const definition = expressionOf(meta.sql, build.text(what, meta.place));
  if (!definition) return null;
  const path = dialect.defaultSchema === null ? [...owner.path.slice(0, -1), meta.name!] : [...owner.path, meta.name!];
  return {
    kind: "trigger",
    id: objectId("trigger", path),
    name: path,
    parent: owner.id,
    refs: mentions.everything(definition.sql),
    comment: meta.comment,
    origin: originOf(owner, meta.place),
    definition,
    options: optionsFor(meta.on, "trigger", dialect, what, meta.place, report),
  };
}
