/** `--json` of every command: one document on stdout when it succeeds, when it has something to say, and when it fails. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "./registry.ts";
import { project } from "./testing/project.ts";

/** In this order in one project; what has a number behind it ends with that code. */
const lines: readonly (string | readonly [string, number])[] = [
  "init",
  ["check", 2],
  ["diff --check", 2],
  "diff first",
  "migrate --dry-run",
  "migrate",
  "wait",
  "status",
  "current",
  "history",
  "show head",
  "heads",
  "branches",
  "list",
  "lint",
  "lock",
  "lock --check",
  "validate",
  "verify",
  "check",
  "drift",
  "inspect",
  "models",
  "modules",
  ["features list", 1],
  "config",
  "unlock",
  "repair",
  "doctor",
  "explain",
  "completions bash",
  "new second",
  "rollback base --allow lossy",
  ["stamp head --dry-run", 3],
  "merge",
  "migrate",
  ["squash", 1],
  "rebase",
  "fresh --confirm",
  "reset --confirm",
  "push --url sqlite:pushed.db",
  "pull --url sqlite:pushed.db --force",
  "adopt --url sqlite:pushed.db --dir adopted",
  "clean",
];

Deno.test("every command ends with one JSON document on stdout", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  const seen = new Set<string>(), wrong: string[] = [];
  for (const each of lines) {
    const [line, code] = typeof each === "string" ? [each, 0] : each;
    const ran = await shop.sqa(`${line} --json`);
    seen.add(line.split(" ")[0]!);
    const document = parsed(ran.stdout);
    if (ran.code !== code || document?.version !== 1 || ("error" in document !== (code === 1 || code === 3))) {
      wrong.push(`sqa ${line}: ${ran.code}\n${ran.stdout}${ran.stderr}`);
    }
  }
  if (wrong.length) throw new Error(wrong.join("\n"));
  deepEqual(commands.map(({ name }) => name).filter((name) => !seen.has(name)), [], "commands that were not tried");
});

Deno.test("every command that fails says so in one JSON document: code, message, exit", async () => {
  using shop = project();
  writeFileSync(join(shop.folder, "broken.toml"), "dir = [\n");
  for (const { name } of commands) {
    for (const flag of ["--no-such-flag", "--config broken.toml"]) {
      const ran = await shop.sqa(`${name} ${flag} --json`);
      const document = parsed(ran.stdout);
      ok(document, `sqa ${name} ${flag}: ${ran.stdout}`);
      if (ran.code === 0) continue;
      // Its findings are its answer, the broken file among them.
      if (name === "doctor" && "findings" in document) continue;
      ok("error" in document, `sqa ${name} ${flag}: ${ran.stdout}`);
      const error = document["error"] as Record<string, unknown>;
      match(String(error["code"]), /^SQA-\d{3}$/, name);
      equal(error["exit"], ran.code, name);
      ok(String(error["message"]).length > 0);
    }
  }
  ok(!existsSync(join(shop.folder, "sqa.db")));
});

for (
  const name of [
    "migrate",
    "status",
    "stamp head",
    "drift",
    "rollback -1",
    "repair",
    "unlock",
    "wait 0s",
    "fresh",
    "push",
  ]
) {
  Deno.test(`sqa ${name} says in JSON that the server is not there`, async () => {
    using shop = project();
    shop.models("fullname: t.text()");
    const ran = await shop.sqa(`${name} --json --no-input --url postgres://sqa:hidden@127.0.0.1:1/none`);
    const { error } = JSON.parse(ran.stdout) as { error: { code: string; exit: number } };
    equal(error.exit, ran.code, ran.stdout);
    ok(ran.code !== 0);
    ok(!(ran.stdout + ran.stderr).includes("hidden"));
  });
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
