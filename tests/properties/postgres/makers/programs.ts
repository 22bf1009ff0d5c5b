/** Views, routines, triggers, rules and policies of a random Postgres schema. */
import { choose, get, type Maker, q, ref, type Slot, type Thing, type World } from "../world.ts";
import { condition, tableKinds, typeOfColumn } from "./columns.ts";
import { commented } from "./types.ts";

const relations: Slot = { kinds: ["column", "column", "view", "materialized_view"] };
const more: Slot = { ...relations, optional: true };

/** What a query reads from a column's table or a view: the relation and the name of the column there. */
function source(thing: Thing, world: World): { readonly from: string; readonly column: string } {
  return thing.kind === "column"
    ? { from: ref(world, thing.on), column: q(thing.name) }
    : { from: ref(world, thing.uid), column: q(outputs(thing)[0]!) };
}

function outputs(view: Thing): readonly string[] {
  return choose(view.picks[0], [["o0"], ["o0", "o1"], ["o0", "Second"]]);
}

function query(thing: Thing, world: World): string {
  const [one, two] = thing.uses.map((uid) => get(world, uid)), pure = get(world, thing.uses[2]);
  const a = source(one!, world), b = two && source(two, world);
  const names = outputs(thing);
  const asText = `a.${a.column}::text`;
  const first = choose(thing.picks[1], [`a.${a.column}`, asText, `a.${a.column}`, `coalesce(${asText}, 'none')`]);
  const second = pure && thing.picks[2]! % 2
    ? `${ref(world, pure.uid)}(7)`
    : b && thing.picks[3]! % 3
    ? `b.${b.column}`
    : choose(thing.picks[2], ["1", "'x'::text", `length(${asText})`, "now()"]);
  const list = [`${first} as o0`, ...(names[1] ? [`${second} as ${q(names[1])}`] : [])].join(", ");
  const from = `${a.from} a`;
  switch (b ? thing.picks[3]! % 3 : thing.picks[3]! % 4) {
    case 1:
      return b
        ? `select ${list} from ${from} join ${b.from} b on ${asText} = b.${b.column}::text`
        : `select ${list} from ${from} where ${asText} <> 'zz'`;
    case 2:
      return b
        ? `select ${list} from ${from} left join ${b.from} b on true where ${asText} is not null`
        : `with w as (select * from ${a.from}) select ${list} from w a order by 1`;
    case 3:
      return `select ${first} as o0${
        names[1] ? `, count(*) as ${q(names[1])}` : ""
      } from ${from} group by a.${a.column}`;
    default:
      return `select ${list} from ${from}`;
  }
}

const view: Maker = {
  weight: 9,
  inSchema: true,
  slots: [relations, more, { kinds: ["pure_function"], optional: true }],
  picks: 7,
  renames: "view",
  sql(thing, world) {
    const name = ref(world, thing.uid);
    const options = choose(thing.picks[4], ["", "", "", " with (security_barrier)", " with (security_invoker = true)"]);
    const check = choose(thing.picks[5], ["", "", "", " with local check option", " with cascaded check option"]);
    return [
      `create view ${name}${options} as ${query(thing, world)}${check}`,
      // A second try for those that are not updatable.
      ...(check ? [`create view ${name}${options} as ${query(thing, world)}`] : []),
      ...commented(thing.picks[6], `view ${name}`),
      ...commented(thing.picks[5], `column ${name}.o0`),
      ...choose(thing.picks[6], [[], [], [], [], [], [`alter view ${name} alter column o0 set default null`]]),
    ];
  },
};

const materializedView: Maker = {
  weight: 3,
  inSchema: true,
  slots: [relations, more, { kinds: ["pure_function"], optional: true }],
  picks: 7,
  renames: "materialized_view",
  sql(thing, world) {
    const name = ref(world, thing.uid);
    return [
      `create materialized view ${name}${choose(thing.picks[4], ["", "", " with (fillfactor = 70)"])} as ${
        query(thing, world)
      }${choose(thing.picks[5], ["", "", " with no data"])}`,
      ...commented(thing.picks[6], `materialized view ${name}`),
    ];
  },
};

