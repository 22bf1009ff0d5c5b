/**
 * All commands, one line each. The list is literal, so that the compiler embeds every command and a reader can click through; the
 * code of a command is loaded when it is the one that runs.
 */
import type { Command } from "@commander-js/extra-typings";
import type { Action } from "./session.ts";

/** What a command's file exports: its arguments and flags, and what it does with them. */
export interface CommandModule {
  /** Shown first in its help: command lines that work as they stand, each with what it is for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Adds arguments and flags; the action hands over what to run. */
  define(command: Command, run: (action: Action) => void): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  load(): Promise<{ readonly command: CommandModule }>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: "init",
    aliases: ["startproject"],
    summary: "make a config, a migrations folder and a first model",
    load: () => import("./commands/init.ts"),
  },
  {
    name: "pull",
    aliases: [],
    summary: "write models for what the database holds",
    load: () => import("./commands/pull.ts"),
  },
  {
    name: "diff",
    aliases: ["makemigrations", "generate"],
    summary: "write migration files for what differs between models and database",
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "migrate",
    aliases: ["up", "upgrade"],
    summary: "apply pending migration files",
    load: () => import("./commands/migrate.ts"),
  },
  {
    name: "rollback",
    aliases: ["down", "downgrade"],
    summary: "run the down files of applied migrations",
    load: () => import("./commands/rollback.ts"),
  },
  {
    name: "status",
    aliases: [],
    summary: "show applied and pending migrations",
    load: () => import("./commands/status.ts"),
  },
  {
    name: "current",
    aliases: [],
    summary: "show the migration that the database is at",
    load: () => import("./commands/current.ts"),
  },
  {
    name: "history",
    aliases: [],
    summary: "show the migrations as a graph, the newest first",
    load: () => import("./commands/history.ts"),
  },
  {
    name: "show",
    aliases: [],
    summary: "show one migration: SQL, hazards, or the schema after it",
    load: () => import("./commands/show.ts"),
  },
  {
    name: "heads",
    aliases: [],
    summary: "show the migrations that nothing follows",
    load: () => import("./commands/heads.ts"),
  },
  {
    name: "branches",
    aliases: [],
    summary: "show where the history parts",
    load: () => import("./commands/branches.ts"),
  },
  {
    name: "list",
    aliases: [],
    summary: "list the migrations in order",
    load: () => import("./commands/list.ts"),
  },
  {
    name: "merge",
    aliases: [],
    summary: "join two heads of the history",
    load: () => import("./commands/merge.ts"),
  },
  {
    name: "rebase",
    aliases: [],
    summary: "make files that are not applied follow another head",
    load: () => import("./commands/rebase.ts"),
  },
  {
    name: "squash",
    aliases: [],
    summary: "one checkpoint instead of many files, for empty databases",
    load: () => import("./commands/squash.ts"),
  },
  {
    name: "lock",
    aliases: [],
    summary: "write sqa.lock, by which --locked knows the files that were reviewed",
    load: () => import("./commands/lock.ts"),
  },
  {
    name: "adopt",
    aliases: ["baseline"],
    summary: "take over a database that sqa did not make",
    load: () => import("./commands/adopt.ts"),
  },
  {
    name: "stamp",
    aliases: [],
    summary: "write into the history that migrations are applied, and run none",
    load: () => import("./commands/stamp.ts"),
  },
  {
    name: "validate",
    aliases: [],
    summary: "check the migration files without a database",
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "verify",
    aliases: [],
    summary: "run each migration up, down and up again on a scratch database",
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "check",
    aliases: [],
    summary: "compare models, files and database; exit 2 when they differ",
    load: () => import("./commands/check.ts"),
  },
  {
    name: "drift",
    aliases: [],
    summary: "show, adopt or revert what was changed behind the migrations' back",
    load: () => import("./commands/drift.ts"),
  },
  {
    name: "push",
    aliases: [],
    summary: "change a development database directly, without files",
    load: () => import("./commands/push.ts"),
  },
  {
    name: "fresh",
    aliases: [],
    summary: "drop what the migrations made and apply them again (development)",
    load: () => import("./commands/fresh.ts"),
  },
  {
    name: "reset",
    aliases: [],
    summary: "undo all migrations (development)",
    load: () => import("./commands/reset.ts"),
  },
  {
    name: "new",
    aliases: [],
    summary: "make an empty migration to be written by hand",
    load: () => import("./commands/new.ts"),
  },
  {
    name: "inspect",
    aliases: [],
    summary: "print a schema as json, sql, mermaid, dot, svg or html",
    load: () => import("./commands/inspect.ts"),
  },
  {
    name: "models",
    aliases: [],
    summary: "list the models that were found",
    load: () => import("./commands/models.ts"),
  },
  {
    name: "modules",
    aliases: ["module"],
    summary: "list the modules of the models, or take one out of the database",
    load: () => import("./commands/modules.ts"),
  },
  {
    name: "features",
    aliases: [],
    summary: "list, lock, compare and push the versions of features",
    load: () => import("./commands/features.ts"),
  },
  {
    name: "config",
    aliases: [],
    summary: "print the settings and where they come from",
    load: () => import("./commands/config.ts"),
  },
  {
    name: "wait",
    aliases: [],
    summary: "wait until the database is up and has every migration",
    load: () => import("./commands/wait.ts"),
  },
  {
    name: "unlock",
    aliases: [],
    summary: "show who holds the migration lock, and end a run that hangs",
    load: () => import("./commands/unlock.ts"),
  },
  {
    name: "repair",
    aliases: [],
    summary: "say what the database cannot tell about a half-done or edited migration",
    load: () => import("./commands/repair.ts"),
  },
  {
    name: "doctor",
    aliases: [],
    summary: "look for what stands in the way: config, models, files, database",
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "lint",
    aliases: [],
    summary: "show what is risky in migration files",
    load: () => import("./commands/lint.ts"),
  },
  {
    name: "explain",
    aliases: [],
    summary: "explain a hazard rule",
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "clean",
    aliases: [],
    summary: "remove what killed runs left beside the migrations",
    load: () => import("./commands/clean.ts"),
  },
  {
    name: "completions",
    aliases: [],
    summary: "print a script that completes commands in a shell",
    load: () => import("./commands/completions.ts"),
  },
];

/** The entry that a word names, by name or alias. */
export function commandNamed(word: string): CommandEntry | undefined {
  return commands.find((entry) => entry.name === word || entry.aliases.includes(word));
}
