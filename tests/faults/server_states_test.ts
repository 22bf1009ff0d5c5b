/**
 * Servers that are not as one would have them: read-only since a failover (T07), with look-alikes of everything in front of the search path (T24), a
 * role that may do little (T25), old string rules, event triggers that refuse or add something, another access method by default (T45).
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../cli/testing/project.ts";
import { type Connection, DatabaseError, type Driver, mayPass } from "../../dialects/driver.ts";
import { SqaError } from "../../schema/error.ts";
import { type Engine, engines } from "./engines.ts";
import { type Cell, expectTruth, inCell, random, sampleOf, sampling, type Truth, truthOf } from "./project.ts";

const postgres = engines[0]!, mysqls = engines.slice(1);

/** What a run without any fault makes of the engine's file. */
function wantedOf(engine: Engine): Promise<Truth> {
  return inCell(engine, async (cell) => {
    await cell.write("twenty", engine.script, engine.mode);
    await cell.migrate();
    return await truthOf(cell);
  });
}

/** The driver, and every connection of it after the given statement of the run only reads. */
function readOnlyAfter(engine: Engine, statement: number): { driver: Driver; onStatement(number: number): void } {
  let now = false;
  const turn = engine.driver === postgres.driver
    ? "SET transaction_read_only = on"
    : "SET SESSION TRANSACTION READ ONLY";
  const around = (connection: Connection): Connection =>
    new Proxy(connection, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== "function") return value;
        if (key === "transaction") {
          return (work: (tx: Connection) => Promise<unknown>, options?: object) =>
            target.transaction((tx) => work(around(tx)), options);
        }
        if (key === "execute" || key === "query") {
          return async (sql: string, params?: readonly unknown[]) => {
            if (now && !/^(SHOW|ROLLBACK|COMMIT|BEGIN)/.test(sql)) await become(target);
            return await Reflect.apply(value, target, [sql, params]);
          };
        }
        return value.bind(target);
      },
    });
  const become = async (connection: Connection): Promise<void> => {
    if (engine.driver === postgres.driver) {
      await connection.execute("SET default_transaction_read_only = on");
    }
    await connection.execute(turn);
  };
  return {
    onStatement: (number) => void (now ||= number >= statement),
    driver: { ...engine.driver, connect: async (...given) => around(await engine.driver.connect(...given)) },
  };
}

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: a server that takes no writes any more stops the run with 75, the next converges (T07)`,
    ignore: engine.url === null,
    fn: async () => {
      const wanted = await wantedOf(engine), next = random(sampling.seed);
      const all = Array.from({ length: engine.statements }, (_, i) => i + 1);
      for (const at of sampleOf(all, next, 4)) {
        await inCell(engine, async (cell) => {
          await cell.write("twenty", engine.script, engine.mode);
          const { driver, onStatement } = readOnlyAfter(engine, at);
          const error = await cell.migrate({
            driver,
            onEvent: (event) => {
              if (event.type === "statement-done") onStatement(event.number);
            },
          }).then(() => null, (error) => error);
          ok(error, `statement ${at}: the run did not stop`);
          equal(exitOf(error), 75, `statement ${at}, seed ${sampling.seed}: ${error.stack}`);
          await cell.migrate();
          await expectTruth(cell, wanted);
        });
      }
    },
  });
}

/** The exit code as the command line would have it. */
function exitOf(error: unknown): number {
  if (error instanceof SqaError) return error.more.exit ?? 1;
  return error instanceof DatabaseError && mayPass(error) ? 75 : 1;
}

Deno.test({
  name: "Postgres: look-alikes of tables, functions and operators in front of the search path are never used (T24)",
  ignore: postgres.url === null,
  fn: async () => {
    const wanted = await wantedOf(postgres);
    await inCell(postgres, async (cell) => {
      await cell.write("twenty", postgres.script, postgres.mode);
      await withLookAlikes(cell);
      await cell.migrate();
      await cell.migrate();
      for (const table of ["touched", "sqa_history", "sqa_history_guard", "effects", "parent"]) {
        equal(JSON.stringify(await cell.query(`SELECT * FROM evil.${table}`)), "[]", table);
      }
      await cell.run(`ALTER DATABASE ${nameOf(cell)} RESET search_path`, "DROP SCHEMA evil CASCADE");
      await expectTruth(cell, wanted);
    });
  },
});

function nameOf(cell: Cell): string {
  return `"${new URL(cell.url).pathname.slice(1)}"`;
}

async function withLookAlikes(cell: Cell): Promise<void> {
  const body = (type: string, value: string) =>
    `RETURNS ${type} LANGUAGE plpgsql AS $$ BEGIN INSERT INTO evil.touched VALUES ('x'); RETURN ${value}; END $$`;
  await cell.run(
    "CREATE SCHEMA evil",
    "CREATE TABLE evil.touched (what text)",
    ...["sqa_history", "sqa_history_guard", "effects", "parent"].map((name) => `CREATE TABLE evil.${name} (id text)`),
    `CREATE FUNCTION evil.same(text, text) ${body("boolean", "false")}`,
    "CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same)",
    `CREATE FUNCTION evil.same(name, name) ${body("boolean", "false")}`,
    "CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.same)",
    `CREATE FUNCTION evil.same(oid, oid) ${body("boolean", "false")}`,
    "CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.same)",
    ...[
      "lower(text) | text | 'x'",
      "current_database() | name | 'x'",
      "now() | timestamptz | null",
      "version() | text | 'x'",
      "count(text) | bigint | 0",
      "format_type(oid, integer) | text | 'x'",
      "pg_get_expr(pg_node_tree, oid) | text | 'x'",
      "quote_ident(text) | text | 'x'",
      "coalesce_max(text) | text | 'x'",
    ].map((line) => {
      const [head, type, value] = line.split(" | ") as [string, string, string];
      return `CREATE FUNCTION evil.${head} ${body(type, value)}`;
    }),
    `ALTER DATABASE ${nameOf(cell)} SET search_path = evil, pg_catalog, public`,
  );
}

Deno.test({
  name: "Postgres: rights that are missing are told with their GRANT before anything is changed (T25)",
  ignore: postgres.url === null,
  fn: () =>
    inCell(postgres, async (cell) => {
      const role = `sqa_test_${crypto.randomUUID().slice(0, 8)}`, url = new URL(cell.url);
      url.username = role;
      await cell.run(
        `CREATE ROLE ${role} LOGIN`,
        ...Array.from({ length: 19 }, (_, i) => `CREATE TABLE own${i} (id integer PRIMARY KEY)`),
        ...Array.from({ length: 19 }, (_, i) => `ALTER TABLE own${i} OWNER TO ${role}`),
        "CREATE TABLE theirs (id integer PRIMARY KEY)",
      );
      try {
        // Each file is a transaction: without a look ahead the first would stay.
        await cell.write("one", "CREATE TABLE one (id integer REFERENCES theirs);", "all");
        const alters = Array.from({ length: 19 }, (_, i) => `ALTER TABLE own${i} ADD COLUMN more integer;`);
        await cell.write("all", [...alters, "CREATE INDEX late ON ONLY public.theirs (id);"].join("\n"), "none");
        const before = JSON.stringify(await tables(cell));
        const refused = async () => {
          const error = await cell.migrate({ url: url.href }).then(() => null, (error) => error);
          equal(error?.code, "SQA-533", String(error?.stack));
          equal(JSON.stringify(await tables(cell)), before);
          return error.more.hint as string;
        };
        const first = await refused(), to = role;
        for (
          const grant of [
            `GRANT CREATE ON SCHEMA public TO ${to};`,
            `GRANT REFERENCES ON public.theirs TO ${to};`,
            `ALTER TABLE public.theirs OWNER TO ${to};`,
          ]
        ) ok(first.includes(grant), first);
        ok(!/own\d/.test(first), first);
        await cell.run(`GRANT CREATE ON SCHEMA public TO ${role}`, `GRANT REFERENCES ON theirs TO ${role}`);
        equal(
          await refused(),
          `nothing was changed; let somebody who may run: ALTER TABLE public.theirs OWNER TO ${to};`,
        );
        await cell.run(`ALTER TABLE theirs OWNER TO ${role}`);
        equal((await cell.migrate({ url: url.href })).applied.length, 2);
      } finally {
        await cell.run(`DROP OWNED BY ${role} CASCADE`, `DROP ROLE ${role}`);
      }
    }),
});

for (const engine of mysqls) {
  Deno.test({
    name: `${engine.label}: rights that are missing are told with their GRANT before anything is changed (T25)`,
    fn: () =>
      inCell(engine, async (cell) => {
        const user = `t_${crypto.randomUUID().slice(0, 8)}`, url = new URL(cell.url);
        const database = `\`${url.pathname.slice(1)}\``, account = `'${user}'@'%'`;
        url.username = user, url.password = "secret";
        await cell.run("CREATE TABLE theirs (id int PRIMARY KEY)", `CREATE USER ${account} IDENTIFIED BY 'secret'`);
        try {
          await cell.run(
            `GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON ${database}.sqa_history TO ${account}`,
            `GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON ${database}.sqa_history_guard TO ${account}`,
            `GRANT SELECT, CREATE ON ${database}.* TO ${account}`,
          );
          await cell.write(
            "all",
            "CREATE TABLE one (id int);\nALTER TABLE one ADD COLUMN b int;\nCREATE INDEX late ON theirs (id);\nCREATE VIEW v AS SELECT 1 AS a;",
            "none",
          );
          const error = await cell.migrate({ url: url.href }).then(() => null, (error) => error);
          equal(error?.code, "SQA-533", String(error?.stack));
          const grants = ["ALTER", "INDEX", "CREATE VIEW", "SHOW VIEW"].map((right) =>
            `GRANT ${right} ON ${database}.* TO ${account};`
          );
          for (const grant of grants) ok(error.more.hint.includes(grant), error.more.hint);
          equal((await cell.query("SHOW TABLES")).length, 1);
          await cell.run(...grants.map((grant) => grant.slice(0, -1)));
          equal((await cell.migrate({ url: url.href })).applied.length, 1);
        } finally {
          await cell.run(`DROP USER ${account}`);
        }
      }),
  });
}

