/** Roles that the settings name, there and back, held against the server's own tables. They are the whole server's, so each test has names of its own. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { driverOf } from "../../tests/support/mysql_places.ts";
import { dropRoles, rolesHeld, withRoles } from "../../tests/support/mysql_roles.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Driver } from "../driver.ts";
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
              await rolesHeld(connection, prefix),
            ];
            for (const sql of pair.before) await connection.execute(said(sql));
            const start = await introspect(connection, dialect), startState = await state();
            await dropRoles(connection, prefix);
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

  Deno.test(
    `names that would end what they stand in, and one of a table; what became of a statement is seen, ${on}`,
    () =>
      withDatabase(url, async (live) => {
        await using connection = await (await driverOf(live)).connect(live);
        await withRoles(connection, async (prefix) => {
          const driver = await managing(live, `${prefix}*`), { dialect } = driver;
          const names = ["`; DROP ROLE x; --", 'it\'s "q" \\', " \n", "\u00e4", "t"].map((end) => `${prefix}${end}`);
          await connection.execute(`CREATE TABLE ${quote(`${prefix}t`)} (a int)`);
          const from = await introspect(connection, dialect), [first = ""] = names;
          for (const name of names) await connection.execute(`CREATE ROLE ${quote(name)}`);
          for (const name of names.slice(1)) {
            await connection.execute(`GRANT ${quote(first)} TO ${quote(name)} WITH ADMIN OPTION`);
          }
          const to = await introspect(connection, dialect), made = await rolesHeld(connection, prefix);
          const { plan } = makePlan({
            from,
            to,
            dialect,
            options: { columnOrder: "lax", version: connection.version },
          });
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
          deepEqual(await rolesHeld(connection, prefix), []);
          await run(plan.up);
          deepEqual(await rolesHeld(connection, prefix), made);
          equal(snapshotText(await introspect(connection, dialect)), snapshotText(to));
          const less = { ...to, objects: new Map(to.objects) };
          for (const [id, object] of to.objects) {
            if (object.kind === "role") less.objects.set(id, { ...object, memberships: [] });
          }
          const options = { columnOrder: "lax", version: connection.version } as const;
          await run(makePlan({ from: to, to: less, dialect, options }).plan.up);
          equal((await rolesHeld(connection, prefix)).filter((line) => / in /.test(line)).length, 0);
        });
      }),
  );
}
