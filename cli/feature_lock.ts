/** The versions of a project's features as a file that is kept with the code, and what differs between two such states. Pure but for reading the file. */
import { existsSync, readFileSync } from "node:fs";
import type { ModelMeta, TableMeta } from "../models/contract.ts";
import { projectVersionOf, versionsOf } from "../models/feature/versions.ts";
import { SqaError } from "../schema/error.ts";

/** One feature as the lock file has it. */
export interface LockedFeature {
  readonly project: string;
  readonly table: string;
  readonly version: string;
  readonly codeVersion: string;
  readonly fields: { readonly [field: string]: string };
  readonly deps: readonly string[];
}

/** All features of the models, by key, each after those that it is made from. */
export interface FeatureLock {
  readonly version: 1;
  readonly projectVersion: string;
  readonly features: { readonly [key: string]: LockedFeature };
}

/** What differs for one feature. */
export interface FeatureDifference {
  readonly feature: string;
  readonly change: "added" | "removed" | "changed";
  /** Its own code changed; else only what it is made from. */
  readonly own: boolean;
  /** Fields whose version differs. */
  readonly fields: readonly string[];
}

/** The feature tables among models. SQA-123 when two have one key in one project, or when there is none. */
export function featuresOf(models: readonly ModelMeta[]): readonly TableMeta[] {
  const found = models.filter((meta): meta is TableMeta => meta.kind === "table" && meta.feature !== null);
  if (found.length === 0) {
    throw new SqaError("SQA-123", "the models have no features", {
      hint: 'make one with featureTable({ key: "video", ids: ["videoId"] }, { … })',
    });
  }
  const seen = new Set<string>();
  for (const meta of found) {
    const { key } = versionsOf(meta);
    if (seen.has(key)) {
      throw new SqaError("SQA-123", `two features have the key "${key}"`, { hint: "give one another key" });
    }
    seen.add(key);
  }
  return inOrder(found);
}

/** Each after those that it is made from; by key where nothing is said. */
function inOrder(features: readonly TableMeta[]): readonly TableMeta[] {
  const sorted = [...features].sort((a, b) => versionsOf(a).key < versionsOf(b).key ? -1 : 1);
  const done = new Set<TableMeta>();
  const visit = (meta: TableMeta): void => {
    if (done.has(meta)) return;
    meta.feature!.deps.forEach(visit);
    done.add(meta);
  };
  sorted.forEach(visit);
  return [...done].filter((meta) => features.includes(meta));
}

/** What the lock file says of these features. */
export function lockOf(features: readonly TableMeta[]): FeatureLock {
  const entries = features.map((meta): [string, LockedFeature] => {
    const { key, version, codeVersion, fields } = versionsOf(meta);
    const deps = meta.feature!.deps.map((dep) => versionsOf(dep).key);
    return [key, { project: meta.feature!.project, table: meta.name, version, codeVersion, fields, deps }];
  });
  return { version: 1, projectVersion: projectVersionOf(features), features: Object.fromEntries(entries) };
}

/** The lock file, or null when there is none. SQA-124 when it is not one. */
export function readLock(path: string): FeatureLock | null {
  if (!existsSync(path)) return null;
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as FeatureLock;
    if (value.version === 1 && typeof value.features === "object") return value;
  } catch {
    // Said below.
  }
  throw new SqaError("SQA-124", `${path} is no lock file of features`, {
    place: { file: path },
    hint: "make it anew with `sqa features lock`",
  });
}

/** What differs from the first to the second, in the order of the second. */
export function lockDifferences(
  before: FeatureLock["features"],
  after: FeatureLock["features"],
): readonly FeatureDifference[] {
  const differences: FeatureDifference[] = [];
  for (const [feature, { version, codeVersion, fields }] of Object.entries(after)) {
    const old = before[feature];
    if (!old) differences.push({ feature, change: "added", own: true, fields: Object.keys(fields) });
    else if (old.version !== version) {
      const names = new Set([...Object.keys(old.fields), ...Object.keys(fields)]);
      const changed = [...names].filter((name) => old.fields[name] !== fields[name]);
      differences.push({ feature, change: "changed", own: old.codeVersion !== codeVersion, fields: changed });
    }
  }
  for (const [feature, { fields }] of Object.entries(before)) {
    if (!(feature in after)) differences.push({ feature, change: "removed", own: true, fields: Object.keys(fields) });
  }
  return differences;
}
