/**
 * Roles that the settings name, there and back, held against the server's own tables; and through the command line: made, changed, pulled, shared
 * by two databases, tried out without a trace, dropped. They are the whole server's, so each test has names of its own.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readdirSync, readFileSync, rmSync as removeSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { sqa } from "../../tests/support/cli.ts";
import { driverOf } from "../../tests/support/mysql_places.ts";
import { mysqlUrls, withDatabase, withFolder } from "../../tests/support/scratch.ts";
import type { Connection, Driver } from "../driver.ts";
import { quote } from "./sql.ts";

interface Pair {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The way up, with roles as A, B, … */
  readonly up?: { readonly mysql: readonly string[]; readonly mariadb: readonly string[] };
}

const both = (...lines: readonly string[]) => ({ mysql: lines, mariadb: lines });

/** In these ROLE_A is a role that the settings name; OTHER is one that they do not. */
const pairs: readonly Pair[] = [
  {
    name: "one is made",
    before: [],
    after: ["create role ROLE_A"],
    up: both("CREATE ROLE IF NOT EXISTS A"),
  },
  {
    name: "with memberships, and privileges on a table of the same plan",
    before: ["create role OTHER"],
    after: [
      "create role OTHER, ROLE_A, ROLE_B",
      "grant ROLE_B to ROLE_A",
      "grant OTHER to ROLE_A with admin option",
      "create table t (a int)",
      "grant select, insert on t to ROLE_A",
      "grant select on * to ROLE_B",
    ],
    up: both(
      "CREATE ROLE IF NOT EXISTS B",
      "GRANT SELECT ON * TO B",
      "CREATE ROLE IF NOT EXISTS A",
      "GRANT B TO A",
      "GRANT OTHER TO A WITH ADMIN OPTION",
      "GRANT INSERT, SELECT ON TABLE `t` TO A",
    ),
  },
  {
    name: "memberships come, go and may be given on or no longer",
    before: [
      "create role ROLE_A, ROLE_B, ROLE_C, ROLE_D",
      "grant ROLE_A to ROLE_D",
      "grant ROLE_C to ROLE_D",
      "grant ROLE_B to ROLE_D with admin option",
    ],
    after: [
      "create role ROLE_A, ROLE_B, ROLE_C, ROLE_D",
      "grant ROLE_B to ROLE_D",
      "grant ROLE_C to ROLE_D with admin option",
    ],
    up: {
      mysql: ["REVOKE A FROM D", "REVOKE B FROM D", "GRANT B TO D", "GRANT C TO D WITH ADMIN OPTION"],
      mariadb: ["REVOKE A FROM D", "REVOKE ADMIN OPTION FOR B FROM D", "GRANT C TO D WITH ADMIN OPTION"],
    },
  },
  {
    name: "two change places",
    before: ["create role ROLE_A, ROLE_B", "grant ROLE_A to ROLE_B"],
    after: ["create role ROLE_A, ROLE_B", "grant ROLE_B to ROLE_A"],
  },
  {
    name: "the end of a chain becomes its beginning",
    before: ["create role ROLE_A, ROLE_B, ROLE_C", "grant ROLE_A to ROLE_B", "grant ROLE_B to ROLE_C"],
    after: ["create role ROLE_A, ROLE_B, ROLE_C", "grant ROLE_A to ROLE_B", "grant ROLE_C to ROLE_A"],
  },
  {
    name: "one goes, from those who belong to it and with what it may do",
    before: [
      "create table t (a int)",
      "create role ROLE_A, ROLE_B",
      "grant ROLE_A to ROLE_B",
      "grant select on t to ROLE_A",
      "grant insert on * to ROLE_A",
    ],
    after: ["create table t (a int)", "create role ROLE_B"],
    up: both("DROP ROLE IF EXISTS A"),
  },
  {
    name: "one goes with its table",
    before: ["create table t (a int)", "create role ROLE_A", "grant select on t to ROLE_A"],
    after: [],
  },
];

/** Names of one test. Whatever begins so is gone afterwards. */
async function withRoles<T>(connection: Connection, test: (prefix: string) => Promise<T>): Promise<T> {
  const prefix = `sqa${crypto.randomUUID().slice(0, 8)}`;
  try {
    return await test(prefix);
  } finally {
    await dropAll(connection, prefix);
  }
}