/** A function of one integer that may stand in checks, indexes and generated columns. */
const pureFunction: Maker = {
  weight: 3,
  inSchema: true,
  picks: 7,
  renames: "function",
  sql(thing, world) {
    const name = ref(world, thing.uid),
      cost = choose(thing.picks[1], ["", "", " cost 5", " strict", " parallel safe", " leakproof"]);
    const argument = choose(thing.picks[4], ["x integer", "x integer", "integer", "y integer"]);
    const body = choose(thing.picks[0], [
      `language sql immutable${cost} return 1`,
      `language sql immutable${cost} as 'select $1 + 1'`,
      `language sql immutable${cost} as 'select $1 * 1'`,
      `language plpgsql immutable${cost} as 'begin return $1 + 2; end'`,
      `language sql immutable${cost} begin atomic select $1 + 4; end`,
    ]);
    return [
      `create function ${name}(${argument}) returns integer ${body}`,
      ...commented(thing.picks[2], `function ${name}(integer)`),
    ];
  },
};

/** Functions and procedures of all sorts; some share one name. */
const routine: Maker = {
  weight: 6,
  inSchema: true,
  slots: [{ kinds: ["column"], optional: true }, { kinds: ["enum", "domain", "composite"], optional: true }, {
    kinds: ["view", "pure_function"],
    optional: true,
  }],
  picks: 9,
  name: (random, world) => random.chance(0.3) ? "shared" : `n${Math.max(0, ...world.things.keys()) + 1}`,
  sql(thing, world) {
    const name = ref(world, thing.uid), [column, type, other] = thing.uses.map((uid) => get(world, uid));
    const of = type ? ref(world, type.uid) : choose(thing.picks[1], ["integer", "text", "bigint", "integer[]"]);
    const attributes = choose(thing.picks[2], [
      "",
      "",
      " stable",
      " security definer",
      " set search_path = pg_catalog",
      " cost 7",
      " parallel restricted",
      " strict",
    ]);
    const table = column && ref(world, column.on), at = column && q(column.name);
    const called = other?.kind === "pure_function"
      ? `${ref(world, other.uid)}(1)`
      : other
      ? `(select count(*) from ${ref(world, other.uid)})`
      : "1";
    const [kind, args, rest] = choose<readonly [string, string, string]>(thing.picks[0], [
      ["function", `a ${of}`, `returns ${of} language sql${attributes} as 'select $1'`],
      ["function", `a ${of}, b integer default 3`, `returns ${of} language sql${attributes} return a`],
      [
        "function",
        `a ${of}, b integer default ${choose(thing.picks[3], ["1", "2 + 3"])}`,
        `returns integer language plpgsql${attributes} as 'begin return b; end'`,
      ],
      ["function", "variadic a integer[]", `returns integer language sql${attributes} as 'select 1'`],
      ["function", `out x ${of}, out y text`, `returns record language plpgsql${attributes} as 'begin y := 1; end'`],
      table
        ? ["function", "", `returns setof ${table} language sql${attributes} begin atomic select * from ${table}; end`]
        : ["function", "", `returns bigint language sql${attributes} return ${called}`],
      table
        ? [
          "function",
          `a ${of}`,
          `returns table (n bigint, ${at}2 text) language sql${attributes} begin atomic select 1::bigint, ${at}::text from ${table}; end`,
        ]
        : ["function", "", `returns void language sql${attributes} as ''`],
      ["function", "", `returns bigint language sql${attributes} return ${called}`],
      table
        ? ["function", `a ${table}`, `returns text language sql${attributes} as 'select 1::text'`]
        : ["procedure", "", "language sql as ''"],
      ["procedure", `a ${of}`, `language plpgsql as 'begin null; end'`],
      ["procedure", `inout a ${of}, b integer default 1`, `language plpgsql as 'begin null; end'`],
      table
        ? ["procedure", "", `language sql begin atomic delete from ${table} where ${at}::text = 'zz'; end`]
        : ["procedure", "a integer", "language sql as ''"],
    ]);
    return [`create ${kind} ${name}(${args}) ${rest}`, ...commented(thing.picks[4], `${kind} ${name}`)];
  },
};

