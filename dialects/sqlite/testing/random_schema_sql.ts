/** A random schema as SQL, with rows. For tests only. */
import type { Random, Schema } from "./random_schema.ts";

/** Each would show if copying or dropping a table made it fire: by rows that go, by rows in `log`, or by an error. */
export const triggers = {
  "delete others": (t: string, c: string) =>
    `AFTER DELETE ON ${t} BEGIN DELETE FROM ${t} WHERE ${t}.${c} = old.${c}; END`,
  "log inserts": (t: string, c: string) => `AFTER INSERT ON ${t} BEGIN INSERT INTO log (x) VALUES (new.${c}); END`,
  "log updates": (t: string, c: string) =>
    `BEFORE UPDATE OF ${c} ON ${t} WHEN old.${c} IS NOT new.${c} BEGIN INSERT INTO log (x) VALUES ('update'); END`,
  "refuse deletes": (t: string, _c: string) => `BEFORE DELETE ON ${t} BEGIN SELECT RAISE(ABORT, 'rows stay; END'); END`,
};
/** The schema's SQL, in a random style of quotes, letter case, comments and places for constraints. */
export function sqlOf(random: Random, schema: Schema): string {
  const q = (name: string): string => {
    const styles = [`"${name.replaceAll('"', '""')}"`, `\`${name.replaceAll("`", "``")}\``];
    if (!name.includes("]")) styles.push(`[${name}]`);
    return random.pick(styles);
  };
  const gap = () => random.pick([" ", "  ", "\n", " /* , ) */ ", " -- x'\n"]);
  const word = (text: string) => random.chance(0.5) ? text : text.toLowerCase();
  const statements: string[] = ["CREATE TABLE log (x)"];
  for (const table of schema.tables) {
    const lines: string[] = [], tail: string[] = [];
    if (table.key === "rowid") lines.push(`id INTEGER${gap()}${word("PRIMARY KEY")}`);
    if (table.key === "autoincrement") lines.push(`id INTEGER PRIMARY KEY ${word("AUTOINCREMENT")}`);
    if (table.key === "text" || table.key === "without rowid") {
      lines.push("id TEXT NOT NULL");
      tail.push(`${word("PRIMARY KEY")}${gap()}(id)`);
    }
    for (const column of table.columns) {
      const name = q(column.name);
      const parts = [name, column.type];
      if (column.collate) parts.push(`${word("COLLATE")} ${word(column.collate)}`);
      if (column.notNull) parts.push(word("NOT NULL"));
      if (column.default !== null) parts.push(`${word("DEFAULT")} ${column.default}`);
      if (column.generated) {
        parts.push(`AS (${q(column.generated.of)} || 'g') ${column.generated.stored ? "STORED" : ""}`);
      }
      const check = column.check && `${word("CHECK")} (${name} ${column.check})`;
      if (check) random.chance(0.5) ? parts.push(check) : tail.push(check);
      if (column.unique) random.chance(0.5) ? parts.push("UNIQUE") : tail.push(`UNIQUE (${q(column.name)})`);
      if (column.references) {
        const to = `${word("REFERENCES")} ${q(column.references.table)}${
          random.chance(0.5) ? "(id)" : " (id)"
        }${column.references.action}`;
        random.chance(0.5) ? parts.push(to) : tail.push(`FOREIGN KEY (${q(column.name)}) ${to}`);
      }
      lines.push(parts.join(gap()));
    }
    if (table.pair) tail.push(`UNIQUE (${table.pair.columns.map(q).join(gap() + ",")})${table.pair.conflict}`);
    const options = [
      ...(table.key === "without rowid" ? [" WITHOUT ROWID"] : []),
      ...(table.strict ? [" STRICT"] : []),
    ];
    statements.push(
      `${word("CREATE TABLE")} ${q(table.name)} (${[...lines, ...tail].join(`,${gap()}`)})${options.join(",")}`,
    );
    for (const index of table.indexes) {
      const key = index.expression ? `lower(${q(index.column)}) || 'x'` : q(index.column);
      const where = index.partial ? ` WHERE ${q(index.column)} IS NOT NULL` : "";
      statements.push(
        `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${q(index.name)} ON ${q(table.name)} (${key})${where}`,
      );
    }
    if (table.view) {
      statements.push(
        `CREATE VIEW ${q(`v ${table.view}`)} AS SELECT x.${q(table.view)} AS c FROM ${q(table.name)} AS x`,
      );
    }
    if (table.view && table.viewTrigger) {
      statements.push(
        `CREATE TRIGGER ${q(`vt ${table.view}`)} INSTEAD OF INSERT ON ${q(`v ${table.view}`)} BEGIN INSERT INTO ${
          q(table.name)
        } (${q(table.view)}) VALUES (new.c); END`,
      );
    }
    if (table.trigger) {
      const { column, does } = table.trigger;
      statements.push(`CREATE TRIGGER ${q(`g ${column}`)} ${triggers[does](q(table.name), q(column))}`);
    }
  }
  return statements.join(";\n");
}

/** INSERTs of rows for it, parents before children. */
export function rowsOf(random: Random, schema: Schema): string {
  const statements: string[] = [];
  const q = (name: string) => `"${name.replaceAll('"', '""')}"`;
  for (const table of schema.tables) {
    const plain = table.columns.filter((column) => !column.generated);
    for (let i = 1; i <= 4; i++) {
      const values = plain.map((column) => {
        if (column.references) return random.chance(0.3) ? "NULL" : String(1 + random.int(2) * 6);
        if (!column.notNull && random.chance(0.2)) return "NULL";
        if (table.strict && column.type !== "ANY") return strictValue(column.type, i);
        return random.pick([`'v${i}'`, String(i), `${i}.5`, `X'0${i}'`, `'${i}'`, `'é ${i}'`]);
      });
      const id = table.key === "text" || table.key === "without rowid" ? `'k${i}'` : String(i === 1 ? 1 : i + 5);
      const key = table.key === "none" ? "rowid" : "id";
      statements.push(
        `INSERT OR IGNORE INTO ${q(table.name)} (${[key, ...plain.map((each) => q(each.name))].join(", ")}) VALUES (${
          [id, ...values].join(", ")
        })`,
      );
    }
  }
  return statements.join(";\n");
}

function strictValue(type: string, i: number): string {
  return type === "TEXT" ? `'v${i}'` : type === "BLOB" ? `X'0${i}'` : type === "REAL" ? `${i}.5` : String(i);
}
