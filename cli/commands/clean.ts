/** `sqa clean`: what killed runs left in the folder of the migrations, and what is known of models. Never a migration, never anything of the database. */
import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { squashedFolder } from "../../migrate/files.ts";
import { openProject } from "../context.ts";
import { cacheFolder } from "../models_cache.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa clean", "remove half-written temporary files of killed runs, and the cache of the models"],
    ["sqa clean --dry-run", "list them"],
  ],
  define: (base, run) => {
    base
      .description(
        "Removes the temporary files that a killed run may leave beside the migrations, and the cache of the models: what runs of the program " +
          "keep in .sqa/cache of models that cannot change unless their files do. It is never needed; the next run makes it again.",
      )
      .option("--cache-only", "only the cache of the models")
      .option("--dry-run", "list what would be removed; remove nothing")
      .action((flags) => run((session) => clean(session, flags.cacheOnly === true, flags.dryRun === true)));
  },
};

/** As `writeWhole` names them. */
const temporary = /^\..+\.[0-9a-f]{8}\.tmp$/;

/** Younger ones may belong to a run that is under way. */
const oldEnoughMs = 60_000;

async function clean(session: Session, cacheOnly: boolean, dryRun: boolean): Promise<0> {
  const { out } = session;
  const { settings, config, shown } = await openProject(session);
  const found: string[] = [];
  for (const dir of cacheOnly ? [] : [settings.dir, join(settings.dir, squashedFolder)]) {
    for (const name of await readdir(dir).catch(() => [])) {
      const path = join(dir, name);
      if (temporary.test(name) && Date.now() - (await stat(path)).mtimeMs > oldEnoughMs) found.push(path);
    }
  }
  const cache = join(config.root, cacheFolder), temporaries = found.length;
  if (existsSync(cache)) found.push(cache);
  for (const path of found) {
    if (!dryRun) await rm(path, { recursive: path === cache, force: true });
    out.data(`${out.style.drop("-")} ${shown(path)}`);
  }
  const what = [
    ...(temporaries > 0 ? [count(temporaries, "temporary file")] : []),
    ...(found.length > temporaries ? ["the cache of the models"] : []),
  ].join(" and ");
  out.data(found.length === 0 ? "nothing to clean" : dryRun ? `would remove ${what}` : `removed ${what}`);
  out.json({ removed: dryRun ? [] : found.map(shown), ...(dryRun ? { wouldRemove: found.map(shown) } : {}) });
  return 0;
}
