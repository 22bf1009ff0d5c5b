// deno-lint-ignore-file no-console -- the list of long files is for the reader of the run
/**
 * Holds the house to its plan: who may import whom, no cycles, a pure core, one dialect per folder, small files. A finding names the file
 * and the import, so that the message is enough to repair it. A new folder needs a line in `layers`.
 */
import { deepEqual } from "node:assert/strict";
import { basename } from "node:path";
import { codeOf, type Import, type SourceFile, sourceFiles } from "./support/imports.ts";

interface Layer {
  /** Files that the rule is for; the first layer that matches is a file's own. */
  readonly of: RegExp;
  /** What may be imported, by path from the root. */
  readonly may: readonly RegExp[];
  /** What may be imported as types only. */
  readonly types?: readonly RegExp[];
  /** Packages and built-ins, by specifier. */
  readonly outside?: readonly RegExp[];
}

const schema = /^schema\//, contract = /^dialects\/[a-z_]+\.ts$/, everything = /./;
/** Modules of `diff/` that hold plain data and import nothing at run time. */
const plainDiff = /^diff\/(change|plan_types)\.ts$/;
/** What pure code may take from the platform: computing, no I/O. */
const computing = /^node:(crypto|path|util|assert\/strict)$/;
const diskOrProcess = /^node:/;