function tables(cell: Cell): Promise<readonly Record<string, unknown>[]> {
  return cell.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1");
}

Deno.test({
  name: "Postgres: a file means the same where the database has standard_conforming_strings off (T45)",
  ignore: postgres.url === null,
  fn: () =>
    inCell(postgres, async (cell) => {
      await cell.run(`ALTER DATABASE ${nameOf(cell)} SET standard_conforming_strings = off`);
      await cell.write(
        "text",
        `CREATE TABLE t (a text DEFAULT 'd\\n');\nINSERT INTO t VALUES ('a\\'), ('b\\n;');`,
        "all",
      );
      await cell.migrate();
      deepEqual((await cell.query("SELECT a FROM t ORDER BY a")).map(({ a }) => a), ["a\\", "b\\n;"]);
    }),
});

Deno.test({
  name:
    "Postgres: an event trigger that refuses a statement ends the run with its words, and nothing of the file stays (T45)",
  ignore: postgres.url === null,
  fn: () =>
    inCell(postgres, async (cell) => {
      await cell.write("first", "CREATE TABLE first (id integer);", "all");
      await cell.migrate();
      await cell.run(
        "CREATE FUNCTION veto() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not on fridays'; END $$",
        "CREATE EVENT TRIGGER veto ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION veto()",
      );
      await cell.write("second", "CREATE TABLE second (id integer);\nALTER TABLE first ADD COLUMN b integer;", "all");
      const error = await cell.migrate().then(() => null, (error) => error);
      equal(error?.code, "SQA-510");
      ok(/not on fridays/.test(error.message), error.message);
      deepEqual((await tables(cell)).filter(({ relname }) => relname === "second"), []);
      await cell.run("DROP EVENT TRIGGER veto", "DROP FUNCTION veto");
      equal((await cell.migrate()).applied.length, 1);
    }),
});

