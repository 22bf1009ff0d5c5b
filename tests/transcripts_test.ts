/** Replays every transcript. SQA_UPDATE_TRANSCRIPTS=1 writes down what came out instead; read the diff before committing it. */
import { equal } from "node:assert/strict";
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
    else equal(again, text);
  });
}
