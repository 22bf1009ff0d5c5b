/** A heap that is too small: the process ends, says that memory is what it lacks, and leaves no half of a file (T42). */
import { deepEqual, match, ok } from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { withFolder } from "../support/scratch.ts";

const models = `import { t, table } from "sqa";
export const many = Array.from({ length: 20_000 }, (_, i) =>
  table("t" + i, { id: t.bigint().primaryKey(), a: t.text(), b: t.varchar(40).unique(), c: t.int().index() }));
export const [first, second] = many;
`;

Deno.test("a diff of more tables than memory holds ends with that reason and writes nothing (T42)", () =>
  withFolder(async (folder) => {
    await mkdir(`${folder}/models`);
    await writeFile(`${folder}/models/all.ts`, models);
    const before = await readdir(folder);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--quiet",
        "--v8-flags=--max-old-space-size=48",
        fileURLToPath(new URL("../../main.ts", import.meta.url)),
        ...["diff", "first", "--no-cache", "--url", "sqlite:a.db"],
      ],
      cwd: folder,
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    ok(code !== 0);
    match(new TextDecoder().decode(stderr), /out of memory/i);
    deepEqual((await readdir(folder)).sort(), before.sort());
  }));
