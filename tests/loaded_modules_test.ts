/** A command loads what it uses: the start of every run pays for each module, so what a run must not load is named here. */
import { deepEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { withFolder } from "./support/scratch.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url)), root = new URL("../", import.meta.url).href;

/** The modules that a run evaluates: the project's by their paths, packages by their names. Asked of the engine (coverage). */
async function loadedBy(cwd: string, ...args: readonly string[]): Promise<readonly string[]> {
  const folder = `${cwd}/coverage`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", `--coverage=${folder}`, main, ...args],
    cwd,
    env: { NO_COLOR: "1", DATABASE_URL: "" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  ok(success, new TextDecoder().decode(stderr));
  const found = new Set<string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const { url } = JSON.parse(await Deno.readTextFile(`${folder}/${name}`)) as { readonly url: string };
    const npm = /\/npm\/[^/]+\/(@[^/]+\/[^/]+|[^/]+)\//.exec(url)?.[1];
    if (npm) found.add(`npm:${npm}`);
    else if (url.startsWith(root)) found.add(url.slice(root.length));
  }
  await Deno.remove(folder, { recursive: true });
  return [...found].sort();
}

const model = 'import { t, table } from "sqa";\nexport const a = table("a", { id: t.int().primaryKey() });\n';

Deno.test("--version loads nothing but itself", () =>
  withFolder(async (folder) => {
    deepEqual(await loadedBy(folder, "--version"), ["cli/version.ts", "cli/write.ts", "main.ts"]);
  }));

Deno.test("a diff on SQLite loads no other database, no other command, no package that it does not need", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.ts`, model);
    const at = ["--url", "sqlite:small.db"];
    await loadedBy(folder, "push", "--yes", ...at);
    for (const more of [["--no-cache"], []]) {
      const loaded = await loadedBy(folder, "diff", ...at, ...more);
      deepEqual(loaded.filter((each) => /^dialects\/(postgres|mysql|mariadb)/.test(each)), []);
      deepEqual(loaded.filter((each) => each.startsWith("cli/commands/")), [
        "cli/commands/diff.ts",
        "cli/commands/diff_models.ts",
      ]);
      deepEqual(loaded.filter((each) => each.startsWith("npm:")), [
        "npm:@commander-js/extra-typings",
        "npm:commander",
      ]);
      deepEqual(loaded.filter((each) => /^(testing|tests|bench|models\/write)/.test(each)), []);
    }
  }));
