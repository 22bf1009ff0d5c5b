/** `sqa stamp ID`: the history says that a migration is applied, and nothing is run. For databases that are there already. */
import { existsSync } from "node:fs";
import { SqaError } from "../../schema/error.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Session } from "../session.ts";

interface StampFlags {
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa stamp head", "the database has everything already: the history shall say so"],
    ["sqa stamp 3f2a --dry-run", "compare, and show what would be written"],
    ["sqa stamp base", "the history shall be empty; the database holds none of it"],
  ],
  define: (base, run) => {
    base
      .description(
        "Writes into the history that a migration and all that it follows are applied, and takes out what comes after it. Runs no SQL " +
          "file. The database must be what the migration's snapshot says.",
      )
      .argument("<id>", 'an id or its beginning, a name, "head", "base"')
      .option("--force", "write it without comparing")
      .option("--dry-run", "compare and show what would be written; write nothing")
      .action((id, flags) => run((session) => stampAt(session, id, flags)));
  },
};

async function stampAt(session: Session, target: string, { force, dryRun }: StampFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database } = project;
  if (database.file !== null && !existsSync(database.file)) {
    throw new SqaError("SQA-544", `${database.label} does not exist, so nothing is applied on it`, {
      hint: "run `sqa migrate` to make it",
    });
  }
  const { stamp } = await import("../../migrate/stamp.ts");
  const result = await stamp({
    ...runnerOptions(project),
    target,
    force: force === true,
    dryRun: dryRun === true,
  });
  const { stamped, removed, verified } = result;
  for (const { label } of stamped) out.data(`${out.style.add("+")} ${label}`);
  for (const { label } of removed) out.data(`${out.style.drop("-")} ${label}`);
  const parts = [
    ...(stamped.length ? [`${count(stamped.length, "migration")} as applied`] : []),
    ...(removed.length ? [`${count(removed.length, "migration")} as not applied`] : []),
  ];
  const compared = verified ? "; verified" : "; not compared";
  if (parts.length === 0) out.data(`the history of ${database.label} says that already${compared}`);
  else if (dryRun) out.data(`would stamp ${parts.join(", ")} on ${database.label}${compared}; nothing was changed`);
  else out.data(`stamped ${parts.join(", ")} on ${database.label}${compared}`);
  out.json({
    database: database.label,
    stamped: dryRun ? [] : stamped,
    removed: dryRun ? [] : removed,
    ...(dryRun ? { wouldStamp: stamped, wouldRemove: removed } : {}),
    heads: result.heads,
    verified,
  });
  return 0;
}
