/** Roles on real servers: read, made from models, changed up and down, dropped. Roles are the server's, so each test has names of its own. */
import { deepEqual, equal, rejects } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { until } from "../../tests/support/until.ts";
import type { Connection } from "../driver.ts";
import { postgresDriver } from "./driver.ts";
import { postgresDialect } from "./set_up.ts";
import { quote } from "./sql.ts";

type Role = SchemaObject<"role">;

/** Runs `test` in an empty database with a prefix that no other role has; what begins with it is gone afterwards. */
async function withRoles(
  server: string,
  test: (one: Connection, prefix: string, url: string) => Promise<void>,
): Promise<void> {
  const prefix = `sqa_r${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}_`;
  await withDatabase(server, async (url) => {
    await using one = await postgresDriver.connect(url);
    try {
      await test(one, prefix, url);
    } finally {
      const made = await one.query<{ name: string }>(
        "SELECT rolname::text AS name FROM pg_roles WHERE starts_with(rolname, $1)",
        [prefix],
      );
      const all = made.map(({ name }) => quote(name)).join(", ");
      if (all !== "") await one.execute(`DROP OWNED BY ${all}`);
      for (const { name } of made) await one.execute(`DROP ROLE ${quote(name)}`);
    }
  });
}

function role(name: string, shape: Partial<Role> = {}): SchemaObject {
  const own = { memberships: [], options: {}, comment: null, ...shape };
  return { kind: "role", id: objectId("role", [name]), name: [name], parent: null, refs: [], ...own } as SchemaObject;
}

const dialectFor = (prefix: string) => postgresDialect({ roles: [`${prefix}*`], owners: false });

const graphOf = (prefix: string, roles: readonly SchemaObject[]): SchemaGraph => {
  const dialect = dialectFor(prefix);
  return makeGraph(dialect.name, [...dialect.initial, ...roles]);
};

/** The plan from what is there to these roles; nothing else is in the database. */
async function planned(connection: Connection, prefix: string, to: SchemaGraph) {
  const dialect = dialectFor(prefix), from = await introspect(connection, dialect);
  return makePlan({ from, to, dialect, options: { columnOrder: "lax", version: connection.version } }).plan;
}

async function run(connection: Connection, statements: readonly { readonly sql: string }[]): Promise<void> {
  for (const { sql } of statements) {
    await connection.execute(sql).catch((error) => {
      throw new Error(`${sql}\n${error instanceof Error ? error.message : error}`);
    });
  }
}

/** There, back and there again; each time nothing is left to do. */
async function bothWays(connection: Connection, prefix: string, to: readonly SchemaObject[]): Promise<void> {
  const dialect = dialectFor(prefix), before = await introspect(connection, dialect), wanted = graphOf(prefix, to);
  const plan = await planned(connection, prefix, wanted);
  await run(connection, plan.up);
  deepEqual((await planned(connection, prefix, wanted)).up.map(({ sql }) => sql), [], "up converges");
  await run(connection, plan.down);
  deepEqual((await planned(connection, prefix, before)).up.map(({ sql }) => sql), [], "down converges");
  await run(connection, plan.up);
  deepEqual((await planned(connection, prefix, wanted)).up.map(({ sql }) => sql), [], "up converges again");
}

