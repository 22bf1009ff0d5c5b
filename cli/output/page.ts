/** A picture of a schema as a page: the drawing, and each table in words. One file that loads nothing; it can be read without its script. */
import type { Layout } from "./layout.ts";
import { escaped } from "./markup.ts";
import type { Picture, PicturedColumn, PicturedReference, PicturedTable } from "./picture.ts";
import { svgOf } from "./svg.ts";

const style = `
  :root { color-scheme: light dark; --line: #cbd5e1; --dim: #64748b; --back: #f8fafc; --ink: #0f172a; --link: #1d4ed8 }
  @media (prefers-color-scheme: dark) { :root { --line: #334155; --dim: #94a3b8; --back: #0b1222; --ink: #e2e8f0; --link: #93c5fd } }
  * { box-sizing: border-box }
  body { margin: 0; display: grid; grid-template-columns: 17rem 1fr; height: 100vh; font: 14px system-ui, sans-serif; color: var(--ink); background: var(--back) }
  a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
  nav { overflow: auto; border-right: 1px solid var(--line); padding: 1rem }
  nav h1 { font-size: 1rem; margin: 0 0 .5rem } nav h2 { font-size: .75rem; color: var(--dim); margin: 1rem 0 .25rem }
  nav input { width: 100%; padding: .4rem; font: inherit } nav ul { list-style: none; margin: .5rem 0; padding: 0 }
  nav li { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 1.6 }
  main { overflow: auto; scroll-behavior: smooth }
  .picture { position: relative; overflow: auto; height: 70vh; border-bottom: 1px solid var(--line); cursor: grab }
  .picture svg { display: block; transform-origin: 0 0 }
  .zoom { position: sticky; float: right; top: .5rem; right: .5rem; display: flex; gap: .25rem; padding: .5rem; z-index: 1 }
  .zoom button { font: inherit; min-width: 2rem }
  section { padding: 1rem 1.5rem; border-bottom: 1px solid var(--line) } section:target { background: color-mix(in srgb, var(--link) 8%, transparent) }
  section h2 { font: bold 1rem ui-monospace, monospace; margin: 0 0 .25rem; overflow-wrap: anywhere } section p { margin: .25rem 0 .5rem; color: var(--dim); white-space: pre-wrap }
  table { border-collapse: collapse } th { text-align: left; font-weight: normal; color: var(--dim); font-size: .75rem }
  td, th { padding: .15rem 1rem .15rem 0; vertical-align: top; overflow-wrap: anywhere } td { font-family: ui-monospace, monospace; font-size: .85rem }
  td:last-child { font-family: inherit; color: var(--dim); white-space: pre-wrap } ul.refs { margin: .5rem 0 0; padding-left: 1.1rem }
  @media (max-width: 50rem) { body { display: block; height: auto } nav { border: 0; max-height: 40vh } }
  @media print { body { display: block } nav, .zoom { display: none } .picture { height: auto; overflow: visible } }
`;

/** Search, zoom, and what belongs together when a table is pointed at. It reads nothing but the page, and puts no text into it. */
const script = `
  const all = (query) => [...document.querySelectorAll(query)];
  const find = document.querySelector("nav input"), frame = document.querySelector(".picture"), drawing = frame.querySelector("svg");
  find.hidden = false; document.querySelector(".zoom").hidden = false;
  find.addEventListener("input", () => {
    const wish = find.value.toLowerCase();
    for (const item of all("nav li")) item.hidden = !item.textContent.toLowerCase().includes(wish);
  });
  const wide = drawing.viewBox.baseVal.width, high = drawing.viewBox.baseVal.height;
  let scale = 1;
  const zoom = (to) => {
    scale = Math.min(3, Math.max(0.05, to));
    drawing.setAttribute("width", wide * scale); drawing.setAttribute("height", high * scale);
  };
  const fit = () => zoom(Math.min(1, frame.clientWidth / wide, frame.clientHeight / high));
  const acts = { in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit, full: () => zoom(1) };
  for (const button of all(".zoom button")) button.addEventListener("click", acts[button.dataset.act]);
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault(); zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });
  let from = null;
  frame.addEventListener("pointerdown", (event) => { from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop]; });
  addEventListener("pointermove", (event) => { if (from && event.buttons) frame.scrollTo(from[0] - event.clientX, from[1] - event.clientY); });
  addEventListener("pointerup", () => { from = null; });
  const show = (at) => {
    for (const part of all(".sqa .on")) part.classList.remove("on");
    if (at === undefined) return;
    for (const part of all(\`.sqa [data-table="\${at}"], .sqa [data-from="\${at}"], .sqa [data-to="\${at}"]\`)) part.classList.add("on");
  };
  for (const box of all(".sqa [data-table]")) {
    box.addEventListener("pointerenter", () => show(box.dataset.table));
    box.addEventListener("pointerleave", () => show());
  }
  for (const link of all("nav li a")) link.addEventListener("click", () => {
    const at = link.hash.slice(2), box = document.querySelector(\`.sqa [data-table="\${at}"]\`);
    show(at); box.scrollIntoView({ block: "center", inline: "center" });
  });
  fit();
`;

