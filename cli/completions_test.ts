import { deepEqual, match } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { completionScript, shells } from "./completions.ts";

const commands = [
  { name: "history", summary: "the migrations' graph", flags: [{ name: "--range", summary: "from: to" }] },
  { name: "heads", summary: "what nothing follows", flags: [] },
];
const globals = [{ name: "--json", summary: "one object" }];

Deno.test("each shell's script names every command and flag", () => {
  for (const shell of shells) {
    const script = completionScript(shell, commands, globals);
    for (const word of ["history", "heads", "range", "json"]) match(script, new RegExp(word), `${shell}: ${word}`);
  }
});

Deno.test("quotes and colons in summaries do not end a word", () => {
  match(
    completionScript("zsh", commands, globals),
    /'history:the migrations'\\'' graph'/,
  );
  match(completionScript("fish", commands, globals), /-d 'the migrations\\' graph'/);
});

Deno.test({
  name: "bash completes commands, flags of the command and flags of all",
  ignore: !hasBash(),
  fn() {
    const script = completionScript("bash", commands, globals);
    const complete = (...words: string[]) =>
      execFileSync("bash", [
        "-c",
        `${script}\nCOMP_WORDS=(sqa "$@"); COMP_CWORD=$#; _sqa; echo "\${COMPREPLY[@]}"`,
        "bash",
        ...words,
      ], { encoding: "utf8" }).trim();
    deepEqual([complete("h"), complete("--json", "history", "--r"), complete("heads", "--")], [
      "history heads",
      "--range",
      "--json",
    ]);
  },
});

function hasBash(): boolean {
  try {
    execFileSync("bash", ["-c", "compgen -W a -- a"]);
    return true;
  } catch {
    return false;
  }
}
