/** What the inherited command line had around its commands, by the ids of the list of requirements: configuration. */
import { deepEqual, equal, rejects } from "node:assert/strict";
import { withFolder } from "../../tests/support/scratch.ts";
import { readConfig } from "./config.ts";

async function configOf(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  flags: Readonly<Record<string, string>> = {},
) {
  let config: Awaited<ReturnType<typeof readConfig>> | null = null;
  await withFolder(async (cwd) => {
    await Deno.mkdir(`${cwd}/.git`);
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${cwd}/${name}`, text);
    config = await readConfig({ cwd, env, flags });
  });
  return config! as Awaited<ReturnType<typeof readConfig>>;
}

Deno.test("S2-14: flags beat the environment, that beats .env, that beats the file, that beats defaults; each value says where it is from", async () => {
  const files = {
    "sqa.toml": 'url = "sqlite:file.db"\ndir = "a"\nlabel = "l"\n',
    ".env": "DATABASE_URL=sqlite:dotenv.db\nSQA_DIR=b\n",
  };
  const { settings, origins } = await configOf(files, { SQA_DIR: "c" }, {});
  equal(settings.url, "sqlite:dotenv.db");
  deepEqual([origins.url, origins.dir, origins.label, origins.scope], [
    ".env: DATABASE_URL",
    "SQA_DIR",
    "sqa.toml:3",
    "default",
  ]);
  equal((await configOf(files, {}, { url: "sqlite:flag.db" })).origins.url, "--url");
});

Deno.test("S2-15: settings are found in files named sqa, and under that key of deno.json or package.json; never in files named config", async () => {
  for (
    const [name, text] of [
      ["sqa.toml", 'label = "x"'],
      ["sqa.yaml", "label: x"],
      ["sqa.json", '{ "label": "x" }'],
      ["sqa.config.ts", 'export default { label: "x" };'],
      ["deno.json", '{ "sqa": { "label": "x" } }'],
      ["package.json", '{ "name": "n", "sqa": { "label": "x" } }'],
    ] as const
  ) equal((await configOf({ [name]: text })).settings.label, "x", name);
  equal((await configOf({ "config.toml": 'label = "x"' })).settings.label, null);
});

Deno.test("S2-16: environment and project name", async () => {
  const file = { "sqa.toml": 'project = "shop"\n[env.staging]\nlabel = "staging"\n' };
  const config = await configOf(file, { SQA_ENV: "staging" });
  deepEqual([config.env, config.settings.project, config.settings.label], ["staging", "shop", "staging"]);
});

Deno.test("S2-17: DB_* parts make a URL, secrets may be in files, DATABASE_URL beats them", async () => {
  const parts = {
    DB_ENGINE: "postgresql",
    DB_HOST: "db",
    DB_PORT: "5433",
    DB_USER: "app",
    DB_PASS: "p@ss/word",
    DB_NAME: "shop",
  };
  const { settings, origins } = await configOf({}, parts);
  equal(settings.url, "postgresql://app:p%40ss%2Fword@db:5433/shop");
  equal(origins.url, "DB_ENGINE, DB_HOST, DB_PORT, DB_USER, DB_PASS, DB_NAME");
  equal((await configOf({}, { ...parts, DATABASE_URL: "sqlite:x.db" })).settings.url, "sqlite:x.db");
  equal((await configOf({}, { DB_ENGINE: "sqlite", DB_NAME: "data/app.db" })).settings.url, "sqlite:data/app.db");
  await rejects(configOf({}, { ...parts, DB_ENGINE: "oracle" }), { code: "SQA-019" });
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/pass`, "secret\n");
    await Deno.writeTextFile(`${folder}/url`, "mysql://a:b@c/d\n");
    const { DB_PASS: _, ...rest } = parts;
    equal(
      (await configOf({}, { ...rest, DB_PASS_FILE: `${folder}/pass` })).settings.url,
      "postgresql://app:secret@db:5433/shop",
    );
    equal((await configOf({}, { DATABASE_URL_FILE: `${folder}/url` })).settings.url, "mysql://a:b@c/d");
  });
  await rejects(configOf({}, { DATABASE_URL_FILE: "/nowhere" }), { code: "SQA-018" });
});

