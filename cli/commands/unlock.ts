/** `sqa unlock`: what another run holds, and with --confirm its end. Loads no models. */
import { existsSync } from "node:fs";
import { SqaError } from "../../schema/error.ts";
import { mayAsk, type Session } from "../session.ts";
import { confirm } from "../apply_plan.ts";
import { openProject } from "../context.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Held } from "../../migrate/unlock.ts";

export const command: CommandModule = {
  examples: [
    ["sqa unlock", "who holds the migration lock, and what killed runs have left running"],
    ["sqa unlock --confirm", "end these sessions of the server"],
  ],
  define: (base, run) => {
    base
      .description(
        "Shows who holds the migration lock and which statements of killed runs the server is still at, and ends these sessions. " +
          "The lock goes with its session by itself: this is for one that hangs. The next `sqa migrate` goes on where they were.",
      )
      .option("--confirm", "end them")
      .action((flags) => run((session) => unlockAll(session, flags.confirm === true)));
  },
};

async function unlockAll(session: Session, confirmed: boolean): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database } = project;
  const { unlock } = await import("../../migrate/unlock.ts");
  const look = (now: boolean): Promise<readonly Held[]> =>
    database.file !== null && !existsSync(database.file)
      ? Promise.resolve([])
      : unlock({ ...runnerOptions(project), confirmed: now, create: false });
  const found = await look(false);
  for (const { what, text, statement } of found) {
    out.data(what === "lock" ? `the lock is held by ${text}` : `${statement} is still running: ${text}`);
  }
  if (found.length === 0) {
    out.data(
      database.driver.sessions
        ? `nobody holds the migration lock of ${database.label}`
        : `nothing to unlock: a lock of ${database.label} goes with the process that holds it`,
    );
    out.json({ database: database.label, held: [], ended: false });
    return 0;
  }
  if (!confirmed && !mayAsk(session)) {
    throw new SqaError("SQA-406", "this would end these sessions of the server; nothing was changed", {
      exit: 3,
      choices: ["--confirm"],
      detail: found.map(({ text }) => text).join("\n"),
      hint: "if that run is alive, wait for it or stop it where it runs",
    });
  }
  if (!confirmed) await confirm(session, "End these sessions of the server?");
  const held = await look(true);
  for (const { text, ended } of held) out.data(ended ? `ended ${text}` : `gone already: ${text}`);
  out.json({ database: database.label, held, ended: true });
  out.note("next: sqa migrate");
  return 0;
}
