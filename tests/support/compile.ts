// deno-lint-ignore-file no-console -- a build script reports what it does
/**
 * `deno task compile`: builds the binary, by default dist/sqa. Only the permissions that sqa needs, only the npm packages that main.ts reaches.
 * No --bundle: with it a user's models could not import the running program's own `sqa`; see `bundled` for what is done instead.
 *
 * deno compile downloads the runtime that goes under the program. Where that cannot be reached, DENORT_BIN may name one; one older than
 * 2.9 has another payload layout and needs the compiler that goes with it, which is then taken from npm.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { mkdirSync } from "node:fs";
import { editorTypes, embedded } from "../../cli/editor_types.ts";
import { v8Flags } from "./v8_flags.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const output = resolve(Deno.args[0] ?? `${root}dist/sqa`);
const target = Deno.args[1];

/** The last compiler whose binaries run on a denort before 2.9. */
const olderCompiler = "deno@2.8.3";

/** What the bundler puts before packages in CommonJS: it loads Node's loader, a few milliseconds of every run, and hardly any run needs it. */
const eager = /import \{ createRequire as (\w+) \} from "node:module";\nvar (\w+) = \1\(import\.meta\.url\);\n/;
const requireWhenAsked = `import lazyProcess from "node:process";
var $2 = (name) => lazyProcess.getBuiltinModule("node:module").createRequire(import.meta.url)(name);
`;

/**
 * What sqa does: files of the project and SQLite databases, sockets to databases, environment, host name and user for the history, and the
 * shell commands of hooks.
 */
const permissions = [
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys",
  "--allow-run",
  "--no-prompt",
];

const denort = Deno.env.get("DENORT_BIN");
const compiler = denort && await isOlder(denort) ? ["npx", "-y", olderCompiler] : [Deno.execPath()];
mkdirSync(dirname(output), { recursive: true });
mkdirSync(`${root}dist`, { recursive: true });

const bundle = `${root}dist/bundle`, whole = await bundled();
if (whole !== null) console.error(`not put together, which makes it slower to start: ${whole}`);
const folder = whole === null ? bundle : root.slice(0, -1);

// Files that are types alone are not part of a compiled program: what editors need of them goes along as one file.
mkdirSync(dirname(`${folder}/${embedded}`), { recursive: true });
Deno.writeTextFileSync(`${folder}/${embedded}`, JSON.stringify(editorTypes()));

const [program, ...before] = compiler;
const { success, stderr } = await new Deno.Command(program!, {
  args: [
    ...before,
    "compile",
    // What is put together has been checked as source.
    ...(whole === null ? ["--no-check"] : ["--exclude-unused-npm"]),
    "--no-code-cache",
    v8Flags,
    // What a user's `import … from "sqa"` gets; nothing in the program itself needs all of it.
    "--include",
    whole === null ? "models/mod.js" : "models/mod.ts",
    "--include",
    embedded,
    ...permissions,
    ...(target ? ["--target", target] : []),
    "--output",
    output,
    whole === null ? "main.js" : "main.ts",
  ],
  cwd: folder,
  env: { NO_COLOR: "1" },
  stdin: "null",
  stdout: "inherit",
  stderr: "piped",
}).output().catch((cause) => {
  console.error(`the compiler ${program} cannot be started: ${cause.message}`);
  Deno.exit(1);
});
const said = new TextDecoder().decode(stderr);
if (success) {
  console.log(`built ${output} (${(Deno.statSync(output).size / 1e6).toFixed(0)} MB)`);
} else if (/denort|dl\.deno\.land|downloading/i.test(said) && !denort) {
  console.error(
    "the Deno runtime for compiled programs cannot be downloaded here: set DENORT_BIN to a denort, or build with network access",
  );
  Deno.exit(1);
} else {
  console.error(said.trim());
  Deno.exit(1);
}

/**
 * Puts the program's modules and packages together into a few dozen files: each file costs a compiled program a tenth of a millisecond and more
 * when it starts. What "sqa" names stays a module of its own, which shares its parts with the program; so a user's models import the
 * running program's own. Null when that is done, else why it cannot be.
 */
async function bundled(): Promise<string | null> {
  await Deno.remove(bundle, { recursive: true }).catch(() => {});
  const entries = ["main.ts", "models/mod.ts"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", "--code-splitting", "--outdir", bundle, ...entries],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) return new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "deno bundle fails";
  for (const { name } of Deno.readDirSync(bundle)) {
    if (!name.endsWith(".js")) continue;
    const path = `${bundle}/${name}`, text = Deno.readTextFileSync(path), lazy = text.replace(eager, requireWhenAsked);
    if (lazy !== text) Deno.writeTextFileSync(path, lazy);
  }
  Deno.writeTextFileSync(`${bundle}/deno.json`, '{ "imports": { "sqa": "./models/mod.js" } }\n');
  return null;
}

/** Is this runtime from before Deno 2.9? It carries its version as "Deno/x.y.z". */
async function isOlder(path: string): Promise<boolean> {
  const bytes = await Deno.readFile(path).catch(() => {
    console.error(`DENORT_BIN names ${path}, which cannot be read`);
    Deno.exit(1);
  });
  const text = new TextDecoder("latin1").decode(bytes);
  const [, major, minor] = /Deno\/(\d+)\.(\d+)\.\d+/.exec(text) ?? [];
  return major !== undefined && (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 9));
}
