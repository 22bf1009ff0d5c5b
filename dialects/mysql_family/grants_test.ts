/**
 * Privileges there and back, where they are looked at: held against SHOW GRANTS, which sqa does not read. And through the command line: refused
 * without the setting, pulled, pushed to an empty database, and nothing kept of scratch databases.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import type { ObjectId } from "../../schema/object.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { sqa } from "../../tests/support/cli.ts";
import { driverOf, withTwoPlaces } from "../../tests/support/mysql_places.ts";
import { mysqlUrls, withDatabase, withFolder } from "../../tests/support/scratch.ts";
import type { Connection, Driver } from "../driver.ts";

interface Pair {
  readonly name: string;
  readonly only?: "mysql" | "mariadb";
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The way up, line by line, with the accounts as USER and ROLE. */
  readonly up?: readonly string[];
  readonly renames?: readonly (readonly [ObjectId, ObjectId])[];
}

const t = "create table t (a int, b int)";

const pairs: readonly Pair[] = [
  {
    name: "on the database, tables, columns and routines",
    before: [],
    after: [
      t,
      "create view v as select a from t",
      "create procedure p() select 1",
      "create function p() returns int deterministic return 1",
      "grant select, create temporary tables on * to ROLE",
      "grant insert, update (b), references (a, b) on t to USER with grant option",
      "grant select on v to ROLE",
      "grant execute on procedure p to ROLE",
      "grant alter routine on function p to USER with grant option",
    ],
  },
  {
    name: "all of them",
    before: [t, "create procedure p() select 1"],
    after: [
      t,
      "create procedure p() select 1",
      "grant all on * to ROLE",
      "grant all on t to USER with grant option",
      "grant all on procedure p to ROLE",
    ],
  },
  {
    name: "more, fewer, and the option to give them on",
    before: [t, "grant select, insert on t to USER", "grant select (a), delete on t to ROLE with grant option"],
    after: [t, "grant select, update on t to USER with grant option", "grant select (b), delete on t to ROLE"],
    up: [
      "REVOKE SELECT (`a`), GRANT OPTION ON TABLE `t` FROM ROLE",
      "GRANT SELECT (`b`) ON TABLE `t` TO ROLE",
      "REVOKE INSERT ON TABLE `t` FROM USER",
      "GRANT UPDATE ON TABLE `t` TO USER WITH GRANT OPTION",
    ],
  },
  {
    name: "nothing but the option",
    before: [t, "grant usage on t to USER with grant option", "grant usage on * to ROLE with grant option"],
    after: [t, "grant select on t to USER with grant option"],
  },
  {
    name: "tables that come and go take them along",
    before: [t, "grant select on t to USER"],
    after: ["create table u (a int)", "grant select on u to USER"],
  },
  {
    name: "columns in other letters than their own",
    before: [t, "grant select (A), insert on t to USER"],
    after: [t, "grant select (a), insert on t to USER with grant option"],
    up: [
      // To REVOKE they are what they were in GRANT (1147).
      "REVOKE SELECT (`A`) ON TABLE `t` FROM USER",
      "GRANT SELECT (`a`) ON TABLE `t` TO USER WITH GRANT OPTION",
    ],
  },
  {
    name: "a column in other letters than its own gets another name",
    before: [t, "grant select (A), update (a), insert (B) on t to USER"],
    after: ["create table t (c int, b int)", "grant select (C), update (c), insert (b) on t to USER"],
    renames: [["column:t.a", "column:t.c"]],
  },
  {
    name: "a column that goes",
    before: [t, "grant select (a), update (b) on t to USER"],
    after: ["create table t (a int)", "grant select (a) on t to USER"],
  },
  {
    name: "a table, a view and a column get other names",
    before: [
      t,
      "create view v as select a from t",
      "grant select (a), insert on t to USER",
      "grant select on v to ROLE",
    ],
    after: [
      "create table n (c int, b int)",
      "create view v as select c as a from n",
      "grant select (c), insert on n to USER",
      "grant select on v to ROLE",
    ],
    renames: [["table:t", "table:n"], ["column:t.a", "column:n.c"]],
  },
  {
    name: "a column takes the name that another one had",
    before: [t, "grant select (a), update (b) on t to USER"],
    after: ["create table t (c int, a int)", "grant select (c), update (a) on t to USER"],
    renames: [["column:t.a", "column:t.c"], ["column:t.b", "column:t.a"]],
  },
  {
    name: "a routine that is made anew",
    before: ["create procedure p() select 1", "grant execute on procedure p to USER"],
    after: ["create procedure p() select 2", "grant execute on procedure p to USER"],
  },
  {
    name: "everybody, and a sequence",
    only: "mariadb",
    before: ["create sequence s"],
    after: ["create sequence s", "grant select, insert on s to USER", "grant select on * to public"],
  },
];

