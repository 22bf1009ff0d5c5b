/** `sqa diff`: the flags of its two forms, models against the database and any source against another. The work is in the files beside. */
import { Option } from "@commander-js/extra-typings";
import { SqaError } from "../../schema/error.ts";
import type { CommandModule } from "../registry.ts";

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...before ?? [], value];

export const command: CommandModule = {
  examples: [
    ["sqa diff add_orders", "write up/down files for what differs between models and database"],
    ["sqa diff --check", "exit 2 when they differ; writes nothing"],
    ["sqa diff --check --strict", "exit 2 also for what is left alone, not compared, or worth a word"],
    ["sqa diff --rename users.fullname=users.name", "it is a rename, not a drop and an add"],
    ["sqa diff --allow drop-column:users.legacy", "this loss is meant"],
    ["sqa diff --from sqlite:a.db --to file:b.sql --sql", "the SQL between any two schemas"],
    ["sqa diff --from sqlite:a.db --to file:b.sql --check", "exit 2 when they differ"],
  ],
  define: (base, run) => {
    base
      .description(
        "Compares the models with the database (and with the files that are still to be applied) and writes what differs as a pair of " +
          "files. Writes nothing when nothing differs. With --from and --to it compares any two schemas and prints the SQL instead.",
      )
      .argument("[name]", "what changes, in a few words; part of the files' names")
      .option("--check", "exit 2 when something differs; write nothing")
      .option("--dry-run", "show what would be written; write nothing")
      .option("--empty", "make an empty pair, to be written by hand")
      .addOption(
        new Option("--sql [direction]", "print the SQL and nothing else; write nothing")
          .choices(["up", "down", "both"] as const).preset("up" as const),
      )
      .option("--rename <old=new>", "it is the same object under a new name; repeatable", list)
      .option("--drop <object>", "it is gone for good, and what it holds too; repeatable", list)
      .option("--allow <rule[:object]>", "a hazard that is accepted; repeatable", list)
      .option("--branch <label>", "a name for the branch that begins with the new files")
      .option("--strict", "take notes for mistakes: what is left alone or not compared, advice on the models")
      .option("--offline", "compare with the newest file's snapshot; open no database")
      .addOption(
        new Option("--column-order <order>", "whether the order of columns counts").choices(["lax", "strict"] as const),
      )
      .option("--online", "write the forms that do not stop users of a live database (the default)")
      .option("--no-online", "write what runs in one transaction, whoever has to wait")
      .addOption(
        new Option("--split <by>", "a pair of files for each module of the models").choices(["module"] as const),
      )
      .option("--from <source>", "a database URL, models:GLOB, file:SCRIPT.sql, snapshot:FILE or empty")
      .option("--to <source>", "the same; what it lacks is dropped")
      .option("--out <dir>", "with --from and --to: write DIR/up.sql and DIR/down.sql")
      .action((name, flags) =>
        run(async (session) => {
          const { from, to, sql, out, columnOrder, rename } = flags;
          const direction = sql as "up" | "down" | "both" | undefined;
          if (from !== undefined && to !== undefined) {
            refuseOfModels({ ...flags, "a name": name });
            const { diffSources } = await import("./diff_sources.ts");
            return await diffSources(session, {
              from,
              to,
              sql: direction,
              out,
              columnOrder,
              rename,
              check: flags.check,
            });
          }
          refuseHalf(from, to, out);
          if (flags.empty) return await (await import("./new.ts")).newMigration(session, name ?? "empty");
          if (flags.split) {
            const { diffByModule } = await import("./diff_modules.ts");
            return await diffByModule(session, { ...flags, name, sql: direction });
          }
          const { diffModels } = await import("../diff_start.ts");
          return await diffModels(session, { ...flags, name, sql: direction });
        })
      );
  },
};

/** What only migration files have a place for says nothing between two sources. `--drop` and `--allow` do no harm: there all is allowed. */
function refuseOfModels(flags: Readonly<Record<string, unknown>>): void {
  const given = ["a name", "empty", "branch", "offline", "split"].filter((flag) => flags[flag] !== undefined);
  if (given.length === 0) return;
  const list = given.map((flag) => flag === "a name" ? flag : `--${flag}`).join(", ");
  throw new SqaError("SQA-003", `${list}: no migration is written with --from and --to`, {
    hint: "leave it out, or leave --from and --to out to compare the models with the database",
    exit: 64,
  });
}

function refuseHalf(from: string | undefined, to: string | undefined, out: string | undefined): void {
  if (from === undefined && to === undefined && out === undefined) return;
  const missing = from === undefined && to === undefined ? "--from and --to" : from === undefined ? "--from" : "--to";
  throw new SqaError("SQA-003", `${missing} is missing: two sources are compared, or none is named`, {
    hint: "for example sqa diff --from sqlite:a.db --to models:models",
    exit: 64,
  });
}
