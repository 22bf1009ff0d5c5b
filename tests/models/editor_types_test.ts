/**
 * A project that has nothing but the binary: `sqa init` writes what an editor knows of "sqa", and the compiler of npm, which is what editors ask,
 * understands the models with it and finds mistakes in them. With the binary that SQA_TEST_BINARY names, or from source.
 */
import { equal, match, ok } from "node:assert/strict";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

async function compiled(cwd: string): Promise<{ readonly code: number; readonly text: string }> {
  const { code, stdout } = await new Deno.Command("npx", {
    args: ["-y", "-p", "typescript@5.9.3", "tsc", "-p", "."],
    cwd,
    stdin: "null",
    stderr: "null",
    signal: AbortSignal.timeout(120_000),
  }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

const npm = await new Deno.Command("npm", { args: ["--version"], stdin: "null" }).output().then(
  ({ success }) => success,
  () => false,
);

Deno.test({
  name: "an editor knows the models of a project that sqa init made, and their mistakes",
  ignore: !npm,
  fn: () =>
    withFolder(async (folder) => {
      equal((await sqa(folder, "init", "--yes")).code, 0);
      const well = await compiled(folder);
      equal(well.code, 0, well.text);
      const model = (column: string, use: string) =>
        'import { t, table } from "sqa";\nimport { users } from "./user.ts";\n' +
        `export const note = table("note", { id: t.int().primaryKey(), user: ${column} });\n` +
        `type Row = typeof note.$row;\nexport const row: Row = ${use};\nexport const all = [users];\n`;
      await Deno.writeTextFile(
        `${folder}/models/note.ts`,
        model("t.bigint().nullable().references(() => users.columns.id)", "{ id: 1, user: null }"),
      );
      const right = await compiled(folder);
      equal(right.code, 0, right.text);
      // One run of the compiler, which takes seconds, for all of them.
      const wrong = [
        ['t.int().default("one")', "{ id: 1, user: 2 }"],
        ["t.int().references(() => users.columns.nothing)", "{ id: 1, user: 2 }"],
        ["t.int()", '{ id: 1, user: "two" }'],
      ] as const;
      for (const [i, [column, use]] of wrong.entries()) {
        await Deno.writeTextFile(`${folder}/models/wrong${i}.ts`, model(column, use));
      }
      const { code, text } = await compiled(folder);
      ok(code !== 0, text);
      for (const [i, [column, use]] of wrong.entries()) {
        match(text, new RegExp(`^models/wrong${i}\\.ts\\(\\d+,\\d+\\): error TS\\d+`, "m"), `${column} ${use}`);
      }
      equal(text.match(/^models\/note\.ts/m), null, text);
    }),
});
