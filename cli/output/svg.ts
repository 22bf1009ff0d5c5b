/** A picture of a schema as SVG: a document of its own that loads nothing. Every name is text, whatever is in it. */
import { type Box, keysWidth, type Layout, letter, type Line, rowHeight, titleHeight } from "./layout.ts";
import { escaped } from "./markup.ts";

/** Looks, for light and for dark screens. */
const style = `
  svg.sqa { background: #fff; font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .sqa .box { fill: #fff; stroke: #94a3b8 }
  .sqa .head { fill: #e8eef7; stroke: #94a3b8 }
  .sqa .name { fill: #0f172a }
  .sqa .title, .sqa .key { font-weight: bold }
  .sqa .type { fill: #64748b }
  .sqa .keys { fill: #b45309; font-size: 10px }
  .sqa .rule { stroke: #e2e8f0 }
  .sqa .line { fill: none; stroke: #64748b; stroke-width: 1.2 }
  .sqa .soft { stroke-dasharray: 4 4 }
  .sqa .mark { fill: none; stroke: #64748b; stroke-width: 1.2 }
  .sqa .ring { fill: #fff; stroke: #64748b; stroke-width: 1.2 }
  .sqa .frame { fill: #f8fafc; stroke: #94a3b8; stroke-dasharray: 6 4 }
  .sqa .module { fill: #475569; font-weight: bold }
  .sqa .on .line { stroke: #2563eb; stroke-width: 2.4 }
  .sqa .on .box, .sqa .on .head { stroke: #2563eb; stroke-width: 2 }
  .sqa a:hover .head { fill: #dbeafe }
  @media (prefers-color-scheme: dark) {
    svg.sqa { background: #0f172a }
    .sqa .box, .sqa .ring { fill: #1e293b; stroke: #64748b }
    .sqa .head { fill: #334155; stroke: #64748b }
    .sqa .name { fill: #e2e8f0 }
    .sqa .type, .sqa .module { fill: #94a3b8 }
    .sqa .keys { fill: #fbbf24 }
    .sqa .rule { stroke: #334155 }
    .sqa .line, .sqa .mark { stroke: #94a3b8 }
    .sqa .frame { fill: #131c31; stroke: #475569 }
    .sqa a:hover .head { fill: #1e40af }
  }`;

/** Who points ("many") and who is pointed to ("one", or "maybe" where it may be nobody). */
const marks = [
  marker("many", '<path class="mark" d="M1 1 L12 7 L1 13" transform="matrix(-1 0 0 1 13 0)"/>', 12),
  marker("one", '<path class="mark" d="M6 2 V12"/>', 1),
  marker("maybe", '<circle class="ring" cx="7" cy="7" r="4"/>', 3),
].join("");

function marker(id: string, body: string, at: number): string {
  return `<marker id="sqa-${id}" viewBox="0 0 14 14" refX="${at}" refY="7" markerWidth="14" markerHeight="14" markerUnits="userSpaceOnUse" orient="auto">${body}</marker>`;
}

/** The document. `linked`: each table leads to `#t` and its number, for a page that has these. Ends with a line feed. */
export function svgOf(layout: Layout, { linked = false }: { readonly linked?: boolean } = {}): string {
  const { width, height, boxes, lines, frames } = layout;
  const title = `${boxes.length} ${boxes.length === 1 ? "table" : "tables"}, ${lines.length} ${
    lines.length === 1 ? "reference" : "references"
  }`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="sqa" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${style}\n</style>`,
    `<defs>${marks}</defs>`,
    ...frames.map(({ module, x, y, width: wide, height: high }) =>
      `<rect class="frame" x="${x}" y="${y}" width="${wide}" height="${high}" rx="8"/>` +
      `<text class="module" x="${x + 10}" y="${y + 14}">${escaped(module)}</text>`
    ),
    ...lines.map(lineText),
    ...boxes.map((box, i) => linked ? `<a href="#t${i}">${boxText(box, i)}</a>` : boxText(box, i)),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function lineText({ path, from, to, label, optional, soft }: Line): string {
  const ends = soft ? "" : ` marker-start="url(#sqa-${optional ? "maybe" : "one"})" marker-end="url(#sqa-many)"`;
  return `<g data-from="${from}" data-to="${to}"><path class="line${soft ? " soft" : ""}" d="${path}"${ends}/><title>${
    escaped(label)
  }</title></g>`;
}

function boxText({ table, title, rows, x, y, width, height }: Box, i: number): string {
  const middle = (top: number, high: number) => top + high / 2 + 4;
  const lines = rows.map(({ keys, name, type, isKey }, row) => {
    const top = titleHeight + row * rowHeight, at = middle(top, rowHeight);
    return [
      row === 0 ? "" : `<path class="rule" d="M1 ${top} H${width - 1}"/>`,
      keys === "" ? "" : `<text class="keys" x="8" y="${at}">${escaped(keys)}</text>`,
      `<text class="name${isKey ? " key" : ""}" x="${keysWidth + letter}" y="${at}">${escaped(name)}</text>`,
      type === "" ? "" : `<text class="type" x="${width - 8}" y="${at}" text-anchor="end">${escaped(type)}</text>`,
    ].join("");
  });
  return [
    `<g data-table="${i}" transform="translate(${x} ${y})"><title>${
      escaped(table.comment ? `${table.name}: ${table.comment}` : table.name)
    }</title>`,
    `<rect class="box" width="${width}" height="${height}" rx="4"/>`,
    `<path class="head" d="M0 ${titleHeight} V4 Q0 0 4 0 H${width - 4} Q${width} 0 ${width} 4 V${titleHeight} Z"/>`,
    `<text class="name title" x="${width / 2}" y="${middle(0, titleHeight)}" text-anchor="middle">${
      escaped(title)
    }</text>`,
    ...lines,
    "</g>",
  ].join("");
}
