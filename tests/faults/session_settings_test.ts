/** Settings of a session that a file leaves behind: none reaches the next file, and a run that goes on in the middle of a file has its own (T44). */
import { deepEqual, equal } from "node:assert/strict";
import { engines } from "./engines.ts";
import { inCell } from "./project.ts";

const postgres = engines[0]!, mysqls = engines.slice(1);

for (const engine of mysqls) {
  Deno.test({
    name: `${engine.label}: what a file sets for its session does not reach the next file, nor its own rerun (T44)`,
    fn: () =>
      inCell(engine, async (cell) => {
        const seen = "SELECT @@SESSION.foreign_key_checks, @@SESSION.sql_mode, @@SESSION.unique_checks";
        await cell.write("before", `CREATE TABLE seen (fk int, mode text, uc int);\nINSERT INTO seen ${seen};`, "none");
        await cell.write(
          "sets",
          "SET SESSION foreign_key_checks = 0;\nSET SESSION sql_mode = 'ANSI_QUOTES';\nSET SESSION unique_checks = 0;\n" +
            "CREATE TABLE child (id int, CONSTRAINT c FOREIGN KEY (id) REFERENCES missing (id));",
          "none",
        );
        await cell.write("after", `INSERT INTO seen ${seen};`, "none");
        await cell.migrate();
        const rows = await cell.query("SELECT DISTINCT fk, mode, uc FROM seen");
        equal(rows.length, 1, JSON.stringify(rows));
        equal(Number(rows[0]!.fk), 1);
      }),
  });
}

Deno.test({
  name: "Postgres: what a file sets for its session does not reach the next file, in a transaction and without",
  ignore: postgres.url === null,
  fn: async () => {
    for (const mode of ["all", "none"] as const) {
      await inCell(postgres, async (cell) => {
        await cell.write("before", "CREATE TABLE seen (role text, checks text);", "all");
        const sets =
          "SET session_replication_role = replica;\nSELECT set_config('check_function_bodies', 'off', false);";
        await cell.write("sets", `${sets}\nCREATE TABLE one (id integer);`, mode);
        const seen = "current_setting('session_replication_role'), current_setting('check_function_bodies')";
        await cell.write("after", `INSERT INTO seen SELECT ${seen};`, mode);
        await cell.migrate();
        deepEqual([...await cell.query("SELECT role, checks FROM seen")], [{ role: "origin", checks: "on" }], mode);
      });
    }
  },
});

Deno.test({
  name:
    "Postgres: a run that goes on in the middle of a file sets again what the file had set, also after it has met a lock, and not what the file had reset",
  ignore: postgres.url === null,
  fn: () =>
    inCell(postgres, async (cell) => {
      await cell.run("CREATE TABLE seen (memory text, role text)", "CREATE TABLE needed (id integer)");
      await cell.write(
        "sets",
        `-- sqa: group transaction
SET work_mem = '7MB';
SET ROLE pg_monitor;
RESET ROLE;
CREATE TABLE one (id integer);
-- sqa: group transaction
INSERT INTO seen SELECT current_setting('work_mem'), current_user;
INSERT INTO needed SELECT 1 / count(*) FROM needed;`,
        "groups",
      );
      equal((await cell.migrate().then(() => null, (error) => error))?.code, "SQA-510");
      await cell.run("INSERT INTO needed VALUES (0)");
      await using blocker = await postgres.driver.connect(cell.url);
      await blocker.execute("BEGIN");
      await blocker.execute("LOCK TABLE seen");
      const next = cell.migrate({
        statementLockTimeoutMs: 200,
        onEvent: (event) => {
          if (event.type === "retry") void blocker.execute("ROLLBACK");
        },
      });
      equal((await next).applied.length, 1);
      deepEqual([...await cell.query("SELECT memory, role FROM seen")], [{ memory: "7MB", role: "postgres" }]);
    }),
});
