/** What the inherited command line had around its commands, by the ids of the list of requirements: discovery, events, troubleshooting. */
import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { drivers } from "../dialects/drivers.ts";
import { sqa } from "../tests/support/cli.ts";
import { withFolder } from "../tests/support/scratch.ts";
import { eventNames, makeHooks } from "./hooks.ts";

const model = (name: string) =>
  `import { t, table } from "sqa";
export const ${name} = table("${name}", { id: t.int().primaryKey() });
`;

interface Event {
  readonly event: string;
  readonly command: string;
  readonly success?: boolean;
  readonly error?: { readonly code: string };
  readonly ms?: number;
}

async function withProject(
  test: (folder: string) => Promise<void>,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    for (const [path, text] of Object.entries({ "models/user.ts": model("users"), ...files })) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    await test(folder);
  });
}

const eventsIn = (text: string): readonly Event[] => text.trim().split("\n").map((line) => JSON.parse(line) as Event);

Deno.test("S2-21: models are found below the folder, once each, and all mistakes are shown", () =>
  withProject(async (folder) => {
    const { stdout } = await sqa(folder, "models", "--json");
    const names = JSON.stringify(JSON.parse(stdout));
    ok(names.includes("users") && names.includes("teams") && !names.includes("hidden"));
    await Deno.writeTextFile(
      `${folder}/models/broken.ts`,
      `import { t } from "sqa"; throw new Error("one"); export default t;`,
    );
    await Deno.writeTextFile(
      `${folder}/models/worse.ts`,
      `import { t } from "sqa"; throw new Error("two"); export default t;`,
    );
    const { code, stderr } = await sqa(folder, "models");
    ok(code !== 0);
    match(stderr, /broken\.ts/);
    match(stderr, /worse\.ts/);
  }, {
    "src/deep/team.ts": model("teams"),
    "src/plain.ts": "export const x = 1;\n",
    "node_modules/a/hidden.ts": model("hidden"),
  }));

Deno.test("S2-22: what is compared is the files as they are", () =>
  withProject(async (folder) => {
    equal((await sqa(folder, "diff", "first")).code, 0);
    equal((await sqa(folder, "diff", "--check", "--offline")).code, 0);
    await Deno.writeTextFile(`${folder}/models/user.ts`, model("users") + model("more").split("\n")[1]);
    equal((await sqa(folder, "diff", "--check", "--offline")).code, 2);
  }));

Deno.test("S2-24: observers are connected and taken away, and what they return comes back", async () => {
  const hooks = makeHooks(() => {});
  const off = hooks.on("command_finished", () => 1);
  hooks.on("*", (event) => event);
  deepEqual((await hooks.emit("command_finished", {})).map(({ result }) => result), [1, "command_finished"]);
  off();
  deepEqual((await hooks.emit("command_finished", {})).map(({ result }) => result), ["command_finished"]);
  throws(() => hooks.on("command_done", () => {}), { code: "SQA-582" });
});

Deno.test("S2-25, S2-27: a command tells how it ended, and the runner when it begins, ends or fails", () =>
  withProject(async (folder) => {
    await sqa(folder, "diff", "first");
    const done = eventsIn((await sqa(folder, "migrate", "--events")).stdout);
    deepEqual(done.map(({ event }) => event), [
      "before:migrate",
      "engine:started",
      "before:migration",
      "before:statement",
      "after:statement",
      "after:migration",
      "engine:completed",
      "after:migrate",
      "command_finished",
    ]);
    equal(done.at(-1)!.success, true);
    const { stdout } = await sqa(folder, "new", "bad");
    await Deno.writeTextFile(
      `${folder}/${/migrations\/\S+\.up\.sql/.exec(stdout)![0]}`,
      (await Deno.readTextFile(`${folder}/${/migrations\/\S+\.up\.sql/.exec(stdout)![0]}`)).replace(
        "-- sqa: end",
        "nonsense;\n-- sqa: end",
      ),
    );
    const failed = eventsIn((await sqa(folder, "migrate", "--events")).stdout);
    deepEqual(failed.slice(-3).map(({ event }) => event), ["engine:failed", "after:migrate", "command_failed"]);
    equal(failed.at(-1)!.error!.code, "SQA-510");
  }));

Deno.test("S2-26: every command of the old list has its event", () => {
  const old =
    "makemigrations migrate rollback history current show heads branches stamp merge squash check validate reset fresh clean status list";
  const names = new Set(eventNames());
  for (const command of old.replace("makemigrations", "diff").split(" ")) {
    ok(names.has(`before:${command}`) && names.has(`after:${command}`), command);
  }
});

Deno.test("S2-28: an observer that throws stops nothing; a gate may say no, and has to answer in time", async () => {
  const said: string[] = [];
  const hooks = makeHooks((event, error) => said.push(`${event}: ${(error as Error).message}`), 50);
  hooks.on("before:migrate", () => {
    throw new Error("away");
  });
  const [result] = await hooks.emit("before:migrate", {});
  match(String(result!.error), /away/);
  deepEqual(said, ["before:migrate: away"]);
  hooks.gate("before:migrate", () => true);
  await hooks.ask("before:migrate", {});
  const off = hooks.gate("before:migrate", () => "not now");
  await rejects(hooks.ask("before:migrate", {}), { code: "SQA-580" });
  off();
  let timer: ReturnType<typeof setTimeout> | undefined;
  hooks.gate("before:migrate", () => new Promise((resolve) => timer = setTimeout(resolve, 500)));
  await rejects(hooks.ask("before:migrate", {}), { code: "SQA-581" });
  clearTimeout(timer);
});

Deno.test("S2-29: a webhook is told how a command ended, and one that is away stops nothing", () =>
  withProject(async (folder) => {
    const told: Event[] = [];
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      told.push(await request.json() as Event);
      return new Response();
    });
    await Deno.writeTextFile(`${folder}/sqa.toml`, `notify = "http://127.0.0.1:${server.addr.port}/hook"\n`);
    equal((await sqa(folder, "diff", "first")).code, 0);
    equal((await sqa(folder, "migrate", "nothing")).code, 64);
    await server.shutdown();
    deepEqual(told.map(({ event, command }) => [event, command]), [["command_finished", "diff"], [
      "command_failed",
      "migrate",
    ]]);
    ok(told[0]!.ms! >= 0);
    const { code, stderr } = await sqa(folder, "status");
    equal(code, 0);
    match(stderr, /warning\[hook\]/);
  }));

Deno.test("S2-30: doctor names what usually stands in the way", () =>
  withProject(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/models/user.ts`,
      `import { gone } from "./gone.ts";\nimport { t } from "sqa";\nexport default [gone, t];\n`,
    );
    const { code, stdout, stderr } = await sqa(folder, "doctor", "--url", "postgres://a:b@127.0.0.1:1/c");
    equal(code, 1);
    match(stdout + stderr, /gone\.ts/);
    match(stdout + stderr, /SQA-201/);
    ok(!(stdout + stderr).includes("a:b@"));
  }));

Deno.test("S2-31: Postgres, MySQL, MariaDB and SQLite", () => {
  deepEqual(
    drivers.flatMap(({ schemes }) => schemes).filter((name) => /^(postgres|mysql|mariadb|sqlite)$/.test(name)).sort(),
    [
      "mariadb",
      "mysql",
      "postgres",
      "sqlite",
    ],
  );
});
