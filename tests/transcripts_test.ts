/** Replays every transcript. SQA_UPDATE_TRANSCRIPTS=1 writes down what came out instead; read the diff before committing it. */
import { fail } from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { replay } from "./support/transcript.ts";

const folder = new URL("./transcripts/", import.meta.url);

for (const name of readdirSync(folder).filter((name) => name.endsWith(".txt")).sort()) {
  Deno.test(`transcript ${name.slice(0, -4).replaceAll("_", " ")}`, async () => {
    const file = new URL(name, folder);
    const text = readFileSync(file, "utf8");
    const again = await replay(text);
    if (process.env["SQA_UPDATE_TRANSCRIPTS"]) writeFileSync(file, again);
    else if (again !== text) fail(`${name} comes out otherwise:\n${firstDifference(text, again)}`);
  });
}

/** The first lines that differ, as a person wants to see them: the file's with "-", what came out with "+". */
function firstDifference(text: string, again: string): string {
  const before = text.split("\n"), after = again.split("\n");
  const start = before.findIndex((line, i) => line !== after[i]);
  const at = start < 0 ? before.length : start;
  const part = (lines: readonly string[], mark: string): readonly string[] =>
    lines.slice(at, at + 8).map((line) => mark + line);
  return [
    `line ${at + 1}:`,
    ...before.slice(Math.max(0, at - 3), at).map((line) => ` ${line}`),
    ...part(before, "-"),
    ...part(after, "+"),
  ].join("\n");
}