Deno.test("S2-18: folder, history table and schemas of the migrations", async () => {
  const { settings } = await configOf({
    "sqa.toml": 'dir = "m"\nhistory_table = "ops.done"\nschemas = ["a", "b"]\ncolumn_order = "strict"\n',
  });
  deepEqual([settings.dir.endsWith("/m"), settings.historyTable, settings.schemas, settings.columnOrder], [
    true,
    "ops.done",
    ["a", "b"],
    "strict",
  ]);
  const plain = (await configOf({})).settings;
  deepEqual([plain.dir.endsWith("/migrations"), plain.historyTable, plain.schemas, plain.columnOrder], [
    true,
    null,
    null,
    "lax",
  ]);
});

Deno.test("S2-19: log level, format and file, in a section or by variables", async () => {
  const { settings } = await configOf({ "sqa.toml": '[log]\nlevel = "debug"\nfile = "sqa.log"\n' }, {
    SQA_LOG_FORMAT: "json",
  });
  deepEqual([settings.logLevel, settings.logFormat, settings.logFile?.endsWith("/sqa.log")], ["debug", "json", true]);
  for (const level of ["debug", "info", "warning", "error", "critical"]) {
    equal((await configOf({}, { SQA_LOG_LEVEL: level })).settings.logLevel, level);
  }
  await rejects(configOf({}, { SQA_LOG_LEVEL: "loud" }), /"debug" or "info" or "warning" or "error" or "critical"/);
});

Deno.test("S2-20: where models are looked for, and where not", async () => {
  const { settings } = await configOf({ "sqa.toml": 'models = ["src"]\nexclude = ["src/old"]\n' });
  deepEqual([settings.models, settings.exclude], [["src"], ["src/old"]]);
  const said = await configOf({}, { SQA_MODELS: "src,lib", SQA_EXCLUDE: "src/old lib/old" });
  deepEqual([said.settings.models, said.settings.exclude].map((all) => all!.map((path) => path.split("/").pop())), [
    ["src", "lib"],
    ["old", "old"],
  ]);
  const none = await configOf({});
  deepEqual([none.settings.models, none.settings.exclude], [null, []], "null: sqa looks for them");
});

Deno.test("S2-20: paths in one text may stand as in PATH; a section says where to look, and whether", async () => {
  const { settings } = await configOf({}, { SQA_MODELS: "src/models:lib/a;lib/b", SQA_EXCLUDE: "src/old:lib/old" });
  deepEqual([settings.models, settings.exclude], [["src/models", "lib/a", "lib/b"], ["src/old", "lib/old"]]);
  const file = await configOf({ "sqa.toml": '[models]\npaths = "src:lib"\nexclude = ["src/old"]\n' });
  deepEqual([file.settings.models, file.settings.exclude], [["src", "lib"], ["src/old"]]);
  deepEqual((await configOf({ "sqa.toml": "[models]\nauto = false\n" })).settings.models, [], "nothing is looked for");
  deepEqual((await configOf({}, { SQA_DISCOVER: "false" })).settings.models, []);
  deepEqual((await configOf({}, { SQA_DISCOVER: "false" }, { models: "src" })).settings.models, ["src"]);
  await rejects(configOf({ "sqa.toml": "[models]\nautomatic = false\n" }), { code: "SQA-013" });
});