/** The page. `title` is what it is a picture of. Ends with a line feed. */
export function pageOf(picture: Picture, layout: Layout, title: string): string {
  const numbers = new Map(picture.tables.map((table, i) => [table.id as string, i]));
  const link = (table: PicturedTable) => `<a href="#t${numbers.get(table.id)}">${escaped(table.name)}</a>`;
  const modules = [...Map.groupBy(picture.tables, ({ module }) => module ?? "")].sort(([a], [b]) => a < b ? -1 : 1);
  const contents = modules.map(([module, own]) =>
    `${module === "" ? "" : `<h2>${escaped(module)}</h2>`}<ul>${
      own.map((table) => `<li>${link(table)}</li>`).join("")
    }</ul>`
  );
  const sections = picture.tables.map((table, i) => section(table, i, picture.references, link));
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    // Whatever a name holds: nothing is loaded, nothing is sent.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    `<nav><h1>${escaped(title)}</h1><input type="search" placeholder="find a table" aria-label="find a table" hidden>${
      contents.join("")
    }</nav>`,
    '<main><div class="picture"><div class="zoom" hidden><button data-act="out" title="smaller">−</button>' +
    '<button data-act="in" title="larger">+</button><button data-act="fit">all</button><button data-act="full">1:1</button></div>',
    svgOf(layout, { linked: true }).trimEnd(),
    "</div>",
    ...sections,
    "</main>",
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function section(
  table: PicturedTable,
  i: number,
  references: readonly PicturedReference[],
  link: (table: PicturedTable) => string,
): string {
  const said = (of: readonly PicturedReference[], text: (reference: PicturedReference) => string) =>
    of.map((reference) => `<li>${text(reference)}${reference.soft ? " (soft)" : ""}</li>`);
  const list = [
    ...said(
      references.filter(({ from }) => from === table),
      ({ columns, targets, to }) => `${names(columns)} → ${link(to)}${targets.length ? ` ${names(targets)}` : ""}`,
    ),
    ...said(
      references.filter(({ to, from }) => to === table && from !== table),
      ({ columns, from }) => `← ${link(from)} ${names(columns)}`,
    ),
  ];
  return [
    `<section id="t${i}"><h2>${escaped(table.name)}</h2>`,
    table.comment === null ? "" : `<p>${escaped(table.comment)}</p>`,
    table.columns.length === 0
      ? ""
      : `<table><tr><th></th><th>column</th><th>type</th><th></th><th></th></tr>${
        table.columns.map(row).join("")
      }</table>`,
    list.length === 0 ? "" : `<ul class="refs">${list.join("")}</ul>`,
    "</section>",
  ].join("");
}

function row({ name, type, keys, nullable, comment }: PicturedColumn): string {
  const cells = [keys.join(" "), name, type, nullable ? "null" : "", comment ?? ""];
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
}

function names(columns: readonly string[]): string {
  return `<code>(${escaped(columns.join(", "))})</code>`;
}
