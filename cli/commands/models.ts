/** `sqa models`: what was found in the models, in an order in which it can be made. Runs the models, opens no database. */
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { Option } from "@commander-js/extra-typings";
import { normalize } from "../../diff/normalize.ts";
import { openProject, type Project } from "../context.ts";
import { isOuter } from "../output/describe.ts";
import { count, table } from "../output/table.ts";
import { version } from "../version.ts";
import { type Advice, adviceOf, lacksOf } from "./models_advice.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa models", "tables, views and enums with their files"],
    ["sqa models --json", "the same for programs"],
    ["sqa models --portable", "what the other databases would lack; exit 2 when they do"],
    ["sqa models --advice", "foreign keys without an index, keys that leave the tenant out and the like"],
  ],
  define: (base, run) => {
    base
      .description("Lists what the models hold, each after what it needs, with the file and line that make it.")
      .option("--portable", "compare what each of the four databases can do of them")
      .addOption(new Option("--advice", "say what is no mistake and worth a word").conflicts("portable"))
      .option("--strict", "exit 2 for advice, too")
      .action((flags) =>
        run((session) =>
          flags.portable ? portable(session) : flags.advice ? advice(session, flags.strict) : models(session)
        )
      );
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

/** The same models on every database: exit 2 where one lacks something. */
export async function portable(session: Session): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  const { config: { root }, settings } = project;
  const [{ loadModels }, { dialects }] = await Promise.all([
    import("../../models/load.ts"),
    import("../../dialects/mod.ts"),
  ]);
  const { models } = await loadModels({ cwd: root, globs: settings.models, exclude: settings.exclude });
  const lacks = dialects.map((dialect) => ({ dialect, found: lacksOf(models, dialect, version) }));
  for (const { dialect, found } of lacks) {
    out.data(`${dialect.label}: ${found.length === 0 ? "all of it" : `lacks ${count(found.length, "thing")}`}`);
    sayAdvice(found, project, session);
  }
  out.json({ databases: Object.fromEntries(lacks.map(({ dialect, found }) => [dialect.name, found])) });
  return lacks.some(({ found }) => found.length > 0) ? 2 : 0;
}

async function advice(session: Session, strict = false): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  const { graph } = await project.liveModels();
  const found = adviceOf(normalize(graph, project.database.dialect));
  sayAdvice(found, project, session);
  out.data(found.length === 0 ? "nothing to say" : `${count(found.length, "piece", "pieces")} of advice`);
  out.json({ advice: found });
  return strict && found.length > 0 ? 2 : 0;
}

function sayAdvice(found: readonly Advice[], project: Project, { out }: Session): void {
  for (const { code, message, file, line } of found) {
    const where = file === null ? "" : ` (${project.shown(file)}${line === null ? "" : `:${line}`})`;
    out.data(`  ${code}: ${message}${where}`);
  }
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
