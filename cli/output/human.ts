/** A plan as a tree with + ~ - and what each statement risks. Deterministic; colours are extra. */
import type { Dialect } from "../../dialects/dialect.ts";
import { type Change, subject } from "../../diff/change.ts";
import { isOfIdentity } from "../../diff/rename_identity.ts";
import type { Hazard, Plan } from "../../diff/plan_types.ts";
import { pathOfId } from "../../schema/id.ts";
import type { Note } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { Style } from "./colour.ts";
import { bodyOf, differencesOf, isOuter, pathText, titleOf } from "./describe.ts";
import { safe, safeLine } from "./terminal.ts";

/** What happens to one object in the whole plan, whatever the number of changes it takes. */
interface Line {
  readonly object: SchemaObject;
  readonly op: "add" | "drop" | "change" | "rename" | "within";
  readonly text: string;
}

/** The plan's tree, its summary first. */
export function planTree(plan: Plan, dialect: Dialect, style: Style): string {
  const lines = linesOf(plan.changes, dialect);
  const groups = grouped(lines, dialect);
  const counted = groups.flatMap(({ head, parts }) =>
    head.op === "add" || head.op === "drop" ? [head] : [head, ...parts]
  );
  const number = (op: Line["op"]): number => counted.filter((line) => line.op === op).length;
  const summary = [
    `${number("add")} to add`,
    `${number("change")} to change`,
    `${number("drop")} to drop`,
    ...(number("rename") ? [`${number("rename")} to rename`] : []),
  ];
  return [
    style.strong(`Plan: ${summary.join(", ")}`),
    "",
    ...groups.flatMap(({ head, parts }) => [
      `  ${painted(head, style)}${ofModule(head, style)}`,
      ...(head.op === "drop" ? [] : parts.map((part) => `      ${painted(part, style)}`)),
    ]),
  ].join("\n");
}

const symbols = { add: "+", drop: "-", change: "~", rename: "~", within: "~" } as const;

function painted({ op, text }: Line, style: Style): string {
  const paint = op === "add" ? style.add : op === "drop" ? style.drop : style.change;
  return `${paint(symbols[op])} ${safeLine(text)}`;
}

/** Whose it is, where the models say it. */
function ofModule({ object }: Line, style: Style): string {
  const module = object.origin?.module;
  return module ? ` ${style.dim(`[${safeLine(module)}]`)}` : "";
}

function linesOf(changes: readonly Change[], dialect: Dialect): readonly Line[] {
  const all = flattened(changes);
  const dropped = new Set(all.flatMap((change) => change.op === "drop" ? [change.from.id] : []));
  const created = new Set(all.flatMap((change) => change.op === "create" ? [change.to.id] : []));
  const renamed = new Map(
    all.flatMap((change) => change.op === "rename" ? [[change.to.id, change.from] as const] : []),
  );
  const lines = new Map<ObjectId, Line>();
  for (const change of all) {
    if (change.op === "drop") {
      // A drop and a create of one object make it anew; it is one line, at the create.
      if (!created.has(change.from.id)) {
        const text = [titleOf(change.from, dialect), change.from.unnamed ? bodyOf(change.from, dialect) : ""];
        lines.set(change.from.id, { object: change.from, op: "drop", text: text.join(" ").trimEnd() });
      }
    } else if (change.op === "create") {
      const anew = dropped.has(change.to.id);
      const text = [titleOf(change.to, dialect), bodyOf(change.to, dialect), anew ? "(dropped and made again)" : ""];
      lines.set(change.to.id, {
        object: change.to,
        op: anew ? "change" : "add",
        text: text.filter((part) => part !== "").join(" "),
      });
    } else if (isOfIdentity(change)) {
      const [old, now] = [change.from, change.to].map(({ name }) => `"${name.at(-1)}"`);
      const text = `rows where ${change.to.name.at(-2)} is ${old} get ${now}`;
      lines.set(change.to.id, { object: change.to, op: "change", text });
    } else if (change.op === "rename") {
      // Children of a renamed object are renamed with it: only the part that gets another name of its own is worth a line.
      if (change.from.name.at(-1) === change.to.name.at(-1) && sameParentRenamed(change, renamed)) continue;
      lines.set(change.to.id, {
        object: change.to,
        op: "rename",
        text: `${titleOf(change.from, dialect)} ${renamesIn(change).join(", ")}`,
      });
    } else {
      const differences = differencesOf(change.from, change.to, change.fields, dialect);
      if (differences.length === 0) continue;
      const before = lines.get(change.to.id);
      const title = before?.op === "rename" ? before.text : titleOf(change.to, dialect);
      lines.set(change.to.id, { object: change.to, op: "change", text: `${title}: ${differences.join(", ")}` });
    }
  }
  return [...lines.values()];
}

