/**
 * A column as a person wrote it, brought up to date: the calls of its chain that differ change, and all others stay with what they say for
 * the program alone (`t.json<Prefs>()`, `renamedFrom`, a check that is written with the column). Pure.
 */
import { fitted } from "./fitted.ts";
import { afterLiteral, closing } from "./source_text.ts";
import { lineWidth } from "./text.ts";

/** One call of a chain. */
interface Step {
  readonly name: string;
  /** From its dot to its closing bracket. */
  readonly text: string;
}

interface Chain {
  /** The key with its colon. */
  readonly key: string;
  /** The call that it begins with, without its type parameters. */
  readonly base: string;
  /** The same as it is written. */
  readonly written: string;
  readonly steps: readonly Step[];
}

/**
 * The new text of a column that is `written` in a model, where sqa would have written `before` and writes `after` now. Null where that would take
 * away what a person wrote: the column says in its own way what differs.
 */
export function columnMerged(written: string, before: string, after: string): string | null {
  if (plain(valueOf(written)) === plain(valueOf(before))) return after;
  const [own, old, wanted] = [chainOf(written), chainOf(before), chainOf(after)];
  if (!own || !old || !wanted || own.base !== old.base && old.base !== wanted.base) return null;
  const gone = old.steps.filter(({ text }) => !wanted.steps.some((step) => step.text === text));
  const come = wanted.steps.filter(({ text }) => !old.steps.some((step) => step.text === text));
  const steps = [...own.steps];
  for (const step of gone) {
    const alike = steps.filter(({ name }) => name === step.name);
    const found = steps.find(({ text }) => plain(text) === plain(step.text)) ??
      (alike.length === 1 ? alike[0] : undefined);
    if (!found) return null;
    const instead = come.findIndex(({ name }) => name === step.name);
    steps.splice(steps.indexOf(found), 1, ...(instead < 0 ? [] : come.splice(instead, 1)));
  }
  const base = old.base === wanted.base ? own.written : wanted.written;
  // Where sqa would put it: before the first call that it writes later.
  for (const step of come) {
    const later = wanted.steps.slice(wanted.steps.indexOf(step) + 1).map(({ name }) => name);
    const at = steps.findIndex(({ name }) => later.includes(name));
    steps.splice(at < 0 ? steps.length : at, 0, step);
  }
  const line = `${own.key} ${base}${steps.map(({ text }) => text).join("")}`;
  if (line.length + 3 <= lineWidth || line.includes("\n")) return line;
  return [`${own.key} ${base}`, ...steps.map(({ text }) => fitted(`    ${text},`).slice(0, -1))].join("\n");
}

/** What stands behind the key. */
function valueOf(text: string): string {
  return text.slice((keyOf(text) ?? "").length).trim();
}

function keyOf(text: string): string | undefined {
  return /^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_$][\w$]*)\s*:/.exec(text)?.[0];
}

/** In one line: white space between calls and inside brackets says nothing, nor does the last comma. */
export function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/([([{]) | (?=\.)/g, "$1").replace(/,? ([)\]}])/g, "$1").trim();
}

/** The chain of calls on `t` that a column is; null for whatever else. */
function chainOf(text: string): Chain | null {
  const key = keyOf(text);
  if (key === undefined) return null;
  const start = text.length - text.slice(key.length).trimStart().length;
  const name = /^t\.\w+/.exec(text.slice(start))?.[0];
  const open = name === undefined ? null : bracketFrom(text, start + name.length);
  const end = open === null ? null : closing(text, open);
  if (name === undefined || open === null || end === null) return null;
  const steps: Step[] = [];
  for (let at = end + 1; at < text.length;) {
    const step = /^\s*\.(\w+)\(/.exec(text.slice(at));
    const close = step ? closing(text, at + step[0].length - 1) : null;
    if (!step || close === null) return text.slice(at).trim() === "" ? chain() : null;
    steps.push({ name: step[1]!, text: text.slice(at, close + 1).trimStart() });
    at = close + 1;
  }
  return chain();

  function chain(): Chain {
    return { key: key!, base: name! + text.slice(open!, end! + 1), written: text.slice(start, end! + 1), steps };
  }
}

/** The opening bracket behind type parameters, if there are any. */
function bracketFrom(text: string, at: number): number | null {
  if (text[at] === "(") return at;
  if (text[at] !== "<") return null;
  let depth = 0;
  for (let i = at; i < text.length;) {
    const after = afterLiteral(text, i);
    if (after > i) {
      i = after;
      continue;
    }
    if (text[i] === "<") depth++;
    // The arrow of a function type closes nothing.
    else if (text[i] === ">" && text[i - 1] !== "=" && --depth === 0) return text[i + 1] === "(" ? i + 1 : null;
    i++;
  }
  return null;
}
