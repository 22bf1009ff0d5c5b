// deno-lint-ignore-file no-console -- a report for people
/**
 * Every CREATE of the SQLite corpora, read by sqa and held against SQLite's own reading: table_xinfo, table_list, index_list, index_xinfo and
 * foreign_key_list. Each file is run statement by statement; what SQLite refuses is counted. Run: deno run -A tests/corpora/creates.ts
 */
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { registerFunctions } from "../../dialects/sqlite/driver/functions.ts";
import { parseCreate } from "../../dialects/sqlite/parse/create.ts";
import { split } from "../../dialects/sqlite/split.ts";
import { corporaFolder } from "./places.ts";
import { checkIndex, checkTable, rows } from "../../dialects/sqlite/testing/oracle.ts";

if (!existsSync(corporaFolder)) {
  console.log("skipped: corpora (not unpacked)");
  Deno.exit(0);
}

function* sqlFiles(folder: string): Generator<string> {
  for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sqlFiles(path);
    else if (entry.name.endsWith(".sql") && /sqlite|alembic|sqldef/.test(path)) yield path;
  }
}

const counts = { files: 0, refused: 0, table: 0, index: 0, view: 0, trigger: 0, "virtual table": 0 };
const seen = new Set<string>(), wrong: string[] = [];
for (const path of sqlFiles(corporaFolder)) {
  counts.files++;
  const db = new DatabaseSync(":memory:", {
    enableForeignKeyConstraints: false,
    enableDoubleQuotedStringLiterals: true,
  });
  registerFunctions(db);
  for (const { sql } of split(Deno.readTextFileSync(path))) {
    if (!/^\s*(CREATE|ALTER|DROP)\b/i.test(sql)) continue;
    try {
      db.exec(sql);
    } catch {
      counts.refused++;
    }
  }
  const objects = rows(
    db,
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );
  for (const { type, name, tbl_name: table, sql } of objects) {
    const virtual = /^\s*create\s+virtual/i.test(String(sql));
    if (seen.has(`${sql}`)) continue;
    seen.add(`${sql}`);
    counts[(virtual ? "virtual table" : type) as keyof typeof counts]++;
    try {
      if (type === "table" && !virtual) checkTable(db, String(name));
      else if (type === "index") checkIndex(db, String(name), String(table));
      else parseCreate(String(sql));
    } catch (error) {
      wrong.push(`${path}: ${name}: ${error instanceof Error ? error.message : error}\n${sql}`);
    }
  }
  db.close();
}
console.log(wrong.join("\n\n"));
console.log(JSON.stringify(counts));
console.log(`${seen.size - wrong.length} passed, ${wrong.length} failed, 0 skipped`);
Deno.exit(wrong.length === 0 ? 0 : 1);
