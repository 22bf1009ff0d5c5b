/**
 * A smoke test of the binary that users get: the main path with models on disk outside it, from an empty environment, as another user,
 * in a working directory that it may not write. SQA_TEST_BINARY names the binary, else dist/sqa; ignored when there is none. The
 * models have types, which runtimes before Deno 2.8.2 cannot read by themselves in a compiled program.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { places, withFolder } from "./support/scratch.ts";

const built = Deno.env.get("SQA_TEST_BINARY") ?? fileURLToPath(new URL("../dist/sqa", import.meta.url));
const ignore = !existsSync(built);
/** A user without rights, where we may become one. */
const other = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};

const firstModels = `
import { mixins, t, table } from "sqa";
import { type Text, text } from "./text.ts";
import type { Nothing } from "./not_there.ts";
export const person = table("person", {
  id: t.bigint().identity().primaryKey(),
  email: t.varchar(320).unique(),
  ...mixins.audit(),
});
export const note = table("note", {
  id: t.bigint().identity().primaryKey(),
  person: t.bigint().references("person.id", { onDelete: "cascade" }),
  text: text(),
}, (self) => [self.index(["person"])]);
export type Person = typeof person.$row;
export interface Note extends Record<string, unknown> { text: Text; nothing?: Nothing }
`;
const textModule = `
import { t } from "sqa";
export type Text = string;
enum Kind { Plain = "plain" }
export function text(_kind: Kind = Kind.Plain) { return t.text() satisfies object; }
`;
const laterModels = firstModels.replace("text: text(),", "text: text(), pinned: t.boolean().default(false),");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project that the binary may read but not write, and a folder beside it that it may write. */
interface Project {
  readonly place: string;
  sqa(...args: string[]): Promise<Ran>;
  writeModels(text: string): Promise<void>;
}

async function withProject(test: (project: Project) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const binary = `${folder}/sqa`, project = `${folder}/project`, place = `${folder}/place`;
    await Deno.copyFile(resolve(built), binary);
    await Deno.mkdir(`${project}/models`, { recursive: true });
    await Deno.mkdir(place);
    for (const path of [folder, binary, project, `${project}/models`]) await Deno.chmod(path, 0o755);
    if (Deno.uid() === 0) await Deno.chown(place, 65534, 65534);
    else await Deno.chmod(project, 0o555);
    const sqa = async (...args: string[]): Promise<Ran> => {
      const options = {
        args,
        cwd: project,
        clearEnv: true,
        stdin: "null" as const,
        signal: AbortSignal.timeout(60_000),
        ...other,
      };
      const { code, stdout, stderr } = await new Deno.Command(binary, options).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, stdout: text(stdout), stderr: text(stderr) };
    };
    const writeModels = (text: string) => Deno.writeTextFile(`${project}/models/shop.ts`, text);
    await Deno.writeTextFile(`${project}/models/text.ts`, textModule);
    await test({ place, sqa, writeModels });
    await Deno.chmod(project, 0o755);
  });
}

