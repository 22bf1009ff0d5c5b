/** `sqa init`: the files of a new project. Writes only what is not there, so that it can be run again. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SqaError } from "../../schema/error.ts";
import { configNames } from "../config/file.ts";
import { shownPath } from "../output/path.ts";
import type { CommandModule } from "../registry.ts";
import { mayAsk, type Session } from "../session.ts";
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
  if (addsAttributes) {
    appendFileSync(attributes, attributesLine);
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
