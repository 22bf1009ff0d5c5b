/** The online form of plans: which statements it writes, and that it leads there and back, with rows, on a real server. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import fc from "fast-check";
import { makePlan } from "../../diff/plan.ts";
import type { Plan, Statement } from "../../diff/plan_types.ts";
import { introspect } from "../../introspect/introspect.ts";
import { groupsOf } from "../../migrate/script.ts";
import { SqaError } from "../../schema/error.ts";
import { ddlOf } from "../../tests/properties/ddl.ts";
import { buildPair, pairSpec } from "../../tests/properties/random_pair.ts";
import { postgresFlavor } from "../../tests/properties/server_flavors.ts";
import { seed } from "../../tests/properties/settings.ts";
import { linesOf } from "../../tests/support/simulated_database.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;
const server = postgresUrls.at(-1) ?? null;
const pairs = Number(Deno.env.get("SQA_TEST_ONLINE_PAIRS") ?? 12);

const before = `CREATE TABLE a (id bigint PRIMARY KEY, x int, y text NOT NULL, z int);
  CREATE TABLE b (id bigint NOT NULL, a bigint);
  CREATE INDEX a_old ON a (x);
  CREATE TABLE p (id int, n int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
  CREATE MATERIALIZED VIEW m AS SELECT id FROM a`;
const after = `CREATE TABLE a (id bigint PRIMARY KEY, x int NOT NULL, y text NOT NULL UNIQUE, z int CHECK (z > 0));
  CREATE TABLE b (id bigint PRIMARY KEY, a bigint REFERENCES a (id));
  CREATE INDEX a_new ON a (y, x) WHERE z > 5;
  CREATE TABLE p (id int, n int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
  CREATE INDEX p_n ON p (n);
  CREATE MATERIALIZED VIEW m AS SELECT id FROM a; CREATE UNIQUE INDEX m_id ON m (id);
  CREATE TABLE fresh (id int, a bigint REFERENCES a (id)); CREATE INDEX fresh_a ON fresh (a)`;

const marks = { allowed: " ", "commit-after": "|", alone: "!" } as const;

function told(statements: readonly Statement[]): readonly string[] {
  return statements.map(({ sql, transaction }) => `${marks[transaction]} ${sql}`);
}

async function make(connection: Connection, script: string | readonly string[]): Promise<void> {
  await connection.execute("DROP SCHEMA IF EXISTS other CASCADE");
  await connection.execute("DROP SCHEMA public CASCADE");
  await connection.execute("CREATE SCHEMA public");
  const statements = typeof script === "string" ? dialect.split(script).map(({ sql }) => sql) : script;
  for (const sql of statements) await connection.execute(sql);
}

/** As the runner does it: groups in transactions, what refuses one by itself. */
async function run(connection: Connection, statements: readonly Statement[]): Promise<void> {
  const { groups, alone } = groupsOf(statements, dialect);
  for (const [i, group] of groups.entries()) {
    const options = { transactional: !alone[i], lockTimeoutMs: 0, statementTimeoutMs: 0 };
    await postgresDriver.migration(connection, options, async (tx) => {
      for (const sql of group) await tx.execute(sql);
    });
  }
}

async function lines(connection: Connection): Promise<readonly string[]> {
  return linesOf((await introspect(connection, dialect)).objects.values());
}

Deno.test({
  name: "Postgres: the online form builds concurrently, validates later, and leaves new and partitioned tables alone",
  ignore: server === null,
  fn: () =>
    withDatabase(server!, async (url) => {
      await using connection = await postgresDriver.connect(url);
      await make(connection, after);
      const to = await introspect(connection, dialect), wanted = await lines(connection);
      await make(connection, before);
      const from = await introspect(connection, dialect), start = await lines(connection);
      await connection.execute("INSERT INTO a SELECT g, g, 't' || g, g FROM generate_series(1, 20) AS g");
      await connection.execute("INSERT INTO b SELECT g, g FROM generate_series(1, 20) AS g");
      const options = { columnOrder: "lax", version: connection.version, online: true } as const;
      const { plan } = makePlan({ from, to, dialect, options });
      const text = told(plan.up);
      const has = (sql: string) => ok(text.includes(sql), `${sql}\nin\n${text.join("\n")}`);
      equal(text[0], "! DROP INDEX CONCURRENTLY public.a_old");
      has("! CREATE INDEX CONCURRENTLY a_new ON public.a (y, x) WHERE z > 5");
      has("! CREATE UNIQUE INDEX CONCURRENTLY m_id ON public.m (id)");
      has("! CREATE UNIQUE INDEX CONCURRENTLY a_y_key ON public.a (y)");
      has("| ALTER TABLE public.a ADD CONSTRAINT a_y_key UNIQUE USING INDEX a_y_key");
      has("! CREATE UNIQUE INDEX CONCURRENTLY b_pkey ON public.b (id)");
      has("| ALTER TABLE public.b ADD CONSTRAINT b_pkey PRIMARY KEY USING INDEX b_pkey");
      has("| ALTER TABLE public.a VALIDATE CONSTRAINT a_z_check");
      has("| ALTER TABLE public.b VALIDATE CONSTRAINT b_a_fkey");
      has("| ALTER TABLE public.a VALIDATE CONSTRAINT a_x_sqa_not_null");
      has("  ALTER TABLE public.a ALTER COLUMN x SET NOT NULL");
      has("| ALTER TABLE public.a DROP CONSTRAINT a_x_sqa_not_null");
      ok(text.some((line) => /CREATE INDEX p_n ON (ONLY )?public\.p /.test(line)));
      ok(text.some((line) => line.includes("CREATE INDEX fresh_a ON public.fresh (a)")));
      const scans = plan.hazards.filter(({ code }) => code === "blocking-scan").map(({ statement }) =>
        plan.up[statement]!.sql
      );
      // A table that is made just now has no rows to hold against the others.
      deepEqual(scans.filter((sql) => !/public\.p1?\b/.test(sql)), []);
      // A dry plan stays in one transaction.
      const plain = makePlan({ from, to, dialect, options: { ...options, online: false } }).plan;
      ok(plain.up.every(({ transaction }) => transaction === "allowed"));
      await run(connection, plan.up);
      deepEqual(await lines(connection), wanted);
      await run(connection, plan.down);
      deepEqual(await lines(connection), start);
    }),
});