const attributes = [
  { login: true },
  { superuser: true },
  { createdb: true },
  { createrole: true },
  { inherit: false },
  { replication: true },
  { bypassrls: true },
  { connection_limit: 0 },
  { connection_limit: 7 },
  { valid_until: "2031-02-03 04:05:06.7+00" },
  { valid_until: "2031-02-03" },
  { valid_until: "2031-02-03T04:05+05:30" },
  { login: true, createdb: true, inherit: false, connection_limit: 3 },
];

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  const on = (name: string, test: (one: Connection, prefix: string, url: string) => Promise<void>) =>
    Deno.test({
      name: `Postgres ${i + 1}: ${name}`,
      ignore: server === "",
      fn: () => withRoles(server, test),
    });

  on("each attribute of a role is made, given and taken back", async (one, prefix) => {
    const name = `${prefix}a`;
    for (const options of attributes) {
      await bothWays(one, prefix, [role(name, { options } as Partial<Role>)]);
      await bothWays(one, prefix, [role(name)]);
      await run(one, (await planned(one, prefix, graphOf(prefix, []))).up);
    }
  });

  on("a role that is there gets what it lacks when it is made, and keeps its password", async (one, prefix) => {
    const name = `${prefix}a`;
    await one.execute(
      `CREATE ROLE ${name} SUPERUSER CREATEDB NOINHERIT CONNECTION LIMIT 4 PASSWORD 'x' VALID UNTIL '2030-01-01'`,
    );
    const to = graphOf(prefix, [role(name, { options: { login: true } })]), dialect = dialectFor(prefix);
    const options = { columnOrder: "lax", version: one.version } as const;
    const { plan } = makePlan({ from: graphOf(prefix, []), to, dialect, options });
    await run(one, plan.up);
    await run(one, plan.up);
    deepEqual((await planned(one, prefix, to)).up.map(({ sql }) => sql), []);
    const [kept] = await one.query("SELECT FROM pg_authid WHERE rolname = $1 AND rolpassword IS NOT NULL", [name]);
    equal(kept !== undefined, true);
  });

  on("two runs make the same role at once", async (one, prefix, url) => {
    const to = graphOf(prefix, [role(`${prefix}a`, { options: { login: true } })]), dialect = dialectFor(prefix);
    const { up } = makePlan({ from: graphOf(prefix, []), to, dialect, options: { columnOrder: "lax", version: null } })
      .plan;
    await using other = await postgresDriver.connect(url);
    const [row] = await other.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    let second: Promise<void> | undefined;
    await one.transaction(async (tx) => {
      await run(tx, up);
      second = run(other, up);
      const waiting = `SELECT 1 AS one FROM pg_locks WHERE pid = ${row!.pid} AND NOT granted`;
      await until("the second run waits for the first", async () => (await tx.query(waiting)).length > 0);
    });
    await second;
    deepEqual((await planned(one, prefix, to)).up.map(({ sql }) => sql), []);
  });

  on("memberships come, change and go", async (one, prefix) => {
    const [a, b, c] = ["a", "b", "c"].map((letter) => prefix + letter) as [string, string, string];
    const member = (memberships: Role["memberships"], options: Role["options"] = {}) => [
      role(a, { memberships, options }),
      role(b, { memberships: [{ role: c, admin: false, options: {} }] }),
      role(c),
    ];
    const plain = { role: b, admin: false, options: {} };
    await bothWays(one, prefix, member([plain]));
    await bothWays(one, prefix, member([{ ...plain, admin: true }]));
    await bothWays(one, prefix, member([]));
    await bothWays(one, prefix, member([{ ...plain, admin: true }, { role: c, admin: false, options: {} }]));
    await bothWays(one, prefix, member([{ role: "pg_read_all_data", admin: false, options: {} }], { inherit: false }));
    if (one.version >= 160000) {
      await bothWays(one, prefix, member([{ ...plain, options: { inherit: false } }]));
      await bothWays(one, prefix, member([{ ...plain, options: { set: false } }]));
      await bothWays(one, prefix, member([{ ...plain, options: { set: false } }], { inherit: false }));
      await bothWays(one, prefix, member([{ ...plain, options: { inherit: true } }], { inherit: false }));
      await bothWays(one, prefix, member([{ ...plain, admin: true, options: { inherit: true } }], { inherit: false }));
    }
    await run(one, (await planned(one, prefix, graphOf(prefix, []))).up);
  });

  on("a membership that several roles gave counts once, with a note", async (one, prefix) => {
    const [a, b, giver] = ["a", "b", "giver"].map((letter) => prefix + letter) as [string, string, string];
    // Before 16 the last one who gives it is all that is kept.
    const several = one.version >= 160000;
    await run(
      one,
      [
        `CREATE ROLE ${a}`,
        `CREATE ROLE ${b}`,
        `CREATE ROLE ${giver}`,
        `GRANT ${b} TO ${giver} WITH ADMIN OPTION`,
        `GRANT ${b} TO ${a}${several ? " WITH INHERIT FALSE" : ""}`,
        `GRANT ${b} TO ${a}${several ? " WITH SET FALSE" : ""} GRANTED BY ${giver}`,
      ].map((sql) => ({ sql })),
    );
    const graph = await introspect(one, dialectFor(prefix));
    deepEqual((graph.objects.get(`role:${a}`) as Role).memberships, [{ role: b, admin: false, options: {} }]);
    equal(graph.notes.some(({ message }) => /several roles have made/.test(message)), several);
  });

  on("what the server gives to who makes a role is nobody's membership", async (one, prefix) => {
    const maker = `${prefix}maker`;
    await one.execute(`CREATE ROLE ${maker} CREATEROLE`);
    await one.transaction(async (tx) => {
      await tx.execute(`SET LOCAL ROLE ${maker}`);
      await tx.execute(`CREATE ROLE ${prefix}a`);
    });
    const graph = await introspect(one, dialectFor(prefix));
    deepEqual((graph.objects.get(`role:${maker}`) as Role).memberships, []);
  });

  on("comments, and names that look like something else", async (one, prefix) => {
    const names = ['say "hi"', "it's", "🙂 ☃", "back\\slash", "$role$ $role1$", "'; DROP ROLE x; --", "%I\n.", "User"];
    const long = prefix + "é".repeat(Math.floor((63 - prefix.length) / 2));
    const all = [...names.map((name) => prefix + name), long.padEnd(long.length + (63 - prefix.length) % 2, "x")];
    await bothWays(
      one,
      prefix,
      all.map((name, n) =>
        role(name, {
          comment: name,
          options: { login: true },
          memberships: n === 0 ? [] : [{ role: all[n - 1]!, admin: n % 2 === 0, options: {} }],
        })
      ),
    );
    await bothWays(one, prefix, all.map((name) => role(name, { comment: `other ${name}` })));
    await run(one, (await planned(one, prefix, graphOf(prefix, []))).up);
    equal([...(await introspect(one, dialectFor(prefix))).objects.keys()].some((id) => id.startsWith("role:")), false);
  });

  on("only roles that the globs name are read, the server's own only by name", async (one, prefix) => {
    await one.execute(`CREATE ROLE ${prefix}a`);
    const found = async (roles: readonly string[]) =>
      [...(await introspect(one, postgresDialect({ roles, owners: false }))).objects.keys()]
        .filter((id) => id.startsWith("role:"));
    deepEqual(await found([]), []);
    deepEqual(await found([`${prefix}b`, "pg_*"]), []);
    deepEqual(await found([`${prefix}?`, "postgre?"]), [`role:${prefix}a`]);
    const [{ user } = { user: "" }] = await one.query<{ user: string }>(
      "SELECT rolname::text AS user FROM pg_roles WHERE oid = 10",
    );
    deepEqual(await found([user]), [`role:${user}`]);
  });

  on("roles come before all that names them and go after it", async (one, prefix) => {
    const [a, b] = [`${prefix}a`, `${prefix}b`], dialect = dialectFor(prefix);
    await run(
      one,
      [
        `CREATE ROLE ${a}`,
        `CREATE ROLE ${b}`,
        `GRANT ${b} TO ${a}`,
        `CREATE TABLE t (id integer)`,
        `ALTER TABLE t ENABLE ROW LEVEL SECURITY`,
        `CREATE POLICY p ON t TO ${a}, ${b} USING (true)`,
        `GRANT SELECT ON t TO ${a}`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${b} GRANT SELECT ON TABLES TO ${a}`,
        `CREATE FOREIGN DATA WRAPPER ${prefix}w`,
        `CREATE SERVER ${prefix}s FOREIGN DATA WRAPPER ${prefix}w`,
        `CREATE USER MAPPING FOR ${a} SERVER ${prefix}s`,
      ].map((sql) => ({ sql })),
    );
    const all = await introspect(one, dialect), nothing = makeGraph(dialect.name, dialect.initial);
    const options = { columnOrder: "lax", version: one.version } as const;
    await run(one, makePlan({ from: all, to: nothing, dialect, options }).plan.up);
    equal((await introspect(one, dialect)).objects.size, dialect.initial.length);
    await run(one, makePlan({ from: nothing, to: all, dialect, options }).plan.up);
    deepEqual(
      makePlan({ from: await introspect(one, dialect), to: all, dialect, options }).plan.up.map(({ sql }) => sql),
      [],
    );
    await run(one, makePlan({ from: all, to: nothing, dialect, options }).plan.up);
  });

  on("a role that this database needs is not dropped, one that another one needs stays", async (one, prefix) => {
    const a = `${prefix}a`,
      { up } = makePlan({
        from: graphOf(prefix, [role(a)]),
        to: graphOf(prefix, []),
        dialect: dialectFor(prefix),
        options: { columnOrder: "lax", version: one.version },
      }).plan;
    const isThere = async () => (await introspect(one, dialectFor(prefix))).objects.has(`role:${a}`);
    await run(one, [`CREATE ROLE ${a}`, "CREATE TABLE t ()", `GRANT SELECT ON t TO ${a}`].map((sql) => ({ sql })));
    await rejects(() => run(one, up), /cannot be dropped because some objects depend on it/);
    await one.execute(`REVOKE SELECT ON t FROM ${a}`);
    await withDatabase(server, async (url) => {
      await using other = await postgresDriver.connect(url);
      await run(other, ["CREATE TABLE t ()", `ALTER TABLE t OWNER TO ${a}`].map((sql) => ({ sql })));
      await run(one, up);
      equal(await isThere(), true);
    });
    await run(one, up);
    equal(await isThere(), false);
    await run(one, up);
  });

  on("a trial leaves no role behind", async (one, prefix) => {
    const to = graphOf(prefix, [role(`${prefix}a`)]), { up } = await planned(one, prefix, to);
    await postgresDriver.scratch(one, async (place) => {
      await run(place, up);
      equal((await introspect(place, dialectFor(prefix))).objects.has(`role:${prefix}a`), true);
    });
    equal((await introspect(one, dialectFor(prefix))).objects.has(`role:${prefix}a`), false);
  });

  on("who may make no role is told so by the server", async (one, prefix) => {
    await one.execute(`CREATE ROLE ${prefix}weak`);
    const { up } = await planned(one, prefix, graphOf(prefix, [role(`${prefix}weak`), role(`${prefix}a`)]));
    await one.transaction(async (tx) => {
      await tx.execute(`SET LOCAL ROLE ${prefix}weak`);
      await rejects(() => run(tx, up), /permission denied to create role/);
    }, { rollback: true });
  });
}
