/** Columns of a random Postgres schema's tables. */
import { choose, get, livingOn, type Maker, q, ref, type Slot, text, type Thing, type World } from "../world.ts";
import { commented, type PlainType, typeFor } from "./types.ts";

/** What rows can be put into and constraints on. */
export const tableKinds = ["table", "partitioned", "child", "partition"];

const ownToo: Slot = { kinds: ["column"], beside: true, optional: true };

export function typeOfColumn(column: Thing, world: World): PlainType {
  if (column.kind === "key_column") return typeFor(0, null, world);
  if (column.picks[4]! % 9 === 0) return typeFor(0, null, world);
  return typeFor(column.picks[0]!, column.uses[0], world);
}

export function columnsOf(uid: number, world: World): readonly Thing[] {
  return livingOn(world, uid, ["column", "key_column"]);
}

/** A condition on a column that its values meet. */
export function condition(column: Thing, pick: number, world: World): string {
  const { family } = typeOfColumn(column, world), name = q(column.name);
  if (family === "integer") {
    return choose(pick, [
      `${name} > 0`,
      `${name} between 0 and 100`,
      `${name} is not null or ${name} is null`,
      `${name} < 5000`,
    ]);
  }
  if (family === "text") {
    return choose(pick, [`${name} <> 'zz'`, `length(${name}) < 30`, `${name} is null or ${name} <> ''`]);
  }
  return choose(pick, [`${name} is not null or ${name} is null`, `${name}::text <> 'zz'`]);
}

function identity(column: Thing): string {
  const options = choose(column.picks[5], [
    "",
    "",
    " (start with 100)",
    " (increment by 5 start with 100)",
    " (minvalue -3 start with 100 cycle)",
  ]);
  return ` generated ${choose(column.picks[3], ["always", "by default"])} as identity${options}`;
}

export function isGenerated(column: Thing, world: World): boolean {
  const base = get(world, column.uses[2]);
  return base !== undefined && column.kind === "column" && column.picks[6]! % 4 === 0 && !isGenerated(base, world);
}

function generated(column: Thing, world: World): string {
  const base = get(world, column.uses[2])!, pure = get(world, column.uses[3]);
  const expression = `${q(base.name)}::text`;
  const { family } = typeOfColumn(base, world), wanted = typeOfColumn(column, world);
  const value = family === "integer" && pure && column.picks[3]! % 2
    ? `${ref(world, pure.uid)}(${q(base.name)}::integer)`
    : choose(column.picks[3], [
      `length(${expression})`,
      `length(${expression}) + 1`,
      `coalesce(length(${expression}), 0)`,
    ]);
  const type = wanted.family === "text" ? `(${value})::text` : value;
  return ` generated always as (${type})${world.version >= 180000 && column.picks[5]! % 2 ? " virtual" : " stored"}`;
}

export function columnSql(column: Thing, world: World): string {
  const name = q(column.name);
  if (column.kind === "key_column") return `${name} integer not null`;
  if (isGenerated(column, world)) {
    const type = typeOfColumn(column, world);
    return `${name} ${type.family === "other" ? "integer" : type.sql}${generated(column, world)}`;
  }
  const type = typeOfColumn(column, world);
  const isIdentity = column.picks[4]! % 9 === 0;
  const collation = get(world, column.uses[4]);
  const collate = type.family === "text"
    ? (collation ? ` collate ${ref(world, collation.uid)}` : choose(column.picks[5], ["", "", "", ` collate "C"`]))
    : "";
  const notNull = choose(column.picks[1], ["", "", " not null"]);
  if (isIdentity) {
    return `${name} ${choose(column.picks[5], ["integer", "bigint", "smallint"])} not null${identity(column)}`;
  }
  const named = world.version >= 180000 && notNull
    ? choose(column.picks[6], ["", "", ` constraint ${q(`nn${column.uid}`)}`])
    : "";
  return `${name} ${type.sql}${collate}${named}${notNull}${defaultSql(column, type, world)}`;
}

function defaultSql(column: Thing, type: PlainType, world: World): string {
  const sequence = get(world, column.uses[1]), pure = get(world, column.uses[3]);
  const literal = text(type.value(1 + column.picks[2]! % 3));
  if (type.family === "integer" && sequence && column.picks[2]! % 2) {
    return ` default nextval(${text(ref(world, sequence.uid))})`;
  }
  if (type.family === "integer" && pure && column.picks[2]! % 3 === 0) return ` default ${ref(world, pure.uid)}(3)`;
  const must = choose(column.picks[1], ["", "", "must"]);
  if (type.sql.includes("timestamp")) {
    return choose(column.picks[2], ["", " default now()", " default '2020-01-01 00:00:00'"]);
  }
  if (type.sql === "uuid") return choose(column.picks[2], ["", " default gen_random_uuid()"]);
  return must
    ? ` default ${literal}`
    : choose(column.picks[2], ["", ` default ${literal}`, "", ` default ${literal}::${type.sql}`]);
}

/** Settings of a column that CREATE TABLE does not write. */
export function columnExtras(table: Thing, column: Thing, world: World): readonly string[] {
  if (column.kind === "key_column") return [];
  const at = `alter table ${ref(world, table.uid)} alter column ${q(column.name)}`;
  const { family } = typeOfColumn(column, world);
  const extras = [
    ...choose(column.picks[7], [[], [], [], [`${at} set statistics 50`], [`${at} set (n_distinct = 5)`], [
      `${at} set statistics 0`,
    ]]),
    ...(family === "text" && !isGenerated(column, world)
      ? choose(column.picks[8], [[], [], [`${at} set storage external`], [`${at} set compression pglz`], [
        `${at} set storage main`,
      ]])
      : []),
  ];
  return [...extras, ...commented(column.picks[9], `column ${ref(world, table.uid)}.${q(column.name)}`)];
}

const column: Maker = {
  weight: 12,
  on: ["table", "partitioned", "child"],
  picks: 10,
  renames: "column",
  slots: [
    { kinds: ["enum", "domain", "composite", "range"], optional: true },
    { kinds: ["sequence"], optional: true },
    ownToo,
    { kinds: ["pure_function"], optional: true },
    { kinds: ["collation"], optional: true },
  ],
  sql: () => [],
};

const keyColumn: Maker = { ...column, weight: 0, slots: [], picks: 0 };

/** Makers of columns. */
export const columnMakers = { column, key_column: keyColumn } satisfies Record<string, Maker>;
