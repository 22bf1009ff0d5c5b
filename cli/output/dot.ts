/** A picture of a schema in the language of Graphviz: `sqa inspect --format dot | dot -Tsvg > schema.svg`. */
import { escaped } from "./markup.ts";
import type { Picture, PicturedTable } from "./picture.ts";

/** Tables as boxes, those of a module in a frame; arrows from who points to whom, dotted for soft references. Ends with a line feed. */
export function dotOf({ tables, references }: Picture): string {
  const owned = Map.groupBy(tables, ({ module }) => module);
  const frames = [...owned].sort(([a], [b]) => (a ?? "") < (b ?? "") ? -1 : 1).flatMap(([module, own], i) =>
    module === null
      ? own.map((table) => `  ${box(table)}`)
      : [`  subgraph cluster_${i} {`, `    label = ${text(module)};`, ...own.map((table) => `    ${box(table)}`), "  }"]
  );
  const arrows = references.map(({ from, to, columns, optional, soft }) => {
    const head = optional ? "odot" : "dot";
    const style = soft ? ", style = dotted" : "";
    return `  ${text(from.name)} -> ${text(to.name)} [label = ${
      text(columns.join(", "))
    }, arrowhead = ${head}, arrowtail = crow, dir = both${style}];`;
  });
  const head = [
    "digraph schema {",
    "  rankdir = LR;",
    '  node [shape = plain, fontname = "sans-serif"];',
    '  edge [fontname = "sans-serif", fontsize = 10];',
  ];
  return [...head, ...frames, ...arrows, "}"].join("\n") + "\n";
}

/** A table as an HTML-like label: a row for its name, and one for each column. */
function box({ name, columns }: PicturedTable): string {
  const rows = columns.map((column) => {
    const cells = [column.name, column.type + (column.nullable ? "" : " not null"), column.keys.join(" ")];
    return `<tr>${cells.map((cell) => `<td align="left">${inLine(cell) || " "}</td>`).join("")}</tr>`;
  });
  const title = `<tr><td colspan="3" bgcolor="gray90"><b>${inLine(name)}</b></td></tr>`;
  return `${text(name)} [label = <<table border="0" cellborder="1" cellspacing="0">${title}${rows.join("")}</table>>];`;
}

function text(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/[\r\n]+/g, " ")}"`;
}

function inLine(value: string): string {
  return escaped(value.replace(/[\r\n]+/g, " "));
}
