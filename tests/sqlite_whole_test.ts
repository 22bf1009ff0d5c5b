/**
 * The whole program on a database that has everything SQLite has: pull and diff find nothing, the pulled models make the same database
 * anew, a change goes up and down with every row in place, push does it at once. Attached file, user functions and settings of the head come
 * from the config.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { sqa } from "./support/cli.ts";
import { withFolder } from "./support/scratch.ts";

const main = `
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, a INT NOT NULL, b REAL, c TEXT DEFAULT 'x''y', d BLOB DEFAULT X'00ff', e ANY) STRICT;
CREATE TABLE no_rowid (k TEXT COLLATE NOCASE, n INTEGER, v, PRIMARY KEY (k DESC, n) ON CONFLICT REPLACE) WITHOUT ROWID;
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) UNIQUE ON CONFLICT IGNORE, price DECIMAL(10, 2) NOT NULL DEFAULT (1 + 1));
CREATE TABLE conflicts (a UNIQUE ON CONFLICT ROLLBACK, b NOT NULL ON CONFLICT REPLACE DEFAULT 'b', c CONSTRAINT c_there NOT NULL ON CONFLICT FAIL,
  d, CONSTRAINT two UNIQUE (b, c) ON CONFLICT ABORT, CHECK (d <> 'no') ON CONFLICT FAIL);
CREATE TABLE parent ("odd ""name" INTEGER PRIMARY KEY, [second key] TEXT, \`third\` TEXT, UNIQUE ([second key], third));
CREATE TABLE child (id INTEGER PRIMARY KEY DESC, p INTEGER CONSTRAINT to_parent REFERENCES parent ON DELETE CASCADE ON UPDATE SET NULL,
  s TEXT, t TEXT, self INTEGER REFERENCES child (id) MATCH FULL DEFERRABLE INITIALLY DEFERRED, /* a comment */
  FOREIGN KEY (s, t) REFERENCES parent ([second key], third) MATCH PARTIAL ON DELETE SET DEFAULT NOT DEFERRABLE);
CREATE TABLE computed (a, b AS (a * 2), c INTEGER GENERATED ALWAYS AS (length(a)) STORED, d CHECK (sqrt(abs(a)) < 1000),
  slug TEXT CHECK (slugged(slug) = slug), e AS (slugged(slug)) STORED);
CREATE TABLE untyped (a, b UNSIGNED BIG INT, c "odd type", d DATETIME DEFAULT CURRENT_TIMESTAMP, status TEXT CHECK (status IN ('new', 'done')));
CREATE UNIQUE INDEX parts ON counted (name COLLATE NOCASE DESC, lower(name)) WHERE price > 0 AND name IS NOT NULL;
CREATE INDEX slugs ON computed (slugged(slug), b);
CREATE VIEW joined (id, label) AS SELECT c.id, p."second key" FROM child c LEFT JOIN parent AS p ON p.[odd "name] = c.p; -- why
CREATE VIEW counts AS WITH n AS (SELECT count(*) AS n FROM joined) SELECT n.n, row_number() OVER (ORDER BY n) AS r FROM n;
CREATE TRIGGER before_it BEFORE UPDATE OF name, price ON counted FOR EACH ROW WHEN new.price < 0 BEGIN SELECT RAISE(ABORT, 'no; END'); END;
CREATE TRIGGER after_it AFTER DELETE ON parent BEGIN INSERT INTO untyped (a) VALUES (old.third); UPDATE untyped SET b = 1; END;
CREATE TRIGGER instead_of INSTEAD OF INSERT ON joined BEGIN INSERT INTO child (id) VALUES (new.id); END;
CREATE VIRTUAL TABLE notes USING fts5(title, body UNINDEXED, tokenize = 'porter ascii', prefix='2 3');
CREATE VIRTUAL TABLE names USING fts5(name, content = 'counted', content_rowid = 'id');
CREATE VIRTUAL TABLE old_notes USING fts4(title, body, tokenize=unicode61);
CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, +label TEXT);
`;

const rows = `
INSERT INTO strict_one (a, b, e) VALUES (1, 2.5, 'x'), (2, NULL, 3);
INSERT INTO no_rowid VALUES ('a', 1, 'v'), ('B', 2, NULL);
INSERT INTO counted (name, price) VALUES ('one', 1), ('two', 2), ('gone', 3); DELETE FROM counted WHERE name = 'gone';
INSERT INTO conflicts VALUES (1, 'b', 'c', 'd'), (2, 'x', 'y', NULL);
INSERT INTO parent VALUES (1, 's', 't'), (2, 'u', 'v');
INSERT INTO child VALUES (1, 1, 's', 't', 1), (7, 2, NULL, NULL, 1);
INSERT INTO computed (a, d, slug) VALUES (4, 1, 'a-b'), ('x', NULL, NULL);
INSERT INTO untyped (a, b, d, status) VALUES (1, 2, '2026-01-01', 'new');
INSERT INTO notes VALUES ('a title', 'a body'); INSERT INTO old_notes VALUES ('old', 'note'); INSERT INTO boxes VALUES (1, 0, 1, 'box');
INSERT INTO names (names) VALUES ('rebuild');
`;

const audit = `
CREATE TABLE entry (id INTEGER PRIMARY KEY, what TEXT NOT NULL, of INTEGER REFERENCES entry (id) ON DELETE CASCADE);
CREATE INDEX entry_what ON entry (what);
CREATE VIEW recent AS SELECT id, what FROM entry WHERE id > 1;
CREATE TRIGGER noted AFTER INSERT ON entry BEGIN UPDATE entry SET what = upper(what) WHERE id = new.id; END;
INSERT INTO entry VALUES (1, 'first', NULL), (2, 'second', 1);
`;

const config = (url: string, attached: string) => `
url = "sqlite:${url}"
scope = "all"
attach = ["audit=${attached}"]
pragmas = ["user_version=12", "application_id=0x5141"]
functions = ["functions.ts"]
`;

const functions = `
/** Lower case with dashes. */
export function slugged(text: string | null): string | null {
  return text === null ? null : text.toLowerCase().replaceAll(" ", "-");
}
`;

function make(path: string, ...scripts: readonly string[]): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  db.function("slugged", { deterministic: true }, (text) => typeof text === "string" ? text.toLowerCase() : null);
  db.function("sqrt", { deterministic: true }, (x) => Math.sqrt(Number(x)));
  for (const script of scripts) db.exec(script);
  db.close();
}

const tables =
  "strict_one no_rowid counted conflicts parent child computed untyped notes old_notes boxes sqlite_sequence".split(
    " ",
  );

/** The rows of all tables, with the columns that are there before and after the change. */
function contents(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  db.function("slugged", { deterministic: true }, (text) => typeof text === "string" ? text.toLowerCase() : null);
  try {
    const all = (sql: string) => db.prepare(sql).all().map((row) => ({ ...row }));
    deepEqual(all("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    deepEqual(all("PRAGMA foreign_key_check"), []);
    const found = all("SELECT rowid FROM names WHERE names MATCH 'two'");
    return [
      found,
      ...tables.map((name) =>
        all(`SELECT * FROM ${name} ${name === "sqlite_sequence" ? "WHERE name = 'counted'" : ""}`).map((
          { extra: _, ...row },
        ) => row)
      ),
    ];
  } finally {
    db.close();
  }
}

async function done(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await sqa(folder, ...args);
  equal(code, 0, `sqa ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout + stderr;
}

