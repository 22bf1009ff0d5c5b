/** Tables, their columns, keys and other constraints of a random Postgres schema. */
import { choose, get, livingOn, type Maker, q, ref, type Slot, text, type Thing, type World } from "../world.ts";
import { commented, type PlainType, typeFor } from "./types.ts";

/** What rows can be put into and constraints on. */
export const tableKinds = ["table", "partitioned", "child", "partition"];
const own: Slot = { kinds: ["column"], beside: true };
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

function columnSql(column: Thing, world: World): string {
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
function columnExtras(table: Thing, column: Thing, world: World): readonly string[] {
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

/** Settings of the table itself: the picks from the second on. */
function tableExtras(table: Thing, world: World): readonly string[] {
  const name = ref(world, table.uid);
  return [
    ...choose(table.picks[1], [[], [], [], [`alter table ${name} enable row level security`], [
      `alter table ${name} enable row level security`,
      `alter table ${name} force row level security`,
    ]]),
    ...choose(table.picks[2], [[], [], [], [`alter table ${name} replica identity full`], [
      `alter table ${name} replica identity nothing`,
    ]]),
    ...commented(table.picks[3], `table ${name}`),
  ];
}

function parameters(table: Thing): string {
  return choose(table.picks[4], [
    "",
    "",
    "",
    " with (fillfactor = 70)",
    " with (autovacuum_enabled = false, toast.autovacuum_enabled = false)",
  ]);
}

function body(columns: readonly Thing[], world: World): string {
  return `(${columns.map((each) => columnSql(each, world)).join(", ")})`;
}

/** A table comes with its first columns. */
function firstColumns(most: number): NonNullable<Maker["with"]> {
  return (_, adding, random) => {
    for (let i = 1 + random.int(most); i > 0; i--) adding("column");
  };
}

const table: Maker = {
  weight: 8,
  inSchema: true,
  picks: 6,
  renames: "table",
  with: firstColumns(4),
  inlines: (thing, world) => columnsOf(thing.uid, world),
  sql(thing, world) {
    const columns = columnsOf(thing.uid, world);
    const unlogged = choose(thing.picks[0], ["", "", "", "", "", "unlogged "]);
    return [
      `create ${unlogged}table ${ref(world, thing.uid)} ${body(columns, world)}${parameters(thing)}`,
      ...tableExtras(thing, world),
      ...columns.flatMap((each) => columnExtras(thing, each, world)),
    ];
  },
};

const child: Maker = {
  ...table,
  weight: 1,
  slots: [{ kinds: ["table"] }, { kinds: ["table"], optional: true }],
  with: (_, adding, random) => {
    if (random.chance(0.7)) adding("column");
  },
  sql(thing, world) {
    const columns = columnsOf(thing.uid, world);
    const parents = thing.uses.filter((uid) => get(world, uid)).map((uid) => ref(world, uid)).join(", ");
    return [
      `create table ${ref(world, thing.uid)} ${body(columns, world)} inherits (${parents})${parameters(thing)}`,
      ...tableExtras(thing, world),
      ...columns.flatMap((each) => columnExtras(thing, each, world)),
    ];
  },
};

function strategy(thing: Thing): "list" | "range" | "hash" {
  return choose(thing.picks[0], ["list", "range", "hash"]);
}

export function keyOf(root: Thing, world: World): Thing | undefined {
  return columnsOf(root.uid, world).find((each) => each.kind === "key_column");
}

const partitioned: Maker = {
  ...table,
  weight: 2,
  with: (thing, adding, random) => {
    adding("key_column");
    firstColumns(2)(thing, adding, random);
  },
  sql(thing, world) {
    const columns = columnsOf(thing.uid, world), key = keyOf(thing, world);
    return [
      `create table ${ref(world, thing.uid)} ${body(columns, world)} partition by ${strategy(thing)} (${
        q(key?.name ?? "")
      })`,
      ...tableExtras(thing, world).filter((each) => !each.includes("replica")),
      ...columns.flatMap((each) => columnExtras(thing, each, world)),
    ];
  },
};
function bound(of: "list" | "range" | "hash", pick: number): string {
  const n = 1 + pick % 4;
  if (pick % 7 === 0) return "default";
  if (of === "list") return `for values in (${n}, ${n + 10})`;
  if (of === "range") return `for values from (${n}) to (${n + 1})`;
  return `for values with (modulus 4, remainder ${n - 1})`;
}

export function rootOf(partition: Thing, world: World): Thing | undefined {
  const parent = get(world, partition.uses[0]);
  return parent?.kind === "partition" ? rootOf(parent, world) : parent;
}

export function isDetached(partition: Thing): boolean {
  return partition.picks[7]! % 5 === 0;
}

/** A partition; one in five stands beside its table, detached, with the same columns. */
const partition: Maker = {
  ...table,
  weight: 4,
  slots: [{ kinds: ["partitioned", "partitioned", "partition"] }],
  picks: 9,
  with: () => {},
  inlines: (thing, world) => columnsOf(rootOf(thing, world)?.uid ?? -1, world),
  sql(thing, world) {
    const parent = get(world, thing.uses[0])!, root = rootOf(thing, world), name = ref(world, thing.uid);
    if (!root) return [];
    if (isDetached(thing)) {
      return [
        `create table ${name} ${body(columnsOf(root.uid, world), world)}${parameters(thing)}`,
        ...tableExtras(thing, world),
      ];
    }
    const of = parent.kind === "partitioned" ? strategy(parent) : strategy({ ...parent, picks: [parent.picks[8]!] });
    const sub = thing.picks[5]! % 4 === 0 && keyOf(root, world)
      ? ` partition by ${strategy({ ...thing, picks: [thing.picks[8]!] })} (${q(keyOf(root, world)!.name)})`
      : parameters(thing);
    return [
      `create table ${name} partition of ${ref(world, parent.uid)} ${bound(of, thing.picks[6]!)}${sub}`,
      ...tableExtras(thing, world).filter((each) => !sub.includes("partition") || !each.includes("replica")),
    ];
  },
};

/** The columns that a key is on, with the partition key where the table has one. */
function keyColumns(thing: Thing, world: World): string {
  const table = get(world, thing.on)!;
  const used = thing.uses.map((uid) => get(world, uid)).filter((each) => each !== undefined && each.on === table.uid);
  const key = table.kind === "partitioned" ? keyOf(table, world) : undefined;
  const all = [...used, ...(key && !used.includes(key) ? [key] : [])];
  return all.map((each) => q(each!.name)).join(", ");
}

function constraint(thing: Thing, world: World, sql: string, comment: number | undefined): readonly string[] {
  const table = ref(world, thing.on), name = q(thing.name);
  return [
    `alter table ${table} add constraint ${name} ${sql}`,
    ...commented(comment, `constraint ${name} on ${table}`),
  ];
}

const deferring = ["", "", "", " deferrable", " deferrable initially deferred"];

const primaryKey: Maker = {
  weight: 6,
  on: ["table", "partitioned", "child"],
  slots: [own, ownToo],
  picks: 4,
  renames: "primary_key",
  sql(thing, world) {
    const with_ = choose(thing.picks[2], ["", "", "", " with (fillfactor = 60)"]);
    const over = overlaps(thing, world);
    return constraint(
      thing,
      world,
      `primary key (${keyColumns(thing, world)}${over})${with_}${over ? "" : choose(thing.picks[0], deferring)}`,
      thing.picks[1],
    );
  },
};

/** " WITHOUT OVERLAPS" behind the last column where that is a range and the server can. */
function overlaps(thing: Thing, world: World): string {
  const last = get(world, thing.uses[1]);
  return world.version >= 180000 && last && typeOfColumn(last, world).sql.includes("range") && thing.picks[3]! % 2
    ? " without overlaps"
    : "";
}

const unique: Maker = {
  weight: 4,
  on: ["table", "partitioned", "child"],
  slots: [own, ownToo, ownToo],
  picks: 5,
  renames: "unique",
  sql(thing, world) {
    const [a, b, c] = thing.uses.map((uid) => get(world, uid));
    const include = c && thing.picks[3]! % 2 ? ` include (${q(c.name)})` : "";
    const columns = keyColumns({ ...thing, uses: [a?.uid ?? null, b?.uid ?? null] }, world);
    const nulls = choose(thing.picks[2], ["", "", " nulls not distinct"]);
    const over = overlaps({ ...thing, picks: [0, 0, 0, thing.picks[4]!] }, world);
    return constraint(
      thing,
      world,
      `unique${nulls} (${columns}${over})${include}${over ? "" : choose(thing.picks[0], deferring)}`,
      thing.picks[1],
    );
  },
};

const check: Maker = {
  weight: 5,
  on: tableKinds,
  slots: [own, ownToo, { kinds: ["pure_function"], optional: true }],
  picks: 4,
  renames: "check",
  sql(thing, world) {
    const [a, b] = thing.uses.map((uid) => get(world, uid)), pure = get(world, thing.uses[2]);
    const both = b
      ? `${condition(a!, thing.picks[0]!, world)} or ${q(b.name)} is null`
      : condition(a!, thing.picks[0]!, world);
    const sql = pure && typeOfColumn(a!, world).family === "integer"
      ? `${ref(world, pure.uid)}(${q(a!.name)}::integer) <> -99`
      : both;
    const how = choose(thing.picks[1], [
      "",
      "",
      "",
      " no inherit",
      " not valid",
      world.version >= 180000 ? " not enforced" : "",
    ]);
    return constraint(thing, world, `check (${sql})${how}`, thing.picks[2]);
  },
};

const foreignKey: Maker = {
  weight: 7,
  on: tableKinds,
  slots: [own, { kinds: ["primary_key", "unique"] }, ownToo],
  picks: 7,
  renames: "foreign_key",
  sql(thing, world) {
    const [a, target, b] = thing.uses.map((uid) => get(world, uid));
    const table = get(world, target?.on);
    if (!a || !target || !table) return [];
    const theirs = target.uses.slice(0, 2).map((uid) => get(world, uid)).filter((each) => each !== undefined);
    const key = table.kind === "partitioned" ? keyOf(table, world) : undefined;
    const columns = [...theirs, ...(key ? [key] : [])].map((each) => q(each.name));
    // A column that fits is looked for, so that most of them are accepted.
    const from = [a, ...(b ? [b] : []), ...columnsOf(thing.on!, world)];
    const fitting = (wanted: Thing, i: number) =>
      from.find((each, at) =>
        at >= (i ? 1 : 0) && each !== a && typeOfColumn(each, world).sql === typeOfColumn(wanted, world).sql
      ) ?? a;
    const mine = theirs.map((each, i) =>
      i === 0 && typeOfColumn(a, world).sql === typeOfColumn(each, world).sql ? a : fitting(each, i)
    );
    const names = [...mine, ...(key ? [fitting(key, 1)] : [])].map((each) => q(each.name));
    const period = overlapsOf(target, world);
    const last = names.length - 1;
    const local = period && last > 0 ? [...names.slice(0, last), `period ${names[last]}`] : names;
    const remote = period && last > 0 ? [...columns.slice(0, last), `period ${columns[last]}`] : columns;
    const onDelete = period ? "" : choose(thing.picks[0], [
      "",
      " on delete cascade",
      " on delete set null",
      ` on delete set null (${names[0]})`,
      " on delete restrict",
      " on delete set default",
    ]);
    const onUpdate = period ? "" : choose(thing.picks[1], ["", "", " on update cascade", " on update set null"]);
    const match = choose(thing.picks[2], ["", "", "", " match full"]);
    const how = choose(thing.picks[3], ["", "", "", " deferrable", " deferrable initially deferred"]);
    const valid = choose(thing.picks[4], ["", "", "", " not valid", world.version >= 180000 ? " not enforced" : ""]);
    return constraint(
      thing,
      world,
      `foreign key (${local.join(", ")}) references ${ref(world, table.uid)} (${
        remote.join(", ")
      })${match}${onDelete}${onUpdate}${how}${valid}`,
      thing.picks[5],
    );
  },
};

function overlapsOf(target: Thing, world: World): boolean {
  return overlaps(target.kind === "unique" ? { ...target, picks: [0, 0, 0, target.picks[4]!] } : target, world) !== "";
}

const exclusion: Maker = {
  weight: 2,
  on: ["table", "child", "partition"],
  slots: [own],
  picks: 4,
  renames: "exclusion",
  sql(thing, world) {
    const a = get(world, thing.uses[0])!, range = typeOfColumn(a, world).sql.includes("range");
    const method = range ? choose(thing.picks[0], ["gist", "spgist"]) : "btree";
    const where = choose(thing.picks[1], ["", "", ` where (${condition(a, thing.picks[3]!, world)})`]);
    return constraint(
      thing,
      world,
      `exclude using ${method} (${q(a.name)} with ${range ? "&&" : "="})${where}${choose(thing.picks[2], deferring)}`,
      thing.picks[3],
    );
  },
};

const index: Maker = {
  weight: 9,
  on: [...tableKinds, "materialized_view"],
  inSchema: false,
  slots: [ownToo, ownToo, { kinds: ["pure_function"], optional: true }],
  picks: 10,
  renames: "index",
  sql(thing, world) {
    const table = get(world, thing.on)!, matview = table.kind === "materialized_view";
    const [first, b] = thing.uses.map((uid) => get(world, uid)), pure = get(world, thing.uses[2]);
    const root = table.kind === "partition" ? rootOf(table, world) : undefined;
    const a = first ?? (root ? columnsOf(root.uid, world)[0] : columnsOf(table.uid, world)[0]);
    if (!matview && !a) return [];
    const name = matview ? "o0" : q(a!.name), type = matview ? null : typeOfColumn(a!, world);
    const unique = choose(thing.picks[0], ["", "", "", "unique "]);
    const options = choose(thing.picks[1], ["", "", " desc", " nulls first", " desc nulls last"]);
    let method = "btree", key = `${name}${options}`;
    const own = choose(thing.picks[2], ["plain", "plain", "method", "expression", "class"]);
    if (type && own === "method") {
      if (["jsonb", "tsvector", "integer[]", "text[]"].includes(type.sql)) method = "gin", key = name;
      else if (type.sql.includes("range")) method = choose(thing.picks[3], ["gist", "spgist"]), key = name;
      else method = choose(thing.picks[3], ["hash", "brin"]), key = name;
    } else if (type && own === "expression") {
      key = pure && type.family === "integer"
        ? `${ref(world, pure.uid)}(${name}::integer)`
        : type.family === "text"
        ? `lower(${name})`
        : type.family === "integer"
        ? `(${name} + 1)`
        : `(${name} is null)`;
    } else if (type?.sql === "text" && own === "class") {
      key = choose(thing.picks[3], [`${name} text_pattern_ops`, `${name} collate "C"`]);
    }
    const second = b && method !== "hash" ? choose(thing.picks[4], ["", `, ${q(b.name)}`]) : "";
    const include = b && second === "" && method === "btree"
      ? choose(thing.picks[5], ["", ` include (${q(b.name)})`])
      : "";
    const nulls = unique ? choose(thing.picks[6], ["", " nulls not distinct"]) : "";
    const with_ = method === "btree" ? choose(thing.picks[7], ["", "", " with (fillfactor = 60)"]) : "";
    const where = a && !matview
      ? choose(thing.picks[8], ["", "", ` where ${condition(a, thing.picks[3]!, world)}`])
      : "";
    const only = table.kind === "partitioned" && thing.picks[3]! % 5 === 0 ? "only " : "";
    const full = ref(world, table.schema) === "missing"
      ? q(thing.name)
      : `${ref(world, table.schema)}.${q(thing.name)}`;
    return [
      `create ${method === "btree" ? unique : ""}index ${q(thing.name)} on ${only}${
        ref(world, table.uid)
      } using ${method} (${key}${second})${include}${method === "btree" ? nulls : ""}${with_}${where}`,
      ...choose(thing.picks[9], [[], [], [], [], [`alter table ${ref(world, table.uid)} cluster on ${q(thing.name)}`], [
        `alter table ${ref(world, table.uid)} replica identity using index ${q(thing.name)}`,
      ], [`alter index ${full} alter column 1 set statistics 20`]]),
      ...commented(thing.picks[4], `index ${full}`),
    ];
  },
};

const statistics: Maker = {
  weight: 2,
  on: ["table", "partitioned", "child", "materialized_view"],
  slots: [ownToo, ownToo],
  picks: 4,
  inSchema: true,
  sql(thing, world) {
    const [a, b] = thing.uses.map((uid) => get(world, uid));
    const schema = ref(world, thing.schema), full = `${schema}.${q(thing.name)}`;
    if (!a) return [];
    const kinds = b ? choose(thing.picks[0], ["", " (ndistinct)", " (mcv, dependencies)"]) : "";
    const on = b ? `${q(a.name)}, ${q(b.name)}` : `(lower(${q(a.name)}::text))`;
    return [
      `create statistics ${full}${kinds} on ${on} from ${ref(world, thing.on)}`,
      ...choose(thing.picks[1], [[], [], [`alter statistics ${full} set statistics 30`]]),
      ...commented(thing.picks[2], `statistics ${full}`),
    ];
  },
};

export const tableMakers = {
  table,
  child,
  partitioned,
  partition,
  column,
  key_column: keyColumn,
  primary_key: primaryKey,
  unique,
  check,
  foreign_key: foreignKey,
  exclusion,
  index,
  statistics,
} satisfies Record<string, Maker>;
