/** What modules say about one another: dependencies that exist, and no circles. */
import type { ModelMeta, ModuleMeta } from "../contract.ts";
import { nearest } from "../nearest.ts";
import type { Report } from "./report.ts";
import { inRange } from "./version_range.ts";

/** The modules of these models, each once, by name. */
export function modulesOf(models: readonly ModelMeta[]): readonly ModuleMeta[] {
  const byName = new Map<string, ModuleMeta>();
  for (const { module } of models) if (module && !byName.has(module.name)) byName.set(module.name, module);
  return [...byName.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Reports a module that is written for another version of sqa. */
function checkVersion(module: ModuleMeta, version: string | null, report: Report): void {
  if (module.requires === null || version === null) return;
  const fits = inRange(version, module.requires);
  if (fits === true) return;
  report.add(
    "SQA-126",
    fits === null
      ? `module "${module.name}" requires "${module.requires}", which is no range of versions`
      : `module "${module.name}" requires sqa ${module.requires}; this is ${version}`,
    module.place,
    fits === null ? 'write it like "^0.1", "~1.2.3" or ">=1 <3"' : "use another version of the one or the other",
  );
}

/** Reports dependencies on modules without models, circles, and versions of sqa that do not fit. */
export function checkModules(models: readonly ModelMeta[], report: Report, version: string | null): void {
  const modules = modulesOf(models);
  for (const module of modules) {
    report.addAll(module.problems ?? []);
    checkVersion(module, version, report);
  }
  const names = modules.map((module) => module.name);
  for (const module of modules) {
    for (const other of module.dependsOn) {
      if (names.includes(other)) continue;
      const guess = nearest(other, names);
      report.add(
        "SQA-108",
        `module "${module.name}" depends on "${other}", which has no models here`,
        module.place,
        guess ? `did you mean "${guess}"?` : "add its model files, or take it out of dependsOn",
      );
    }
  }
  const circle = findCircle(modules);
  if (!circle) return;
  const first = modules.find((module) => module.name === circle[0])!;
  report.add(
    "SQA-108",
    `modules depend on one another in a circle: ${circle.join(" -> ")}`,
    first.place,
    "take one of them out of dependsOn",
  );
}

/** The modules so that each comes after those it depends on; by name where nothing is said. */
export function inDependencyOrder(modules: readonly ModuleMeta[]): readonly ModuleMeta[] {
  const done = new Set<string>(), ordered: ModuleMeta[] = [];
  const visit = (module: ModuleMeta) => {
    if (done.has(module.name)) return;
    done.add(module.name);
    for (const other of [...module.dependsOn].sort()) {
      const found = modules.find((candidate) => candidate.name === other);
      if (found) visit(found);
    }
    ordered.push(module);
  };
  modules.forEach(visit);
  return ordered;
}

/** A circle as names, the first one again at the end, or null. */
function findCircle(modules: readonly ModuleMeta[]): readonly string[] | null {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const safe = new Set<string>();
  const walk = (name: string, path: readonly string[]): readonly string[] | null => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (safe.has(name)) return null;
    for (const other of byName.get(name)?.dependsOn ?? []) {
      const circle = walk(other, [...path, name]);
      if (circle) return circle;
    }
    safe.add(name);
    return null;
  };
  for (const module of modules) {
    const circle = walk(module.name, []);
    if (circle) return circle;
  }
  return null;
}