Deno.test({
  name:
    "S1-19 S1-29: another onDelete and another check are new rules at once, and read the rows when the locks are gone",
  ignore: server === null,
  fn: () =>
    withDatabase(server!, async (url) => {
      await using connection = await postgresDriver.connect(url);
      const schema = (action: string, least: number) =>
        `CREATE TABLE a (id bigint PRIMARY KEY);
         CREATE TABLE b (c bigint CONSTRAINT b_c REFERENCES a ON DELETE ${action}, n int CONSTRAINT b_n CHECK (n > ${least}))`;
      await make(connection, schema("SET NULL", 1));
      const to = await introspect(connection, dialect), wanted = await lines(connection);
      await make(connection, schema("CASCADE", 0));
      const from = await introspect(connection, dialect), start = await lines(connection);
      await connection.execute("INSERT INTO a VALUES (1)");
      await connection.execute("INSERT INTO b VALUES (1, 5)");
      const { plan } = makePlan({
        from,
        to,
        dialect,
        options: { columnOrder: "lax", version: connection.version, online: true },
      });
      const added = "ALTER TABLE public.b ADD CONSTRAINT";
      deepEqual(told(plan.up), [
        "  ALTER TABLE public.b DROP CONSTRAINT b_n",
        "  ALTER TABLE public.b DROP CONSTRAINT b_c",
        `  ${added} b_n CHECK (n > 1) NOT VALID`,
        `| ${added} b_c FOREIGN KEY (c) REFERENCES public.a (id) ON DELETE SET NULL NOT VALID`,
        "| ALTER TABLE public.b VALIDATE CONSTRAINT b_n",
        "| ALTER TABLE public.b VALIDATE CONSTRAINT b_c",
      ]);
      deepEqual(plan.hazards.filter(({ code }) => code === "blocking-scan"), []);
      await run(connection, plan.up.slice(0, 4));
      await rejects(connection.execute("INSERT INTO b VALUES (2, 5)"), /b_c/);
      await rejects(connection.execute("INSERT INTO b VALUES (1, 1)"), /b_n/);
      await run(connection, plan.up.slice(4));
      deepEqual(await lines(connection), wanted);
      await run(connection, plan.down);
      deepEqual(await lines(connection), start);
      equal((await connection.query("SELECT * FROM b")).length, 1);
    }),
});

Deno.test({
  name: "Postgres: random pairs in the online form lead to the same schemas, there and back",
  ignore: server === null,
  fn: () =>
    withDatabase(server!, (fromUrl) =>
      withDatabase(server!, async (toUrl) => {
        await using left = await postgresDriver.connect(fromUrl);
        await using right = await postgresDriver.connect(toUrl);
        let differ = 0;
        await fc.assert(
          fc.asyncProperty(pairSpec, async (spec) => {
            const pair = buildPair(spec, postgresFlavor), style = { inlineForeignKeys: false };
            await make(left, ddlOf(pair.from, style));
            await make(right, ddlOf(pair.to, style));
            const from = await introspect(left, dialect), to = await introspect(right, dialect);
            const thereAndBack = async (plan: Pick<Plan, "up" | "down">): Promise<string | null> => {
              try {
                await run(left, plan.up);
                deepEqual(await lines(left), await lines(right));
                await run(left, plan.down);
                deepEqual(await lines(left), linesOf(from.objects.values()));
                return null;
              } catch (error) {
                return (error as Error).message;
              }
            };
            const options = { columnOrder: "lax", version: left.version, online: true } as const;
            try {
              const { plan } = makePlan({ from, to, dialect, renames: pair.hints, options });
              if ([...plan.up, ...plan.down].some(({ transaction }) => transaction === "alone")) differ++;
              const ended = await thereAndBack(plan);
              if (ended === null) return;
              // What the plan cannot do in one transaction either is no matter of its form.
              await make(left, ddlOf(pair.from, style));
              const plain = makePlan({
                from,
                to,
                dialect,
                renames: pair.hints,
                options: { ...options, online: false },
              });
              if (await thereAndBack(plain.plan) === null) {
                throw new Error(`${ended}\n${told(plan.up).join("\n")}\n-- down\n${told(plan.down).join("\n")}`);
              }
            } catch (error) {
              if (!(error instanceof SqaError) || !["SQA-302", "SQA-310"].includes(error.code)) throw error;
            }
          }),
          { numRuns: pairs, seed, endOnFailure: true },
        );
        ok(differ > pairs / 10, `only ${differ} of ${pairs} pairs had something to do online (seed ${seed})`);
      })),
});
