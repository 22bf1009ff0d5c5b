/** A schema as a document: JSON, the SQL that makes it, or a picture. */
import type { Dialect } from "../../dialects/dialect.ts";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { assertNever } from "../../schema/error.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import type { SoftReference } from "../../models/graph/links.ts";
import { dotOf } from "./dot.ts";
import { mermaidOf } from "./mermaid.ts";
import { pictureOf } from "./picture.ts";
import { scriptOf } from "./sql.ts";

export const schemaFormats = ["json", "sql", "mermaid", "dot", "svg", "html"] as const;
export type SchemaFormat = typeof schemaFormats[number];

/** The document. `version` is the server's that the SQL is for; null is the oldest supported. `title` is a page's. */
export async function schemaText(
  graph: SchemaGraph,
  format: SchemaFormat,
  dialect: Dialect,
  version: number | null,
  { soft = [], title = "schema" }: { readonly soft?: readonly SoftReference[]; readonly title?: string } = {},
): Promise<string> {
  switch (format) {
    case "json":
      return snapshotText(graph);
    case "sql":
      return sqlOf(graph, dialect, version);
    case "mermaid":
      return mermaidOf(pictureOf(graph, dialect, soft));
    case "dot":
      return dotOf(pictureOf(graph, dialect, soft));
    case "svg":
    case "html": {
      const picture = pictureOf(graph, dialect, soft), { layOut } = await import("./layout.ts");
      const layout = await layOut(picture);
      if (format === "html") return (await import("./page.ts")).pageOf(picture, layout, title);
      return (await import("./svg.ts")).svgOf(layout);
    }
    default:
      return assertNever(format, "format");
  }
}

/** The snapshot with the version of its form and the notes beside it: what `--json` prints. */
export function schemaJson(graph: SchemaGraph): string {
  return JSON.stringify({ version: 1, ...JSON.parse(snapshotText(graph)), notes: graph.notes }, null, 2) + "\n";
}

/** The way from an empty database to the graph. */
function sqlOf(graph: SchemaGraph, dialect: Dialect, version: number | null): string {
  const from = makeGraph(dialect.name, dialect.initial);
  const { plan } = makePlan({ from, to: graph, dialect, options: { columnOrder: "strict", version } });
  return scriptOf(plan.up, dialect);
}