async function dropAll(connection: Connection, prefix: string): Promise<void> {
  const rows = await connection.query<{ user: string; host: string }>(
    `SELECT User AS user, Host AS host FROM mysql.user WHERE User LIKE '${prefix}%'`,
  );
  for (const { user, host } of rows) {
    // What is a user by MariaDB's lights has a host.
    await connection.execute(host === "" ? `DROP ROLE ${quote(user)}` : `DROP USER ${quote(user)}@${quote(host)}`);
  }
}

const isMariadb = (connection: Connection) => /MariaDB/.test(connection.server.product);

/** What the server has of these names: accounts, memberships, and privileges on this database. */
async function truth(connection: Connection, prefix: string): Promise<readonly string[]> {
  const edges = isMariadb(connection)
    ? `SELECT CONCAT_WS(' ', User, Host, 'in', Role, Admin_option) AS line FROM mysql.roles_mapping WHERE Role LIKE '${prefix}%' AND Host = ''`
    : `SELECT CONCAT_WS(' ', TO_USER, TO_HOST, 'in', FROM_USER, FROM_HOST, WITH_ADMIN_OPTION) AS line FROM mysql.role_edges WHERE FROM_USER LIKE '${prefix}%'`;
  const rows = await connection.query<{ line: string }>(
    `SELECT CONCAT_WS(' ', User, Host) AS line FROM mysql.user WHERE User LIKE '${prefix}%' UNION ALL ${edges}
UNION ALL SELECT CONCAT_WS(' ', User, Host, Table_name, Table_priv) FROM mysql.tables_priv WHERE Db = DATABASE() AND User LIKE '${prefix}%'
UNION ALL SELECT CONCAT_WS(' ', User, Host, 'database', Select_priv, Insert_priv) FROM mysql.db WHERE Db = DATABASE() AND User LIKE '${prefix}%'
  AND (Select_priv = 'Y' OR Insert_priv = 'Y') ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}

async function managing(url: string, ...globs: readonly string[]): Promise<Driver> {
  const query = ["grants=true", ...globs.map((glob) => `roles=${encodeURIComponent(glob)}`)].join("&");
  return (await driverOf(url)).at!(`${url}?${query}`);
}

for (const url of mysqlUrls) {
  const on = `on ${new URL(url).protocol}`;

  Deno.test(`roles, there and back, ${on}`, async (test) => {
    for (const pair of pairs) {
      await test.step(pair.name, () =>
        withDatabase(url, async (live) => {
          await using connection = await (await driverOf(live)).connect(live);
          await withRoles(connection, async (prefix) => {
            const { dialect } = await managing(live, `${prefix}_*`);
            const said = (sql: string) =>
              sql.replace(/ROLE_([A-D])/g, `${prefix}_$1`).replaceAll("OTHER", `${prefix}other`);
            const plain = (sql: string) =>
              sql.replace(new RegExp(`\`${prefix}_([A-D])\`(@\`%\`)?`, "g"), "$1")
                .replace(new RegExp(`\`${prefix}other\`(@\`%\`)?`, "g"), "OTHER").replace(
                  /^SET STATEMENT .* FOR |^BEGIN .*? END; |; END$/g,
                  "",
                );
            const state = async () => [
              snapshotText(await introspect(connection, dialect)),
              await truth(connection, prefix),
            ];
            for (const sql of pair.before) await connection.execute(said(sql));
            const start = await introspect(connection, dialect), startState = await state();
            await dropAll(connection, prefix);
            await connection.execute("DROP TABLE IF EXISTS t");
            for (const sql of pair.after) await connection.execute(said(sql));
            const wanted = await introspect(connection, dialect), wantedState = await state();
            const { plan } = makePlan({
              from: start,
              to: wanted,
              dialect,
              options: { columnOrder: "strict", version: connection.version },
            });
            if (pair.up) {
              deepEqual(
                plan.up.map(({ sql }) => plain(sql)).filter((sql) => !sql.startsWith("CREATE TABLE")),
                pair.up[dialect.name as "mysql" | "mariadb"],
              );
            }
            const run = async (statements: readonly { readonly sql: string }[]) => {
              for (const { sql } of statements) await connection.execute(sql);
            };
            await run(plan.down);
            deepEqual(await state(), startState);
            await run(plan.up);
            deepEqual(await state(), wantedState);
            const ofRoles = (statements: readonly { readonly sql: string }[]) =>
              statements.filter(({ sql }) => dialect.shared!.statement(sql) && !/ ON /.test(sql));
            // Another database of the server applies the same.
            await run(ofRoles(plan.up));
            deepEqual(await state(), wantedState);
          });
        }));
    }
  });
}