const triggerFunction: Maker = {
  weight: 2,
  inSchema: true,
  picks: 2,
  renames: "function",
  sql(thing, world) {
    const name = ref(world, thing.uid);
    return [
      `create function ${name}() returns trigger language plpgsql as '${
        choose(thing.picks[0], [
          "begin return coalesce(new, old); end",
          "declare x integer; begin return coalesce(new, old); end",
        ])
      }'`,
      ...commented(thing.picks[1], `function ${name}()`),
    ];
  },
};

const eventFunction: Maker = {
  weight: 1,
  inSchema: true,
  picks: 1,
  sql: (
    thing,
    world,
  ) => [`create function ${ref(world, thing.uid)}() returns event_trigger language plpgsql as 'begin null; end'`],
};

const aggregate: Maker = {
  weight: 1,
  inSchema: true,
  slots: [{ kinds: ["binary_function"], optional: true }],
  picks: 4,
  sql(thing, world) {
    const name = ref(world, thing.uid), step = get(world, thing.uses[0]);
    const sfunc = step ? ref(world, step.uid) : "int4pl";
    const init = choose(thing.picks[0], ["", ", initcond = '0'", ", initcond = '5'"]);
    const more = choose(thing.picks[1], ["", ", parallel = safe", ", combinefunc = int4pl"]);
    return [
      `create aggregate ${name}(integer) (sfunc = ${sfunc}, stype = integer${init}${more})`,
      ...commented(thing.picks[2], `aggregate ${name}(integer)`),
    ];
  },
};

const binaryFunction: Maker = {
  weight: 1,
  inSchema: true,
  picks: 2,
  renames: "function",
  sql(thing, world) {
    const type = choose(thing.picks[0], ["integer", "integer"]);
    return [
      `create function ${
        ref(world, thing.uid)
      }(${type}, ${type}) returns ${type} language sql immutable as 'select $1 + $2${
        choose(thing.picks[1], ["", " + 1"])
      }'`,
    ];
  },
};

const comparison: Maker = {
  weight: 1,
  inSchema: true,
  picks: 1,
  sql: (
    thing,
    world,
  ) => [
    `create function ${
      ref(world, thing.uid)
    }(integer, integer) returns boolean language sql immutable as 'select $1 = $2'`,
  ],
};

const trigger: Maker = {
  weight: 5,
  on: [...tableKinds, "view"],
  slots: [{ kinds: ["trigger_function"] }, { kinds: ["column"], beside: true, optional: true }],
  picks: 8,
  renames: "trigger",
  sql(thing, world) {
    const on = get(world, thing.on)!,
      table = ref(world, on.uid),
      name = q(thing.name),
      column = get(world, thing.uses[1]);
    const call = `execute function ${ref(world, thing.uses[0])}(${choose(thing.picks[4], ["", "", "'arg'"])})`;
    const events = choose(thing.picks[1], [
      "insert",
      "update",
      "delete",
      "insert or update",
      column ? `update of ${q(column.name)}` : "update",
    ]);
    const update = events.startsWith("update") || events === "update";
    const when = column && events.startsWith("update") && thing.picks[5]! % 2
      ? ` when (old.${q(column.name)}::text is distinct from new.${q(column.name)}::text)`
      : "";
    const made = on.kind === "view"
      ? `instead of ${events.split(" of ")[0]} on ${table} for each row`
      : choose(thing.picks[0], [
        `before ${events} on ${table} for each row${when}`,
        `after ${events} on ${table} for each row${when}`,
        `after ${events} on ${table} for each statement`,
        update && !events.includes(" of ")
          ? `after update on ${table} referencing old table as o new table as n for each statement`
          : `before truncate on ${table} for each statement`,
      ]);
    const constraint = on.kind !== "view" && thing.picks[6]! % 6 === 0;
    const sql = constraint
      ? `create constraint trigger ${name} after ${events} on ${table}${
        choose(thing.picks[7], ["", " deferrable", " deferrable initially deferred"])
      } for each row${when} ${call}`
      : `create trigger ${name} ${made} ${call}`;
    return [
      sql,
      ...(on.kind === "view"
        ? []
        : choose(thing.picks[2], [[], [], [], [`alter table ${table} disable trigger ${name}`], [
          `alter table ${table} enable always trigger ${name}`,
        ], [`alter table ${table} enable replica trigger ${name}`]])),
      ...commented(thing.picks[3], `trigger ${name} on ${table}`),
    ];
  },
};

