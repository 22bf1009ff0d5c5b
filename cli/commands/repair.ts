/** `sqa repair`: what only a person can say about the history. Loads no models and runs no SQL of a file. */
import { existsSync } from "node:fs";
import { SqaError } from "../../schema/error.ts";
import type { Open, RepairResult, Verdict } from "../../migrate/repair.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Session } from "../session.ts";

interface RepairFlags {
  readonly done?: string | undefined;
  readonly again?: string | undefined;
  readonly accept?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa repair", "what is half done or edited"],
    ["sqa repair 3f2a --done 4", "statement 4 took effect: go on behind it"],
    ["sqa repair 3f2a --again 4", "statement 4 did not take effect: run it"],
    ["sqa repair 3f2a --accept", "the edited file is what was applied"],
  ],
  define: (base, run) => {
    base
      .description(
        "A killed run is resumed by `sqa migrate` alone. Where the database cannot tell whether a statement took effect, or an applied " +
          "file was edited on purpose, the answer is given here. Runs no SQL of the files.",
      )
      .argument("[id]", "the migration: an id or its beginning, or a name")
      .option("--done <n>", "statement n took effect")
      .option("--again <n>", "statement n did not take effect, or may run a second time")
      .option("--accept", "the file as it is now is what was applied")
      .action((id, flags) => run((session) => repairOne(session, id ?? null, flags)));
  },
};

async function repairOne(session: Session, target: string | null, flags: RepairFlags): Promise<0> {
  const { out } = session;
  const verdict = verdictOf(flags, target);
  const project = await openProject(session);
  const { database } = project;
  if (database.file !== null && !existsSync(database.file)) {
    throw new SqaError("SQA-544", `${database.label} does not exist, so nothing is applied on it`, {
      hint: "run `sqa migrate` to make it",
    });
  }
  const { repair } = await import("../../migrate/repair.ts");
  const result: RepairResult = await repair({ ...runnerOptions(project), target, verdict, create: false });
  if (result.repaired) out.data(`${result.repaired.label}: ${saidOf(result.repaired.verdict)}`);
  for (const open of result.open) say(open, session);
  if (result.open.length === 0 && !result.repaired) out.data(`nothing to repair on ${database.label}`);
  out.json({ database: database.label, repaired: result.repaired, open: result.open });
  if (result.repaired) out.note("next: sqa migrate");
  return 0;
}

function verdictOf({ done, again, accept }: RepairFlags, target: string | null): Verdict | null {
  const given = [done, again, accept].filter((each) => each !== undefined);
  if (given.length > 1 || (given.length === 1) !== (target !== null)) {
    throw new SqaError("SQA-003", "one migration and one of --done, --again and --accept, or none of them", {
      hint: "see `sqa repair --help`",
      exit: 64,
    });
  }
  if (accept) return { kind: "accept" };
  const number = done ?? again;
  if (number === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(number)) {
    throw new SqaError("SQA-003", `"${number}" is no number of a statement`, { hint: "they count from 1", exit: 64 });
  }
  return { kind: done === undefined ? "again" : "done", statement: Number(number) };
}

function saidOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case "accept":
      return "the file as it is now counts as what was applied";
    case "done":
      return `statement ${verdict.statement} counts as done`;
    case "again":
      return `statement ${verdict.statement} will be run again`;
  }
}

function say({ label, problem, direction, applied, total, running, id }: Open, { out }: Session): void {
  if (problem === "edited") {
    out.data(`${label} was edited after it was applied`);
    return out.data(`  sqa repair ${id} --accept`);
  }
  const what = direction === "up" ? "applied" : "rolled back";
  out.data(`${label} is partly ${what}: ${applied} of ${count(total, "statement")}`);
  if (running === null) return out.data(`  sqa ${direction === "up" ? "migrate" : "rollback"} goes on`);
  out.data(
    `  statement ${running.number} was begun and never reported back; \`sqa migrate\` looks whether it took effect`,
  );
  if (running.sql !== null) out.data(running.sql.split("\n").map((line) => `    ${line}`).join("\n"));
}