Deno.test("pull, diff, migrate, rollback and push on everything that SQLite has", () =>
  withFolder(async (folder) => {
    const at = (name: string) => `${folder}/${name}`;
    make(at("app.db"), main, rows, "PRAGMA user_version = 12; PRAGMA application_id = 0x5141");
    make(at("audit.db"), audit);
    await Deno.writeTextFile(at("functions.ts"), functions);
    await Deno.writeTextFile(at("sqa.toml"), config("app.db", "audit.db"));
    const before = contents(at("app.db"));

    // What is there as models, and nothing differs.
    const pulled = await done(folder, "pull");
    ok(!/not compared|left alone/.test(pulled), pulled);
    match(await done(folder, "diff"), /no changes/);

    // The models make the same database anew.
    await Deno.writeTextFile(at("sqa.toml"), config("new.db", "new_audit.db"));
    await done(folder, "diff", "everything");
    match(await done(folder, "migrate"), /verified/);
    match(await done(folder, "diff"), /no changes/);
    await done(folder, "rollback", "base");
    deepEqual(
      new DatabaseSync(at("new.db")).prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sq%'").all(),
      [],
    );
    await done(folder, "push");
    match(await done(folder, "diff"), /no changes|nothing/);

    // A change of every table that there is, up and down with the rows in place.
    await Deno.remove(at("migrations"), { recursive: true });
    await Deno.writeTextFile(at("sqa.toml"), config("app.db", "audit.db").replace("12", "13"));
    const models = await Deno.readTextFile(at("models/schema.ts"));
    const changed = models.replace(
      /^(export const (?:\w+) = (?:audit\.)?table\("[^"]+", \{)$/gm,
      '$1\n  extra: t.text().default("(new)"),',
    );
    equal(changed.split("extra:").length - 1, 9, models);
    await Deno.writeTextFile(at("models/schema.ts"), changed);
    await done(folder, "diff", "change", "--allow", "drop-column");
    match(await done(folder, "migrate", "--backup"), /verified/);
    match(await done(folder, "diff", "--check"), /no changes/);
    deepEqual(contents(at("app.db")), before);
    equal(new DatabaseSync(at("app.db")).prepare("PRAGMA user_version").get()!.user_version, 13);
    await done(folder, "rollback", "--allow", "lossy");
    await Deno.writeTextFile(at("models/schema.ts"), models);
    await Deno.writeTextFile(at("sqa.toml"), config("app.db", "audit.db"));
    await Deno.remove(at("migrations"), { recursive: true });
    match(await done(folder, "diff", "--check"), /no changes/);
    deepEqual(contents(at("app.db")), before);
    deepEqual(
      new DatabaseSync(at("audit.db")).prepare("SELECT id, what FROM entry").all().map((row) => Object.values(row)),
      [[1, "FIRST"], [2, "SECOND"]],
    );
  }));

Deno.test("schemas that differ in the order of columns alone are the same, unless the order is asked for", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.sql`, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT);");
    await Deno.writeTextFile(`${folder}/b.sql`, "CREATE TABLE t (a INTEGER PRIMARY KEY, c TEXT, b TEXT);");
    await Deno.writeTextFile(`${folder}/c.sql`, "CREATE TABLE t (a INTEGER PRIMARY KEY, d TEXT, c TEXT, b TEXT);");
    const diff = ["diff", "--from", "file:a.sql", "--to"];
    match(await done(folder, ...diff, "file:b.sql"), /no changes/);
    match(await done(folder, ...diff, "file:b.sql", "--column-order", "strict", "--sql"), /_sqa_new_t/);
    match(await done(folder, ...diff, "file:c.sql", "--sql"), /a INTEGER .*\n {2}d TEXT,\n {2}c TEXT,\n {2}b TEXT/);
  }));
