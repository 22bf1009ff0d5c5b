// deno-lint-ignore-file no-console -- a build script reports what it does
/**
 * `deno task package`: the model API as an npm package without dependencies, by default in dist/npm: JavaScript and declarations for programs
 * that import their models at run time. `npm pack` or `npm publish` there does the rest. The compiler comes from npm, as nothing of Deno
 * writes declarations of types that are inferred.
 */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { editorTypes } from "../../cli/editor_types.ts";
import { version } from "../../cli/version.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The newest compiler that is one file of JavaScript, so that it runs wherever Node does. */
const compiler = "typescript@5.9.3";

/** Where programs find what; everything else of the package is its own business. */
const manifest = {
  name: "sqa",
  version,
  description:
    "Database models in TypeScript: row types, validation of rows, and what sqa makes schemas and migrations of",
  license: "MIT",
  type: "module",
  sideEffects: false,
  engines: { node: ">=20" },
  exports: {
    ".": { types: "./models/mod.d.ts", default: "./models/mod.js" },
    "./migrated": { types: "./migrate/assert_migrated.d.ts", default: "./migrate/assert_migrated.js" },
    "./package.json": "./package.json",
  },
  types: "./models/mod.d.ts",
};

const readme = `# sqa

The models of [sqa](https://www.npmjs.com/package/sqa) for programs: what \`import { … } from "sqa"\` gives in model files, with row types,
\`parse\`, \`safeParse\` and Standard Schema. No dependency, no I/O. \`sqa/migrated\` asks
whether a program's database has all migrations. Schemas are compared, and migrations written and applied, by the program of
the same name.

\`\`\`ts
import { parse, t, table } from "sqa";

export const user = table("user", { id: t.bigint().identity().primaryKey(), email: t.email().unique() });
export type NewUser = typeof user.$insert;

parse(user, { email: "a@b.example" });
\`\`\`
`;

const specifier = /(\b(?:from|import)\s*\(?\s*["']\.{1,2}\/[^"'\n]+)\.ts(?=["'])/g;

/** Writes the package to a folder, which is emptied first. Throws with what the compiler says. */
export async function writePackage(folder: string): Promise<readonly string[]> {
  const sources = editorTypes();
  if (!sources) throw new Error("the package is built from source");
  const work = await Deno.makeTempDir({ prefix: "sqa_package_" });
  try {
    // What the second entry imports is part of the first, but for these.
    for (const path of [...Object.keys(sources), ...migrated]) await copy(join(root, path), join(work, path));
    const files = ["models/mod.ts", migrated[0], "node.d.ts"];
    await Deno.writeTextFile(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    // What the model API uses of Node is one hash function: its types need no package.
    await Deno.writeTextFile(join(work, "node.d.ts"), nodeTypes);
    await run(work, "npx", "-y", "-p", compiler, "tsc", "-p", ".");
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    const written = await reached(join(work, "out"));
    for (const [path, text] of written) await write(join(folder, path), text);
    await write(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await write(join(folder, "README.md"), readme);
    await copy(join(root, "LICENSE"), join(folder, "LICENSE"));
    return [...written.keys()];
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** `sqa/migrated` and what it imports beside the model API. */
const migrated = ["migrate/assert_migrated.ts", "migrate/header.ts"] as const;

const compilerOptions = {
  target: "es2022",
  // The names in lib.es2023 alone: what is there of the browser or of Node is no business of models.
  lib: ["es2024"],
  module: "esnext",
  moduleResolution: "bundler",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  skipLibCheck: false,
  types: [],
  rootDir: ".",
  outDir: "out",
};

const nodeTypes = `declare module "node:crypto" {
  export function createHash(name: string): { update(text: string): { digest(form: "hex"): string } };
}
declare module "node:fs/promises" {
  export function readdir(path: string): Promise<string[]>;
  export function readFile(path: string, encoding: "utf8"): Promise<string>;
}
declare module "node:path" {
  export function join(...parts: string[]): string;
}
interface ErrorConstructor {
  stackTraceLimit: number;
  captureStackTrace(target: object, above?: unknown): void;
}
declare class URL {
  constructor(url: string, base?: string);
  static canParse(url: string): boolean;
  readonly href: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly pathname: string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
interface AbortSignal {
  readonly aborted: boolean;
}
interface ImportMeta {
  readonly url: string;
}
`;

/** The files that the entry reaches, JavaScript and declarations, with the ends that imports have there. */
async function reached(out: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const end of [".js", ".d.ts"]) {
    const open = [`models/mod${end}`, `migrate/assert_migrated${end}`];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (found.has(path)) continue;
      const text = (await Deno.readTextFile(join(out, path))).replaceAll(specifier, "$1.js");
      found.set(path, text);
      for (const [, to] of text.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)\.js["']/g)) {
        open.push(join(dirname(path), to!) + end);
      }
    }
  }
  return new Map([...found].sort(([a], [b]) => a < b ? -1 : 1));
}

async function run(cwd: string, program: string, ...args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd, stdin: "null" }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error([`${program} ${args.join(" ")} failed`, text(stdout), text(stderr)].join("\n"));
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

async function copy(from: string, to: string): Promise<void> {
  await write(to, await Deno.readTextFile(from));
}

if (import.meta.main) {
  const folder = resolve(Deno.args[0] ?? join(root, "dist/npm"));
  const files = await writePackage(folder);
  console.log(`wrote ${files.length} files to ${folder}: npm pack or npm publish there`);
}
