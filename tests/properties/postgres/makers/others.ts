/** Grants, publications, text search, operators, foreign data and what else a random Postgres schema holds. */
import { choose, get, type Maker, q, ref } from "../world.ts";
import { roles } from "./programs.ts";
import { typeOfColumn } from "./columns.ts";
import { commented } from "./types.ts";

const to = (pick: number | undefined) => choose(pick, [roles[0]!, roles[1]!, "public", roles.join(", ")]);
const withOption = (pick: number | undefined) => choose(pick, ["", "", " with grant option"]);

const grant: Maker = {
  weight: 5,
  slots: [{
    kinds: [
      "table",
      "partitioned",
      "partition",
      "child",
      "view",
      "materialized_view",
      "column",
      "sequence",
      "pure_function",
      "schema",
      "enum",
      "domain",
      "foreign_table",
      "wrapper",
      "server",
    ],
  }],
  picks: 4,
  sql(thing, world) {
    const on = get(world, thing.uses[0])!, name = ref(world, on.uid), who = to(thing.picks[0]);
    const tail = `to ${who}${who.includes("public") ? "" : withOption(thing.picks[2])}`;
    switch (on.kind) {
      case "column":
        return [
          `grant ${choose(thing.picks[1], ["select", "update", "references", "insert"])} (${q(on.name)}) on ${
            ref(world, on.on)
          } ${tail}`,
        ];
      case "sequence":
        return [`grant ${choose(thing.picks[1], ["usage", "select", "all"])} on sequence ${name} ${tail}`];
      case "pure_function":
        return choose(thing.picks[1], [[`grant execute on function ${name} ${tail}`], [
          `revoke execute on function ${name} from public`,
        ], [`revoke execute on function ${name} from public`, `grant execute on function ${name} ${tail}`]]);
      case "schema":
        return [`grant ${choose(thing.picks[1], ["usage", "create", "all"])} on schema ${q(on.name)} ${tail}`];
      case "enum":
      case "domain":
        return choose(thing.picks[1], [[`grant usage on type ${name} ${tail}`], [
          `revoke usage on type ${name} from public`,
        ]]);
      case "wrapper":
        return [`grant usage on foreign data wrapper ${q(on.name)} to ${roles[0]}`];
      case "server":
        return [`grant usage on foreign server ${q(on.name)} to ${roles[0]}`];
      default:
        return choose(thing.picks[1], [
          [`grant select on ${name} ${tail}`],
          [`grant select, insert, update on ${name} ${tail}`],
          [`grant all on ${name} ${tail}`],
          [`revoke insert on ${name} from postgres`],
        ]);
    }
  },
};

const defaultPrivileges: Maker = {
  weight: 1,
  slots: [{ kinds: ["schema"], optional: true }],
  picks: 3,
  sql(thing, world) {
    const schema = get(world, thing.uses[0]), where = schema ? ` in schema ${q(schema.name)}` : "";
    return [
      choose(thing.picks[0], [
        `alter default privileges${where} grant select on tables to ${roles[0]}`,
        `alter default privileges${where} grant usage on sequences to ${roles[1]}`,
        `alter default privileges${where} grant execute on functions to ${roles[0]}`,
        `alter default privileges${where} grant all on tables to ${roles[1]}`,
        `alter default privileges revoke execute on functions from public`,
        `alter default privileges${where} grant usage on types to ${roles[0]}`,
      ]),
    ];
  },
};

const publication: Maker = {
  weight: 2,
  picks: 5,
  slots: [{ kinds: ["table", "partitioned"] }, { kinds: ["table", "child", "schema"], optional: true }, {
    kinds: ["column"],
    optional: true,
  }],
  sql(thing, world) {
    const [one, two, column] = thing.uses.map((uid) => get(world, uid)), name = q(thing.name);
    const list = column?.on === one!.uid && thing.picks[2]! % 2 ? ` (${q(column.name)})` : "";
    const where = column?.on === one!.uid && typeOfColumn(column, world).family === "integer"
      ? choose(thing.picks[3], ["", ` where (${q(column.name)} > 0)`])
      : "";
    const extra = two
      ? two.kind === "schema" ? `, tables in schema ${q(two.name)}` : `, table ${ref(world, two.uid)}`
      : "";
    const options = choose(thing.picks[1], [
      "",
      "",
      " with (publish = 'insert')",
      " with (publish_via_partition_root = true)",
    ]);
    const sql = thing.picks[0]! % 8 === 0
      ? "for all tables"
      : thing.picks[0]! % 8 === 1
      ? ""
      : `for table ${ref(world, one!.uid)}${list}${where}${extra}`;
    return [`create publication ${name} ${sql}${options}`, ...commented(thing.picks[4], `publication ${name}`)];
  },
};

const dictionary: Maker = {
  weight: 1,
  inSchema: true,
  picks: 2,
  sql(thing, world) {
    const name = ref(world, thing.uid);
    return [
      `create text search dictionary ${name} (template = ${
        choose(thing.picks[0], ["simple", "simple, accept = false", "snowball, language = english"])
      })`,
      ...commented(thing.picks[1], `text search dictionary ${name}`),
    ];
  },
};

const configuration: Maker = {
  weight: 1,
  inSchema: true,
  picks: 3,
  slots: [{ kinds: ["dictionary"], optional: true }],
  sql(thing, world) {
    const name = ref(world, thing.uid), own = get(world, thing.uses[0]);
    return [
      `create text search configuration ${name} (${
        choose(thing.picks[0], ["copy = pg_catalog.simple", "copy = pg_catalog.english", "parser = default"])
      })`,
      ...(own
        ? [
          `alter text search configuration ${name} alter mapping for word with ${ref(world, own.uid)}, simple`,
          `alter text search configuration ${name} add mapping for word with ${ref(world, own.uid)}`,
        ]
        : []),
      ...commented(thing.picks[1], `text search configuration ${name}`),
    ];
  },
};

