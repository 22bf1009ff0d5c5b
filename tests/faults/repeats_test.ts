/**
 * What happens a second time, or after somebody else: running and comparing twice (T36), the way back with rows in the tables (T33), a change by
 * hand of each kind (T32), tables of the history that an older or a newer sqa has made (T34), and databases that another tool has made (T35).
 * Whole command lines on each kind of database, within this process. Of kinds and tools a few a run; SQA_TEST_FAULTS=full tries all of them.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { modelsIn, sqaWithin } from "../../cli/testing/project.ts";
import { withFolder } from "../support/scratch.ts";
import { engines, sqlite } from "./engines.ts";
import { random, sampleOf, sampling } from "./project.ts";

const next = random(sampling.seed);

const models = `import { t, table } from "sqa";
export const team = table("team", { id: t.bigint().primaryKey(), name: t.varchar(40).unique() });
export const person = table("person", {
  id: t.bigint().primaryKey(),
  name: t.varchar(40).index(),
  age: t.int().check((c) => \`\${c} >= 0\`),
  team: t.bigint().references("team.id"),
});
`;
const later = models.replace("name: t.varchar(40).index()", "name: t.varchar(80), note: t.text().nullable()");
const rows = [
  "INSERT INTO team (id, name) VALUES (1, 'one'), (2, 'two')",
  "INSERT INTO person (id, name, age, team) VALUES (1, 'a', 5, 1), (2, 'b', 6, 2)",
];

/** A change by hand, and what the report has to name. */
const drifts: readonly (readonly [string, string, RegExp, readonly string[]])[] = [
  ["a table that is gone", "DROP TABLE person", /person/, []],
  ["a new column of a known table", "ALTER TABLE team ADD COLUMN motto integer", /motto/, []],
  ["an index that is gone", "DROP INDEX person_name_idx", /person/, ["SQLite", "Postgres"]],
  ["a column without its default place", "ALTER TABLE person DROP COLUMN age", /age/, ["Postgres"]],
  ["a type", "ALTER TABLE team ALTER COLUMN name TYPE text", /name/, ["Postgres"]],
  ["a type", "ALTER TABLE team MODIFY name varchar(99) NOT NULL", /name/, ["MariaDB", "MySQL"]],
  ["a null", "ALTER TABLE person ALTER COLUMN name DROP NOT NULL", /name/, ["Postgres"]],
  ["a foreign key", "ALTER TABLE person DROP CONSTRAINT person_team_fkey", /team/, ["Postgres"]],
];

/** As the tools make them: Alembic 1.x, Prisma 6, drizzle-kit 0.31, Flyway 10. */
const tools: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["Alembic", [
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    "INSERT INTO alembic_version VALUES ('1975ea83b712')",
  ], []],
  ["Prisma", [
    "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMP NULL, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMP NULL, started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, applied_steps_count INTEGER NOT NULL DEFAULT 0)",
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('a', 'x', '20260101_init', CURRENT_TIMESTAMP, 1)",
  ], []],
  ["drizzle", [
    "CREATE SCHEMA drizzle",
    "CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)",
    "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('abc', 1)",
  ], ["Postgres"]],
  ["drizzle", [
    "CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at bigint)",
    "INSERT INTO __drizzle_migrations (id, hash, created_at) VALUES (1, 'abc', 1)",
  ], ["SQLite", "MariaDB", "MySQL"]],
  ["Flyway", [
    "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL, CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank))",
    "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, installed_by, execution_time, success) VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', 'me', 5, (1 = 1))",
  ], []],
];

