/** Random SQLite schemas with rows, and random changes of them, from a seed. For tests only. */
import { triggers } from "./random_schema_sql.ts";

/** Numbers from a seed (mulberry32): the same on every machine. */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    chance: (part: number): boolean => next() < part,
    pick: <T>(items: readonly T[]): T => items[int(items.length)]!,
  };
}
export type Random = ReturnType<typeof randomOf>;

type TriggerSort = keyof typeof triggers;
const triggerNames = Object.keys(triggers) as TriggerSort[];

export interface Column {
  name: string;
  type: string;
  notNull: boolean;
  default: string | null;
  check: string | null;
  collate: string | null;
  unique: boolean;
  generated: { of: string; stored: boolean } | null;
  references: { table: string; action: string } | null;
}
export interface Table {
  name: string;
  /** How the key column is declared. */
  key: "rowid" | "autoincrement" | "text" | "none" | "without rowid";
  strict: boolean;
  columns: Column[];
  /** A key of two columns. */
  pair: { columns: [string, string]; conflict: string } | null;
  indexes: { name: string; column: string; unique: boolean; partial: boolean; expression: boolean }[];
  trigger: { column: string; does: TriggerSort } | null;
  view: string | null;
  /** A trigger INSTEAD OF INSERT on the view. */
  viewTrigger: boolean;
}

export interface Schema {
  tables: Table[];
}

const types = ["INT", "INTEGER", "TEXT", "VARCHAR(20)", "REAL", "BLOB", "NUMERIC", "DECIMAL(8, 2)", "BOOLEAN", ""];
const strictTypes = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];
const odd = ["a", "b c", "Order", "x.y", "ünï", 'q"q', "key", "e_1", "Mixed", "d\\e"];

function randomColumn(random: Random, name: string, table: Table, schema: Schema): Column {
  const column: Column = {
    name,
    type: random.pick(table.strict ? strictTypes : types),
    notNull: random.chance(0.2),
    default: random.chance(0.4)
      ? random.pick(["1", "-2.5", "'x'", "''", "NULL", "(1 + 1)", "CURRENT_TIMESTAMP", "X'01'"])
      : null,
    check: null,
    collate: random.chance(0.15) ? random.pick(["NOCASE", "RTRIM"]) : null,
    unique: random.chance(0.05),
    generated: null,
    references: null,
  };
  if (table.strict) column.notNull = false, column.default = null;
  if (column.notNull && (column.default === null || column.default === "NULL")) column.default = "'d'";
  if (random.chance(0.15)) column.check = random.pick(["IS NOT 12345", "<> 'no'", "NOT IN ('p', 'q')"]);
  const plain = table.columns.filter((each) => !each.generated && each.name !== "id");
  if (random.chance(0.12) && plain.length > 0) {
    return {
      ...column,
      notNull: false,
      default: null,
      unique: false,
      check: null,
      type: table.strict ? "ANY" : column.type,
      generated: { of: random.pick(plain).name, stored: random.chance(0.5) },
    };
  }
  const parents = schema.tables.filter((each) => each.key === "rowid" || each.key === "autoincrement");
  if (random.chance(0.2) && parents.length > 0) {
    const action = random.pick([
      "",
      " ON DELETE CASCADE",
      " ON DELETE SET NULL",
      " ON UPDATE CASCADE ON DELETE RESTRICT",
      " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
    ]);
    const target = random.chance(0.2) && (table.key === "rowid") ? table.name : random.pick(parents).name;
    return {
      ...column,
      type: "INT",
      notNull: false,
      default: null,
      check: null,
      unique: false,
      references: { table: target, action },
    };
  }
  return column;
}

let serial = 0;

function randomTable(random: Random, schema: Schema): Table {
  const table: Table = {
    name: `${random.pick(["t", "T b", "order", "x.z"])}${++serial}`,
    key: random.pick(["rowid", "rowid", "autoincrement", "text", "none", "without rowid"]),
    strict: random.chance(0.1),
    columns: [],
    pair: null,
    indexes: [],
    trigger: null,
    view: null,
    viewTrigger: false,
  };
  for (let i = 1 + random.int(5); i > 0; i--) {
    table.columns.push(randomColumn(random, `${random.pick(odd)}${++serial}`, table, schema));
  }
  if (table.columns.every((column) => column.generated)) {
    table.columns.push({ ...randomColumn(random, `p${++serial}`, { ...table, columns: [] }, { tables: [] }) });
  }
  addExtras(random, table);
  return table;
}

