/** Versioned features: a table that says which code filled which of its fields, and from what. */
import { model } from "./contract.ts";
import type { FeatureField, FeatureMeta, Place, Problem, TableMeta } from "./contract.ts";
import type { AnyColumn, Columns } from "./column/any_column.ts";
import { type SystemColumns, systemColumns } from "./feature/system_columns.ts";
import { versionsOf } from "./feature/versions.ts";
import { snakeCase } from "./graph/names.ts";
import { optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import {
  type AnyTable,
  type Extras,
  type Insert,
  makeTable,
  type Row,
  type Simplify,
  type Table,
  type TableOptions,
} from "./table.ts";

/** Another feature with all its fields, or some of them. */
export type Dependency = AnyTable | readonly [feature: AnyTable, ...fields: string[]];

/** A field: what fills it, and what it is made from. */
export interface FieldSpec {
  /** Changes when the code that fills the field does; "1" at first. */
  readonly codeVersion?: string;
  /** Without it, every field of the feature's own `deps`. */
  readonly deps?: readonly Dependency[];
}

/** What a feature is, beside its columns. */
export interface FeatureSpec {
  /** "video", "video/faces" or ["video", "faces"]; the table is "video__faces". */
  readonly key: string | readonly string[];
  /** Keys of the columns that tell its rows apart. Programs give their values: the database must not make them. */
  readonly ids: readonly string[];
  /** Without it, one field "default". */
  readonly fields?: { readonly [name: string]: FieldSpec };
  /** The features that it is made from. */
  readonly deps?: readonly AnyTable[];
  /** Another name of the table; refused unless the base says `autoName: false`. */
  readonly name?: string;
}

/** What the features of a project share. */
export interface FeatureBaseOptions<Prefix extends string = string> {
  /** Whose features they are, in lists and in the system's tables. */
  readonly project?: string;
  /** Before the names of the system's columns; "sqa_" without it. */
  readonly prefix?: Prefix;
  /** Before the names of the tables. */
  readonly tablePrefix?: string;
  readonly schema?: string;
  /** A primary key of the ids and the feature's version. */
  readonly primaryKey?: boolean;
  /** An index on version, ids and time of change. */
  readonly index?: boolean;
  /** False: features may name their tables. */
  readonly autoName?: boolean;
  /** Hex digits of each version: 8 to 64. */
  readonly hashLength?: number;
  /** Comments of the tables say key and version, behind what the table says itself: another version is then a change of the comment. */
  readonly comments?: boolean;
}

/** A feature table: its own columns and the system's. */
export type FeatureTable<C extends Columns, Prefix extends string> = Table<
  Simplify<C & SystemColumns<Prefix>>,
  Simplify<Row<C & SystemColumns<Prefix>>>,
  Simplify<Insert<C & SystemColumns<Prefix>>>
>;

/** Makes the feature tables of one project. */
export interface FeatureBase<Prefix extends string = string> {
  table<const C extends Columns>(
    spec: FeatureSpec,
    columns: C,
    extras?: Extras<C> | TableOptions,
    options?: TableOptions,
  ): FeatureTable<C, Prefix>;
}

const baseKeys = [
  "project",
  "prefix",
  "tablePrefix",
  "schema",
  "primaryKey",
  "index",
  "autoName",
  "hashLength",
  "comments",
];
const specKeys = ["key", "ids", "fields", "deps", "name"];
const keyPart = /^[a-z][a-z0-9_]*$/;

/**
 * What makes the feature tables of a project.
 *
 * @example
 * ```ts
 * import { featureBase, featureVersions, t } from "sqa";
 *
 * const features = featureBase({ project: "media", primaryKey: true });
 * export const video = features.table(
 *   { key: "video", ids: ["videoId"], fields: { audio: { codeVersion: "1" }, frames: { codeVersion: "1" } } },
 *   { videoId: t.varchar(64), path: t.text() },
 * );
 * export const faces = features.table(
 *   { key: "video/faces", ids: ["videoId"], deps: [video], fields: { faces: { codeVersion: "2", deps: [[video, "frames"]] } } },
 *   { videoId: t.varchar(64), count: t.int() },
 * );
 * featureVersions(faces).version; // changes when the code of "faces" or of "frames" does
 * ```
 */
export function featureBase<const Prefix extends string = "sqa_">(
  options: FeatureBaseOptions<Prefix> = {},
): FeatureBase<Prefix> {
  const place = capture();
  const wrong = optionProblems(options, baseKeys, "a base of features", place);
  const prefix = options.prefix ?? "sqa_" as Prefix;
  const hashLength = options.hashLength ?? 64;
  if (!Number.isInteger(hashLength) || hashLength < 8 || hashLength > 64) {
    wrong.push({ code: "SQA-120", message: `hashLength is ${hashLength}`, hint: "write a number from 8 to 64", place });
  }
  const made = (spec: FeatureSpec, columns: Columns, extras?: Extras<Columns> | TableOptions, own?: TableOptions) => {
    const at = capture();
    const problems: Problem[] = [...wrong];
    const key = typeof spec.key === "string" ? spec.key.split("/") : [...spec.key];
    const what = `feature "${key.join("/")}"`;
    problems.push(...optionProblems(spec, specKeys, what, at));
    if (key.length === 0 || !key.every((part) => keyPart.test(part)) || key.some((part) => part.includes("__"))) {
      problems.push({
        code: "SQA-120",
        message: `${what} has a key that is none`,
        hint: "its parts take lower-case letters, digits and single underscores",
        place: at,
      });
    }
    if (spec.name !== undefined && options.autoName !== false) {
      problems.push({
        code: "SQA-120",
        message: `${what} names its table "${spec.name}"`,
        hint: "the name follows from the key; leave `name` out, or give the base autoName: false",
        place: at,
      });
    }
    const system = systemColumns(prefix);
    problems.push(...shadowing(columns, system, prefix, what, at), ...wrongIds(spec.ids, columns, what, at));
    const deps = (spec.deps ?? []).map((dep) => dep[model]);
    for (const dep of deps) if (!dep.feature) problems.push(noFeature(dep, what, at));
    const feature: FeatureMeta = {
      project: options.project ?? "default",
      key,
      ids: spec.ids,
      fields: fieldsOf(spec, deps.filter((dep) => dep.feature), what, at, problems),
      deps,
      prefix,
      hashLength: Number.isInteger(hashLength) ? Math.min(64, Math.max(8, hashLength)) : 64,
    };
    const name = `${options.tablePrefix ?? ""}${options.autoName === false && spec.name ? spec.name : key.join("__")}`;
    const given: TableOptions = (typeof extras === "function" ? own : extras ?? own) ?? {};
    const meta = { feature: key.join("/"), project: feature.project, ...given.meta };
    const version = options.comments
      ? `feature ${key.join("/")}, version ${versionsOf({ name, feature }).version}`
      : null;
    const comment = [given.comment, version].filter((part) => part).join("; ");
    return makeTable(
      {
        name,
        extras: injected(typeof extras === "function" ? extras : null, spec.ids, prefix, options),
        options: {
          ...given,
          ...(options.schema && !given.schema ? { schema: options.schema } : {}),
          ...(comment === "" ? {} : { comment }),
          meta,
        },
        module: null,
        inherits: null,
        feature,
      },
      { ...columns, ...system },
      {},
      undefined,
      problems,
    );
  };
  return Object.freeze({ table: made }) as unknown as FeatureBase<Prefix>;
}

/** A feature table of the project "default"; see {@link featureBase}. */
export function featureTable<const C extends Columns>(
  spec: FeatureSpec,
  columns: C,
  extras?: Extras<C> | TableOptions,
  options?: TableOptions,
): FeatureTable<C, "sqa_"> {
  return featureBase().table(spec, columns, extras, options);
}

/** SQA-121: the system's columns are the system's, by key and by name in the database. */
function shadowing(columns: Columns, system: Columns, prefix: string, what: string, place: Place): readonly Problem[] {
  const reserved = new Set(Object.keys(system).map((key) => key.toLowerCase()));
  return Object.entries(columns).flatMap(([key, column]) => {
    const name = (column as Partial<AnyColumn>)[model]?.state.name ?? snakeCase(key);
    const taken = [key, name].find((each) => reserved.has(each.toLowerCase()));
    return taken === undefined ? [] : [{
      code: "SQA-121" as const,
      message: `column "${key}" of ${what} has the system's name "${taken}"`,
      hint: `names that begin with "${prefix}" may be the system's; give it another one`,
      place,
    }];
  });
}

/** SQA-122: programs give the ids, so that the same row has the same id wherever it is made. */
function wrongIds(ids: readonly string[], columns: Columns, what: string, place: Place): readonly Problem[] {
  if (ids.length === 0) {
    return [{
      code: "SQA-122",
      message: `${what} has no ids`,
      hint: "name the columns that tell its rows apart",
      place,
    }];
  }
  return ids.flatMap((id): Problem[] => {
    const state = (columns[id] as Partial<AnyColumn> | undefined)?.[model]?.state;
    if (!state) return [{ code: "SQA-122", message: `${what} has the id "${id}", which is no column of it`, place }];
    const type = state.type.type === "sql" ? JSON.stringify(state.type.sql) : state.type.type;
    const overrides = Object.values(state.on).filter((each) =>
      each && ("default" in each || /serial/i.test(String(each["type"] ?? "")))
    );
    const how = state.identity
      ? "an identity"
      : state.default
      ? "a default"
      : state.generated
      ? "an expression"
      : /serial/i.test(type)
      ? "a sequence"
      : overrides.length > 0
      ? "a default of one database"
      : null;
    if (how === null) return [];
    return [{
      code: "SQA-122",
      message: `the id "${id}" of ${what} gets its value from the database (${how})`,
      hint: "ids are given by programs; take it out",
      place,
    }];
  });
}

function noFeature(meta: TableMeta, what: string, place: Place): Problem {
  return { code: "SQA-120", message: `${what} is made from table "${meta.name}", which is no feature`, place };
}

function fieldsOf(
  spec: FeatureSpec,
  deps: readonly TableMeta[],
  what: string,
  place: Place,
  problems: Problem[],
): FeatureMeta["fields"] {
  const all = deps.flatMap((feature) => Object.keys(feature.feature!.fields).map((field) => ({ feature, field })));
  const given = Object.entries(spec.fields ?? { default: {} });
  return Object.fromEntries(given.map(([name, field]): [string, FeatureField] => {
    problems.push(...optionProblems(field, ["codeVersion", "deps"], `field "${name}" of ${what}`, place));
    const own = field.deps?.flatMap((dep) => {
      const [table, ...names] = isTable(dep) ? [dep] : dep;
      const feature = table[model];
      if (!feature.feature) {
        problems.push(noFeature(feature, what, place));
        return [];
      }
      if (!deps.includes(feature)) {
        problems.push({
          code: "SQA-120",
          message: `field "${name}" of ${what} is made from feature "${
            feature.feature.key.join("/")
          }", which is not in its deps`,
          hint: "add it to deps of the feature",
          place,
        });
      }
      const known = Object.keys(feature.feature.fields);
      for (const each of names) {
        if (known.includes(each)) continue;
        problems.push({
          code: "SQA-120",
          message: `field "${name}" of ${what} is made from "${each}", which is no field of "${
            feature.feature.key.join("/")
          }"`,
          hint: `its fields are: ${known.join(", ")}`,
          place,
        });
      }
      return (names.length > 0 ? names : known).map((each) => ({ feature, field: each }));
    });
    return [name, { codeVersion: field.codeVersion ?? "1", deps: own ?? all }];
  }));
}

function isTable(dep: Dependency): dep is AnyTable {
  return model in dep;
}

/** What stands beside the columns: the base's primary key and index, then the feature's own. */
function injected(
  extras: Extras<Columns> | null,
  ids: readonly string[],
  prefix: string,
  options: FeatureBaseOptions,
): Extras<Columns> {
  return (self) => [
    ...(options.primaryKey ? [self.primaryKey([...ids, `${prefix}feature_version`])] : []),
    ...(options.index ? [self.index([`${prefix}feature_version`, ...ids, `${prefix}updated_at`])] : []),
    ...extras?.(self) ?? [],
  ];
}
