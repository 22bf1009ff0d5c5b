import { equal } from "node:assert/strict";
import { isSetting, opened } from "./settings.ts";

Deno.test("a statement that sets something for the session is told, also within a comment that the server runs", () => {
  for (
    const sql of [
      "SET sql_mode = ''",
      "set @@session.foreign_key_checks = 0",
      "/* why */ SET NAMES utf8mb4",
      "USE other",
      "/*!40101 SET NAMES utf8 */",
      "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */",
      "/*!SET sql_notes = 0*/",
      "/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY, NOTE_VERBOSITY=0 */",
      "SET /*!40101 SESSION */ sql_mode = ''",
    ]
  ) equal(isSetting(sql), true, sql);
  for (
    const sql of [
      "SET GLOBAL max_connections = 5",
      "/*!80000 SET PERSIST max_connections = 5 */",
      "SET /*!40101 GLOBAL */ max_connections = 5",
      "/*!40000 ALTER TABLE t DISABLE KEYS */",
      "/* SET a = 1 */ SELECT 1",
      "SELECT '/*!40101 SET a = 1 */'",
    ]
  ) equal(isSetting(sql), false, sql);
  equal(
    opened("/*!50001 CREATE */ /*!50013 VIEW `v` AS */ SELECT '/*! no */'"),
    " CREATE   VIEW `v` AS  SELECT '/*! no */'",
  );
});