function addExtras(random: Random, table: Table): void {
  const plain = table.columns.filter((column) => !column.generated);
  for (let i = random.int(3); i > 0; i--) {
    table.indexes.push({
      name: `i ${++serial}`,
      column: random.pick(plain).name,
      unique: random.chance(0.1),
      partial: random.chance(0.3),
      expression: random.chance(0.3),
    });
  }
  if (random.chance(0.35)) table.trigger = { column: random.pick(plain).name, does: random.pick(triggerNames) };
  if (random.chance(0.3)) table.view = random.pick(plain).name;
  table.viewTrigger = table.view !== null && random.chance(0.3);
  if (plain.length > 1 && random.chance(0.15)) {
    table.pair = {
      columns: [plain[0]!.name, plain.at(-1)!.name],
      conflict: random.pick(["", " ON CONFLICT IGNORE", " ON CONFLICT REPLACE", " ON CONFLICT FAIL"]),
    };
  }
}

export function randomSchema(random: Random): Schema {
  // The same seed gives the same names, whatever was made before.
  serial = 0;
  const schema: Schema = { tables: [] };
  for (let i = 1 + random.int(4); i > 0; i--) schema.tables.push(randomTable(random, schema));
  // The first points to the last, which may point to the first.
  const [first] = schema.tables, last = schema.tables.at(-1)!;
  if (last !== first && ["rowid", "autoincrement"].includes(last.key) && random.chance(0.4)) {
    const back = randomColumn(random, `back${++serial}`, { ...first!, columns: [] }, { tables: [] });
    const references = { table: last.name, action: random.pick(["", " ON DELETE CASCADE", " ON DELETE SET NULL"]) };
    first!.columns.push({
      ...back,
      type: "INT",
      notNull: false,
      default: null,
      check: null,
      unique: false,
      references,
    });
  }
  return schema;
}

