/** Options that are seen and not compared: by name, wherever they stand, and never out of a text. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { introspect } from "../../../introspect/introspect.ts";
import { driverOf, withTwoPlaces } from "../../../tests/support/mysql_places.ts";
import { mysqlUrls, withDatabase, withFolder } from "../../../tests/support/scratch.ts";
import { parseCreateText } from "./create_text.ts";
import { withoutPlaces } from "./unread_options.ts";

Deno.test("options of SHOW CREATE TABLE that are not compared are named", () => {
  const unread = (lines: readonly string[], tail: string) =>
    parseCreateText(`CREATE TABLE \`t\` (\n${lines.map((line) => `  ${line}`).join(",\n")}\n) ${tail}`).unread;
  deepEqual(
    unread(
      [
        "`a` int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT FIXED */ DEFAULT NULL",
        "KEY `k` (`a`) KEY_BLOCK_SIZE=8",
      ],
      "ENGINE=FEDERATED DEFAULT CHARSET=utf8mb4 CONNECTION='mysql://u:secret@h/d/t'",
    ),
    ["STORAGE", "COLUMN_FORMAT", "KEY_BLOCK_SIZE of a key", "CONNECTION"],
  );
  deepEqual(
    unread(
      [
        "`storage` int DEFAULT NULL COMMENT 'STORAGE DISK COLUMN_FORMAT KEY_BLOCK_SIZE=8'",
        "KEY `connection` (`storage`)",
      ],
      `ENGINE=InnoDB KEY_BLOCK_SIZE=8 COMMENT='CONNECTION='\n PARTITION BY HASH (\`storage\`)\n(PARTITION p DATA DIRECTORY = '/x')`,
    ),
    [],
  );
});

Deno.test("folders of CREATE_OPTIONS are named, and no option of their own", () => {
  deepEqual(withoutPlaces("row_format=DYNAMIC DATA DIRECTORY='/a b/' INDEX DIRECTORY='/it''s/' checksum=1"), {
    rest: "row_format=DYNAMIC   checksum=1",
    unread: ["DATA DIRECTORY", "INDEX DIRECTORY"],
  });
  deepEqual(withoutPlaces(""), { rest: "", unread: [] });
});

for (const url of mysqlUrls.filter((each) => each.startsWith("mariadb:"))) {
  Deno.test("MariaDB: a table with its files elsewhere has a note, and no option that no statement can set", () =>
    withFolder(async (folder) => {
      Deno.chmodSync(folder, 0o777);
      const data = `${folder}/data`;
      mkdirSync(data);
      Deno.chmodSync(data, 0o777);
      try {
        await withTwoPlaces(url, async ({ driver, from }) => {
          await from.execute(`CREATE TABLE t (id int) DATA DIRECTORY='${data}'`);
          const { objects, notes } = await introspect(from, driver.dialect);
          const table = objects.get("table:t");
          ok(table?.kind === "table");
          deepEqual(table.options, {});
          deepEqual(notes.map(({ message }) => message), ['table "t": DATA DIRECTORY not compared']);
        });
      } finally {
        rmSync(data, { recursive: true, force: true });
      }
    }));
}

for (const url of mysqlUrls.filter((each) => each.startsWith("mysql:"))) {
  Deno.test("MySQL: tables whose files are in the database's own folder have no note about that", () =>
    withDatabase(url, async (url) => {
      const driver = await driverOf(url);
      await using connection = await driver.connect(url);
      await connection.execute("CREATE TABLE t (id int)");
      await connection.execute("CREATE TABLE p (id int) PARTITION BY HASH (id) PARTITIONS 2");
      equal((await introspect(connection, driver.dialect)).notes.length, 0);
    }));
}
