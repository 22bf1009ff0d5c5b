/**
 * Where the tables and lines of a picture go. Graphviz (in WebAssembly, loaded when a picture is asked for) only gets numbers and sizes, never a
 * name, so that no name can be more than text.
 */
import type { Picture, PicturedReference, PicturedTable } from "./picture.ts";

/** What one line of a box says; the title is none of them. */
export interface Row {
  readonly keys: string;
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

/** A place in the picture: pixels from its upper left corner. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A table's box. */
export interface Box extends Area {
  readonly table: PicturedTable;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A line from the table that is pointed to, to the one that points, as an SVG path. */
export interface Line {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly optional: boolean;
  readonly soft: boolean;
}

/** A picture with places. Boxes are in the order of the picture's tables. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly frames: readonly (Area & { readonly module: string })[];
}

/** Sizes in pixels: of a line of a box, and of a letter of a monospaced font of 12 pixels. */
export const rowHeight = 20, titleHeight = 26, letter = 7.3, keysWidth = 38, margin = 24;
/** Longer ones are cut: the whole name stands in the page's text, or where one points at it. */
const longestName = 44, longestType = 28, mostRows = 48, longestColumn = 6;

/** Lays out a picture. The same picture gives the same layout. */
export async function layOut(picture: Picture): Promise<Layout> {
  const sized = picture.tables.map(sizeOf),
    tied = new Set(picture.references.flatMap(({ from, to }) => [from.id, to.id]));
  const alone = (box: Sized) => !tied.has(box.table.id) && box.table.module === null;
  const { width, height, boxes, lines, frames } = await joined(picture, sized.filter((box) => !alone(box)));
  const below = grid(sized.filter(alone), Math.max(width, 900), height);
  const all = new Map([...boxes, ...below].map((box) => [box.table.id, box]));
  const far = below.map((box) => [box.x + box.width + margin, box.y + box.height + margin] as const);
  return {
    width: round(Math.max(width, ...far.map(([x]) => x))),
    height: round(Math.max(height, ...far.map(([, y]) => y))),
    boxes: sized.map(({ table }) => all.get(table.id)!),
    lines,
    frames,
  };
}

/** Tables that belong to others, as Graphviz lays them out. */
async function joined(picture: Picture, sized: readonly Sized[]): Promise<Layout> {
  if (sized.length === 0) return { width: 2 * margin, height: margin, boxes: [], lines: [], frames: [] };
  const { instance } = await import("@viz-js/viz");
  const result = (await instance()).render(graphOf(picture, sized), { format: "json0" });
  if (result.status !== "success") throw new Error(result.errors.map(({ message }) => message).join("; "));
  return placed(picture, sized, JSON.parse(result.output) as Output);
}

/** Tables that stand alone, in columns below the others: each where most room is left. */
function grid(sized: readonly Sized[], width: number, top: number): readonly Box[] {
  const widest = Math.max(0, ...sized.map((box) => box.width));
  const columns = Math.max(1, Math.min(sized.length, Math.floor((width - margin) / (widest + margin))));
  const ends = Array.from({ length: columns }, () => top);
  return sized.map((box) => {
    const at = ends.indexOf(Math.min(...ends)), y = ends[at]!;
    ends[at] = y + box.height + margin;
    return { ...box, x: margin + at * (widest + margin), y };
  });
}

type Sized = Omit<Box, "x" | "y">;

function sizeOf(table: PicturedTable): Sized {
  const rows = rowsOf(table), title = cut(table.name, longestName);
  const widest = Math.max(
    0,
    ...rows.map(({ name, type }) => keysWidth + (columnsOf(name) + columnsOf(type) + 4.5) * letter),
  );
  const width = Math.ceil(Math.max(120, widest, (columnsOf(title) + 4) * letter));
  return { table, title, rows, width, height: titleHeight + rows.length * rowHeight };
}

/** Keys are always shown; of very many columns only the first. */
function rowsOf({ columns }: PicturedTable): readonly Row[] {
  const shown = columns.filter(({ keys }, i) => i < mostRows || keys.length > 0);
  const rows = shown.map(({ name, type, keys, nullable }): Row => ({
    keys: keys.filter((key) => key !== "UK" || keys.length === 1).join(" "),
    name: cut(name, longestName),
    type: cut(type, longestType) + (nullable ? "?" : ""),
    isKey: keys.includes("PK"),
  }));
  const more = columns.length - shown.length;
  return more === 0 ? rows : [...rows, { keys: "", name: `… ${more} more`, type: "", isKey: false }];
}

/** The text in one line, at most so wide; what cannot be seen would only confuse. */
function cut(text: string, longest: number): string {
  // deno-lint-ignore no-control-regex -- these are what is meant
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "␣");
  const letters = [...line.toWellFormed()];
  return letters.length <= longest ? letters.join("") : `${letters.slice(0, longest - 1).join("")}…`;
}

/** How many letters wide a text is: those of East Asian scripts and emoji take two. */
function columnsOf(text: string): number {
  return [...text].reduce(
    (sum, char) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\p{Emoji_Presentation}]/u.test(char) ? 2 : 1),
    0,
  );
}