/** A folder with settings and models, and what runs in it. */
interface Project {
  readonly folder: string;
  models(...lines: readonly string[]): void;
  run(code: number, ...args: string[]): Promise<string>;
}

/** `body` gets a project whose settings name the roles of this prefix. */
async function withProject(
  connection: Connection,
  body: (project: Project, prefix: string, role: (name: string) => string) => Promise<void>,
): Promise<void> {
  await withRoles(connection, (prefix) =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, "sqa.toml"), `grants = true\nroles = ["${prefix}_*"]\n`);
      const name = (given: string) => isMariadb(connection) ? `${prefix}_${given}` : `${prefix}_${given}@%`;
      await body(
        {
          folder,
          models: (...lines) =>
            writeFileSync(
              join(folder, "models.ts"),
              `import { raw, t, table } from "sqa";\n${lines.join("\n").replaceAll("PREFIX", prefix)}\n`,
            ),
          async run(code, ...args) {
            const ran = await sqa(folder, ...args);
            equal(ran.code, code, `sqa ${args.join(" ")}\n${ran.stdout}\n${ran.stderr}`);
            return `${ran.stdout}\n${ran.stderr}`;
          },
        },
        prefix,
        name,
      );
    }));
}

const users = `export const users = table("users", { id: t.int().primaryKey(), name: t.text() });`;
const role = (name: string, ...memberships: readonly string[]) =>
  `export const ${name} = raw("role", "PREFIX_${name}", { memberships: [${
    memberships.map((each) => {
      const [of, admin] = each.split(" ");
      return `{ role: "PREFIX_${of}", admin: ${admin !== undefined}, options: {} }`;
    }).join(", ")
  }], options: {} });`;
const grant = (to: string) =>
  `export const for_${to} = raw("grant", ["users", "PREFIX_${to}"], {
  privileges: [{ privilege: "SELECT", grantable: false }],
}, { in: "table:users" });`;

