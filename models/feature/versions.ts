/**
 * Versions of features: sha256 over canonical JSON, the same on every machine. A field's version is the hash of its code version, its path and the
 * versions of the fields that it is made from; a feature's is the hash of its key and its fields' versions; a project's that of all features.
 */
import { canonicalJson } from "../../schema/canonical.ts";
import { sha256 } from "../../schema/hash.ts";
import { model } from "../contract.ts";
import type { FeatureMeta, TableMeta } from "../contract.ts";
import type { AnyTable } from "../table.ts";

/** The versions of one feature. */
export interface FeatureVersions {
  /** The key with slashes: "video/faces". */
  readonly key: string;
  /** Changes when the code of a field or of anything that it is made from changes. */
  readonly version: string;
  /** Changes when the code of one of its own fields changes. */
  readonly codeVersion: string;
  /** By field. */
  readonly fields: { readonly [field: string]: string };
}

const known = new WeakMap<FeatureMeta, FeatureVersions>();

/** The versions of a feature table; an error for any other table. */
export function featureVersions(table: AnyTable): FeatureVersions {
  return versionsOf(table[model]);
}

/** As `featureVersions`, over metadata. */
export function versionsOf(meta: Pick<TableMeta, "name" | "feature">): FeatureVersions {
  const { feature } = meta;
  if (!feature) throw new TypeError(`table "${meta.name}" is no feature`);
  const done = known.get(feature);
  if (done) return done;
  const cut = (text: string) => sha256(text).slice(0, feature.hashLength);
  const fields = Object.fromEntries(
    Object.entries(feature.fields).map(([name, { codeVersion, deps }]) => {
      const parents = Object.fromEntries(deps.map((dep) => {
        const other = versionsOf(dep.feature);
        return [`${other.key}.${dep.field}`, other.fields[dep.field] ?? null];
      }));
      return [name, cut(canonicalJson({ codeVersion, path: [...feature.key, name], parents }))];
    }),
  );
  const codes = Object.fromEntries(Object.entries(feature.fields).map(([name, field]) => [name, field.codeVersion]));
  const versions: FeatureVersions = {
    key: feature.key.join("/"),
    version: cut(canonicalJson({ key: feature.key, fields })),
    codeVersion: cut(canonicalJson({ key: feature.key, fields: codes })),
    fields,
  };
  known.set(feature, versions);
  return versions;
}

/** The version of a whole graph of features: the hash of every feature's version under its key, whatever their order. */
export function projectVersion(features: readonly AnyTable[]): string {
  return projectVersionOf(features.map((table) => table[model]));
}

/** As `projectVersion`, over metadata. */
export function projectVersionOf(metas: readonly TableMeta[]): string {
  const versions = metas.map(versionsOf);
  const length = Math.min(64, ...metas.map((meta) => meta.feature!.hashLength));
  return sha256(canonicalJson(Object.fromEntries(versions.map(({ key, version }) => [key, version])))).slice(0, length);
}