/** Row of a column, or -1 for the title when it is not shown. */
function rowOf({ table, rows }: Sized, column: string | undefined): number {
  const at = table.columns.filter(({ keys }, i) => i < mostRows || keys.length > 0).findIndex(({ name }) =>
    name === column
  );
  return at < rows.length ? at : -1;
}

/** The graph in Graphviz's language: boxes of fixed rows, tables that are pointed to on the left. */
function graphOf({ references }: Picture, sized: readonly Sized[]): string {
  const cell = (port: string, width: number, height: number) =>
    `<tr><td port="${port}" fixedsize="true" width="${width}" height="${height}"></td></tr>`;
  const nodes = sized.map(({ rows, width }, i) => {
    const cells = [cell("t", width, titleHeight), ...rows.map((_, row) => cell(`c${row}`, width, rowHeight))];
    return `n${i} [label=<<table border="0" cellborder="0" cellspacing="0" cellpadding="0">${
      cells.join("")
    }</table>>];`;
  });
  const index = new Map(sized.map(({ table }, i) => [table.id, i]));
  const port = (table: PicturedTable, column: string | undefined, side: string) => {
    const i = index.get(table.id)!, row = rowOf(sized[i]!, column);
    return `n${i}:${row < 0 ? "t" : `c${row}`}:${side}`;
  };
  const lengths = staggered(references);
  const edges = references.flatMap(({ from, to, columns, targets }, i) =>
    from === to ? [] : `${port(to, targets[0], "e")} -> ${port(from, columns[0], "w")} [id=e${i} minlen=${lengths[i]}];`
  );
  // Many tables take long to lay out well: then a good layout soon is better than the best one late.
  const effort = sized.length > 200 ? "nslimit=1; nslimit1=1; maxiter=200; splines=line;" : "splines=true;";
  const clusters = modulesIn(sized).map(([, own], i) =>
    `subgraph cluster_${i} { margin=18; label=" "; ${own.map((n) => `n${n};`).join(" ")} }`
  );
  return `digraph { rankdir=LR; pack=28; packmode=array_${
    Math.max(1, Math.round(Math.sqrt(sized.length)))
  }; nodesep=0.35; ranksep=0.9; ${effort} node [shape=plain]; ${[...nodes, ...clusters, ...edges].join("\n")} }`;
}

/**
 * How far from the table that is pointed to: many that point to one, and that nobody points to, would make one long column, so they make
 * several.
 */
