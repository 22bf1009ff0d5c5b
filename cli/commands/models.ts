/** `sqa models`: what was found in the models, in an order in which it can be made. Runs the models, opens no database. */
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { openProject } from "../context.ts";
import { isOuter } from "../output/describe.ts";
import { count, table } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa models", "tables, views and enums with their files"],
    ["sqa models --json", "the same for programs"],
  ],
  define: (base, run) => {
    base
      .description("Lists what the models hold, each after what it needs, with the file and line that make it.")
      .action(() => run(models));
  },
};

async function models(session: Session): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { graph } = await project.models();
  const objects = inOrderOfNeed(graph);
  const rows = objects.map((object) => ({
    kind: object.kind,
    name: object.name.join("."),
    columns: children(graph, object.id, "column").length,
    file: object.origin?.file ? project.shown(object.origin.file) : null,
    line: object.origin?.line ?? null,
    module: object.origin?.module ?? null,
  }));
  const cells = rows.map(({ kind, name, columns, file, line }) => [
    factsOf(objects.find((object) => object.kind === kind)!).label,
    name,
    kind === "table" ? String(columns) : "",
    file === null ? "" : line === null ? file : `${file}:${line}`,
  ]);
  for (const line of table(["kind", "name", "columns", "where"], cells)) out.data(line);
  out.data(`${count(rows.length, "object")} in the models`);
  out.json({ objects: rows });
  return 0;
}

/** Tables, views, enums and schemas, each after what it refers to; a circle is broken by name. */
function inOrderOfNeed(graph: SchemaGraph): readonly SchemaObject[] {
  const outer = [...graph.objects.values()].filter((object) => isOuter(object) && object.kind !== "schema");
  const owners = new Map(outer.map((object) => [object.id, object]));
  const needs = (object: SchemaObject): readonly SchemaObject[] => {
    const parts = children(graph, object.id).flatMap((
      part,
    ) => [...part.refs, ...children(graph, part.id).flatMap((one) => one.refs)]);
    return [...object.refs, ...parts].map((id) => ownerOf(id)).filter((one) =>
      one !== undefined && one.id !== object.id
    ) as SchemaObject[];
  };
  const ownerOf = (id: SchemaObject["id"]): SchemaObject | undefined => {
    for (
      let at: SchemaObject | undefined = graph.objects.get(id);
      at;
      at = at.parent ? graph.objects.get(at.parent) : undefined
    ) {
      if (owners.has(at.id)) return at;
    }
    return undefined;
  };
  const done = new Set<string>(), sorted: SchemaObject[] = [];
  const visit = (object: SchemaObject): void => {
    if (done.has(object.id)) return;
    done.add(object.id);
    for (const one of needs(object).toSorted((a, b) => a.id < b.id ? -1 : 1)) visit(one);
    sorted.push(object);
  };
  for (const object of outer) visit(object);
  return sorted;
}
