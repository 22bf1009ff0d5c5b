/** Data migrations: every row once, however often the run was stopped, in SQL and in TypeScript. */
import { deepEqual, equal, rejects } from "node:assert/strict";
import type { SqaError } from "../schema/error.ts";
import { moduleBody } from "./data_file.ts";
import { writeMigration } from "./files.ts";
import { inProject, type Project, testPlaces } from "./project_test.ts";
import { renderDataMigration } from "./render_file.ts";

const total = 2_345, bad = 1_700;

/** Rows of which one refuses to be changed, until it is mended. */
async function withRows(project: Project): Promise<void> {
  await project.generate(
    "first",
    "CREATE TABLE n (id bigint PRIMARY KEY, done integer NOT NULL, bad integer NOT NULL, CHECK (done < 1 OR bad < 1));",
  );
  await project.migrate();
  const part = 500;
  for (let from = 0; from < total; from += part) {
    const ids = Array.from({ length: Math.min(part, total - from) }, (_, i) => from + i + 1);
    await project.run(`INSERT INTO n VALUES ${ids.map((id) => `(${id * 3}, 0, ${id === bad ? 1 : 0})`).join(",")}`);
  }
}

async function write(project: Project, body: string, module?: string): Promise<void> {
  const { parents } = await project.base();
  const texts = renderDataMigration({ name: "fill", dialect: project.driver.dialect, parents, body, snapshot: null });
  await writeMigration(project.dir, { ...texts, ...(module === undefined ? {} : { module }) }, new Date());
}

/** Fails at the bad row with the parts before it done, and goes on from there. */
async function failsAndGoesOn(project: Project): Promise<void> {
  await rejects(project.migrate(), (error: SqaError) => error.code === "SQA-510");
  const counted = (await project.query("SELECT sum(done) AS n FROM n"))[0]!["n"];
  equal(Number(counted), 1_600, "whole parts are done, the failed one is not");
  await project.run("UPDATE n SET bad = 0");
  const { applied } = await project.migrate();
  equal(applied.length, 1);
  const rows = await project.query("SELECT done, count(*) AS n FROM n GROUP BY done");
  deepEqual(rows.map((row) => [Number(row["done"]), Number(row["n"])]), [[1, total]]);
  equal((await project.migrate()).applied.length, 0);
}

for (const at of testPlaces) {
  Deno.test({
    name: `statements run for the keys of a table in parts, each part once, on ${at.place.label}`,
    ignore: at.place.ignore,
    fn: () =>
      inProject(async (project) => {
        await withRows(project);
        const { dialect } = project.driver;
        const path = dialect.defaultSchema === null ? "n" : `${dialect.defaultSchema}.n`;
        await write(
          project,
          `\n-- sqa: group transaction\nUPDATE n SET done = done + 0;\n\n-- sqa: group rows ${path}.id 200\n` +
            "UPDATE n SET done = done + 1 WHERE id BETWEEN :first AND :last;\n\n-- sqa: group transaction\nUPDATE n SET bad = 0;\n-- sqa: end\n",
        );
        await failsAndGoesOn(project);
      }, at),
  });

  Deno.test({
    name: `a module goes through a table in parts, each part once, on ${at.place.label}`,
    ignore: at.place.ignore,
    fn: () =>
      inProject(async (project) => {
        await withRows(project);
        const mark = project.driver.dialect.history.placeholder(1);
        await write(
          project,
          moduleBody(),
          `export default async function (data) {
             await data.once((db) => db.execute("UPDATE n SET done = done + 0"));
             await data.rows("n", { key: "id", size: 200 }, async (rows, db) => {
               for (const row of rows) await db.execute("UPDATE n SET done = done + 1 WHERE id = ${mark}", [row.id]);
             });
             await data.rows("n", { key: "id", size: 2000, where: "bad = 1" }, async () => { throw new Error("none is left"); });
           }\n`,
        );
        await failsAndGoesOn(project);
        const [file] = [...Deno.readDirSync(project.dir)].filter(({ name }) => name.endsWith(".data.ts"));
        await Deno.writeTextFile(`${project.dir}/${file!.name}`, "export default async function () {}\n");
        await rejects(project.migrate(), (error: SqaError) =>
          error.code === "SQA-503", "an edited module is an edited file");
      }, at),
  });
}
