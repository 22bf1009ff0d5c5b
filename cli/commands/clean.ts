/** `sqa clean`: what killed runs left in the folder of the migrations. Never a migration, never anything of the database. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { squashedFolder } from "../../migrate/files.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa clean", "remove half-written temporary files of killed runs"],
    ["sqa clean --dry-run", "list them"],
  ],
  define: (base, run) => {
    base
      .description(
        "Removes the temporary files that a killed run may leave beside the migrations. sqa keeps no cache, so there is nothing else to clean; " +
          "--cache-only is understood and does nothing.",
      )
      .option("--cache-only", "only caches; there are none")
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
  const { settings, shown } = await openProject(session);
  const found: string[] = [];
  for (const dir of cacheOnly ? [] : [settings.dir, join(settings.dir, squashedFolder)]) {
    for (const name of await readdir(dir).catch(() => [])) {
      const path = join(dir, name);
      if (temporary.test(name) && Date.now() - (await stat(path)).mtimeMs > oldEnoughMs) found.push(path);
    }
  }
  for (const path of found) {
    if (!dryRun) await rm(path, { force: true });
    out.data(`${out.style.drop("-")} ${shown(path)}`);
  }
  const what = count(found.length, "temporary file");
  out.data(found.length === 0 ? "nothing to clean" : dryRun ? `would remove ${what}` : `removed ${what}`);
  out.json({ removed: dryRun ? [] : found.map(shown), ...(dryRun ? { wouldRemove: found.map(shown) } : {}) });
  return 0;
}
