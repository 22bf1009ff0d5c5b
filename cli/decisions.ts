/**
 * What the user has decided, as flags, and what is still to be decided, as the exact flags to give. Flags name objects by their dotted
 * path; the default schema may be left out.
 */
import type { RenameHint } from "../diff/change.ts";
import type { Hazard, Plan, RenameQuestion } from "../diff/plan_types.ts";
import { labelIn, names } from "../diff/rename_label.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { kindOfId, objectId, pathOfId } from "../schema/id.ts";
import { kindFacts } from "../schema/kinds/mod.ts";
import type { Kind, ObjectId } from "../schema/object.ts";
import { nearest } from "./suggest.ts";

/** The flags of a decision, as they were typed. */
export interface DecisionFlags {
  readonly rename?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}

/** Kinds that a bare path may mean, the likeliest first. */
const likeliest: readonly Kind[] = [
  "table",
  "column",
  "enum",
  "view",
  "index",
  "unique",
  "check",
  "foreign_key",
  "primary_key",
  "trigger",
  "schema",
];

/** `--rename old=new` as hints, for objects and for labels of enums. SQA-004 when it is not of that form, SQA-402 when there is no such object. */
export function renamesOf(
  flags: readonly string[],
  from: SchemaGraph,
  to: SchemaGraph,
  dialect: Dialect,
): readonly RenameHint[] {
  return flags.map((flag) => {
    const [left, right, ...rest] = flag.split("=");
    if (!left || !right || rest.length) {
      throw new SqaError("SQA-004", `--rename needs OLD=NEW, not "${flag}"`, {
        hint: "for example --rename users.fullname=users.name",
        exit: 64,
      });
    }
    const target = objectOrLabel(
      right.includes(".") || !left.includes(".") ? right : `${left.slice(0, left.lastIndexOf("."))}.${right}`,
      to,
      dialect,
    );
    if (!target) throw nothingNamed(right, to, dialect, "--rename", "the models have");
    const source = objectOrLabel(left, from, dialect, kindOfId(target));
    // It was renamed before: the models have it, and the database too.
    if (!source && names(from, target)) return { from: target, to: target, source: "--rename" };
    if (!source) throw nothingNamed(left, from, dialect, "--rename", "the database has");
    return { from: source, to: target, source: "--rename" };
  }).filter((hint) => hint.from !== hint.to);
}

/** `--drop path` as ids. SQA-402 when there is no such object. */
export function dropsOf(flags: readonly string[], from: SchemaGraph, dialect: Dialect): readonly ObjectId[] {
  return flags.map((flag) => {
    const id = resolve(flag, from, dialect);
    if (!id) throw nothingNamed(flag, from, dialect, "--drop", "the database has");
    return id;
  });
}

/** The object that a path names, in either spelling, of one kind when it is given. */
function resolve(text: string, graph: SchemaGraph, dialect: Dialect, kind?: Kind): ObjectId | null {
  for (const each of kind ? [kind] : likeliest) {
    for (const one of pathsOf(text, dialect)) {
      const id = objectId(each, one);
      if (graph.objects.has(id)) return id;
    }
  }
  return null;
}

/** As `resolve`; where no object has that path, the label of an enum. */
function objectOrLabel(text: string, graph: SchemaGraph, dialect: Dialect, kind?: Kind): ObjectId | null {
  const object = resolve(text, graph, dialect, kind);
  if (object !== null || (kind ?? "enum") !== "enum") return object;
  return pathsOf(text, dialect).map((one) => objectId("enum", one)).find((id) => labelIn(graph, id) !== null) ?? null;
}

/** What a path may mean: itself, or what is in the default schema. */
function pathsOf(text: string, dialect: Dialect): readonly (readonly string[])[] {
  const path = pathOfId(`table:${text}`);
  return dialect.defaultSchema === null ? [path] : [path, [dialect.defaultSchema, ...path]];
}

function nothingNamed(text: string, graph: SchemaGraph, dialect: Dialect, flag: string, whose: string): SqaError {
  const meant = nearest(text, [...graph.objects.keys()].map((id) => shortName(id, dialect)));
  return new SqaError("SQA-402", `${flag}: ${whose} nothing named "${text}"`, {
    hint: meant ? `did you mean "${meant}"?` : "names are paths, such as users.email",
    exit: 64,
  });
}

