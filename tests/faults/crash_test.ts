// deno-lint-ignore-file no-console -- says which cells were tried, so that a failing sample can be had again
/**
 * The server is killed at the boundaries of a file's statements and in the middle of them, and within a long ALTER (T06). It is started again on
 * what is left, and the next run ends where a run without a fault ends. Needs servers of its own; what is not there is skipped.
 */
import { equal, ok } from "node:assert/strict";
import { SqaError } from "../../schema/error.ts";
import { withDatabase } from "../support/scratch.ts";
import { crashable, type CrashableServer, startCrashable } from "../support/servers/crashable.ts";
import { type Engine, engineAt } from "./engines.ts";
import { type Cell, expectTruth, inCell, random, sampleOf, sampling, truthOf } from "./project.ts";

/** What runs there, each time in a database of its own. */
function engineOn(url: string): Engine {
  return { ...engineAt(url), with: (test) => withDatabase(url, test) };
}

const moments = ["start", "middle", "done"] as const;
type Moment = typeof moments[number];

for (const kind of Object.values(crashable)) {
  Deno.test({
    name: `${kind.label}: killed at any statement, it comes back and the next run converges (T06)`,
    ignore: !kind.found || Deno.env.get("SQA_TEST_CRASHES") === "0",
    fn: async () => {
      const next = random(sampling.seed), server = await startCrashable(kind);
      try {
        const engine = engineOn(server.url);
        const wanted = await inCell(engine, async (cell) => {
          await cell.write("twenty", engine.script, engine.mode);
          await cell.migrate();
          return await truthOf(cell);
        });
        const all = Array.from(
          { length: engine.statements },
          (_, i) => moments.map((moment) => ({ at: i + 1, moment })),
        ).flat();
        const cells = sampleOf(all, next, Math.ceil(sampling.size / 3)), failed: string[] = [];
        for (const { at, moment } of cells) {
          await inCell(engine, async (cell) => {
            await cell.write("twenty", engine.script, engine.mode);
            await crashAt(cell, server, at, moment);
            await cell.migrate();
            await expectTruth(cell, wanted);
            equal(leftoverFiles(server), "");
            if (kind.scheme !== "postgresql") {
              const places =
                "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'sqa_scratch%'";
              equal(JSON.stringify(await cell.query(places)), "[]");
            }
          }).catch((error) => failed.push(`${moment} of ${at}: ${error.message}\n${error.more?.detail ?? ""}`));
        }
        console.log(
          `${kind.label}: ${cells.length} of ${all.length} cells, ${failed.length} not converged (seed ${sampling.seed})`,
        );
        equal(failed.join("\n"), "");
      } finally {
        await server.stop();
      }
    },
  });
}

/** ALTERs that take a while on many rows, each in another of the ways in which the servers do them. */
const long = [
  "MODIFY id bigint AUTO_INCREMENT, ADD COLUMN b int, ALGORITHM=COPY",
  "ADD COLUMN b int, FORCE, ALGORITHM=INPLACE",
  "ADD INDEX by_a (a), ALGORITHM=INPLACE",
];
/** Milliseconds from the beginning of the statement to the kill. */
const delays = [20, 100, 300];

for (const kind of [crashable.mysql, crashable.mariadb]) {
  Deno.test({
    name: `${kind.label}: killed in the middle of a long ALTER, it comes back and the next run converges (T06)`,
    ignore: !kind.found || Deno.env.get("SQA_TEST_CRASHES") === "0",
    fn: async () => {
      const next = random(sampling.seed), server = await startCrashable(kind);
      try {
        const engine = engineOn(server.url);
        const all = long.flatMap((alter) => delays.map((delay) => ({ alter, delay })));
        const cells = sampleOf(all, next, Math.ceil(sampling.size / 2)), failed: string[] = [];
        let within = 0;
        for (const { alter, delay } of cells) {
          await inCell(engine, async (cell) => {
            await cell.run(
              "CREATE TABLE big (id int AUTO_INCREMENT PRIMARY KEY, a varchar(200))",
              "INSERT INTO big (a) VALUES ('x')",
            );
            for (let i = 0; i < 16; i++) await cell.run("INSERT INTO big (a) SELECT REPEAT('x', 180) FROM big");
            const script = [
              "CREATE TABLE first (x int);",
              `ALTER TABLE big ${alter};`,
              "CREATE TABLE last (x int);",
              "INSERT INTO last VALUES (1);",
            ];
            await cell.write("long", script.join("\n"));
            if (await crashAt(cell, server, 2, delay)) within++;
            await cell.migrate();
            await cell.run("CREATE TABLE same (id int AUTO_INCREMENT PRIMARY KEY, a varchar(200))");
            await cell.run(`ALTER TABLE same ${alter}`);
            const shown = async (name: string) =>
              String((await cell.query(`SHOW CREATE TABLE ${name}`))[0]!["Create Table"])
                .replace(/ AUTO_INCREMENT=\d+/, "").replace(`\`${name}\``, "");
            equal(await shown("big"), await shown("same"));
            const [row] = await cell.query(
              "SELECT (SELECT COUNT(*) FROM big) AS n, (SELECT COUNT(*) FROM first) AS f, (SELECT COUNT(*) FROM last) AS l",
            );
            equal(Object.values(row!).map(Number).join(), "65536,0,1");
            equal(leftoverFiles(server), "");
            const places = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'sqa_scratch%'";
            equal(JSON.stringify(await cell.query(places)), "[]");
            for (const sql of engine.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
          }).catch((error) => failed.push(`${alter}, ${delay} ms: ${error.message}\n${error.more?.detail ?? ""}`));
        }
        console.log(
          `${kind.label}: ${cells.length} of ${all.length} long ALTERs, ${within} killed before their end, ${failed.length} not converged (seed ${sampling.seed})`,
        );
        equal(failed.join("\n"), "");
      } finally {
        await server.stop();
      }
    },
  });
}

/** Runs until the server dies under it, and starts the server again. Was the statement still under way? `moment`: or so many milliseconds after its start. */
async function crashAt(cell: Cell, server: CrashableServer, at: number, moment: Moment | number): Promise<boolean> {
  let killed = false, done = false, within = false;
  const kill = (): void => {
    if (killed) return;
    killed = true, within = !done;
    server.kill();
  };
  const error = await cell.migrate({
    onEvent: (event) => {
      if (!("number" in event) || event.number !== at) return;
      if (event.type === "statement-done") done = true;
      if (event.type === "statement-start" && moment === "start") kill();
      if (event.type === "statement-start" && moment === "middle") setTimeout(kill, 1);
      if (event.type === "statement-start" && typeof moment === "number") setTimeout(kill, moment);
      if (event.type === "statement-done" && moment === "done") kill();
    },
  }).then(() => null, (error) => error);
  if (!killed) {
    // The run was faster: its end is the moment.
    if (typeof moment !== "number") return false;
    await new Promise((resolve) => setTimeout(resolve, moment));
  }
  if (error) ok(error instanceof SqaError || error.more?.class === "connection", String(error?.stack ?? error));
  await server.start();
  return within;
}

/** What an ALTER leaves in the folder of the data when it is not cleaned up. */
function leftoverFiles({ data, label }: CrashableServer): string {
  if (label === "Postgres") return "";
  const found: string[] = [];
  for (const entry of Deno.readDirSync(data)) {
    if (!entry.isDirectory || !entry.name.startsWith("sqa_")) continue;
    for (const file of Deno.readDirSync(`${data}/${entry.name}`)) {
      if (file.name.startsWith("#sql")) found.push(file.name);
    }
  }
  return found.join(", ");
}