const layers: readonly Layer[] = [
  { of: /(_test|_bench)\.ts$/, may: [everything], outside: [everything] },
  { of: /^(tests|bench|examples)\//, may: [everything], outside: [everything] },
  {
    of: /^(cli\/|main\.ts$)/,
    may: [/^deno\.json$/, /^(schema|diff|dialects|models|introspect|migrate|cli)\//],
    outside: [everything],
  },
  { of: /^schema\/hash\.ts$/, may: [schema], outside: [/^node:crypto$/] },
  { of: schema, may: [schema] },
  {
    of: /^diff\//,
    may: [schema, /^diff\//, /^dialects\/dialect\.ts$/],
    types: [/^dialects\/driver\.ts$/],
  },
  { of: /^dialects\/(dialect|driver)\.ts$/, may: [schema], types: [/^diff\//, contract] },
  { of: /^dialects\/mod\.ts$/, may: [contract, /^dialects\/[a-z]+\/mod\.ts$/, schema] },
  {
    of: /^dialects\/drivers\.ts$/,
    may: [contract, /^dialects\/[a-z_]+\/(mod|driver|driver\/mod|choose_driver)\.ts$/, schema],
  },
  { of: contract, may: [schema, contract, plainDiff], types: [/^diff\//] },
  dialectLayer("postgres"),
  dialectLayer("sqlite"),
  dialectLayer("mysql", "mysql_family"),
  dialectLayer("mariadb", "mysql_family"),
  dialectLayer("mysql_family"),
  {
    of: /^models\/(load|config)[a-z_]*(\.ts|\/)/,
    may: [schema, /^models\//, contract, plainDiff],
    outside: [everything],
  },
  { of: /^models\//, may: [schema, /^models\//, contract, plainDiff], types: [/^diff\//], outside: [computing] },
  { of: /^introspect\//, may: [schema, contract, /^diff\/normalize\.ts$/, /^introspect\//], types: [/^diff\//] },
  {
    of: /^testing\//,
    may: [/^(schema|diff|dialects|models|introspect|migrate|testing)\//],
    outside: [everything],
  },
  {
    of: /^migrate\//,
    may: [schema, /^diff\//, contract, /^introspect\//, /^migrate\//],
    outside: [diskOrProcess],
  },
];

/**
 * One dialect: its own folder, the one of its family, the contract, the plain data of `diff/`. What it takes from outside is judged by
 * file below.
 */
function dialectLayer(name: string, family: string = name): Layer {
  const own = new RegExp(`^dialects/${name}/`), shared = new RegExp(`^dialects/${family}/`);
  return { of: own, may: [schema, own, shared, contract, plainDiff], types: [/^diff\//], outside: [everything] };
}

/** Folders that hold what several dialects share; they are no dialect and import none. */
const families: ReadonlySet<string> = new Set(["mysql_family"]);

/** The doors to sockets and files within a dialect: the driver and what it is made of; nothing else does I/O. */
const driverFile = /^dialects\/[a-z_]+\/(driver|connection|url)(\/|[a-z_]*\.ts$)/;
const ioModule = /^(node:(?!crypto$|path$|util$|url$|assert)|postgres$|mysql2|npm:(postgres|mysql2))/;

const files = sourceFiles();
const byPath = new Map(files.map((file) => [file.path, file]));
const isTest = (file: SourceFile) =>
  /(_test|_bench)\.ts$/.test(file.path) || /^(tests|bench|examples)\//.test(file.path);
const product = files.filter((file) => !isTest(file));

Deno.test("every file imports only what its layer may import", () => {
  deepEqual(files.flatMap(strangers), []);
});

function strangers(file: SourceFile): string[] {
  const layer = layers.find((each) => each.of.test(file.path));
  if (!layer) return [`${file.path} is in no layer: add it to tests/architecture_test.ts`];
  return file.imports.filter((each) => !allowed(layer, each)).map((each) =>
    `${file.path} imports ${each.typeOnly ? "types of " : ""}${each.file ?? each.specifier}`
  );
}

function allowed(layer: Layer, { file, specifier, typeOnly }: Import): boolean {
  // Templates of model files hold the line `import … from "sqa"`; the name stands for models/mod.ts.
  if (specifier === "sqa") {
    return layer.of.source.includes("cli") || layer.of.source.includes("models") || isOpen(layer);
  }
  if (file === null) return (layer.outside ?? []).some((each) => each.test(specifier));
  return [...layer.may, ...(typeOnly ? layer.types ?? [] : [])].some((each) => each.test(file));
}

function isOpen(layer: Layer): boolean {
  return layer.may.includes(everything);
}

Deno.test("nothing but tests imports tests, benchmarks or examples", () => {
  const found = product.flatMap((file) =>
    file.imports.filter((each) =>
      /^(tests|bench|examples)\//.test(each.file ?? "") || /_test\.ts$/.test(each.file ?? "")
    )
      .map((each) => `${file.path} imports ${each.file}`)
  );
  deepEqual(found, []);
});

Deno.test("no dialect imports another", () => {
  const dialect = (path: string) => /^dialects\/([a-z_]+)\//.exec(path)?.[1];
  const found = product.filter((file) => dialect(file.path)).flatMap((file) =>
    file.imports.filter((each) =>
      each.file && dialect(each.file) && dialect(each.file) !== dialect(file.path) &&
      !families.has(dialect(each.file)!)
    )
      .map((each) => `${file.path} imports ${each.file}`)
  );
  deepEqual(found, []);
});

Deno.test("only driver files open sockets and database files", () => {
  const found = product.filter((file) => file.path.startsWith("dialects/") && !driverFile.test(file.path)).flatMap((
    file,
  ) =>
    file.imports.filter((each) => !each.typeOnly && ioModule.test(each.specifier))
      .map((each) => `${file.path} imports ${each.specifier}`)
  );
  deepEqual(found, []);
});

Deno.test("the models that programs import, the dialects and the diff load no I/O", () => {
  const found: string[] = [];
  for (const start of ["models/mod.ts", "dialects/mod.ts", "diff/plan.ts"]) {
    for (const path of runTimeGraph(start)) {
      const file = byPath.get(path)!;
      for (const { specifier, lazy } of file.imports.filter((each) => !each.typeOnly)) {
        if (!lazy && ioModule.test(specifier)) found.push(`${start} loads ${specifier} through ${path}`);
      }
      if (/\bDeno\.(?!test\b)/.test(codeOf(file.text))) found.push(`${start} loads ${path}, which uses Deno`);
    }
  }
  deepEqual(found, []);
});

/** What loading a file loads with it. */
function runTimeGraph(start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = byPath.has(start) ? [start] : [];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const each of byPath.get(path)!.imports) {
      if (each.file && !each.typeOnly && !each.lazy && byPath.has(each.file)) queue.push(each.file);
    }
  }
  return seen;
}

Deno.test("no modules load each other in a circle", () => {
  deepEqual(cycles(), []);
});

/** Each circle of run-time imports, by a depth-first walk; type imports are erased and lazy ones come later. */
function cycles(): readonly string[] {
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (state.get(path) === "open") found.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (state.has(path)) return;
    state.set(path, "open");
    for (const each of byPath.get(path)?.imports ?? []) {
      if (each.file && !each.typeOnly && !each.lazy) visit(each.file, [...trail, path]);
    }
    state.set(path, "done");
  };
  for (const file of files) visit(file.path, []);
  return found;
}

/** Lines of code that match, as "path:line: text". */
function linesWith(pattern: RegExp, among: readonly SourceFile[]): readonly string[] {
  return among.flatMap((file) =>
    codeOf(file.text).split("\n").flatMap((line, i) =>
      pattern.test(line) ? [`${file.path}:${i + 1}: ${line.trim()}`] : []
    )
  );
}

Deno.test("diff and schema are pure and synchronous: no platform, clock, randomness or waiting", () => {
  const pure = product.filter((file) => /^(diff|schema)\//.test(file.path));
  deepEqual(
    linesWith(
      /\bDeno\.|\bDate\.now|\bnew Date\b|\bMath\.random|\bperformance\.|\basync\b|\bawait\b|\bnew Promise\b|\.then\(/,
      pure,
    ),
    [],
  );
});

Deno.test("nothing outside dialects/ asks which database it is", () => {
  const elsewhere = product.filter((file) => !file.path.startsWith("dialects/"));
  const name = `["'\`](?:postgres|postgresql|sqlite|mysql|mariadb)["'\`]`;
  const pattern = new RegExp(
    `switch \\((\\w+\\.)*dialect(\\.name)?\\)|[!=]==?\\s*${name}|${name}\\s*[!=]==?|case ${name}`,
  );
  deepEqual(linesWith(pattern, elsewhere), []);
});

Deno.test("only cli/ and main.ts print", () => {
  deepEqual(
    linesWith(
      /\bconsole\.|Deno\.(stdout|stderr|exit)\b/,
      product.filter((file) => !/^(cli\/|main\.ts|models\/load\/quietly\.ts)/.test(file.path)),
    ),
    [],
  );
});

Deno.test("no file is a drawer for odds and ends", () => {
  const drawer = /^(utils?|helpers?|common|misc|shared|manager|service)(_test)?\.ts$/;
  deepEqual(files.filter((file) => drawer.test(basename(file.path))).map((file) => file.path), []);
});

Deno.test("files are small: 600 lines at most", () => {
  const long = files.filter((file) => file.lines > 400 && file.lines <= 600);
  for (const file of long) console.log(`over 400 lines: ${file.path} (${file.lines})`);
  deepEqual(files.filter((file) => file.lines > 600).map((file) => `${file.path} (${file.lines})`), []);
});

Deno.test("files are named in snake_case", () => {
  deepEqual(files.filter((file) => !/^[a-z0-9_]+\.(d\.)?ts$/.test(basename(file.path))).map((file) => file.path), []);
});