export interface Renamed {
  readonly kind: "table" | "column";
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** A copy with a few random changes, and which of them were renames. */
export function changed(
  random: Random,
  from: Schema,
): { readonly schema: Schema; readonly renames: readonly Renamed[] } {
  const schema = structuredClone(from);
  const renames: Renamed[] = [];
  for (let i = 1 + random.int(5); i > 0; i--) oneChange(random, schema, renames, from);
  // What no longer exists is mentioned by nothing.
  for (const table of schema.tables) {
    const names = new Set(table.columns.map((column) => column.name));
    const plain = new Set(table.columns.filter((column) => !column.generated).map((column) => column.name));
    for (const column of table.columns) {
      if (column.generated && !plain.has(column.generated.of)) column.generated = null;
      const target = column.references && schema.tables.find((each) => each.name === column.references!.table);
      if (column.references && (!target || !["rowid", "autoincrement"].includes(target.key))) column.references = null;
    }
    table.indexes = table.indexes.filter((index) => names.has(index.column));
    if (table.trigger && !names.has(table.trigger.column)) table.trigger = null;
    if (table.view && !names.has(table.view)) table.view = null;
    if (table.view === null) table.viewTrigger = false;
    if (table.pair?.columns.some((name) => !names.has(name))) table.pair = null;
  }
  return { schema, renames };
}

function oneChange(random: Random, schema: Schema, renames: Renamed[], original: Schema): void {
  const table = random.pick(schema.tables);
  const column = random.pick(table.columns);
  switch (random.int(15)) {
    case 0:
      schema.tables.push(randomTable(random, schema));
      break;
    case 1:
      if (schema.tables.length > 1) schema.tables = schema.tables.filter((each) => each !== table);
      break;
    case 2:
    case 3: {
      const added = randomColumn(random, `n${++serial}`, table, schema);
      table.columns.splice(random.chance(0.5) ? table.columns.length : random.int(table.columns.length), 0, added);
      break;
    }
    case 4: {
      const left = table.columns.filter((each) => each !== column && each.generated?.of !== column.name);
      if (left.some((each) => !each.generated)) table.columns = left;
      break;
    }
    case 5:
      if (!column.references) column.type = random.pick(table.strict ? strictTypes : types);
      if (table.strict && column.generated) column.type = "ANY";
      break;
    case 6:
      if (!column.generated && !table.strict) {
        column.notNull = !column.notNull;
        if (column.notNull && column.default === null) column.default = "'d'";
      }
      break;
    case 7:
      if (table.strict) break;
      if (!column.generated) column.default = random.pick([null, "1", "'y'", "(2 * 3)"]);
      if (column.notNull) column.default = "'z'";
      break;
    case 8:
      if (!column.generated) column.check = column.check ? null : "<> 'nope'";
      break;
    case 9:
      column.collate = random.pick([null, "NOCASE", "RTRIM"]);
      break;
    case 10:
      if (column.references) {
        column.references.action = random.pick(["", " ON DELETE CASCADE", " DEFERRABLE INITIALLY DEFERRED"]);
      } else table.columns.push(table.columns.shift()!);
      break;
    case 11: {
      const name = `r${++serial}`;
      if (renames.length || !original.tables.some((each) => each.name === table.name)) return;
      renames.push({ kind: "table", from: [table.name], to: [name] });
      for (const each of schema.tables) {
        for (const other of each.columns) {
          if (other.references?.table === table.name) other.references.table = name;
        }
      }
      table.name = name;
      break;
    }
    case 12: {
      const old = original.tables.find((each) => each.name === table.name);
      if (renames.length || !old?.columns.some((each) => each.name === column.name)) return;
      const name = `${random.pick(odd)}${++serial}`;
      renames.push({ kind: "column", from: [table.name, column.name], to: [table.name, name] });
      for (const each of table.columns) if (each.generated?.of === column.name) each.generated.of = name;
      for (const each of table.indexes) if (each.column === column.name) each.column = name;
      if (table.trigger?.column === column.name) table.trigger.column = name;
      if (table.pair) {
        table.pair.columns = table.pair.columns.map((each) => each === column.name ? name : each) as [string, string];
      }
      if (table.view === column.name) table.view = name;
      column.name = name;
      break;
    }
    case 13:
      if (table.key === "rowid") table.key = "autoincrement";
      else if (table.key === "autoincrement") table.key = "rowid";
      break;
    default:
      table.indexes = [];
      table.trigger = table.view = table.pair = null;
      addExtras(random, table);
  }
}

/** What a schema has of the things that make rebuilds hard, for counting. */
export function featuresOf(schema: Schema): ReadonlySet<string> {
  const found = new Set<string>();
  const pointsTo = (a: Table, b: Table) => a.columns.some(({ references }) => references?.table === b.name);
  if (schema.tables.some((a) => schema.tables.some((b) => a !== b && pointsTo(a, b) && pointsTo(b, a)))) {
    found.add("mutual references");
  }
  const note = (what: string, is: unknown) => is && found.add(what);
  for (const table of schema.tables) {
    note("without rowid", table.key === "without rowid");
    note("autoincrement", table.key === "autoincrement");
    note("strict", table.strict);
    note("two-column key", table.pair);
    note("conflict clause", table.pair?.conflict);
    note("view", table.view);
    note("trigger on a view", table.viewTrigger);
    if (table.trigger) note(`trigger: ${table.trigger.does}`, true);
    for (const index of table.indexes) {
      note("unique index", index.unique),
        note("partial index", index.partial),
        note("expression index", index.expression);
    }
    for (const { generated, references, check, collate } of table.columns) {
      note("check", check), note("collation", collate);
      note("generated stored", generated?.stored), note("generated virtual", generated && !generated.stored);
      if (!references) continue;
      note("foreign key", true);
      note("self reference", references.table === table.name);
      note("on delete cascade", references.action.includes("DELETE CASCADE"));
      note("deferred foreign key", references.action.includes("DEFERRED"));
    }
  }
  return found;
}
