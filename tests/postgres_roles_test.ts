/** Roles through the command line: models, files and databases of one server that share them. Names are of this run alone, and gone afterwards. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import postgres from "postgres";
import { modelsIn, sqaWithin } from "../cli/testing/project.ts";
import { postgresUrls, withDatabase, withFolder } from "./support/scratch.ts";

interface Project {
  readonly folder: string;
  /** What the names of its roles begin with. */
  readonly prefix: string;
  readonly url: string;
  write(models: string): void;
  /** What it prints, on both streams; its exit code must be this one. */
  run(code: number, ...args: string[]): Promise<string>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

async function inProject(server: string, test: (project: Project) => Promise<void>): Promise<void> {
  const prefix = `sqa_p${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}_`;
  const administrator = postgres(server, { max: 1, onnotice: () => {} });
  try {
    await withDatabase(server, (url) =>
      withFolder(async (folder) => {
        await Deno.writeTextFile(join(folder, "sqa.toml"), `url = "${url}"\nroles = ["${prefix}*"]\n`);
        const write = modelsIn(folder);
        await test({
          folder,
          prefix,
          url,
          write: (models) =>
            write(
              "models.ts",
              `import { raw, t, table } from "sqa";
${models}`,
            ),
          run: async (code, ...args) => {
            const ran = await sqaWithin(folder, args), text = `${ran.stdout}\n${ran.stderr}`;
            equal(ran.code, code, `sqa ${args.join(" ")}\n${text}`);
            return text;
          },
          query: (sql) => administrator.unsafe(sql),
        });
      }));
  } finally {
    const rows = await administrator.unsafe(
      "SELECT rolname::text AS name FROM pg_roles WHERE starts_with(rolname, $1)",
      [
        prefix,
      ],
    );
    for (const { name } of rows) await administrator.unsafe(`DROP ROLE "${name}"`);
    await administrator.end();
  }
}

const models = (prefix: string, options: string) => `
export const reader = raw("role", "${prefix}reader", { memberships: [], options: {} }, { comment: "may read" });
export const app = raw("role", "${prefix}app", {
  memberships: [{ role: "${prefix}reader", admin: false, options: {} }],
  options: ${options},
});
export const note = table("note", { id: t.int().primaryKey() });
export const reads = raw("grant", ["public", "note", "table", "${prefix}reader"], {
  privileges: [{ privilege: "SELECT", grantable: false }],
}, { in: "table:public.note" });
export const writes = raw("grant", ["public", "note", "table", "${prefix}app"], {
  privileges: [{ privilege: "INSERT", grantable: false }],
}, { in: "table:public.note" });
`;

