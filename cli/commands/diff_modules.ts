/** `sqa diff --split module`: a pair of files for each module that differs, each module after those that it depends on. */
import { inDependencyOrder } from "../../models/graph/modules.ts";
import { openProject } from "../context.ts";
import { modulesOfModels } from "../module_filter.ts";
import type { Session } from "../session.ts";
import { diffModels } from "../diff_start.ts";
import type { DiffFlags } from "./diff_models.ts";

/** As `diffModels` for one module after the other; a later file follows the earlier ones. Models without a module go with the first. */
export async function diffByModule(session: Session, flags: DiffFlags): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  const { models } = await project.liveModels();
  const wanted = project.settings.modules?.map((name) => name.toLowerCase());
  const modules = inDependencyOrder([...modulesOfModels(models).values()].sort((a, b) => a.name < b.name ? -1 : 1))
    .map(({ name }) => name).filter((name) => wanted?.includes(name) ?? true);
  if (modules.length === 0) return await diffModels(session, { ...flags, whole: true });
  const results: Readonly<Record<string, unknown>>[] = [];
  // One JSON object for the whole run.
  const each: Session = { ...session, out: { ...out, json: (value) => void results.push(value) } };
  let code: 0 | 2 = 0;
  for (const [i, module] of modules.entries()) {
    out.data(`module ${module}`);
    const name = [flags.name, module].filter((part) => part !== undefined).join("_");
    if (await diffModels(each, { ...flags, name, modules: modules.slice(0, i + 1) }) !== 0) code = 2;
  }
  out.json({ modules: results.map((result, i) => ({ module: modules[i], ...result })) });
  return code;
}
