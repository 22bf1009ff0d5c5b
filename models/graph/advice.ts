/**
 * What is no mistake and is worth a word: said as notes of the graph, each with a stable code. Rules about modules (SQA-M002, SQA-M003),
 * tenants (SQA-T001) and references (SQA-R001).
 */
import { objectId } from "../../schema/id.ts";
import type { Note } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { Build } from "./build.ts";
import type { TableEntry } from "./catalog.ts";
import type { Link } from "./links.ts";

/** All advice about these objects. */
export function adviceOn(objects: readonly SchemaObject[], links: readonly Link[], build: Build): readonly Note[] {
  const { tables } = build.catalog;
  const within = keysByTable(objects);
  return [
    ...tables.flatMap(withoutPrefix),
    ...links.flatMap(withoutDependency),
    ...tables.flatMap((table) => withoutTenant(table, within)),
    ...links.flatMap((link) => withoutIndex(link, within)),
  ];
}

type KeysOf = (table: TableEntry) => readonly SchemaObject[];

/** The keys and indexes of a table; they are sorted out when the first table is asked for. */
function keysByTable(objects: readonly SchemaObject[]): KeysOf {
  let byTable: Map<ObjectId, SchemaObject[]> | null = null;
  return ({ id }) => {
    if (!byTable) {
      byTable = new Map();
      for (const object of objects) {
        if (object.parent === null || !["index", "unique", "primary_key"].includes(object.kind)) continue;
        const known = byTable.get(object.parent);
        if (known) known.push(object);
        else byTable.set(object.parent, [object]);
      }
    }
    return byTable.get(id) ?? [];
  };
}

/** SQA-M002: in one schema for all, only its prefix says whose a table is. */
function withoutPrefix({ meta, id }: TableEntry): readonly Note[] {
  const { module } = meta;
  if (!module || module.schema !== null || module.prefix !== "" || meta.name.startsWith(`${module.name}_`)) return [];
  const message = `SQA-M002: table "${meta.name}" of module "${module.name}" does not begin with "${module.name}_"; ` +
    `leave prefix: false out, or give the module a schema of its own`;
  return [{ code: "module-prefix", object: id, message }];
}

/** SQA-M003: what refers to another module needs it, and should say so. */
function withoutDependency({ from, to, soft }: Link): readonly Note[] {
  const own = from.meta.module, other = to.meta.module;
  if (soft || !own || !other || own.name === other.name || reaches(own.dependsOn, other.name)) return [];
  const message = `SQA-M003: table "${from.meta.name}" refers to "${to.meta.name}" of module "${other.name}": add ` +
    `dependsOn: ["${other.name}"] to moduleBase("${own.name}"), or use softRef()`;
  return [{ code: "module-dependency", object: from.id, message }];
}

function reaches(dependsOn: readonly string[], name: string): boolean {
  return dependsOn.includes(name);
}

/** SQA-T001: a key of a tenant's table that leaves the tenant out keeps one tenant's values from another. */
function withoutTenant(table: TableEntry, keysOf: KeysOf): readonly Note[] {
  const tenant = table.columns.find(({ state }) => state.mixin === "tenant");
  if (!tenant) return [];
  return keysOf(table).flatMap((object): Note[] => {
    const columns = object.kind === "unique"
      ? object.columns
      : object.kind === "index" && object.unique
      ? object.keys.map((key) => key.column ?? "")
      : null;
    if (columns === null || columns.includes(tenant.name)) return [];
    const message = `SQA-T001: the unique key (${columns.join(", ")}) of "${table.meta.name}" leaves out ` +
      `"${tenant.name}", so two tenants cannot have the same value; add it to the key`;
    return [{ code: "tenant-unique", object: table.id, message }];
  });
}

/** SQA-R001: programs look soft references up, and no constraint asks for an index. */
function withoutIndex({ from, columns, soft }: Link, keysOf: KeysOf): readonly Note[] {
  if (!soft) return [];
  const led = keysOf(from).some((object) =>
    (object.kind === "index" && object.keys[0]?.column === columns[0]) ||
    ((object.kind === "unique" || object.kind === "primary_key") && object.columns[0] === columns[0])
  );
  if (led) return [];
  const message = `SQA-R001: the soft reference "${from.meta.name}.${columns[0]}" has no index; add .index()`;
  return [{ code: "soft-reference-index", object: objectId("column", [...from.path, columns[0]!]), message }];
}