/** Two accounts of the test's own: what else there is on the server does not show. */
async function withAccounts<T>(
  connection: Connection,
  test: (said: (sql: string) => string, names: readonly string[]) => Promise<T>,
): Promise<T> {
  const id = crypto.randomUUID().slice(0, 8), user = `sqa it's ${id}`, role = `sqa_role_${id}`;
  const quoted = `\`${user}\`@\`10.0.%\``;
  const isMariadb = /MariaDB/.test(connection.server.product);
  await connection.execute(`CREATE USER ${quoted}`);
  await connection.execute(`CREATE ROLE ${role}`);
  const said = (sql: string) => sql.replaceAll("USER", quoted).replaceAll("ROLE", role);
  try {
    return await test(said, [`${user}@10.0.%`, isMariadb ? role : `${role}@%`]);
  } finally {
    await connection.execute(`DROP USER ${quoted}`);
    await connection.execute(`DROP ROLE ${role}`);
  }
}

async function shown(connection: Connection, said: (sql: string) => string): Promise<readonly string[]> {
  const rows = await Promise.all(
    [said("USER"), said("ROLE")].map((name) => connection.query(`SHOW GRANTS FOR ${name}`)),
  );
  const own = `\`${connection.server.database}\`.`;
  return rows.flat().map((row) => String(Object.values(row)[0])).filter((line) => line.includes(own))
    .map((line) =>
      line.replaceAll(own, "").replace(/^GRANT (.*?) ON /, (_, list: string) => `GRANT ${sorted(list)} ON `)
    )
    .sort();
}

/** MariaDB lists columns in the order in which they were granted. */
function sorted(list: string): string {
  const items = list.match(/[A-Z]+(?: [A-Z]+)*(?: \([^)]*\))?/g) ?? [];
  return items.map((item) =>
    item.trim().replace(/\((.*)\)/, (_, columns: string) => `(${columns.split(", ").sort().join(", ")})`)
  ).sort().join(", ");
}

async function withGrants(url: string): Promise<Driver> {
  return (await driverOf(url)).at!(`${url}?grants=true`);
}

