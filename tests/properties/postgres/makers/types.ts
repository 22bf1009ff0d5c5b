/** Schemas and types of a random Postgres schema. */
import { choose, get, type Maker, q, ref, text, type Thing, type World } from "../world.ts";

/** The comment that a pick asks for, as a statement. */
export function commented(pick: number | undefined, what: string): readonly string[] {
  const comment = choose(pick, [null, null, null, "one", "it's two"]);
  return comment === null ? [] : [`comment on ${what} is ${text(comment)}`];
}

export interface PlainType {
  readonly sql: string;
  readonly family: "integer" | "text" | "other";
  /** The value of a row, as text. */
  value(row: number): string;
}

const number = (row: number) => String(row);
/** The built-in types that columns get. Of the first eight each can be cast to each, rows and all. */
export const plainTypes: readonly PlainType[] = [
  { sql: "integer", family: "integer", value: number },
  { sql: "bigint", family: "integer", value: number },
  { sql: "smallint", family: "integer", value: number },
  { sql: "numeric(10,2)", family: "integer", value: number },
  { sql: "text", family: "text", value: number },
  { sql: "varchar(20)", family: "text", value: number },
  { sql: "varchar(30)", family: "text", value: number },
  { sql: "numeric", family: "integer", value: number },
  { sql: "boolean", family: "other", value: (row) => String(row % 2 === 0) },
  { sql: "date", family: "other", value: (row) => `2020-01-0${row}` },
  { sql: "timestamp(3)", family: "other", value: (row) => `2020-01-0${row} 10:00` },
  { sql: "timestamptz", family: "other", value: (row) => `2020-01-0${row} 10:00+00` },
  { sql: "uuid", family: "other", value: (row) => `00000000-0000-0000-0000-00000000000${row}` },
  { sql: "jsonb", family: "other", value: (row) => `{"a": ${row}}` },
  { sql: "integer[]", family: "other", value: (row) => `{${row}}` },
  { sql: "text[]", family: "other", value: (row) => `{${row}}` },
  { sql: "int4range", family: "other", value: (row) => `[${row},${row + 1})` },
  { sql: "tsvector", family: "other", value: number },
  { sql: "char(3)", family: "text", value: number },
  { sql: "double precision", family: "integer", value: number },
  { sql: "inet", family: "other", value: (row) => `10.0.0.${row}` },
  { sql: "interval", family: "other", value: (row) => `${row} days` },
];

/** The type that a pick settles: a plain one, or for one in four the user's own type in the slot. */
export function typeFor(pick: number, own: number | null | undefined, world: World): PlainType {
  const thing = get(world, own);
  if (thing && pick % 3 !== 0) {
    const one = { sql: ref(world, thing.uid), ...valueOf(thing, world) };
    return pick % 4 === 1 ? { sql: `${one.sql}[]`, family: "other", value: (row) => `{"${one.value(row)}"}` } : one;
  }
  const wide = pick % 2 === 0 ? 8 : plainTypes.length;
  return plainTypes[Math.floor(pick / 6) % wide]!;
}

function valueOf(thing: Thing, world: World): Omit<PlainType, "sql"> {
  switch (thing.kind) {
    case "enum":
      return { family: "other", value: (row) => thing.values[(row - 1) % thing.values.length]! };
    case "domain":
      return domainBase(thing, world);
    case "composite":
      return {
        family: "other",
        value: (row) => `(${attributes(thing, world).map(({ type }) => type.value(row)).join(",")})`,
      };
    default:
      return { family: "other", value: (row) => `[${row},${row + 1})` };
  }
}

function domainBase(thing: Thing, world: World): PlainType {
  return typeFor(Math.floor(thing.picks[0]! / 2) * 2, thing.uses[0], world);
}

/** The attributes of a composite type; the first three picks settle them. */
function attributes(thing: Thing, world: World): readonly { readonly name: string; readonly type: PlainType }[] {
  const many = 1 + thing.picks[0]! % 3;
  return ["a", "b", "C"].slice(0, many).map((name, i) => ({
    name: name + choose(thing.picks[4], ["", "", "1"]),
    type: i === 0 ? typeFor(thing.picks[1]!, thing.uses[0], world) : plainTypes[thing.picks[i + 1]! % 8]!,
  }));
}

const schema: Maker = {
  weight: 2,
  picks: 1,
  renames: "schema",
  name: (random) => `s${random.int(6)}`,
  sql: (thing) => [
    `create schema if not exists ${q(thing.name)}`,
    ...(thing.name === "public" ? [] : commented(thing.picks[0], `schema ${q(thing.name)}`)),
  ],
};

const enumType: Maker = {
  weight: 4,
  inSchema: true,
  picks: 1,
  renames: "enum",
  sql: (thing, world) => [
    `create type ${ref(world, thing.uid)} as enum (${thing.values.map(text).join(", ")})`,
    ...commented(thing.picks[0], `type ${ref(world, thing.uid)}`),
  ],
};

