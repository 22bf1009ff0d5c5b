import { deepEqual, equal, rejects } from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { SqaError } from "../../schema/error.ts";
import { filePath } from "../place.ts";
import { copiesWithoutTypes, readsTypes } from "./without_types.ts";

async function withFiles(files: Readonly<Record<string, string>>, test: (folder: string) => Promise<void>) {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sqa-test-" }));
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${name.replace(/[^/]*$/, "")}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("types go, values and lines stay, cycles and aliases are followed", () =>
  withFiles({
    "a.ts":
      'import { b, type B } from "./sub/b.ts?v=1";\nimport { c } from "@/c.ts";\nenum E { X = 1 }\nexport interface I { x: B }\nexport const a: number = 1;\nexport const all = () => [a, b(), c, E.X, import.meta.url, import.meta.dirname, new Error().stack];\n',
    "sub/b.ts":
      'import { a } from "../a.ts";\nimport data from "./data.json" with { type: "json" };\nexport type B = string;\nexport const b = (): unknown => [a, data.x];\n',
    "sub/data.json": '{"x": 7}',
    "lib/c.ts": "export const c = 3 as const;\n",
  }, async (folder) => {
    const aliases = [{ from: "@/", to: pathToFileURL(`${folder}/lib/`).href }];
    const copies = await copiesWithoutTypes([`${folder}/a.ts`], aliases);
    try {
      const { all } = await import(pathToFileURL(copies.of(`${folder}/a.ts`)).href);
      const values = all();
      deepEqual(values.slice(0, 6), [1, [1, 7], 3, 1, pathToFileURL(`${folder}/a.ts`).href, folder]);
      const [, url, line] = /(file:\S+):(\d+):\d+/.exec(values[6])!;
      equal(filePath(url!), `${folder}/a.ts`);
      equal(line, "6");
    } finally {
      copies.remove();
    }
  }));

Deno.test("what does not parse and what cannot be taken along are said together, with their lines", () =>
  withFiles({
    "a.ts": "export const a: = 1;\n",
    "b.ts": "export const b = 1;\nexport namespace N {\n  export const x = 1;\n}\n",
  }, (folder) =>
    rejects(copiesWithoutTypes([`${folder}/a.ts`, `${folder}/b.ts`], []), (error) => {
      const all = (error as SqaError).more.all!;
      deepEqual(all.map(({ code, more: { place } }) => [code, place?.file?.slice(folder.length), place?.line]), [
        ["SQA-111", "/a.ts", 1],
        ["SQA-118", "/b.ts", 2],
      ]);
      return true;
    })));

Deno.test("only compiled programs of older runtimes need copies", () => {
  deepEqual(
    [[false, "2.7.11"], [true, "2.7.11"], [true, "2.8.1"], [true, "2.8.2"], [true, "2.9.6"], [true, "3.0.0-rc.1"]]
      .map(([standalone, version]) => readsTypes(standalone as boolean, version as string)),
    [true, false, false, true, true, true],
  );
});