/** What gets another name: the object, labels of an enum, or both. */
function renamesIn({ from, to }: Extract<Change, { op: "rename" }>): readonly string[] {
  const labels = from.kind === "enum" && to.kind === "enum"
    ? from.values.flatMap((label, i) => label === to.values[i] ? [] : [`label ${label} renamed to ${to.values[i]}`])
    : [];
  return [...(from.id === to.id ? [] : [`renamed to ${to.name.at(-1)}`]), ...labels];
}

function sameParentRenamed(
  change: Extract<Change, { op: "rename" }>,
  renamed: ReadonlyMap<ObjectId, SchemaObject>,
): boolean {
  return change.to.parent !== null && renamed.has(change.to.parent);
}

function flattened(changes: readonly Change[]): readonly Change[] {
  return changes.flatMap((change) => [change, ...flattened(change.parts)]);
}

interface Group {
  readonly head: Line;
  readonly parts: readonly Line[];
}

/** Lines under the table, view or schema that they belong to, in name order; the columns of a table in their own order. */
function grouped(lines: readonly Line[], dialect: Dialect): readonly Group[] {
  const heads = new Map<ObjectId, Line>(), parts = new Map<ObjectId, Line[]>();
  for (const line of lines) {
    const { object } = line;
    if (isOuter(object)) heads.set(object.id, line);
    else parts.set(object.parent!, [...parts.get(object.parent!) ?? [], line]);
  }
  for (const id of parts.keys()) {
    if (heads.has(id)) continue;
    // What is dropped does not know whose it is.
    const within = parts.get(id)!, { object } = within.find((part) => part.object.origin?.module) ?? within[0]!;
    heads.set(id, { object, op: "within", text: `${id.slice(0, id.indexOf(":"))} ${pathText(pathOfId(id), dialect)}` });
  }
  return [...heads].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
    .map(([id, head]) => ({ head, parts: (parts.get(id) ?? []).sort(byRank) }));
}

const ranks: readonly string[] = ["column", "primary_key", "unique", "check", "foreign_key", "index", "trigger"];

function rankOf({ object }: Line): number {
  const rank = ranks.indexOf(object.kind);
  return rank < 0 ? ranks.length : rank;
}

function byRank(a: Line, b: Line): number {
  const position = (line: Line): number => line.object.kind === "column" ? line.object.position : 0;
  return rankOf(a) - rankOf(b) || position(a) - position(b) ||
    (a.object.id < b.object.id ? -1 : 1);
}

/** The module whose models make what a hazard is about; null where none is known. */
function moduleOf({ statement, object }: Hazard, plan: Plan): string | null {
  const change = plan.up[statement]?.change, about = [object, change && subject(change)];
  const made = [...plan.changes, ...(change ? [change] : [])].find((each) => about.includes(subject(each)));
  return made && made.op !== "drop" ? made.to.origin?.module ?? null : null;
}

/** " [users]" behind what belongs to a module. */
export function ownerText(module: string | null): string {
  return module === null ? "" : ` [${module}]`;
}

/** A hazard with the statement that it is about; one that somebody has allowed says so. */
export function hazardText(hazard: Hazard, plan: Plan, style: Style, allowed: boolean = false): string {
  if (allowed) return `${style.change(`allowed[${hazard.code}]`)}: ${safe(hazard.message)}`;
  const paint = hazard.severity === "error" ? style.drop : hazard.severity === "warning" ? style.change : style.dim;
  const sql = plan.up[hazard.statement]?.sql.split("\n") ?? [];
  return [
    `${paint(`${hazard.severity}[${hazard.code}]`)}: ${safe(hazard.message)}${
      style.dim(ownerText(moduleOf(hazard, plan)))
    }`,
    ...(sql.length ? [`  | ${safeLine(sql[0]!)}${sql.length > 1 ? " …" : ""}`] : []),
    ...(hazard.hint ? [`  hint: ${safe(hazard.hint)}`] : []),
  ].join("\n");
}

/** The honest gaps: what was left alone, what was not compared. */
export function noteText(note: Note, style: Style): string {
  return `${style.dim(`note[${note.code}]`)}: ${safe(note.message)}`;
}
