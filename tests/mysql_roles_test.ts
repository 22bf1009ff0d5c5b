/**
 * Roles of MySQL and MariaDB through the command line: made, changed, pulled, shared by two databases, tried out without a trace, dropped. Names are of
 * this run alone, and gone afterwards.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { modelsIn, sqaWithin } from "../cli/testing/project.ts";
import type { Connection } from "../dialects/driver.ts";
import { driverOf } from "./support/mysql_places.ts";
import { isMariadb, rolesHeld, withRoles } from "./support/mysql_roles.ts";
import { mysqlUrls, withDatabase, withFolder } from "./support/scratch.ts";

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
      const write = modelsIn(folder);
      const name = (given: string) => isMariadb(connection) ? `${prefix}_${given}` : `${prefix}_${given}@%`;
      await body(
        {
          folder,
          models: (...lines) =>
            write(
              "models.ts",
              `import { raw, t, table } from "sqa";\n${lines.join("\n").replaceAll("PREFIX", prefix)}\n`,
            ),
          async run(code, ...args) {
            const ran = await sqaWithin(folder, args);
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
        const there = () => rolesHeld(connection, prefix);
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
        const made = await rolesHeld(connection, prefix);
        await run(0, "diff", "--check", "--url", live);
        rmSync(join(folder, "models1"), { recursive: true });
        await run(0, "pull", "--url", live);
        const text = readdirSync(join(folder, "models")).map((file) =>
          readFileSync(join(folder, "models", file), "utf8")
        );
        match(text.join("\n"), new RegExp(`raw\\(\\s*"role",\\s*"${name("reader")}"`));
        const config = fileURLToPath(new URL("../deno.json", import.meta.url));
        const checked = await new Deno.Command(Deno.execPath(), {
          args: ["check", "--quiet", "--config", config, join(folder, "models")],
        }).output();
        equal(checked.code, 0, new TextDecoder().decode(checked.stderr));
        await run(0, "diff", "--check", "--url", live);
        deepEqual(await rolesHeld(connection, prefix), made);
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
          const first = await rolesHeld(connection, prefix);
          // By now the roles are other ones than the second database's file has made, which is no drift of its own; what is its own counts.
          await using other = await (await driverOf(second)).connect(second);
          await other.execute(`REVOKE SELECT ON users FROM ${prefix}_reader`);
          match(await run(3, "migrate", "--url", second), /SQA-564[^]*missing: grant users\.sqa\w+_reader/);
          await other.execute(`GRANT SELECT ON users TO ${prefix}_reader`);
          await run(0, "migrate", "--url", second);
          deepEqual(await rolesHeld(other, prefix), first);
          await run(0, "diff", "--check", "--url", second);
          await run(0, "rollback", "base", "--allow", "lossy", "--url", second);
          deepEqual((await rolesHeld(other, prefix)).filter((line) => !line.endsWith("Select")), []);
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
        const names = (await rolesHeld(connection, prefix)).filter((line) => !line.includes(" in ")).map((line) =>
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
        const has = async (name: string) => (await rolesHeld(connection, prefix)).includes(name);
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
        const first = await rolesHeld(connection, prefix);
        as("people", "title");
        const renames = ["--rename", "users=people", "--rename", "users.name=people.title"];
        await run(0, "diff", "two", ...renames, "--allow", "rename-in-use", "--url", live);
        await run(0, "verify", "--url", live);
        deepEqual(await rolesHeld(connection, prefix), first);
        await run(0, "migrate", "--url", live);
        await run(0, "diff", "--check", "--url", live);
        deepEqual(await rolesHeld(connection, prefix), first.map((line) => line.replace(" users ", " people ")));
        await run(0, "rollback", "-1", "--url", live);
        deepEqual(await rolesHeld(connection, prefix), first);
      }),
  );

  test(
    "a fresh start leaves roles to the other databases",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        models(users, role("base"), role("reader", "base"), grant("reader"));
        await run(0, "diff", "one", "--url", live);
        await run(0, "migrate", "--url", live);
        const made = await rolesHeld(connection, prefix);
        await connection.execute(`CREATE USER ${prefix}user@'%'`);
        await connection.execute(`GRANT ${prefix}_reader TO ${prefix}user@'%'`);
        const said = await run(0, "fresh", "--confirm", "--url", live);
        match(said, /role "sqa\w+_reader(@%)?" is the whole server's and stays/);
        const held = await connection.query(`SHOW GRANTS FOR ${prefix}user@'%'`);
        ok(held.some((row) => String(Object.values(row)[0]).includes(`${prefix}_reader`)));
        await connection.execute(`DROP USER ${prefix}user@'%'`);
        deepEqual(await rolesHeld(connection, prefix), made);
      }),
  );

  test(
    "a way back that takes a role from a user is asked for",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        models(users, role("base"), role("reader", "base"), grant("reader"));
        await run(0, "diff", "one", "--url", live);
        await run(0, "migrate", "--url", live);
        await connection.execute(`CREATE USER ${prefix}user@'%'`);
        await connection.execute(`GRANT ${prefix}_base TO ${prefix}user@'%'`);
        match(
          await run(3, "rollback", "-1", "--url", live),
          /SQA-524[^]*is held by somebody, or has rights in other databases/,
        );
        await connection.execute(`REVOKE ${prefix}_base FROM ${prefix}user@'%'`);
        await connection.execute(`CREATE ROLE ${prefix}other`);
        await connection.execute(`GRANT ${prefix}_reader TO ${prefix}other`);
        match(await run(3, "rollback", "-1", "--url", live), /role "sqa\w+_reader(@%)?" is held by somebody/);
        await connection.execute(`REVOKE ${prefix}_reader FROM ${prefix}other`);
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
        equal((await rolesHeld(connection, prefix)).filter((line) => line.includes("_base")).length, 1);
      }),
  );

  test(
    "a file that drops a role is stopped on the way back also where no setting names roles by then",
    (live, connection) =>
      withProject(connection, async ({ models, run }, prefix) => {
        const own = `${live}?roles=${prefix}_*`;
        models(users, role("base"));
        await run(0, "diff", "first", "--url", own);
        await run(0, "migrate", "--url", own);
        const said = await run(3, "rollback", "--url", `${live}?roles=`);
        match(said, /SQA-524[^]*roles of (MySQL|MariaDB) are left alone here/);
        equal((await rolesHeld(connection, prefix)).filter((line) => line.includes("_base")).length, 1);
      }),
  );

  test(
    "a script is read without touching roles, and compared without them",
    (live, connection) =>
      withProject(connection, async ({ models, run, folder }, prefix) => {
        await connection.execute(`CREATE ROLE ${prefix}_base`);
        await connection.execute("CREATE TABLE users (id int NOT NULL PRIMARY KEY, name text)");
        await connection.execute(`GRANT SELECT ON users TO ${prefix}_base`);
        const before = await rolesHeld(connection, prefix);
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
        await run(0, "diff", "--from", "file:schema.sql", "--to", "models:models1/models.ts", "--url", live);
        deepEqual(await rolesHeld(connection, prefix), before);
      }),
  );
}
