// deno-lint-ignore-file no-console -- a build script reports what it does
/**
 * `deno task compile`: builds the binary, by default dist/sqa. Only the permissions that sqa needs, only the npm packages that main.ts reaches.
 * No --bundle: with it a user's models could not import the running program's own `sqa`.
 *
 * deno compile downloads the runtime that goes under the program. Where that cannot be reached, DENORT_BIN may name one; one older than
 * 2.9 has another payload layout and needs the compiler that goes with it, which is then taken from npm.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { mkdirSync } from "node:fs";
import { editorTypes, embedded } from "../../cli/editor_types.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const output = resolve(Deno.args[0] ?? `${root}dist/sqa`);
const target = Deno.args[1];

/** The last compiler whose binaries run on a denort before 2.9. */
const olderCompiler = "deno@2.8.3";

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

// Files that are types alone are not part of a compiled program: what editors need of them goes along as one file.
mkdirSync(`${root}dist`, { recursive: true });
Deno.writeTextFileSync(`${root}${embedded}`, JSON.stringify(editorTypes()));

const [program, ...before] = compiler;
const { success, stderr } = await new Deno.Command(program!, {
  args: [
    ...before,
    "compile",
    "--exclude-unused-npm",
    "--no-code-cache",
    // What a user's `import … from "sqa"` gets; nothing in the program itself needs all of it.
    "--include",
    "models/mod.ts",
    "--include",
    embedded,
    ...permissions,
    ...(target ? ["--target", target] : []),
    "--output",
    output,
    "main.ts",
  ],
  cwd: root,
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