const rule: Maker = {
  weight: 2,
  on: ["table", "partitioned", "child", "view"],
  slots: [{ kinds: ["column"], beside: true, optional: true }, { kinds: ["column"], optional: true }],
  picks: 5,
  sql(thing, world) {
    const on = get(world, thing.on)!,
      table = ref(world, on.uid),
      [mine, theirs] = thing.uses.map((uid) => get(world, uid));
    const other = theirs && mine && theirs.on !== on.uid
      ? `delete from ${ref(world, theirs.on)} where ${q(theirs.name)}::text = old.${q(mine.name)}::text`
      : "nothing";
    const sql = choose(thing.picks[0], [
      `on delete to ${table} do also ${other}`,
      `on insert to ${table} do instead nothing`,
      mine
        ? `on update to ${table} where old.${q(mine.name)}::text = 'zz' do instead nothing`
        : `on update to ${table} do also notify x`,
    ]);
    return [
      `create rule ${q(thing.name)} as ${sql}`,
      ...(on.kind === "view"
        ? []
        : choose(thing.picks[1], [[], [], [], [`alter table ${table} disable rule ${q(thing.name)}`]])),
      ...commented(thing.picks[2], `rule ${q(thing.name)} on ${table}`),
    ];
  },
};

export const roles = ["sqa_test_reader", "sqa_test_writer"];

const policy: Maker = {
  weight: 3,
  on: ["table", "partitioned", "child"],
  slots: [{ kinds: ["column"], beside: true }, { kinds: ["pure_function"], optional: true }, {
    kinds: ["column", "view"],
    optional: true,
  }],
  picks: 5,
  sql(thing, world) {
    const table = ref(world, thing.on), [column, pure, other] = thing.uses.map((uid) => get(world, uid));
    const command = choose(thing.picks[0], ["", "", " for select", " for update", " for delete"]);
    const kind = choose(thing.picks[1], ["", "", " as restrictive"]);
    const to = choose(thing.picks[2], ["", "", ` to ${roles[0]}`, ` to ${roles.join(", ")}`, " to public"]);
    const where = pure && typeOfColumn(column!, world).family === "integer"
      ? `${ref(world, pure.uid)}(${q(column!.name)}::integer) > 0`
      : condition(column!, thing.picks[3]!, world);
    const from = other && source(other, world);
    const using = from && thing.picks[4]! % 2
      ? `${q(column!.name)}::text in (select z.${from.column}::text from ${from.from} z)`
      : where;
    const check = command === "" || command === " for update"
      ? choose(thing.picks[3], ["", ` with check (${where})`])
      : "";
    return [
      `create policy ${q(thing.name)} on ${table}${kind}${command}${to} using (${using})${check}`,
      ...commented(thing.picks[4], `policy ${q(thing.name)} on ${table}`),
    ];
  },
};

export const programMakers = {
  view,
  materialized_view: materializedView,
  pure_function: pureFunction,
  binary_function: binaryFunction,
  comparison,
  routine,
  trigger_function: triggerFunction,
  event_function: eventFunction,
  aggregate,
  trigger,
  rule,
  policy,
} satisfies Record<string, Maker>;