for (const url of mysqlUrls) {
  Deno.test(`privileges, there and back, on ${new URL(url).protocol}`, async (test) => {
    const { dialect } = await withGrants(url);
    for (const pair of pairs) {
      if (pair.only && pair.only !== dialect.name) continue;
      await test.step(pair.name, () =>
        withTwoPlaces(url, ({ from, to }) =>
          withAccounts(from, async (said) => {
            for (const sql of pair.before) await from.execute(said(sql));
            for (const sql of pair.after) await to.execute(said(sql));
            const start = await introspect(from, dialect), wanted = await introspect(to, dialect);
            const texts = [await shown(from, said), await shown(to, said)] as const;
            ok(texts[0].length + texts[1].length > 0 || pair.after.length > 0);
            const options = { columnOrder: "strict", version: from.version } as const;
            const renames = (pair.renames ?? []).map(([old, now]) => ({ from: old, to: now, source: "test" }));
            const { plan } = makePlan({ from: start, to: wanted, dialect, renames, options });
            const plain = (sql: string) =>
              sql.replaceAll(/`sqa it's \w+`@`10\.0\.%`/g, "USER").replaceAll(/`sqa_role_\w+`(@`%`)?/g, "ROLE")
                .replace(/^SET STATEMENT .* FOR /, "");
            if (pair.up) deepEqual(plan.up.map(({ sql }) => plain(sql)).sort(), [...pair.up].sort());
            for (const { sql } of plan.up) await from.execute(sql);
            equal(snapshotText(await introspect(from, dialect)), snapshotText(wanted));
            deepEqual(await shown(from, said), texts[1]);
            for (const { sql } of plan.down) await from.execute(sql);
            equal(snapshotText(await introspect(from, dialect)), snapshotText(start));
            deepEqual(await shown(from, said), texts[0]);
            // What everybody may do goes with no account of the test.
            if (pair.after.some((sql) => /to public$/.test(sql))) {
              await to.execute("revoke all privileges on * from public");
            }
          })));
    }
  });

  Deno.test(`privileges are read where that is asked for, and where they may be, on ${new URL(url).protocol}`, () =>
    withDatabase(url, async (live) => {
      const plain = await driverOf(live), whole = await withGrants(live);
      await using connection = await plain.connect(live);
      const name = connection.server.database;
      await withAccounts(connection, async (said, [user, role]) => {
        await connection.execute(t);
        await connection.execute(said("grant select on t to USER"));
        await connection.execute(said(`grant select on \`${name.replaceAll("_", "\\_")}\`.* to ROLE`));
        const kinds = async (driver: Driver, of: Connection = connection) => {
          const { objects, notes } = await introspect(of, driver.dialect);
          return [
            [...objects.values()].filter(({ kind }) => kind === "grant").map((object) => object.name),
            notes.map(({ message }) => message),
          ];
        };
        deepEqual(await kinds(plain), [[], []]);
        const pattern = name.replaceAll("_", "\\_");
        deepEqual(await kinds(whole), [
          [["t", user]],
          [`grants on databases like "${pattern}", to which this one belongs, are not compared`],
        ]);
        ok(role);
        const low = `${name.slice(0, 25)}_low`;
        await connection.execute(`CREATE USER ${low} IDENTIFIED BY 'x'`);
        try {
          await connection.execute(`GRANT SELECT ON ${name}.* TO ${low}`);
          const other = new URL(live);
          [other.username, other.password] = [low, "x"];
          await using theirs = await whole.connect(other.href);
          const [found, [note]] = await kinds(whole, theirs) as [unknown[], string[]];
          deepEqual(found, []);
          match(note!, /^grants are not compared: this user may not read the tables of "mysql" that hold them/);
          const from = await introspect(theirs, whole.dialect), to = await introspect(connection, whole.dialect);
          deepEqual(
            makePlan({ from, to, dialect: whole.dialect, options: { columnOrder: "lax", version: null } }).plan.up,
            [],
          );
        } finally {
          await connection.execute(`DROP USER ${low}`);
        }
      });
    }));

  Deno.test(`whether a REVOKE took effect is seen, on ${new URL(url).protocol}`, () =>
    withDatabase(url, async (live) => {
      const driver = await driverOf(live);
      await using connection = await driver.connect(live);
      await withAccounts(connection, async (said) => {
        const alone = await driver.standalone!(connection), revoke = said("REVOKE SELECT ON t FROM USER");
        await connection.execute(t);
        await connection.execute(said("GRANT SELECT, INSERT ON t TO USER"));
        const before = (await alone.shape(revoke))!;
        equal(await alone.outcome(revoke, before), "not begun");
        await connection.execute(revoke);
        equal(await alone.outcome(revoke, before), "took effect");
      });
    }));

  Deno.test(`privileges in models: refused with the line, written, pulled, on ${new URL(url).protocol}`, () =>
    withDatabase(url, (live) =>
      withDatabase(url, (anew) =>
        withFolder(async (project) => {
          await using connection = await (await driverOf(live)).connect(live);
          await withAccounts(connection, async (said, [user, role]) => {
            const models = join(project, "models.ts");
            writeFileSync(
              models,
              `import { raw, t, table } from "sqa";
export const users = table("users", { id: t.int().primaryKey(), name: t.text() });
export const reads = raw("grant", ["users", ${JSON.stringify(user)}], {
  privileges: [{ privilege: "select(name)", grantable: false }],
}, { in: "table:users" });
export const uses = raw("grant", ${JSON.stringify(role!.replace(/@%$/, ""))}, {
  privileges: [{ privilege: "INSERT", grantable: true }],
});
`,
            );
            const run = async (code: number, ...args: string[]) => {
              const ran = await sqa(project, ...args);
              equal(ran.code, code, `sqa ${args.join(" ")}\n${ran.stdout}\n${ran.stderr}`);
              return ran;
            };
            const refused = await run(1, "diff", "--url", live);
            match(refused.stderr, /SQA-104.*: grants of (MySQL|MariaDB) are left alone here: grant "users\./);
            match(refused.stderr, /models\.ts:3/);
            match(refused.stderr, /`grants = true`/);
            writeFileSync(join(project, "sqa.toml"), "grants = true\n");
            await run(0, "diff", "--url", live);
            await run(0, "migrate", "--url", live);
            await run(0, "diff", "--check", "--url", live);
            await run(0, "verify", "--url", live);
            const held = await shown(connection, said);
            equal(held.length, 2, held.join("\n"));
            Deno.removeSync(models);
            await run(0, "pull", "--url", live);
            await run(0, "diff", "--check", "--url", live);
            await run(0, "push", "--yes", "--url", anew);
            await using other = await (await driverOf(anew)).connect(anew);
            deepEqual(await shown(other, said), held);
            await run(0, "rollback", "base", "--allow", "lossy", "--url", live);
            deepEqual(await shown(connection, said), []);
            for (const row of await connection.query(`SHOW GRANTS FOR ${said("ROLE")}`)) {
              ok(!/sqa_scratch/.test(String(Object.values(row)[0])));
            }
          });
        }))));
}