Deno.test({
  name: "Postgres: an event trigger that adds to each table what no file says is said as drift (T45)",
  ignore: postgres.url === null,
  fn: () =>
    inCell(postgres, async (cell) => {
      using folder = project();
      const run = (line: string) =>
        folder.sqa(`${line} --no-input --url ${cell.url} --models ${join(folder.folder, "models.ts")}`);
      writeFileSync(
        join(folder.folder, "models.ts"),
        `import { t, table } from "sqa";\nexport const one = table("one", { id: t.bigint().primaryKey() });\n`,
      );
      equal((await run("diff first")).code, 0);
      await cell.run(
        `CREATE FUNCTION add() RETURNS event_trigger LANGUAGE plpgsql AS $$
          DECLARE made record;
          BEGIN
            FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.one' LOOP
              IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = made.objid AND attname = 'audited') THEN
                EXECUTE 'ALTER TABLE ' || made.object_identity || ' ADD COLUMN audited integer';
              END IF;
            END LOOP;
          END $$`,
        "CREATE EVENT TRIGGER add ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION add()",
      );
      equal((await run("migrate")).code, 0);
      const drift = await run("drift");
      equal(drift.code, 2);
      match(drift.stdout, /column (public\.)?(one\.)?audited/);
      match((await run("diff --check")).stderr, /warning\[drift\][^]*audited/);
    }),
});

Deno.test({
  name:
    "Postgres: where tables come with another access method by default, files lead to what they say, there and back (T45)",
  ignore: postgres.url === null,
  fn: () =>
    inCell(postgres, async (cell) => {
      using folder = project();
      const models = join(folder.folder, "models");
      const run = async (line: string) => {
        const { code, stdout, stderr } = await folder.sqa(`${line} --no-input --url ${cell.url} --models ${models}`);
        equal(code, 0, `${line}\n${stdout}${stderr}`);
      };
      await cell.run(
        "CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler",
        `ALTER DATABASE ${nameOf(cell)} SET default_table_access_method = heap_too`,
      );
      await cell.run(
        "CREATE TABLE parted (id bigint, day date) PARTITION BY RANGE (day)",
        "CREATE TABLE part_one PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
        "CREATE TABLE mother (id bigint, name text)",
        "CREATE TABLE daughter (extra integer) INHERITS (mother)",
      );
      await run(`pull --out ${models}`);
      await run("diff --check");
      writeFileSync(
        join(models, "more.ts"),
        'import { t, table } from "sqa";\nexport const one = table("one_more", { id: t.bigint().primaryKey() });\n',
      );
      await run("diff more");
      await run("migrate");
      await run("diff --check");
      await cell.run("INSERT INTO daughter VALUES (1, 'a', 2)", "INSERT INTO parted VALUES (1, '2026-01-05')");
      await run("rollback");
      equal((await cell.query("SELECT id FROM mother")).length + (await cell.query("SELECT id FROM parted")).length, 2);
    }),
});
