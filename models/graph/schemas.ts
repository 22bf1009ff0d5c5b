/** Schemas and enum types as objects. */
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { type Build, originOf } from "./build.ts";
import { lacking, optionsFor, supported } from "./options.ts";
import { ownerIn, ownerKeys } from "./owners.ts";

/** What a new database holds, and every schema that a model names or lives in. */
export function schemaObjects(build: Build): readonly SchemaObject[] {
  const { dialect, catalog, report } = build;
  const found = new Map<string, SchemaObject>(dialect.initial.map((object) => [object.id, object]));
  if (dialect.defaultSchema === null && !dialect.attaches) {
    for (const meta of catalog.schemas) lacking("schema", dialect, `schema "${meta.name}"`, meta.place, report);
    return [...found.values()];
  }
  const add = (name: string, fields: Partial<SchemaObject<"schema">>) => {
    const id = objectId("schema", [name]);
    const base = found.get(id) ??
      { kind: "schema", id, name: [name], parent: null, refs: [], comment: null, options: {} };
    found.set(id, { ...base, ...fields } as SchemaObject<"schema">);
  };
  const enums = dialect.enums === "type" ? catalog.enums : [];
  for (const entry of [...catalog.tables, ...catalog.views, ...enums]) {
    if (entry.path.length < 2 || (entry.kind === "table" && entry.meta.unmanaged)) continue;
    const id = objectId("schema", [entry.path[0]!]);
    if (!found.has(id)) add(entry.path[0]!, { origin: originOf(entry, entry.meta.place) });
  }
  for (const meta of catalog.raws) {
    if (meta.path.length > 1 && meta.parent === undefined && !found.has(objectId("schema", [meta.path[0]!]))) {
      add(meta.path[0]!, { origin: originOf({ meta }, meta.place) });
    }
  }
  for (const meta of catalog.schemas) {
    const what = `schema "${meta.name}"`;
    if (!supported("schema", dialect, what, meta.place, report)) continue;
    add(meta.name, {
      origin: originOf({ meta }, meta.place),
      options: optionsFor(meta.on, "schema", dialect, what, meta.place, report, ownerKeys(dialect)),
      ...(meta.comment === null ? {} : { comment: meta.comment }),
    });
  }
  const owners = catalog.schemas.flatMap((meta) => {
    const schema = found.get(objectId("schema", [meta.name]));
    return schema ? ownerIn(meta.on, schema, meta.place, build) : [];
  });
  return [...found.values(), ...owners];
}

/** Enum types, where the database has them. */
export function enumObjects(build: Build): readonly SchemaObject[] {
  const { dialect, catalog, report } = build;
  if (dialect.enums !== "type") return [];
  return catalog.enums.flatMap(({ meta, path, id }) => {
    if (!supported("enum", dialect, `enum "${meta.name}"`, meta.place, report)) return [];
    const object: SchemaObject<"enum"> = {
      kind: "enum",
      id,
      name: path,
      parent: path.length < 2 ? null : objectId("schema", [path[0]!]),
      refs: [],
      comment: meta.comment,
      origin: originOf({ meta }, meta.place),
      values: meta.values,
    };
    return [object, ...ownerIn(meta.on, object, meta.place, build)];
  });
}