const domain: Maker = {
  weight: 3,
  inSchema: true,
  slots: [{ kinds: ["enum"], optional: true }, { kinds: ["collation"], optional: true }],
  picks: 5,
  renames: "domain",
  sql(thing, world) {
    const name = ref(world, thing.uid), base = domainBase(thing, world), collation = get(world, thing.uses[1]);
    const collate = collation && base.family === "text" ? ` collate ${ref(world, collation.uid)}` : "";
    const value = choose(thing.picks[1], [
      "",
      "",
      ` default ${text(base.value(1))}`,
      ` default ${text(base.value(2))}`,
    ]);
    const notNull = choose(thing.picks[2], ["", "", "", " not null"]);
    return [
      `create domain ${name} as ${base.sql}${collate}${value}${notNull}`,
      ...commented(thing.picks[3], `domain ${name}`),
    ];
  },
};

const domainCheck: Maker = {
  weight: 2,
  on: ["domain"],
  picks: 3,
  renames: "domain_check",
  slots: [{ kinds: ["pure_function"], optional: true }],
  sql(thing, world) {
    const name = ref(world, thing.on), pure = get(world, thing.uses[0]);
    const condition = pure && thing.picks[0]! % 2
      ? `${ref(world, pure.uid)}(length(value::text)) > 0`
      : choose(thing.picks[0], ["value::text <> 'zz'", "length(value::text) > 0", "value is not null or true"]);
    const later = choose(thing.picks[1], ["", "", " not valid"]);
    return [
      `alter domain ${name} add constraint ${q(thing.name)} check (${condition})${later}`,
      ...commented(thing.picks[2], `constraint ${q(thing.name)} on domain ${name}`),
    ];
  },
};

const composite: Maker = {
  weight: 2,
  inSchema: true,
  slots: [{ kinds: ["enum", "domain"], optional: true }],
  picks: 6,
  renames: "composite_type",
  sql(thing, world) {
    const name = ref(world, thing.uid), parts = attributes(thing, world);
    return [
      `create type ${name} as (${parts.map((each) => `${q(each.name)} ${each.type.sql}`).join(", ")})`,
      ...commented(thing.picks[5], `type ${name}`),
      ...commented(thing.picks[3], `column ${name}.${q(parts[0]!.name)}`),
    ];
  },
};

const range: Maker = {
  weight: 1,
  inSchema: true,
  picks: 3,
  renames: "range_type",
  sql(thing, world) {
    const name = ref(world, thing.uid);
    const subtype = choose(thing.picks[0], ["integer", "bigint", "numeric", "float8, subtype_diff = float8mi", "text"]);
    const multi = choose(thing.picks[1], [
      "",
      "",
      `, multirange_type_name = ${ref(world, thing.schema)}.${q(`m${thing.uid}`)}`,
    ]);
    return [
      `create type ${name} as range (subtype = ${subtype}${multi})`,
      ...commented(thing.picks[2], `type ${name}`),
    ];
  },
};

const collation: Maker = {
  weight: 1,
  inSchema: true,
  picks: 2,
  renames: "collation",
  sql(thing, world) {
    const name = ref(world, thing.uid);
    const how = choose(thing.picks[0], [
      `from "C"`,
      `(provider = libc, locale = 'POSIX')`,
      `(provider = icu, locale = 'de')`,
      `(provider = icu, locale = 'und', deterministic = false)`,
    ]);
    return [`create collation ${name} ${how}`, ...commented(thing.picks[1], `collation ${name}`)];
  },
};

const sequence: Maker = {
  weight: 3,
  inSchema: true,
  picks: 6,
  renames: "sequence",
  slots: [{ kinds: ["column"], optional: true }],
  sql(thing, world) {
    const name = ref(world, thing.uid);
    const type = choose(thing.picks[0], ["", "", " as integer", " as smallint"]);
    const options = choose(thing.picks[1], [
      "",
      "",
      " increment by 2",
      " start with 5",
      " minvalue -5 maxvalue 900 cycle",
      " cache 3",
    ]);
    const unlogged = choose(thing.picks[2], ["", "", "", "", "unlogged "]);
    return [
      `create ${unlogged}sequence ${name}${type}${options}`,
      ...commented(thing.picks[3], `sequence ${name}`),
    ];
  },
};

/** A sequence that belongs to a column; a statement of its own, for the column may draw from the sequence. */
const ownedBy: Maker = {
  weight: 1,
  picks: 0,
  slots: [{ kinds: ["sequence"] }, { kinds: ["column"] }],
  sql: (thing, world) => [`alter sequence ${ref(world, thing.uses[0])} owned by ${ref(world, thing.uses[1])}`],
};

export const typeMakers = {
  schema,
  enum: enumType,
  domain,
  domain_check: domainCheck,
  composite,
  range,
  collation,
  sequence: { ...sequence, slots: [] },
  owned_by: ownedBy,
} satisfies Record<string, Maker>;
