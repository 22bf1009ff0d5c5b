/** The command line: global flags, one subcommand per registry entry, help with examples first. Parsing only; nothing runs here. */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { SqaError } from "../schema/error.ts";
import { type CommandModule, commandNamed, commands } from "./registry.ts";
import type { Action, GlobalFlags } from "./session.ts";
import { nearest } from "./suggest.ts";

/** What the command line asks for: an action with the global flags, or text to print (help). */
export type Parsed =
  | { readonly action: Action; readonly flags: GlobalFlags; readonly command: string }
  | { readonly help: string };

/** Parses a command line. Mistakes are SQA-001 (command), SQA-002 (flag), SQA-003 (argument), all with exit 64. */
export async function parse(given: readonly string[]): Promise<Parsed> {
  const at = given.indexOf("help");
  const code = at >= 0 && /^sqa-?[a-z]?\d+$/i.test(given[at + 1] ?? "");
  const args = code ? given.map((arg, i) => i === at ? "explain" : arg) : given;
  let action: Action | null = null;
  let help = "";
  const program = configured(new Command("sqa"), (text) => help += text);
  addGlobalFlags(program);
  const wanted = commandIn(args);
  // Who names a command first asks for no list of them, and each takes a tenth of a millisecond.
  const listed = wanted && [wanted.name, ...wanted.aliases].includes(args[0]!) ? [wanted] : commands;
  for (const entry of listed) {
    const sub = configured(program.command(entry.name), (text) => help += text);
    sub.summary(entry.summary).description(entry.summary).aliases(entry.aliases);
    if (entry !== wanted) continue;
    const { command } = await entry.load();
    command.define(sub as unknown as Command, (chosen) => action = chosen);
    sub.addHelpText("beforeAll", examplesText(command));
  }
  program.addHelpText("beforeAll", (context) => context.command === program ? firstSteps : "");
  program.addHelpText(
    "after",
    "\nExit codes: 0 done, 1 failed, 2 something differs (check modes), 3 needs a decision, 64 usage,\n75 try again, 78 configuration, 130/143 interrupted.\n",
  );
  if (args.length === 0) return { help: (program.outputHelp(), help) };
  try {
    await program.parseAsync(withWaitingTime(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { help };
    throw usageError(
      error,
      args,
      wanted && program.commands.find((one) => one.name() === wanted.name) as Command | undefined,
    );
  }
  if (!action) return { help: (program.outputHelp(), help) };
  return { action, flags: program.opts() as GlobalFlags, command: wanted?.name ?? "" };
}

const firstSteps = `Examples:
  sqa init                     make a config, a migrations folder and a first model
  sqa diff add_orders          write up/down files for what differs between models and database
  sqa migrate                  apply pending files
  sqa rollback -1              undo the last one
`;

function examplesText(command: CommandModule): string {
  const width = Math.max(...command.examples.map(([line]) => line.length));
  return `Examples:\n${command.examples.map(([line, purpose]) => `  ${line.padEnd(width)}  ${purpose}\n`).join("")}`;
}

// deno-lint-ignore no-explicit-any -- the inferred type of a command with flags is not worth naming here
function configured<C extends Command<any, any, any>>(command: C, write: (text: string) => void): C {
  command.exitOverride().showSuggestionAfterError(false).allowExcessArguments(false);
  command.configureOutput({
    writeOut: write,
    // Mistakes are reported as SqaError.
    writeErr: () => {},
    getOutHasColors: () => false,
    getOutHelpWidth: () => 110,
    getErrHelpWidth: () => 110,
  });
  command.configureHelp({ showGlobalOptions: true });
  return command;
}

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...before ?? [], value];

/** The flags of every command. */
export function addGlobalFlags(program: Command): void {
  program
    .description("Keeps a database's schema in step with TypeScript models.")
    .option("--url <url>", "the database; else SQA_URL, DATABASE_URL, the config file, or an SQLite file")
    .option("--url-env <name>", "environment variable that holds the URL")
    .option("--env <name>", "section [env.NAME] of the config file")
    .option("--target <name>", "section [targets.NAME] of the config file; else each of them")
    .option("--history <name>", "section [histories.NAME] of the config file; else each of them, in order")
    .option("--tenant <name>", "one tenant of [tenants]")
    .option("--config <file>", "config file; else sqa.toml, sqa.yaml, sqa.json or sqa.config.ts")
    .option("--models <glob>", "where the models are; repeatable", list)
    .option("--exclude <glob>", "files that are no models; repeatable", list)
    .option("--no-cache", "import the models, whatever is known of them from earlier runs")
    .option("--dir <path>", 'folder of the migration files; default "migrations"')
    .option("--env-file <file>", "file of environment variables; default .env")
    .option("--lock-timeout <time>", "how long to wait for locks: 500ms, 30s, 5m")
    .option("--wait [time]", "how long to wait for the database to come up; 60s when no time is given")
    .option("--locked", "run only migrations that sqa.lock lists, as it lists them")
    .option("--json", "one JSON object on stdout")
    .option("--events [file]", "what happens as JSON lines: to this file, or to stdout in place of everything else")
    .option("--color", "colours, whatever the terminal says")
    .option("--no-color", "no colours")
    .option("--no-input", "never ask; exit 3 with the choices instead")
    .option("-y, --yes", "do not ask for confirmation; never stands for an --allow")
    .option("-v, --verbose", "say more")
    .option("-q, --quiet", "only results and errors")
    .option("--timings", "say where the time went; in the object of --json too")
    .option("-V, --version", "print the version");
}

/** The command that the words name: the first operand. Flags of the whole program may stand before it. */
function commandIn(args: readonly string[]): ReturnType<typeof commandNamed> {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return undefined;
    if (arg === "help") continue;
    if (arg.startsWith("-")) {
      if (valueFlags.includes(arg)) i++;
      continue;
    }
    return commandNamed(arg);
  }
  return undefined;
}