function succeeded(ran: Ran): Ran {
  equal(ran.code, 0, `exit ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
}

Deno.test({
  name: "the binary says its version and its commands",
  ignore,
  fn: () =>
    withProject(async ({ sqa }) => {
      match(succeeded(await sqa("--version")).stdout, /^sqa \d+\.\d+\.\d+/);
      match(succeeded(await sqa("--help")).stdout, /migrate/);
      equal((await sqa("--no-such-flag")).code, 64);
    }),
});

Deno.test({
  name: "the binary takes SQL functions from a module with types",
  ignore,
  fn: () =>
    withProject(async ({ place, sqa, writeModels }) => {
      await Deno.writeTextFile(
        `${place}/functions.ts`,
        "export const slug = (text: string): string => text.toLowerCase();\n",
      );
      await writeModels(
        'import { t, table } from "sqa";\nexport const tag = table("tag", { name: t.text().check((c) => `slug(${c}) = ${c}`) });\n',
      );
      const at = ["--url", `sqlite:${place}/test.db?functions=${place}/functions.ts`, "--dir", `${place}/migrations`];
      succeeded(await sqa("diff", "first", ...at));
      succeeded(await sqa("migrate", ...at));
      match(succeeded(await sqa("diff", ...at)).stdout, /no changes/);
    }),
});

for (const place of places) {
  Deno.test({
    name: `the binary diffs, migrates and rolls back on ${place.label}`,
    ignore: ignore || place.ignore,
    fn: () =>
      withProject(({ place: folder, sqa, writeModels }) =>
        place.with(async (given) => {
          const url = given.startsWith("sqlite:") ? `sqlite:${folder}/test.db` : given;
          const at = ["--url", url, "--dir", `${folder}/migrations`];
          await writeModels(firstModels);
          succeeded(await sqa("diff", "first", ...at));
          succeeded(await sqa("migrate", ...at));
          match(succeeded(await sqa("diff", ...at)).stdout, /no changes/);

          await writeModels(laterModels);
          equal((await sqa("diff", "--check", ...at)).code, 2);
          succeeded(await sqa("diff", "later", ...at));
          succeeded(await sqa("migrate", ...at));
          succeeded(await sqa("diff", "--check", ...at));

          succeeded(await sqa("rollback", "-1", ...at));
          await writeModels(firstModels);
          const files = [...Deno.readDirSync(`${folder}/migrations`)].map(({ name }) => name);
          for (const name of files.filter((each) => each.includes("later"))) {
            Deno.removeSync(`${folder}/migrations/${name}`);
          }
          succeeded(await sqa("diff", "--check", ...at));
          succeeded(await sqa("rollback", "base", ...at));
          const { objects } = JSON.parse(succeeded(await sqa("inspect", ...at)).stdout) as {
            objects: { kind: string }[];
          };
          deepEqual(objects.filter((object) => object.kind === "table"), []);
        })
      ),
  });
}

for (const place of places) {
  Deno.test({
    name: `the binary says on ${place.label} what it said before only where nothing is another`,
    ignore: ignore || place.ignore,
    fn: () =>
      withFolder((folder) =>
        place.with(async (given) => {
          const url = given.startsWith("sqlite:") ? `sqlite:${folder}/test.db` : given;
          const sqa = async (...args: readonly string[]): Promise<Ran> => {
            const { code, stdout, stderr } = await new Deno.Command(resolve(built), {
              args: [...args, "--url", url],
              cwd: folder,
              stdin: "null",
            }).output();
            const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
            return { code, stdout: text(stdout), stderr: text(stderr) };
          };
          /** Does the run take what an earlier one found? Then it says what a run says that takes nothing. */
          const takesOver = async (): Promise<boolean> => {
            const known = await sqa("diff", "--check", "--timings");
            if (known.stderr.includes("plan ")) return false;
            const anew = await sqa("diff", "--check", "--no-cache");
            deepEqual([known.code, known.stdout], [anew.code, anew.stdout]);
            return true;
          };
          const model = (more: string) =>
            Deno.writeTextFile(
              `${folder}/a.ts`,
              `import { t, table } from "sqa";\nexport const a = table("a", { id: t.int().primaryKey(), n: t.int()${more} });\n`,
            );
          await model("");
          succeeded(await sqa("push", "--yes"));
          deepEqual([await takesOver(), await takesOver()], [false, true]);
          await model(".nullable()");
          deepEqual([await takesOver(), await takesOver()], [false, false]);
          succeeded(await sqa("push", "--yes"));
          deepEqual([await takesOver(), await takesOver()], [false, true]);
          // The models are as they were once, the database is not.
          await model("");
          equal(await takesOver(), false);
          succeeded(await sqa("diff", "first"));
          equal(await takesOver(), false);
          succeeded(await sqa("migrate"));
          deepEqual([await takesOver(), await takesOver()], [false, true]);
          succeeded(await sqa("rollback", "-1"));
          equal(await takesOver(), false);
          succeeded(await sqa("migrate"));
          // Another row of the history, and another moment in it.
          deepEqual([await takesOver(), await takesOver()], [false, true]);
          const [snapshot] = [...Deno.readDirSync(`${folder}/migrations`)].filter(({ name }) =>
            name.endsWith(".snapshot.json")
          );
          Deno.removeSync(`${folder}/migrations/${snapshot!.name}`);
          deepEqual([await takesOver(), await takesOver()], [false, false]);
        })
      ),
  });
}