function staggered(references: readonly PicturedReference[]): readonly number[] {
  const used = new Set(references.map(({ to }) => to)), isLast = ({ from }: PicturedReference) => !used.has(from);
  const last = Map.groupBy(references.filter(isLast), ({ to }) => to), seen = new Map<PicturedTable, number>();
  return references.map((reference) => {
    if (!isLast(reference)) return 1;
    const count = seen.get(reference.to) ?? 0, columns = Math.ceil(last.get(reference.to)!.length / longestColumn);
    seen.set(reference.to, count + 1);
    return 1 + count % columns;
  });
}

function modulesIn(sized: readonly Sized[]): readonly (readonly [string, readonly number[]])[] {
  const owned = Map.groupBy(sized.keys(), (i) => sized[i]!.table.module);
  return [...owned].flatMap(([module, own]) => module === null ? [] : [[module, own] as const])
    .sort(([a], [b]) => a < b ? -1 : 1);
}

/** What Graphviz answers, in points from the lower left corner: objects are clusters first, then nodes. */
interface Output {
  readonly bb: string;
  readonly objects?: readonly { readonly name: string; readonly pos?: string; readonly bb?: string }[];
  readonly edges?: readonly { readonly id: string; readonly pos: string }[];
}

function placed(
  { tables, references }: Picture,
  sized: readonly Sized[],
  { bb, objects = [], edges = [] }: Output,
): Layout {
  const [left, low, right, high] = bb.split(",").map(Number) as [number, number, number, number];
  const across = (x: number) => round(x - left + margin), down = (y: number) => round(high - y + margin);
  const found = new Map(objects.map((object) => [object.name, object]));
  const boxes = sized.map((box, i): Box => {
    const [x, y] = found.get(`n${i}`)!.pos!.split(",").map(Number) as [number, number];
    return { ...box, x: round(across(x) - box.width / 2), y: round(down(y) - box.height / 2) };
  });
  const number = new Map(tables.map(({ id }, i) => [id, i]));
  const drawn = new Map(edges.map(({ id, pos }) => [id, pos]));
  const boxOf = new Map(boxes.map((box) => [box.table, box]));
  const lines = references.map(({ from, to, columns, targets, optional, soft }, i): Line => ({
    path: from === to
      ? loop(boxOf.get(to)!, rowOf(boxOf.get(to)!, targets[0]), rowOf(boxOf.get(to)!, columns[0]))
      : pathOf(drawn.get(`e${i}`)!, across, down),
    from: number.get(from.id)!,
    to: number.get(to.id)!,
    label: `${from.name} (${columns.join(", ")}) → ${to.name}`,
    optional,
    soft,
  }));
  const frames = modulesIn(sized).map(([module], i) => {
    const [x, y, farX, farY] = found.get(`cluster_${i}`)!.bb!.split(",").map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return { module, x: across(x), y: down(farY), width: round(farX - x), height: round(farY - y) };
  });
  return { width: round(right - left + 2 * margin), height: round(high - low + 2 * margin), boxes, lines, frames };
}

/** A table that points to itself: round its right side, from one row to another. */
function loop({ x, y, width }: Box, from: number, to: number): string {
  const side = x + width, far = side + margin;
  const at = (row: number) => y + (row < 0 ? titleHeight / 2 : titleHeight + (row + 0.5) * rowHeight);
  const end = from === to ? at(to) + rowHeight / 3 : at(to);
  return `M${side} ${at(from)} C${far} ${at(from)} ${far} ${end} ${side} ${end}`;
}

/** "e,x,y x,y x,y …": the tip of the arrow, then the points of Bézier curves. */
function pathOf(pos: string, across: (x: number) => number, down: (y: number) => number): string {
  const points = pos.split(" ").map((point) => {
    const [x, y] = point.replace(/^[es],/, "").split(",").map(Number) as [number, number];
    return { text: `${across(x)} ${down(y)}`, tip: point.startsWith("e,") };
  });
  const [first, ...rest] = points.filter(({ tip }) => !tip);
  const tip = points.find((point) => point.tip);
  return `M${first!.text} C${rest.map(({ text }) => text).join(" ")}${tip ? ` L${tip.text}` : ""}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
