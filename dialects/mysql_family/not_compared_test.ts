/** What is seen and not compared is said; a user who may not look is told nothing and has a diff all the same. */
import { deepEqual, equal } from "node:assert/strict";
import { introspect } from "../../introspect/introspect.ts";
import { driverOf } from "../../tests/support/mysql_places.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import { until } from "../../tests/support/until.ts";

for (const url of mysqlUrls.filter((each) => each.startsWith("mysql:"))) {
  Deno.test("MySQL: engine attributes, table spaces and AUTOEXTEND_SIZE are notes", () =>
    withDatabase(url, async (url) => {
      const { connect, dialect } = await driverOf(url);
      await using connection = await connect(url);
      const space = `${connection.server.database}_s`, user = connection.server.database.slice(0, 30);
      await connection.execute("CREATE TABLE a (id int) AUTOEXTEND_SIZE = 4M");
      await connection.execute(`CREATE TABLE b (id int) SECONDARY_ENGINE_ATTRIBUTE = '{"x": 1}'`);
      await connection.execute(`CREATE TABLESPACE ${space} ADD DATAFILE '${space}.ibd'`);
      await connection.execute(`CREATE USER ${user} IDENTIFIED BY 'x'`);
      try {
        await connection.execute(`GRANT SELECT ON ${connection.server.database}.* TO ${user}`);
        await connection.execute(`CREATE TABLE c (id int) TABLESPACE ${space}`);
        await connection.execute("CREATE TABLE d (id int)");
        const messages = async (of: typeof connection) =>
          (await introspect(of, dialect)).notes.filter(({ code }) => code === "not-compared").map((note) =>
            note.message
          );
        deepEqual(await messages(connection), [
          'table "b": engine attributes not compared',
          'table "a": AUTOEXTEND_SIZE not compared',
          'table "c": table space not compared',
        ]);
        const other = new URL(url);
        [other.username, other.password] = [user, "x"];
        await using theirs = await connect(other.href);
        deepEqual(await messages(theirs), ['table "b": engine attributes not compared']);
      } finally {
        await connection.execute("DROP TABLE IF EXISTS c");
        await connection.execute(`DROP TABLESPACE ${space}`);
        await connection.execute(`DROP USER ${user}`);
      }
    }));
  Deno.test("MySQL: a database is read while an ALTER in another one waits", () =>
    withDatabase(url, (own) =>
      withDatabase(url, async (other) => {
        const { connect, dialect } = await driverOf(url);
        await using reader = await connect(own);
        await using holder = await connect(other);
        await using waiting = await connect(other);
        await holder.execute("CREATE TABLE t (id int)");
        await holder.execute("START TRANSACTION");
        await holder.query("SELECT * FROM t");
        const altered = waiting.execute("ALTER TABLE t ADD COLUMN a int");
        const waits = () =>
          reader.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting%' AND DB = ?", [
            holder.server.database,
          ]);
        await until("the ALTER waits", async () => (await waits()).length > 0);
        await introspect(reader, dialect);
        equal((await waits()).length, 1);
        await holder.execute("COMMIT");
        await altered;
      })));
}