for (const url of mysqlUrls) {
  const on = `on ${new URL(url).protocol}`;
  const test = (name: string, body: (live: string, connection: Connection) => Promise<void>) =>
    Deno.test(`${name}, ${on}`, () =>
      withDatabase(url, async (live) => {
        await using connection = await (await driverOf(live)).connect(live);
        await body(live, connection);
      }));

  test(
    "roles in models: made, changed, rolled back, dropped; no trial touches them",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        const there = () => truth(connection, prefix);
        models(users, role("base"), role("reader", "base"), grant("reader"));
        match(await run(0, "diff", "one", "--url", live), /not tried out: roles, and what they may do/);
        deepEqual(await there(), []);
        match(await run(0, "verify", "--url", live), /1 migration there and back/);
        deepEqual(await there(), []);
        await run(0, "migrate", "--url", live);
        const first = await there();
        equal(first.length, 4, first.join("\n"));
        await run(0, "diff", "--check", "--url", live);

        models(users, role("base"), role("other"), role("reader", "base admin", "other"), grant("other"));
        await run(0, "diff", "two", "--url", live);
        await run(0, "verify", "--url", live);
        deepEqual(await there(), first);
        await run(0, "migrate", "--url", live);
        await run(0, "diff", "--check", "--url", live);
        const second = await there();
        ok(second.some((line) => line.includes("_other") && line.endsWith("Select")), second.join("\n"));

        models(users, role("base"), role("other"), grant("other"));
        match(await run(3, "diff", "three", "--url", live), /drop-role.*"sqa\w+_reader/);
        await run(0, "diff", "three", "--allow", "drop-role", "--url", live);
        await run(0, "verify", "--url", live);
        deepEqual(await there(), second);
        match(await run(0, "lint", "--url", live), /takes it from all its users/);
        await run(0, "migrate", "--url", live);
        await run(0, "diff", "--check", "--url", live);
        deepEqual((await there()).filter((line) => line.includes("_reader")), []);
        await run(0, "rollback", "-1", "--url", live);
        deepEqual(await there(), second);
      }),
  );

  test(
    "roles are pulled, and pushed where they are all there is",
    (live, connection) =>
      withProject(connection, async ({ models, run, folder }, prefix, name) => {
        models(users, role("base"), role("reader", "base admin"), grant("reader"));
        await run(0, "push", "--yes", "--url", live);
        const made = await truth(connection, prefix);
        await run(0, "diff", "--check", "--url", live);
        removeSync(join(folder, "models.ts"));
        await run(0, "pull", "--url", live);
        const text = readdirSync(join(folder, "models")).map((file) =>
          readFileSync(join(folder, "models", file), "utf8")
        );
        match(text.join("\n"), new RegExp(`raw\\(\\s*"role",\\s*"${name("reader")}"`));
        await run(0, "diff", "--check", "--url", live);
        deepEqual(await truth(connection, prefix), made);
      }),
  );

  test(
    "two databases of a server apply the same files, one behind the other",
    (live, connection) =>
      withDatabase(url, (second) =>
        withProject(connection, async ({ models, run }, prefix) => {
          models(
            users,
            role("base"),
            role("spare"),
            role("reader", "base", "spare admin"),
            grant("reader"),
            grant("spare"),
          );
          await run(0, "diff", "one", "--url", live);
          await run(0, "migrate", "--url", live);
          await run(0, "migrate", "--url", second);
          models(users, role("base"), role("reader"), grant("base"));
          await run(0, "diff", "two", "--allow", "drop-role", "--url", live);
          await run(0, "migrate", "--url", live);
          const first = await truth(connection, prefix);
          // By now the roles are other ones than the second database's file has made: that is no drift of this database's own.
          await run(0, "migrate", "--url", second);
          await using other = await (await driverOf(second)).connect(second);
          deepEqual(await truth(other, prefix), first);
          await run(0, "diff", "--check", "--url", second);
          await run(0, "rollback", "base", "--allow", "lossy", "--url", second);
          deepEqual((await truth(other, prefix)).filter((line) => !line.endsWith("Select")), []);
        })),
  );

  test(
    "a role that the settings do not name is refused with the line, and stays",
    (live, connection) =>
      withProject(connection, async ({ models, run, folder }, prefix) => {
        models(
          users,
          role("base"),
          `export const other = raw("role", "PREFIXother", { memberships: [], options: {} });`,
        );
        const refused = await run(1, "diff", "--url", live);
        match(refused, /SQA-104.*: roles of (MySQL|MariaDB) are left alone here: role "sqa\w+other"/);
        match(refused, /models\.ts:4/);
        match(refused, /`roles` does not name it: add it there \(sqa\w+_\* so far\)/);
        writeFileSync(join(folder, "sqa.toml"), "grants = true\n");
        match(await run(1, "diff", "--url", live), /models\.ts:3[^]*sqa looks at those alone that `roles`/);
        models(users, `export const c = raw("role", "PREFIX_c", { memberships: [], options: {} }, { comment: "x" });`);
        writeFileSync(join(folder, "sqa.toml"), `roles = ["${prefix}_*"]\n`);
        match(await run(1, "diff", "--url", live), /SQA-104.* has no comments on roles: role/);
        models(users, `export const c = raw("role", "PREFIX_c", { memberships: [], options: { login: true } });`);
        match(await run(1, "diff", "--url", live), /SQA-102.* has no option "login" for role/);
      }),
  );

  test(
    "what no model names stays, or goes where the models are all there is; users and other roles stay",
    (live, connection) =>
      withProject(connection, async ({ models, run, folder }, prefix) => {
        await connection.execute(`CREATE ROLE ${prefix}_base, ${prefix}_spare, ${prefix}other`);
        await connection.execute(`CREATE USER ${prefix}_user@'%' IDENTIFIED BY 'canary-secret'`);
        await connection.execute(`GRANT ${prefix}_base TO ${prefix}_user@'%'`);
        models(users, role("base"));
        const said = await run(0, "push", "--yes", "--url", live);
        match(said, /"sqa\w+_user@%", which `roles` names, is a user, not a role: it is left alone/);
        match(said, /role "sqa\w+_spare(@%)?" is in no model and is left alone/);
        ok(!said.includes("canary-secret") && !said.includes(`${prefix}other`));
        writeFileSync(join(folder, "sqa.toml"), `grants = true\nroles = ["${prefix}_*"]\nscope = "all"\n`);
        await run(0, "push", "--yes", "--allow", "drop-role", "--url", live);
        const names = (await truth(connection, prefix)).filter((line) => !line.includes(" in ")).map((line) =>
          line.split(" ")[0]
        );
        deepEqual(names, [`${prefix}_base`, `${prefix}_user`, `${prefix}other`]);
        const held = await connection.query(`SHOW GRANTS FOR ${prefix}_user@'%'`);
        ok(held.some((row) => String(Object.values(row)[0]).includes(`${prefix}_base`)));
      }),
  );

  test(
    "a user of the name of a model's role is not made one, nor gets what that has",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        await connection.execute(`CREATE USER ${prefix}_app@'%' IDENTIFIED BY 'x'`);
        models(role("base"), role("app", "base"));
        await run(0, "push", "--yes", "--url", live);
        const has = async (name: string) => (await truth(connection, prefix)).includes(name);
        // A role of MariaDB has no host, and both can be there.
        deepEqual(
          [await has(`${prefix}_app %`), await has(`${prefix}_app `), await has(`${prefix}_base %`)],
          isMariadb(connection) ? [true, true, false] : [true, false, true],
        );
        const held = await connection.query(`SHOW GRANTS FOR ${prefix}_app@'%'`);
        ok(held.every((row) => !String(Object.values(row)[0]).includes(`${prefix}_base`)));
        match(await run(0, "diff", "--check", "--url", live), /_app@%", which `roles` names, is a user, not a role/);
      }),
  );

  test(
    "a table with privileges of a role gets another name, and a column of it",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        const as = (table: string, column: string) =>
          models(
            `export const users = table("${table}", { id: t.int().primaryKey(), ${column}: t.text() });`,
            role("base"),
            `export const reads = raw("grant", ["${table}", "PREFIX_base"], {
  privileges: [{ privilege: "SELECT(${column})", grantable: false }, { privilege: "INSERT", grantable: false }],
}, { in: "table:${table}" });`,
          );
        as("users", "name");
        await run(0, "diff", "one", "--url", live);
        await run(0, "migrate", "--url", live);
        const first = await truth(connection, prefix);
        as("people", "title");
        const renames = ["--rename", "users=people", "--rename", "users.name=people.title"];
        await run(0, "diff", "two", ...renames, "--allow", "rename-in-use", "--url", live);
        await run(0, "verify", "--url", live);
        deepEqual(await truth(connection, prefix), first);
        await run(0, "migrate", "--url", live);
        await run(0, "diff", "--check", "--url", live);
        deepEqual(await truth(connection, prefix), first.map((line) => line.replace(" users ", " people ")));
        await run(0, "rollback", "-1", "--url", live);
        deepEqual(await truth(connection, prefix), first);
      }),
  );

  test(
    "a way back that takes a role from a user is asked for",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        models(users, role("base"));
        await run(0, "diff", "one", "--url", live);
        await run(0, "migrate", "--url", live);
        await connection.execute(`CREATE USER ${prefix}user@'%'`);
        await connection.execute(`GRANT ${prefix}_base TO ${prefix}user@'%'`);
        match(
          await run(3, "rollback", "-1", "--url", live),
          /SQA-524[^]*is held by somebody, or has rights in other databases/,
        );
        await connection.execute(`REVOKE ${prefix}_base FROM ${prefix}user@'%'`);
        await run(0, "rollback", "-1", "--url", live);
      }),
  );

  test(
    "roles that may not be read are not compared",
    (live, connection) =>
      withProject(connection, async ({ run, models }, prefix) => {
        const low = `${prefix}low`, { database } = connection.server;
        await connection.execute(`CREATE ROLE ${prefix}_base`);
        await connection.execute(`CREATE USER ${low}@'%' IDENTIFIED BY 'x'`);
        await connection.execute(`GRANT ALL ON ${database}.* TO ${low}@'%'`);
        const theirs = new URL(live);
        [theirs.username, theirs.password] = [low, "x"];
        models(users, role("base"));
        const said = await run(0, "push", "--yes", "--url", theirs.href);
        match(said, /roles are not compared: this user may not read the tables of "mysql" that hold them/);
        equal((await truth(connection, prefix)).filter((line) => line.includes("_base")).length, 1);
      }),
  );

  test(
    "a script is read without touching roles, and compared without them",
    (live, connection) =>
      withProject(connection, async ({ models, run, folder }, prefix) => {
        await connection.execute(`CREATE ROLE ${prefix}_base`);
        await connection.execute("CREATE TABLE users (id int NOT NULL PRIMARY KEY, name text)");
        await connection.execute(`GRANT SELECT ON users TO ${prefix}_base`);
        const before = await truth(connection, prefix);
        const script = [
          `DROP ROLE IF EXISTS ${prefix}_base`,
          `CREATE ROLE ${prefix}_new`,
          "CREATE TABLE users (id int NOT NULL PRIMARY KEY, name text)",
          `GRANT SELECT ON users TO ${prefix}_new`,
        ];
        writeFileSync(join(folder, "schema.sql"), `${script.join(";\n")};\n`);
        const own = `${live}?grants=true&roles=${prefix}_*`;
        const said = await run(0, "diff", "--from", own, "--to", "file:schema.sql", "--check");
        match(said, /roles of (MySQL|MariaDB) are left alone here: "sqa\w+_base(@%)?" is left out/);
        models(users, role("base"));
        await run(0, "diff", "--from", "file:schema.sql", "--to", "models:models.ts", "--url", live);
        deepEqual(await truth(connection, prefix), before);
      }),
  );

  test(
    "names that would end what they stand in, and one of a table; what became of a statement is seen",
    async (live, connection) => {
      const driver = await managing(live, "sqa*"), { dialect } = driver;
      await withRoles(connection, async (prefix) => {
        const names = ["`; DROP ROLE x; --", 'it\'s "q" \\', " \n", "\u00e4", "t"].map((end) => `${prefix}${end}`);
        await connection.execute(`CREATE TABLE ${quote(`${prefix}t`)} (a int)`);
        const from = await introspect(connection, dialect), [first = ""] = names;
        for (const name of names) await connection.execute(`CREATE ROLE ${quote(name)}`);
        for (const name of names.slice(1)) {
          await connection.execute(`GRANT ${quote(first)} TO ${quote(name)} WITH ADMIN OPTION`);
        }
        const to = await introspect(connection, dialect), made = await truth(connection, prefix);
        const { plan } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: connection.version } });
        const alone = await driver.standalone!(connection);
        const run = async (statements: readonly { readonly sql: string }[]) => {
          for (const { sql } of statements) {
            const [back] = dialect.split(dialect.terminated!(sql));
            equal(back!.sql, sql);
            ok(dialect.shared!.statement(sql));
            const before = (await alone.shape(sql))!;
            equal(await alone.outcome(sql, before), "not begun");
            await connection.execute(sql);
            equal(await alone.outcome(sql, before), "took effect", sql);
            // Run again because nobody knows that it did.
            await connection.execute(sql);
          }
        };
        await run(plan.down);
        deepEqual(await truth(connection, prefix), []);
        await run(plan.up);
        deepEqual(await truth(connection, prefix), made);
        equal(snapshotText(await introspect(connection, dialect)), snapshotText(to));
        const less = { ...to, objects: new Map(to.objects) };
        for (const [id, object] of to.objects) {
          if (object.kind === "role") less.objects.set(id, { ...object, memberships: [] });
        }
        const options = { columnOrder: "lax", version: connection.version } as const;
        await run(makePlan({ from: to, to: less, dialect, options }).plan.up);
        equal((await truth(connection, prefix)).filter((line) => / in /.test(line)).length, 0);
      });
    },
  );
}
