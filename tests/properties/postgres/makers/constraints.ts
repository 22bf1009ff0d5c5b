/** Keys, checks, indexes and statistics on the tables of a random Postgres schema. */
import { choose, get, type Maker, q, ref, type Slot, type Thing, type World } from "../world.ts";
import { columnsOf, condition, tableKinds, typeOfColumn } from "./columns.ts";
import { keyOf, rootOf } from "./tables.ts";
import { commented } from "./types.ts";

const own: Slot = { kinds: ["column"], beside: true };
const ownToo: Slot = { kinds: ["column"], beside: true, optional: true };

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

/** Makers of what is on a table's columns. */
export const constraintMakers = {
  primary_key: primaryKey,
  unique,
  check,
  foreign_key: foreignKey,
  exclusion,
  index,
  statistics,
} satisfies Record<string, Maker>;