const cast: Maker = {
  weight: 1,
  picks: 3,
  slots: [{ kinds: ["composite", "enum"] }],
  sql(thing, world) {
    const type = ref(world, thing.uses[0]);
    const target = choose(thing.picks[0], ["jsonb", "json", "bytea"]);
    const how = choose(thing.picks[1], ["", " as assignment"]);
    return [
      `create cast (${type} as ${target}) with inout${how}`,
      ...commented(thing.picks[2], `cast (${type} as ${target})`),
    ];
  },
};

const operator: Maker = {
  weight: 1,
  inSchema: true,
  picks: 3,
  slots: [{ kinds: ["comparison"] }],
  name: (random) => random.pick(["===", "<=>", "@#@", "~~~~~"]),
  sql(thing, world) {
    const schema = ref(world, thing.schema);
    const more = choose(thing.picks[0], [
      "",
      ", commutator = operator(" + schema + "." + thing.name + ")",
      ", restrict = eqsel, join = eqjoinsel",
    ]);
    return [
      `create operator ${schema}.${thing.name} (function = ${
        ref(world, thing.uses[0])
      }, leftarg = integer, rightarg = integer${more})`,
      ...commented(thing.picks[1], `operator ${schema}.${thing.name} (integer, integer)`),
    ];
  },
};

const conversion: Maker = {
  weight: 1,
  inSchema: true,
  picks: 2,
  sql(thing, world) {
    const name = ref(world, thing.uid);
    return [
      `create conversion ${name} for ${
        choose(thing.picks[0], [
          "'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
          "'UTF8' to 'LATIN1' from utf8_to_iso8859_1",
        ])
      }`,
      ...commented(thing.picks[1], `conversion ${name}`),
    ];
  },
};

const eventTrigger: Maker = {
  weight: 1,
  picks: 4,
  slots: [{ kinds: ["event_function"] }],
  sql(thing, world) {
    const name = q(thing.name);
    const when = choose(thing.picks[0], [
      "ddl_command_end",
      "ddl_command_start when tag in ('CREATE TABLE', 'DROP TABLE')",
      "sql_drop",
      "table_rewrite",
    ]);
    return [
      `create event trigger ${name} on ${when} execute function ${ref(world, thing.uses[0])}()`,
      ...choose(thing.picks[1], [[], [], [`alter event trigger ${name} disable`], [
        `alter event trigger ${name} enable always`,
      ]]),
      ...commented(thing.picks[2], `event trigger ${name}`),
    ];
  },
};

const wrapper: Maker = {
  weight: 1,
  picks: 2,
  sql: (thing) => [
    `create foreign data wrapper ${q(thing.name)}${
      choose(thing.picks[0], ["", " options (a '1')", " options (a '2', b 'x y')"])
    }`,
    ...commented(thing.picks[1], `foreign data wrapper ${q(thing.name)}`),
  ],
};

const server: Maker = {
  weight: 1,
  picks: 4,
  slots: [{ kinds: ["wrapper"] }],
  sql(thing, world) {
    const name = q(thing.name), of = q(get(world, thing.uses[0])!.name);
    return [
      `create server ${name}${choose(thing.picks[0], ["", " type 't'"])}${
        choose(thing.picks[1], ["", " version '1'", " version '2'"])
      } foreign data wrapper ${of}${
        choose(thing.picks[2], ["", " options (host 'h')", " options (host 'h2', port '1')"])
      }`,
      ...commented(thing.picks[3], `server ${name}`),
    ];
  },
};

const userMapping: Maker = {
  weight: 1,
  picks: 1,
  slots: [{ kinds: ["server"] }],
  sql: (
    thing,
    world,
  ) => [
    `create user mapping for ${choose(thing.picks[0], ["public", roles[0]!])} server ${
      q(get(world, thing.uses[0])!.name)
    }`,
  ],
};

const foreignTable: Maker = {
  weight: 2,
  inSchema: true,
  picks: 6,
  renames: "foreign_table",
  slots: [{ kinds: ["server"] }, { kinds: ["enum", "domain"], optional: true }],
  sql(thing, world) {
    const name = ref(world, thing.uid), type = get(world, thing.uses[1]);
    const columns = [
      `a integer${choose(thing.picks[0], ["", " not null", " options (column_name 'x')"])}`,
      `b ${type ? ref(world, type.uid) : choose(thing.picks[1], ["text", "bigint"])}`,
      ...choose(thing.picks[2], [[], ["c text default 'x'"], ["c text"]]),
      ...choose(thing.picks[3], [[], [`constraint ${q("positive")} check (a > 0)`]]),
    ];
    return [
      `create foreign table ${name} (${columns.join(", ")}) server ${q(get(world, thing.uses[0])!.name)}${
        choose(thing.picks[4], ["", " options (t 'x')"])
      }`,
      ...commented(thing.picks[5], `foreign table ${name}`),
    ];
  },
};

const extension: Maker = {
  weight: 0.3,
  inSchema: true,
  picks: 1,
  name: (random) => random.pick(["citext", "pg_trgm", "hstore", "btree_gist"]),
  sql: (thing, world) => [`create extension if not exists ${q(thing.name)} schema ${ref(world, thing.schema)}`],
};

export const otherMakers = {
  grant,
  default_privileges: defaultPrivileges,
  publication,
  dictionary,
  configuration,
  cast,
  operator,
  conversion,
  event_trigger: eventTrigger,
  wrapper,
  server,
  user_mapping: userMapping,
  foreign_table: foreignTable,
  extension,
} satisfies Record<string, Maker>;