/** An object's path as flags name it: dotted, without the default schema. */
export function shortName(id: ObjectId, dialect: Dialect): string {
  const path = pathOfId(id);
  const short = path.length > 1 && path[0] === dialect.defaultSchema ? path.slice(1) : path;
  return objectId("table", short).slice("table:".length);
}

/** Hazards that stop: those of severity "error" that no allow and no confirmed drop covers. */
export function openHazards(
  hazards: readonly Hazard[],
  allow: readonly string[],
  drops: ReadonlySet<ObjectId>,
  dialect: Dialect,
): readonly Hazard[] {
  return hazards.filter((hazard) => {
    if (hazard.severity !== "error") return false;
    const path = pathOfId(hazard.object);
    if (drops.has(hazard.object) && hazard.code.startsWith("drop-")) return false;
    const names = [
      hazard.code,
      allowOf(hazard, dialect),
      `${hazard.code}:${objectId("table", path).slice("table:".length)}`,
    ];
    return !names.some((name) => allow.includes(name));
  });
}

/** The value of --allow for one hazard. */
export function allowOf(hazard: Hazard, dialect: Dialect): string {
  return `${hazard.code}:${shortName(hazard.object, dialect)}`;
}

/** SQA-005 for an --allow that names no rule: it would allow nothing. */
export function checkAllows(allow: readonly string[], rules: readonly { readonly code: string }[]): void {
  const codes = rules.map((rule) => rule.code);
  for (const value of allow) {
    const code = value.split(":")[0]!;
    if (codes.includes(code)) continue;
    const meant = nearest(code, codes);
    throw new SqaError("SQA-005", `--allow: there is no rule "${code}"`, {
      hint: meant ? `did you mean "${meant}"?` : `the rules are ${codes.join(", ")}`,
      exit: 64,
    });
  }
}

/** "Is it the same?" as an error that lists the answers. Exit 3. */
export function undecidedRenames(questions: readonly RenameQuestion[], dialect: Dialect): SqaError {
  const one = questions[0]!;
  const kind = kindFacts[kindOfId(one.from)].label;
  const candidates = questions.filter((question) => question.from === one.from);
  const message = `${kind} "${shortName(one.from, dialect)}" is gone and "${
    shortName(one.to, dialect)
  }" is new: is it a rename?`;
  return new SqaError("SQA-401", message, {
    detail: questions.map((question) =>
      `${shortName(question.from, dialect)} -> ${shortName(question.to, dialect)}: ${question.reasons.join(", ")}`
    ).join("\n"),
    object: one.from,
    choices: [
      ...candidates.map((question) =>
        flagText("--rename", `${shortName(question.from, dialect)}=${shortName(question.to, dialect)}`)
      ),
      ...others(questions, one, dialect),
      flagText("--drop", shortName(one.from, dialect)),
      ...otherDrops(questions, one, dialect),
    ],
    hint: "run the same command with the flags that are right; nothing was written",
    exit: 3,
  });
}

function others(questions: readonly RenameQuestion[], one: RenameQuestion, dialect: Dialect): readonly string[] {
  return questions.filter((question) => question.from !== one.from)
    .map((question) => flagText("--rename", `${shortName(question.from, dialect)}=${shortName(question.to, dialect)}`));
}

function otherDrops(questions: readonly RenameQuestion[], one: RenameQuestion, dialect: Dialect): readonly string[] {
  const ids = new Set(questions.map((question) => question.from));
  ids.delete(one.from);
  return [...ids].map((id) => flagText("--drop", shortName(id, dialect)));
}

/** Data loss that nobody has allowed, as an error that lists the flags. Exit 3. */
export function undecidedHazards(
  hazards: readonly Hazard[],
  plan: Plan,
  dialect: Dialect,
  hint: string = "run the same command with these flags if that is what you want",
): SqaError {
  const first = hazards[0]!;
  const more = hazards.length > 1 ? ` (and ${hazards.length - 1} more)` : "";
  return new SqaError("SQA-403", `${first.message}${more}`, {
    detail: hazards.map((hazard) => {
      const first = plan.up[hazard.statement]?.sql.split("\n")[0];
      return `${hazard.code}: ${hazard.message}${first === undefined ? "" : `\n  | ${first}`}`;
    }).join("\n"),
    object: first.object,
    choices: [...new Set(hazards.map((hazard) => flagText("--allow", allowOf(hazard, dialect))))],
    hint: `${hint}; nothing was written`,
    exit: 3,
  });
}

/** A flag as it can be pasted into a shell. */
export function flagText(flag: string, value: string): string {
  return `${flag} ${/^[\w.:=@%+,/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}