const rolesOf = (prefix: string) =>
  `SELECT rolname::text AS name, rolcanlogin AS login, rolcreatedb AS createdb FROM pg_roles WHERE starts_with(rolname, '${prefix}') ORDER BY 1`;

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  const on = (name: string, test: (project: Project) => Promise<void>) =>
    Deno.test({ name: `Postgres ${i + 1}: ${name}`, ignore: server === "", fn: () => inProject(server, test) });

  on(
    "roles of models are made by files, in each database of the server, and changed and dropped",
    (one) =>
      withDatabase(server, async (other) => {
        const { prefix, run, write, query } = one;
        write(models(prefix, "{ login: true }"));
        await run(0, "diff", "first");
        deepEqual(await query(rolesOf(prefix)), [], "the trial has left nothing");
        await run(0, "migrate");
        await run(0, "check");
        await run(0, "diff", "--check");
        await run(0, "migrate", "--url", other);
        await run(0, "check", "--url", other);
        write(models(prefix, "{ login: true, createdb: true }"));
        await run(2, "diff", "--check");
        await run(0, "diff", "second");
        await run(0, "migrate");
        deepEqual([...await query(rolesOf(prefix))], [
          { name: `${prefix}app`, login: true, createdb: true },
          { name: `${prefix}reader`, login: false, createdb: false },
        ]);
        await run(0, "rollback", "-1");
        await run(0, "migrate");
        await run(0, "migrate", "--url", other);
        await run(0, "check", "--url", other);
        // The last database that needs one drops it.
        match(await run(3, "rollback", "base"), /role ".*app"/);
        await run(0, "rollback", "base", "--allow", "lossy");
        equal((await query(rolesOf(prefix))).length, 2);
        await run(0, "migrate");
        await run(0, "check");
        await run(0, "rollback", "base", "--allow", "lossy", "--url", other);
        equal((await query(rolesOf(prefix))).length, 2);
        await run(0, "rollback", "base", "--allow", "lossy");
        deepEqual([...await query(rolesOf(prefix))], []);
      }),
  );

  on("a role goes only where that is allowed by name", async ({ prefix, run, write, query, url }) => {
    write(models(prefix, "{ login: true }"));
    await run(0, "diff", "first");
    await run(0, "migrate");
    write(models(prefix, "{}").replace(/export const (app|writes)[^]*?\}\);\n/g, ""));
    match(await run(3, "diff", "gone"), /--allow drop-role:/);
    await run(0, "diff", "gone", "--allow", "drop-role");
    await run(0, "migrate");
    deepEqual([...await query(rolesOf(prefix))], [{ name: `${prefix}reader`, login: false, createdb: false }]);
    await run(0, "diff", "--check");
    await run(0, "rollback", "-1");
    equal((await query(rolesOf(prefix))).length, 2);
    // The file drops it whatever the settings say by now.
    match(
      await run(3, "rollback", "base", "--url", `${url}?roles=`),
      /SQA-524[^]*roles of Postgres are left alone here/,
    );
    equal((await query(rolesOf(prefix))).length, 2);
  });

  on("a role that no model names is left alone, one that no setting names is not seen", async (project) => {
    const { prefix, run, write, query } = project;
    await query(`CREATE ROLE ${prefix}other`);
    try {
      write(models(prefix, "{ login: true }"));
      await run(0, "diff", "first");
      await run(0, "migrate");
      match(await run(0, "diff", "--check"), new RegExp(`role "${prefix}other" is in no model and is left alone`));
      const hidden = await run(1, "diff", "--url", `${project.url}?roles=${prefix}reader`);
      match(hidden, /SQA-104[^]*models\.ts:4:[^]*`roles` does not name it/);
      match(await run(1, "diff", "--url", `${project.url}?roles=`), /SQA-104[^]*models\.ts:3:[^]*SQA_ROLES/);
      equal((await query(rolesOf(prefix))).length, 3);
    } finally {
      await query(`DROP ROLE ${prefix}other`);
    }
  });

  on("where the models are the whole truth, roles that the setting names go, and no others", async (project) => {
    const { folder, prefix, run, write, query, url } = project, narrow = `${url}?roles=${prefix}a*`;
    for (const name of ["a", "ab", "b"]) await query(`CREATE ROLE ${prefix}${name}`);
    write(`export const a = raw("role", "${prefix}a", { memberships: [], options: {} });`);
    await Deno.writeTextFile(join(folder, "sqa.toml"), `url = "${narrow}"\nscope = "all"\n`);
    const text = await run(0, "diff", "--allow", "drop-role");
    match(text, new RegExp(`Plan: 0 to add, 0 to change, 1 to drop[^]*- role ${prefix}ab\n`));
    await run(0, "migrate");
    deepEqual((await query(rolesOf(prefix))).map(({ name }) => name), [`${prefix}a`, `${prefix}b`]);
  });

  on("what models say wrong of a role is told with its line", async ({ prefix, run, write }) => {
    write(models(prefix, "{ login: true, createDb: true }"));
    match(await run(1, "diff"), /SQA-102[^]*createDb[^]*models\.ts:4:[^]*createdb/);
    write(models(prefix, '{ password: "canary" }'));
    ok(!(await run(1, "diff")).includes("canary"));
    write(models(prefix, "{ connection_limit: -7 }"));
    match(await run(1, "diff"), /SQA-104[^]*connection_limit -7[^]*models\.ts:4:/);
  });

  on("who may make no role is told so, and not that something is wrong with the models", async (project) => {
    const { prefix, run, write, query, url } = project, weak = new URL(url);
    weak.username = `${prefix}weak`;
    await query(`CREATE ROLE ${prefix}weak LOGIN`);
    write(models(prefix, "{ login: true }"));
    const text = await run(1, "diff", "--url", weak.href);
    match(text, /SQA-311[^]*permission denied to create role[^]*hint: run it as a user that may do this/);
  });

  on(
    "roles are pulled as models that type-check and differ in nothing",
    async ({ folder, prefix, run, query, url }) => {
      await query(`CREATE ROLE ${prefix}reader`);
      await query(`COMMENT ON ROLE ${prefix}reader IS 'it''s "read" only'`);
      await query(
        `CREATE ROLE "${prefix}Né 🙂" LOGIN NOINHERIT CONNECTION LIMIT 3 VALID UNTIL '2031-02-03 04:05:06.7+00'`,
      );
      await query(`GRANT ${prefix}reader TO "${prefix}Né 🙂" WITH ADMIN OPTION`);
      await run(0, "pull");
      const file = join(folder, "models/schema.ts"), text = await Deno.readTextFile(file);
      equal(text.match(/raw\("role"/g)?.length, 2, text);
      const config = fileURLToPath(new URL("../deno.json", import.meta.url));
      const checked = await new Deno.Command(Deno.execPath(), { args: ["check", "--quiet", "--config", config, file] })
        .output();
      equal(checked.code, 0, new TextDecoder().decode(checked.stderr));
      await run(0, "diff", "--check");
      const json = await run(0, "inspect", "--url", url);
      match(json, /"role:/);
    },
  );

  on("no trial on a scratch database changes a role", async ({ folder, prefix, run, write, query, url }) => {
    write(models(prefix, "{ login: true }"));
    await run(0, "diff", "first");
    await run(0, "migrate");
    await query(`ALTER ROLE ${prefix}app CREATEDB`);
    const before = await query(rolesOf(prefix));
    await run(0, "verify");
    deepEqual([...await query(rolesOf(prefix))], [...before], "verify");
    await Deno.writeTextFile(join(folder, "schema.sql"), `CREATE ROLE ${prefix}new; CREATE TABLE x (id integer);`);
    await run(0, "diff", "--from", "empty", "--to", "file:schema.sql", "--sql", "--url", url);
    deepEqual([...await query(rolesOf(prefix))], [...before], "a script");
  });
}