Deno.test("S2-18 S0-25: what is compared and in which time zone files are named, in a section or by variables", async () => {
  const compared = async (...given: Parameters<typeof configOf>) => {
    const { compareType, compareDefault, timezone } = (await configOf(...given)).settings;
    return [compareType, compareDefault, timezone];
  };
  deepEqual(await compared({}), [true, true, "UTC"]);
  const file = { "sqa.toml": 'timezone = "Europe/Berlin"\n[compare]\ntype = false\n' };
  deepEqual(await compared(file, { SQA_COMPARE_DEFAULT: "false" }), [false, false, "Europe/Berlin"]);
  await rejects(configOf({}, { SQA_TIMEZONE: "Europe/Nowhere" }), { code: "SQA-019" });
  await rejects(configOf({ "sqa.toml": "[compare]\ncomment = false\n" }), { code: "SQA-013" });
});

Deno.test("S3-18: scope names the features' project and the prefix of their tables, for each target", async () => {
  const file = {
    "sqa.toml":
      '[targets.dev]\nurl = "sqlite:a.db"\n[targets.dev.scope]\nproject = "media"\ntable_prefix = "dev_"\n[targets.prod]\nscope = "all"\n',
  };
  const said = async (target: string) => {
    const { scope, featureProject, tablePrefix } = (await configOf(file, {}, { target })).settings;
    return [scope, featureProject, tablePrefix];
  };
  deepEqual(await said("dev"), ["modelled", "media", "dev_"]);
  deepEqual(await said("prod"), ["all", null, null]);
});

Deno.test("S0-4 S3-22: patterns of names for all models stand in a section", async () => {
  const { naming } = await configOf({ "sqa.toml": '[naming]\nix = "ix_{table}_{columns}"\ncolumns = "as_written"\n' });
  deepEqual(naming, { index: "ix_{table}_{columns}", columns: "as_written" });
  await rejects(configOf({ "sqa.toml": '[naming]\nidx = "x"\n' }), { code: "SQA-013" });
  await rejects(configOf({ "sqa.toml": '[naming]\ncolumns = "kebab"\n' }), { code: "SQA-014" });
});

Deno.test("S2-23: the configuration is a value, made from a folder, an environment and flags, without the process's own", async () => {
  const { settings, variables } = await configOf({}, {});
  equal(settings.url, "sqlite:sqa.db");
  deepEqual(variables, {});
});

Deno.test("S3-18: a target has models, modules and a URL of its own, and --url goes before it", async () => {
  const file = {
    "sqa.toml":
      'project = "all"\n[targets.media]\nurl = "sqlite:media.db"\nproject = "media"\nmodels = ["media"]\nmodules = ["m"]\n',
  };
  const { settings } = await configOf(file, { SQA_TARGET: "media" });
  deepEqual([settings.url, settings.project, settings.models, settings.modules], [
    "sqlite:media.db",
    "media",
    ["media"],
    ["m"],
  ]);
  const other = await configOf(file, { DATABASE_URL: "sqlite:env.db" }, { target: "media", url: "sqlite:flag.db" });
  deepEqual([other.settings.url, other.origins.url, other.settings.project], ["sqlite:flag.db", "--url", "media"]);
});

Deno.test("S3-12, S3-17: sections of histories and targets; what stands in them beats the environment", async () => {
  const file = {
    "sqa.toml":
      'order = ["b", "a"]\n[histories.a]\n[histories.b]\nhistory_table = "own"\n[targets.x]\nurl = "sqlite:x.db"\n',
  };
  const config = await configOf(file, { DATABASE_URL: "sqlite:other.db", SQA_TARGET: "x", SQA_HISTORY: "a" });
  deepEqual([config.histories, config.history, config.target, config.settings.url], [
    ["b", "a"],
    "a",
    "x",
    "sqlite:x.db",
  ]);
  deepEqual([...config.historyTables], [["b", "own"], ["a", "sqa_a_history"]]);
  await rejects(configOf({ "sqa.toml": 'order = ["a"]\n[histories.a]\n[histories.b]\n' }), { code: "SQA-014" });
  await rejects(configOf({ "sqa.toml": 'scope = "all"\n[histories.a]\n' }), { code: "SQA-026" });
});