interface Scene {
  readonly url: string;
  readonly label: string;
  /** The command must end with this code. */
  sqa(code: number, ...args: string[]): Promise<{ readonly stdout: string; readonly stderr: string }>;
  write(text: string): void;
  run(...sql: readonly string[]): Promise<void>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

for (const engine of [sqlite, ...engines]) {
  const scene = (work: (scene: Scene) => Promise<void>): Promise<void> =>
    withFolder((folder) =>
      engine.with(async (url) => {
        const write = modelsIn(folder);
        const connected = async <T>(use: (c: Awaited<ReturnType<typeof engine.driver.connect>>) => Promise<T>) => {
          await using connection = await engine.driver.connect(url, { create: true });
          return await use(connection);
        };
        await work({
          url,
          label: engine.label,
          sqa: async (wanted, ...args) => {
            const { code, stdout, stderr } = await sqaWithin(folder, [...args, "--url", url]);
            equal(code, wanted, `sqa ${args.join(" ")}\n${stdout}${stderr}`);
            return { stdout, stderr };
          },
          write: (text) => write("all.ts", text),
          run: (...sql) =>
            connected(async (connection) => {
              for (const each of sql) await connection.execute(each);
            }),
          query: (sql) => connected((connection) => connection.query(sql)),
        });
      })
    );
  const test = (name: string, work: (scene: Scene) => Promise<void>) =>
    Deno.test({ name: `${engine.label}: ${name}`, ignore: engine.url === null, fn: () => scene(work) });

  test("a second diff, a second run and a second look do nothing and say the same (T36)", async (at) => {
    at.write(models);
    await at.sqa(0, "diff", "first");
    await at.sqa(0, "migrate");
    const [row] = await at.query("SELECT count(*) AS n FROM sqa_history");
    const first = (await at.sqa(0, "inspect", "--json")).stdout;
    const again = JSON.parse((await at.sqa(0, "migrate", "--json")).stdout) as {
      applied: unknown[];
      pending: unknown[];
    };
    deepEqual([again.applied, again.pending], [[], []]);
    await at.sqa(0, "diff", "--check");
    match((await at.sqa(0, "diff", "second")).stdout, /no changes/);
    equal((await at.sqa(0, "inspect", "--json")).stdout, first);
    deepEqual(await at.query("SELECT count(*) AS n FROM sqa_history"), [row]);
  });

  test("the way back leads to the schema before, and keeps the rows of what was there before (T33)", async (at) => {
    at.write(models);
    await at.sqa(0, "diff", "first");
    await at.sqa(0, "migrate");
    await at.run(...rows);
    const before = (await at.sqa(0, "inspect", "--json")).stdout;
    at.write(later);
    await at.sqa(0, "diff", "second");
    await at.sqa(0, "migrate");
    await at.run("UPDATE person SET note = 'gone with its column'");
    match((await at.sqa(3, "rollback", "-1", "--allow", "lossless")).stderr, /SQA-524/);
    const said = (await at.sqa(3, "rollback", "-1")).stderr;
    match(said, /SQA-524.*; nothing was run/);
    match(said, /column "(public\.)?person\.note" holds values/);
    match(said, /sqa rollback -1 --allow lossy/);
    deepEqual((await at.query("SELECT note FROM person")).length, 2);
    match((await at.sqa(0, "rollback", "-1", "--dry-run")).stdout, /person\.note" holds values/);
    await at.sqa(0, "rollback", "-1", "--allow", "lossy");
    equal((await at.sqa(0, "inspect", "--json")).stdout, before);
    const people = await at.query("SELECT id, name, age, team FROM person ORDER BY id");
    deepEqual(people.map(({ id, name, age, team }) => [Number(id), name, Number(age), Number(team)]), [
      [1, "a", 5, 1],
      [2, "b", 6, 2],
    ]);
    await at.sqa(0, "migrate");
    await at.sqa(0, "diff", "--check");
  });

  test("the way back runs without a word where the tables are empty, and finds the rows of one that has another name now (T33)", async (at) => {
    at.write(models);
    await at.sqa(0, "diff", "first");
    at.write(later.replace(`table("person", {`, `table("people", {`));
    await at.sqa(0, "migrate");
    await at.sqa(0, "diff", "second", "--rename", "person=people");
    await at.sqa(0, "migrate");
    await at.sqa(0, "rollback", "base");
    await at.sqa(0, "migrate");
    await at.run(rows[0]!, rows[1]!.replace("person", "people"));
    const said = (await at.sqa(3, "rollback", "base")).stderr;
    for (const table of ["people", "team"]) match(said, new RegExp(`table "(public\\.)?${table}" holds rows`));
    equal((await at.query("SELECT id FROM people")).length, 2);
    await at.sqa(0, "rollback", "-1");
    equal((await at.query("SELECT id FROM person")).length, 2);
    await at.sqa(3, "rollback", "-1");
    await at.sqa(0, "rollback", "-1", "--allow", "lossy");
  });

  test("a change by hand between two files is refused before anything runs, shown, and never answered by a reset (T32)", async (at) => {
    const here = drifts.filter(([, , , where]) => where.length === 0 || where.includes(at.label));
    for (const [what, sql, named] of sampleOf(here, next, 2)) {
      await scene(async (at) => {
        at.write(models);
        await at.sqa(0, "diff", "first");
        await at.sqa(0, "migrate");
        at.write(`${models}export const extra = table("extra", { id: t.bigint().primaryKey() });\n`);
        await at.sqa(0, "diff", "second");
        await at.run(sql);
        const { stdout, stderr } = await at.sqa(3, "migrate"), said = stdout + stderr;
        match(said, /SQA-564/, what);
        match(said, named, what);
        ok(!/sqa (reset|fresh)/.test(said), said);
        const [row] = await at.query("SELECT count(*) AS n FROM sqa_history");
        equal(Number(row!.n), 1, what);
      });
    }
  });

  test("a history of an older sqa goes on and gets what it lacks, one of a newer sqa is refused and left alone (T34)", async (at) => {
    at.write(models);
    await at.sqa(0, "diff", "first");
    await at.sqa(0, "migrate");
    // The first layout had no such column.
    await at.run("ALTER TABLE sqa_history DROP COLUMN running_session", "UPDATE sqa_history SET layout = 1");
    await at.sqa(0, "status");
    at.write(later);
    await at.sqa(0, "diff", "second");
    await at.sqa(0, "migrate");
    deepEqual(
      (await at.query("SELECT layout FROM sqa_history ORDER BY sequence")).map(({ layout }) => Number(layout)),
      [1, 2],
    );
    await at.sqa(0, "diff", "--check");
    await at.run("UPDATE sqa_history SET layout = 99");
    const before = JSON.stringify(await at.query("SELECT * FROM sqa_history"));
    for (const args of [["migrate"], ["rollback", "-1"], ["status"], ["diff", "third"]]) {
      match((await at.sqa(1, ...args)).stderr, /SQA-519/);
    }
    equal(JSON.stringify(await at.query("SELECT * FROM sqa_history")), before);
  });

  test("a database with the history of Alembic, Prisma, drizzle or Flyway is taken over: nothing is pending, nothing differs (T35)", async (at) => {
    const here = tools.filter(([, , where]) => where.length === 0 || where.includes(at.label));
    for (const [tool, sql] of sampleOf(here, next, 1)) {
      await scene(async (at) => {
        await at.run("CREATE TABLE users (id integer PRIMARY KEY, email varchar(80) NOT NULL UNIQUE)", ...sql);
        const { stdout } = await at.sqa(0, "adopt");
        ok(stdout.includes(`history of ${tool} in `), stdout);
        const status = JSON.parse((await at.sqa(0, "status", "--json")).stdout) as { migrations: { state: string }[] };
        deepEqual(status.migrations.map(({ state }) => state), ["applied"]);
        await at.sqa(0, "migrate");
        await at.sqa(0, "pull");
        await at.sqa(0, "diff", "--check");
        await at.sqa(0, "drift");
      });
    }
  });
}
