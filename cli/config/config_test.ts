import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SqaError } from "../../schema/error.ts";
import { type Config, type ConfigInput, readConfig } from "./config.ts";

/** Reads the config of a folder with these files, from the folder `at` in it. */
async function config(
  files: Record<string, string>,
  input: Partial<ConfigInput> = {},
  at = ".",
): Promise<Config & { folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "sqa_config_"));
  try {
    mkdirSync(join(folder, ".git"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    mkdirSync(join(folder, at), { recursive: true });
    return { ...await readConfig({ cwd: join(folder, at), env: {}, flags: {}, ...input }), folder };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fails = (code: string, hint?: RegExp) => (error: unknown): boolean =>
  error instanceof SqaError && error.code === code && (hint === undefined || hint.test(error.more.hint ?? ""));

Deno.test("a project needs no config file: the database is a file in it", async () => {
  const { settings, origins, file } = await config({});
  equal(settings.url, "sqlite:sqa.db");
  equal(origins.url, "default");
  equal(settings.models, null);
  equal(file, null);
});

Deno.test("flags beat the environment, it beats .env, that beats the file", async () => {
  const files = {
    "sqa.toml": 'url = "sqlite:file.db"\nlock_timeout = "5s"\n',
    ".env": "DATABASE_URL=sqlite:dotenv.db\n",
  };
  equal((await config(files)).settings.url, "sqlite:dotenv.db");
  equal((await config(files)).origins.url, ".env: DATABASE_URL");
  equal((await config(files, { env: { DATABASE_URL: "sqlite:env.db" } })).settings.url, "sqlite:env.db");
  const flagged = await config(files, { env: { DATABASE_URL: "sqlite:env.db" }, flags: { url: "sqlite:flag.db" } });
  equal(flagged.settings.url, "sqlite:flag.db");
  equal(flagged.origins.url, "--url");
  equal(flagged.settings.lockTimeout, 5000);
  equal(flagged.origins.lockTimeout, "sqa.toml:2");
});

Deno.test("the four forms of a config file say the same", async () => {
  const forms = {
    "sqa.toml": 'models = ["a/*.ts"]\n[env.production]\nlabel = "production"\n',
    "sqa.yaml": "models: [a/*.ts]\nenv:\n  production:\n    label: production\n",
    "sqa.json": '{ "models": ["a/*.ts"], "env": { "production": { "label": "production" } } }',
    "sqa.config.ts": 'export default { models: ["a/*.ts"], env: { production: { label: "production" } } };',
  };
  for (const [name, text] of Object.entries(forms)) {
    const plain = await config({ [name]: text });
    deepEqual([plain.settings.models, plain.settings.label], [["a/*.ts"], null], name);
    equal((await config({ [name]: text }, { flags: { env: "production" } })).settings.label, "production", name);
  }
});

Deno.test("a folder below the project finds its config, and its paths start at the project", async () => {
  const found = await config({ "sqa.toml": 'dir = "db/migrations"\nmodels = "src/*.ts"\n' }, {}, "src/deep");
  equal(found.settings.dir, join(found.folder, "db/migrations"));
  deepEqual(found.settings.models, ["src/*.ts"]);
  const flagged = await config({ "sqa.toml": "" }, { flags: { models: ["*.ts"] } }, "src/deep");
  deepEqual(flagged.settings.models, ["src/deep/*.ts"]);
});

Deno.test("two config files are an error, whichever would win", async () => {
  await rejects(config({ "sqa.toml": "", "sqa.json": "{}" }), fails("SQA-010", /sqa\.toml/));
});

Deno.test("an unknown key is an error that says where it stands and what was meant", async () => {
  await rejects(config({ "sqa.toml": 'url = "sqlite:a.db"\nmodles = "x"\n' }), (error: unknown) => {
    if (!(error instanceof SqaError)) return false;
    equal(error.code, "SQA-013");
    equal(error.more.place?.line, 2);
    equal(error.more.hint, 'did you mean "models"?');
    equal(error.more.exit, 78);
    return true;
  });
  await rejects(config({ "sqa.toml": "[env.test]\nlabell = 'x'\n" }), fails("SQA-013", /label/));
});

Deno.test("a value of the wrong form and a file that does not parse are errors with their place", async () => {
  await rejects(config({ "sqa.toml": "lock_timeout = 'soon'\n" }), fails("SQA-014"));
  await rejects(config({ "sqa.toml": "url = \n" }), fails("SQA-012"));
  await rejects(config({ "sqa.yaml": "a: [1\n" }), fails("SQA-012"));
  await rejects(config({ "sqa.json": "{,}" }), fails("SQA-012"));
  await rejects(config({}, { flags: { lockTimeout: "soon" } }), fails("SQA-019"));
});

Deno.test("an environment that the file does not have is an error", async () => {
  await rejects(
    config({ "sqa.toml": "[env.production]\n" }, { flags: { env: "prodution" } }),
    fails("SQA-015", /production/),
  );
});

Deno.test("--url-env names the variable with the URL, in the environment or in .env", async () => {
  const env = { DATABASE_URL: "sqlite:a.db", OTHER: "sqlite:b.db" };
  equal((await config({}, { env, flags: { urlEnv: "OTHER" } })).settings.url, "sqlite:b.db");
  equal((await config({ ".env": "MINE=sqlite:c.db\n" }, { flags: { urlEnv: "MINE" } })).settings.url, "sqlite:c.db");
  await rejects(config({}, { flags: { urlEnv: "NONE" } }), fails("SQA-018"));
});
