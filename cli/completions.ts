/** Completion scripts for shells, from the commands and their flags. Pure: text from a tree. */

export interface Word {
  readonly name: string;
  readonly summary: string;
}

/** A command as a shell sees it: its flags without values, each with a line of help. */
export interface CommandWords extends Word {
  readonly flags: readonly Word[];
}

export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = typeof shells[number];

/** The script. `globals` go with every command. */
export function completionScript(
  shell: Shell,
  commands: readonly CommandWords[],
  globals: readonly Word[],
): string {
  return writers[shell](commands, globals);
}

type Writer = (commands: readonly CommandWords[], globals: readonly Word[]) => string;

const writers: Readonly<Record<Shell, Writer>> = { bash, zsh, fish, powershell };

const names = (words: readonly Word[]): string => words.map(({ name }) => name).join(" ");

function bash(commands: readonly CommandWords[], globals: readonly Word[]): string {
  return `# sqa completion for bash: source <(sqa completions bash)
_sqa() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) command="\${COMP_WORDS[i]}"; break ;; esac
  done
  local flags="${names(globals)}"
  case "$command" in
    "") flags="$flags ${names(commands)}" ;;
${commands.map(({ name, flags }) => `    ${name}) flags="$flags ${names(flags)}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$flags" -- "$word"))
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -F _sqa sqa
`;
}

function zsh(commands: readonly CommandWords[], globals: readonly Word[]): string {
  const quoted = ({ name, summary }: Word) =>
    `'${`${name.replaceAll(":", "\\:")}:${summary}`.replaceAll("'", "'\\''")}'`;
  return `#compdef sqa
# sqa completion for zsh: source <(sqa completions zsh)
_sqa() {
  local -a commands flags
  commands=(
${commands.map((word) => `    ${quoted(word)}`).join("\n")}
  )
  flags=(
${globals.map((word) => `    ${quoted(word)}`).join("\n")}
  )
  local command="" i
  for ((i = 2; i < CURRENT; i++)); do
    if [[ "\${words[i]}" != -* ]]; then command="\${words[i]}"; break; fi
  done
  case "$command" in
    "") _describe command commands; _describe flag flags; return ;;
${
    commands.filter(({ flags }) => flags.length).map(({ name, flags }) =>
      `    ${name}) flags+=(${flags.map(quoted).join(" ")}) ;;`
    ).join("\n")
  }
  esac
  _describe flag flags
  _files
}
if [[ "\${funcstack[1]}" == "_sqa" ]]; then _sqa "$@"; else compdef _sqa sqa; fi
`;
}

function fish(commands: readonly CommandWords[], globals: readonly Word[]): string {
  const text = (summary: string) => `'${summary.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const flag = (condition: string, { name, summary }: Word) =>
    `complete -c sqa ${condition}-l ${name.replace(/^--/, "")} -d ${text(summary)}`;
  return [
    "# sqa completion for fish: sqa completions fish | source",
    ...globals.map((word) => flag("", word)),
    ...commands.flatMap((command) => [
      `complete -c sqa -f -n __fish_use_subcommand -a ${command.name} -d ${text(command.summary)}`,
      ...command.flags.map((word) => flag(`-n '__fish_seen_subcommand_from ${command.name}' `, word)),
    ]),
    "",
  ].join("\n");
}

function powershell(commands: readonly CommandWords[], globals: readonly Word[]): string {
  const list = (words: readonly Word[]) => `@(${words.map(({ name }) => `'${name}'`).join(", ")})`;
  return `# sqa completion for PowerShell: sqa completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName sqa -ScriptBlock {
  param($word, $ast, $position)
  $commands = @{
${commands.map(({ name, flags }) => `    '${name}' = ${list(flags)}`).join("\n")}
  }
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $command = $words | Where-Object { $commands.ContainsKey($_) -and $_ -ne $word } | Select-Object -First 1
  $all = ${list(globals)}
  if ($command) { $all += $commands[$command] } else { $all += $commands.Keys }
  $all | Where-Object { $_ -like "$word*" } | Sort-Object | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
