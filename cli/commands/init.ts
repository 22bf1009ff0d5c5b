/** `sqa init`: the files of a new project. Writes only what is not there, so that it can be run again. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SqaError } from "../../schema/error.ts";
import { configNames } from "../config/file.ts";
import { shownPath } from "../output/path.ts";
import type { CommandModule } from "../registry.ts";
import { mayAsk, type Session } from "../session.ts";
import { editorTypes, tsconfig } from "../editor_types.ts";
import { version } from "../version.ts";
import { attributesLine, starters } from "./init_files.ts";

export const command: CommandModule = {
  examples: [
    ["sqa init", "in this folder"],
    ["sqa init shop --yes", "in a new folder, without a question"],
  ],
  define: (base, run) => {
    base
      .description("Makes a config, a migrations folder and a first model. Files that exist are left as they are.")
      .argument("[dir]", "folder of the project", ".")
      .action((folder) => run((session) => init(session, folder)));
  },
};

async function init(session: Session, folder: string): Promise<0> {
  const { io, out } = session;
  const root = resolve(io.cwd, folder);
  const wanted = Object.entries(starters).filter(([path]) => !isThere(root, path));
  const attributes = join(root, ".gitattributes");
  const addsAttributes = !existsSync(attributes) || !readFileSync(attributes, "utf8").includes("*.sql");
  if (wanted.length && mayAsk(session)) await confirm(session, wanted.map(([path]) => path), root);
  const written: string[] = [];
  const shown = (path: string): string => shownPath(io.cwd, join(root, path));
  for (const [path, text] of wanted) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    // "wx": a file that turned up in the meantime is not overwritten.
    writeFileSync(file, text, { flag: "wx" });
    written.push(shown(path));
    out.data(`${out.style.add("+")} ${shown(path)}`);
  }
  const types = writeTypes(root);
  if (types.length > 0) {
    written.push(...types.map(shown));
    out.data(`${out.style.add("+")} ${shown(".sqa/types")} (what editors know of "sqa")`);
    if (types.includes("tsconfig.json")) out.data(`${out.style.add("+")} ${shown("tsconfig.json")}`);
    else out.note(typesHint(root));
  }
  if (addsAttributes) {
    // appendFileSync would let everybody write to it.
    writeFileSync(attributes, attributesLine, { flag: "a" });
    written.push(shown(".gitattributes"));
    out.data(`${out.style.add("+")} ${shown(".gitattributes")}`);
  }
  out.data(
    written.length
      ? `made ${written.length} files in ${shown(".")}`
      : `nothing to do: ${shown(".")} has all files already`,
  );
  out.json({ written });
  out.note(`next: ${root === io.cwd ? "" : `cd ${shown(".")} && `}sqa diff first && sqa migrate`);
  return 0;
}

/**
 * The types of "sqa" for editors, always those of this sqa, and a tsconfig.json where no configuration of the project is there. Gives what was
 * written; nothing where the types are there already.
 */
function writeTypes(root: string): readonly string[] {
  const types = editorTypes();
  if (!types) return [];
  const folder = join(root, ".sqa/types");
  const mark = join(folder, "version");
  if (existsSync(mark) && readFileSync(mark, "utf8") === version) return [];
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(types)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(mark, version);
  // It can be made anew at any time: nobody has to keep it.
  writeFileSync(join(root, ".sqa/.gitignore"), "types/\n");
  const own = ["tsconfig.json", "deno.json", "deno.jsonc"].some((name) => existsSync(join(root, name)));
  if (own) return [".sqa/types"];
  writeFileSync(join(root, "tsconfig.json"), tsconfig, { flag: "wx" });
  return [".sqa/types", "tsconfig.json"];
}

/** What to add to a configuration that is there. */
function typesHint(root: string): string {
  return existsSync(join(root, "tsconfig.json"))
    ? 'for your editor: "paths": { "sqa": ["./.sqa/types/models/mod.ts"] } in compilerOptions of tsconfig.json'
    : 'for your editor: "sqa": "./.sqa/types/models/mod.ts" in imports of deno.json';
}

/** One config file is enough, whatever its form; a folder with models needs no first one. */
function isThere(root: string, path: string): boolean {
  if (path === "sqa.toml") return configNames.some((name) => existsSync(join(root, name)));
  if (path.startsWith("models/")) return existsSync(join(root, "models"));
  return existsSync(join(root, path));
}

async function confirm({ io }: Session, paths: readonly string[], root: string): Promise<void> {
  const answer = await io.ask({
    message: `Write ${paths.length} files to ${root}? (${paths.join(", ")})`,
    choices: [{ value: "yes", label: "yes" }, { value: "no", label: "no" }],
  });
  if (answer !== "yes") {
    throw new SqaError("SQA-400", "nothing was written", { hint: "`sqa init --yes` does not ask", exit: 3 });
  }
}
