/** `sqa verify`: each migration up, down and up again on a scratch database that is gone afterwards. The database itself is not touched. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roundTrips } from "../../migrate/round_trip.ts";
import { trialOf } from "../../migrate/trial.ts";
import { openProject, type Project } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import { withDatabaseBeside } from "../scratch_database.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa verify", "up, down, up: does every down file bring the schema back?"],
    ["sqa verify --json", "each file with what was found, for CI"],
  ],
  define: (base, run) => {
    base
      .description(
        "Applies each migration to an empty scratch database, undoes it and applies it again, and compares the schema after each step. " +
          "The scratch database is a file, or made beside the configured one by a role that may create databases.",
      )
      .action(() => run(verify));
  },
};

async function verify(session: Session): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { shared } = project.database.dialect;
  if (shared) {
    out.note(`${shared.what} are the whole server's: statements about them are not run on the scratch database`);
  }
  const trips = await onScratch(project, (url) => {
    const { lockTimeoutMs: _lock, waitMs: _wait, ...options } = runnerOptions(project);
    return roundTrips(
      { ...options, driver: trialOf(options.driver), url, onEvent: () => {} },
      ({ label, outcome }) =>
        out.data(
          outcome === "reversed"
            ? `${out.style.add("ok")} ${label}: up, down, up`
            : `${out.style.change("--")} ${label}: its down file says that it is irreversible`,
        ),
    );
  });
  const irreversible = trips.filter(({ outcome }) => outcome === "irreversible").length;
  const back = count(trips.length - irreversible, "migration");
  out.data(`${back} there and back${irreversible ? `, ${irreversible} irreversible` : ""}`);
  out.json({ migrations: trips });
  return 0;
}

/** Hands over the URL of an empty database of the project's kind, and removes it. */
async function onScratch<T>({ database }: Project, work: (url: string) => Promise<T>): Promise<T> {
  if (database.file === null && !/^[a-z0-9+.-]+:(\/\/)?(:memory:)?$/i.test(database.url)) {
    return await withDatabaseBeside(database, work);
  }
  const folder = await mkdtemp(join(tmpdir(), "sqa_verify_"));
  try {
    return await work(`${database.url.slice(0, database.url.indexOf(":"))}:${join(folder, "scratch.db")}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
