/** A migration for what the database holds already: its files are written, and it counts as applied. */
import { rm } from "node:fs/promises";
import { writeMigration } from "../migrate/mod.ts";
import type { Project } from "./context.ts";
import { runnerOptions } from "./running.ts";

/** The files, as they are shown to people. When the history cannot be written, files that were not there before are taken away again. */
export async function writeStamped(
  project: Project,
  texts: Parameters<typeof writeMigration>[1],
): Promise<readonly string[]> {
  const { written, paths } = await writeMigration(project.settings.dir, texts, new Date(), project.settings.timezone);
  const files = [paths.up, paths.down, paths.snapshot].filter((path) => path !== null);
  try {
    const { stamp } = await import("../migrate/stamp.ts");
    await stamp({ ...runnerOptions(project), onEvent: () => {}, target: texts.id });
  } catch (error) {
    if (written) { for (const file of files) await rm(file, { force: true }); }
    throw error;
  }
  return files.map(project.shown);
}
