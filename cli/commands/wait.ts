/** `sqa wait`: until the database is up and migrated. Loads no models. */
import { Option } from "@commander-js/extra-typings";
import { openProject } from "../context.ts";
import { duration } from "../output/events.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Session } from "../session.ts";

const states = ["migrations", "up"] as const;

export const command: CommandModule = {
  examples: [
    ["sqa wait", "until nothing is pending, for a minute at most; exit 75 then"],
    ["sqa wait --until up --wait 5m", "until the database answers"],
  ],
  define: (base, run) => {
    base
      .description(
        "Waits until the database is up and has every migration of the folder, for programs that start beside the one that migrates. " +
          "Changes nothing and takes no lock.",
      )
      .addOption(
        new Option("--until <state>", "what to wait for: nothing is pending, or the database answers").choices(states)
          .default("migrations" as const),
      )
      .action(({ until }) => run((session) => waitUntil(session, until)));
  },
};

const longest = 60_000;

async function waitUntil(session: Session, until: typeof states[number]): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { waitFor } = await import("../../migrate/wait.ts");
  const options = runnerOptions(project);
  const waited = await waitFor({
    ...options,
    until,
    waitMs: project.settings.wait || longest,
    // Every attempt connects anew, and says nothing about it.
    onEvent: () => {},
    onWait: (pending) =>
      out.note(`waiting: ${count(pending.length, "migration")} pending on ${project.database.label} …`),
  });
  const where = project.database.label;
  out.data(
    waited.applied === null
      ? `${where} is up`
      : `${where} is up to date: ${count(waited.applied, "migration")} applied, nothing pending`,
  );
  out.detail(`waited ${duration(waited.waitedMs)}`);
  out.json({
    database: where,
    server: waited.server.product,
    until,
    applied: waited.applied,
  });
  return 0;
}
