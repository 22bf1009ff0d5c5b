import { deepEqual, equal, match, ok } from "node:assert/strict";
import { dialect, graphOf, object } from "../../tests/support/simulated_graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { layOut } from "./layout.ts";
import { pageOf } from "./page.ts";
import { pictureOf } from "./picture.ts";
import { svgOf } from "./svg.ts";

const hostile = `</title></svg><script>alert(1)</script>"'&\u0000\u001b[2J\ud800-->]]>\u202e<a href="javascript:x">`;

/** A table with hostile names all over, one that points to it and to itself, one that stands alone, and one with very many columns. */
function names(): SchemaGraph {
  const bad = objectId("table", ["public", hostile]), other = objectId("table", ["public", "other"]);
  const key = (name: string, from: string, columns: readonly string[], to: typeof bad) =>
    object("foreign_key", ["public", from, name], objectId("table", ["public", from]), {
      columns,
      references: { table: to, columns: [to === bad ? hostile : "id"] },
      onDelete: "no action",
      onUpdate: "no action",
      match: "simple",
      deferrable: "no",
      options: {},
    });
  const graph = graphOf(
    {
      [hostile]: [`${hostile.replaceAll(" ", "_")} int`],
      other: ["id int", "up int null", "bad int"],
      alone: ["id int"],
      wide: Array.from({ length: 70 }, (_, i) => `c${i} int`),
    },
    key("a", "other", ["bad"], bad),
    key("b", "other", ["up"], other),
  );
  const objects = new Map(graph.objects);
  objects.set(bad, { ...objects.get(bad)!, comment: hostile, origin: { module: hostile, file: null, line: null } });
  return { ...graph, objects };
}

/** The tags of a document, as a browser would find them; everything else must be text. */
function tagsOf(text: string): readonly string[] {
  const plain = text.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "<$1></$1>");
  return [
    ...new Set(
      [...plain.matchAll(/<([!/]?[\w:-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*\/?>|</g)].map(([, name]) => name ?? "<"),
    ),
  ];
}

Deno.test("the SVG shows tables, keys and references, and no name is more than text", async () => {
  const svg = svgOf(await layOut(pictureOf(names(), dialect)));
  const known = ["svg", "title", "style", "defs", "marker", "path", "circle", "rect", "text", "g"];
  const allowed = new Set(known.flatMap((name) => [name, `/${name}`]));
  deepEqual(tagsOf(svg).filter((name) => !allowed.has(name)), []);
  // deno-lint-ignore no-control-regex -- what no document may hold
  equal(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff]/.test(svg), false);
  equal(svg.match(/data-table=/g)!.length, 4);
  equal(svg.match(/class="line"/g)!.length, 2);
  equal(svg.match(/marker-start="url\(#sqa-maybe\)"/g)!.length, 1);
  match(svg, /<title>4 tables, 2 references<\/title>/);
  match(svg, />… 22 more</);
  equal(svg.includes("&lt;/title&gt;&lt;/svg&gt;&lt;script&gt;"), true, "the name is there, to be read");
  deepEqual([
    ...svg.matchAll(/\b(?:href|src|xlink:href|on\w+)="|url\((?!#)|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg")/g),
  ], []);
  equal(svg, svgOf(await layOut(pictureOf(names(), dialect))), "the same each time");
});

Deno.test("boxes do not lie on each other, and each is inside the picture", async () => {
  const { boxes, width, height } = await layOut(pictureOf(names(), dialect));
  for (const [i, one] of boxes.entries()) {
    ok(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height, one.table.name);
    for (const other of boxes.slice(i + 1)) {
      const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      ok(apart, `${one.table.name} and ${other.table.name}`);
    }
  }
});

Deno.test("an empty schema is a picture, too", async () => {
  match(svgOf(await layOut(pictureOf(graphOf({}), dialect))), /<title>0 tables, 0 references<\/title>/);
});

Deno.test("the page says all that the picture shows, loads nothing, and no name is more than text", async () => {
  const picture = pictureOf(names(), dialect), page = pageOf(picture, await layOut(picture), `${hostile} as a page`);
  equal(page.match(/<script/g)!.length, 1);
  equal(page.match(/<style>/g)!.length, 2);
  match(
    page,
    /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'/,
  );
  deepEqual(tagsOf(page).filter((name) => ["<", "script"].includes(name)), ["script"]);
  deepEqual([
    ...page.matchAll(/\bhref="(?!#t\d+")|\bsrc=|\son\w+=|url\((?!#)|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg")/g),
  ], []);
  for (const i of picture.tables.keys()) equal(page.split(`<section id="t${i}">`).length, 2);
  match(page, /<td>c69<\/td>/);
  match(page, /<code>\(up\)<\/code> → <a href="#t\d">other<\/a> <code>\(id\)<\/code>/);
});
