/** Tables of a random Postgres schema: plain ones, heirs, partitioned ones and partitions. */
import { choose, get, type Maker, q, ref, type Thing, type World } from "../world.ts";
import { columnExtras, columnsOf, columnSql } from "./columns.ts";
import { commented } from "./types.ts";

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

/** Makers of tables. */
export const tableMakers = { table, child, partitioned, partition } satisfies Record<string, Maker>;
