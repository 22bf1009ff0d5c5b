/** S2-32: what the inherited component initialiser was for: a database for a test, and what its schema is. */
import { equal, match, rejects } from "node:assert/strict";
import { postgresUrls, withFolder } from "../tests/support/scratch.ts";
import { expectSchema, scratchDatabase } from "./mod.ts";

const model = `import { t, table } from "sqa";
export const note = table("note", { id: t.bigint().identity().primaryKey(), text: t.text().default("x") });
`;

for (const url of [undefined, ...postgresUrls.slice(-1)]) {
  const where = url ? "Postgres" : "SQLite";
  Deno.test(`S2-32: a scratch database and what is expected of it, on ${where}`, () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/note.ts`, model);
      let gone = "";
      {
        await using database = await scratchDatabase(url ? { url } : {});
        gone = database.url;
        const script = "CREATE TABLE other (id integer PRIMARY KEY); CREATE TABLE note (id bigint, text text);";
        await database.run(script);
        await expectSchema(database, { sql: script });
        await rejects(expectSchema(database, { models: "*.ts", cwd: folder }), (error: Error) => {
          match(error.message, /different: column .*note\.text: .*default/);
          return true;
        });
        await database.run("ALTER TABLE note ADD COLUMN more integer");
        await rejects(expectSchema(database, { sql: script }), /still there: column .*note\.more/);
        equal(await database.migrate(`${folder}/migrations`), 0);
      }
      if (!url) await rejects(Deno.stat(gone.replace("sqlite:", "")));
    }));
}