const valueFlags = [
  "--url",
  "--url-env",
  "--env",
  "--config",
  "--target",
  "--history",
  "--tenant",
  "--models",
  "--exclude",
  "--dir",
  "--env-file",
  "--lock-timeout",
];

/** `--wait head` waits for the default time and goes to head: a word that is no time is not taken for one. */
function withWaitingTime(args: readonly string[]): string[] {
  return args.map((arg, i) =>
    arg === "--wait" && !/^\d{1,5}(\.\d+)?(ms|s|m|h)?$/.test(args[i + 1] ?? "") ? "--wait=60s" : arg
  );
}

/** Commander's complaint as ours: a code, one sentence, what was meant, where to look. */
function usageError(error: CommanderError, args: readonly string[], command: Command | undefined): SqaError {
  const help = `see \`sqa ${command ? `${command.name()} ` : ""}--help\``;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  if (error.code === "commander.unknownCommand" || (error.code === "commander.excessArguments" && !command)) {
    const word = quoted || args.find((arg) => !arg.startsWith("-")) || "";
    const meant = nearest(word, commands.flatMap(({ name, aliases }) => [name, ...aliases]));
    return new SqaError("SQA-001", `there is no command "${word}"`, {
      hint: meant ? `did you mean \`sqa ${meant}\`?` : "see `sqa --help`",
      exit: 64,
      cause: undefined,
    });
  }
  if (error.code === "commander.unknownOption") {
    const flags = [...command?.options ?? [], ...(command?.parent?.options ?? [])].flatMap(({ long }) =>
      long ? [long] : []
    );
    const meant = nearest(quoted.split("=")[0]!, flags);
    return new SqaError("SQA-002", `there is no flag "${quoted}"${command ? ` for \`sqa ${command.name()}\`` : ""}`, {
      hint: meant ? `did you mean "${meant}"? ${help}` : help,
      exit: 64,
    });
  }
  return new SqaError("SQA-003", error.message.replace(/^error: /, "").replaceAll("'", '"'), { hint: help, exit: 64 });
}
