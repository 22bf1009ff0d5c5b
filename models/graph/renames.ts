/** Earlier names in the models as answers to "is it the same object?". They may stay after the rename is done, so both states are named. */
import type { RenameHint } from "../../diff/change.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind } from "../../schema/object.ts";
import type { ModuleMeta, Named } from "../contract.ts";
import type { Build } from "./build.ts";
import { type NamedKind, slotPath } from "./names.ts";
import type { EnumEntry, TableEntry, ViewEntry } from "./catalog.ts";

/** The source that these hints name, so that a message can say where they come from. */
const source = "renamedFrom";

/**
 * Hints for tables, views and enums, for columns under the table's old and new name, and for what is given a `renamedFrom` of its own. A hint whose
 * old object is not there means nothing: the rename is done, or the database is new.
 */
export function renameHints(
  graph: SchemaGraph,
  build: Build,
  items: readonly RenamedItem[],
): readonly RenameHint[] {
  const { catalog } = build;
  const hints = new Map<string, RenameHint>();
  const add = (kind: Kind, from: readonly string[], to: readonly string[], module?: RenameHint["module"]) => {
    const hint = { from: objectId(kind, from), to: objectId(kind, to), source, ...(module ? { module } : {}) };
    if (hint.from !== hint.to && graph.objects.has(hint.to)) hints.set(`${hint.from} ${hint.to}`, hint);
  };
  const enums = build.dialect.enums === "type" ? catalog.enums : [];
  for (const entry of [...catalog.tables, ...catalog.views, ...enums]) {
    const old = oldPaths(entry);
    for (const path of old) add(entry.kind, path, entry.path);
    const { module } = entry.meta;
    for (const { path, from } of oldModulePaths(module, entry.path)) {
      add(entry.kind, path, entry.path, { from, to: module!.name });
    }
    if (entry.kind !== "table") continue;
    for (const column of entry.columns) {
      for (const name of column.state.renamedFrom) {
        for (const table of [entry.path, ...old]) add("column", [...table, name], [...entry.path, column.name]);
      }
    }
  }
  for (const { kind, path, table, item } of items) {
    for (const name of item.renamedFrom) {
      for (const owner of [table.path, ...oldPaths(table)]) {
        add(kind, slotPath({ kind, table: owner }, name, build.dialect), path);
      }
    }
  }
  for (const meta of catalog.schemas) for (const name of meta.renamedFrom) add("schema", [name], [meta.name]);
  for (const { path, meta, ...entry } of enums) {
    for (const [now, name] of Object.entries(meta.renamedValues)) {
      for (const owner of [path, ...oldPaths({ path, meta, ...entry })]) {
        const hint = { from: objectId("enum", [...owner, name]), to: objectId("enum", [...path, now]), source };
        hints.set(`${hint.from} ${hint.to}`, hint);
      }
    }
  }
  return [...hints.values()];
}

/** Something below a table that had another name. */
export interface RenamedItem {
  readonly kind: NamedKind;
  readonly path: readonly string[];
  readonly table: TableEntry;
  readonly item: Named;
}

/** Paths that a table, view or enum had: by its own `renamedFrom`, and by its module's. */
function oldPaths(entry: TableEntry | ViewEntry | EnumEntry): readonly (readonly string[])[] {
  const { meta, path } = entry;
  const schema = path.slice(0, -1);
  // What is put before the names of all tables of features was there before, too.
  const prefix = entry.kind === "table" ? path.at(-1)!.slice(0, -meta.name.length) : "";
  const own = meta.renamedFrom.map((name) =>
    name.includes(".") && schema.length > 0 ? name.split(".") : [...schema, prefix + name]
  );
  return [...own, ...oldModulePaths(meta.module, path).map((old) => old.path)];
}

/** Under which path it was in its module's earlier names. */
function oldModulePaths(
  module: ModuleMeta | null,
  path: readonly string[],
): readonly { readonly path: readonly string[]; readonly from: string }[] {
  if (!module) return [];
  const name = path.at(-1)!;
  return module.renamedFrom.flatMap((old) => {
    const usual = module.prefix === `${module.name}_`;
    const oldName = usual && name.startsWith(module.prefix) ? `${old}_${name.slice(module.prefix.length)}` : name;
    const schema = module.schema === module.name ? [old] : path.slice(0, -1);
    return oldName === name && schema[0] === path[0] ? [] : [{ path: [...schema, oldName], from: old }];
  });
}
