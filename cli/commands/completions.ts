/** `sqa completions SHELL`: a script that completes commands and flags. Needs no project. */
import { Argument, Command } from "@commander-js/extra-typings";
import { type CommandWords, completionScript, type Shell, shells, type Word } from "../completions.ts";
import { addGlobalFlags } from "../program.ts";
import { type CommandModule, commands } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["source <(sqa completions bash)", "in ~/.bashrc"],
    ["source <(sqa completions zsh)", "in ~/.zshrc"],
    ["sqa completions fish | source", "in ~/.config/fish/config.fish"],
    ["sqa completions powershell | Out-String | Invoke-Expression", "in the profile"],
  ],
  define: (base, run) => {
    base
      .description("Prints a script that completes commands and flags in a shell.")
      .addArgument(new Argument("<shell>", "the shell").choices(shells))
      .action((shell) => run((session) => print(session, shell)));
  },
};

async function print({ out }: Session, shell: Shell): Promise<0> {
  const words = await Promise.all(commands.map(async (entry): Promise<readonly CommandWords[]> => {
    const { command } = await entry.load();
    const described = new Command(entry.name);
    command.define(described, () => {});
    const flags = flagsOf(described);
    return [entry.name, ...entry.aliases].map((name) => ({ name, summary: entry.summary, flags }));
  }));
  const program = new Command("sqa");
  addGlobalFlags(program);
  const script = completionScript(shell, words.flat(), [...flagsOf(program), { name: "--help", summary: "show help" }]);
  if (out.machine) out.json({ shell, script });
  else out.exact(script);
  return 0;
}

function flagsOf({ options }: Pick<Command, "options">): readonly Word[] {
  return options.flatMap(({ long, description }) => long ? [{ name: long, summary: description }] : []);
}
