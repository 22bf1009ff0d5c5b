/** The SQL of a random world of the MySQL family: one statement a thing, in an order in which each finds what it needs. For tests only. */
import { choose, livingOn, ofKind, type Thing, type World } from "./world.ts";

export function q(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

interface PlainType {
  readonly sql: string;
  readonly family: "number" | "text" | "date" | "other";
  /** A value of the row with this number, as SQL. */
  value(row: number): string;
  readonly only?: "mysql" | "mariadb";
}

const number = (sql: string): PlainType => ({ sql, family: "number", value: String });
const words = (sql: string): PlainType => ({ sql, family: "text", value: (row) => `'${row}'` });
const date = (sql: string, value: (row: number) => string): PlainType => ({ sql, family: "date", value });
const other = (sql: string, value: (row: number) => string, only?: "mysql" | "mariadb"): PlainType => ({
  sql,
  family: "other",
  value,
  ...(only ? { only } : {}),
});

const types: readonly PlainType[] = [
  number("int"),
  words("varchar(20)"),
  number("bigint unsigned"),
  number("int unsigned"),
  number("smallint"),
  number("tinyint(1)"),
  number("mediumint(6) unsigned zerofill"),
  number("decimal(12,3)"),
  number("decimal(20,0) unsigned"),
  number("double"),
  number("float"),
  words("varchar(300)"),
  words("char(5)"),
  words("text"),
  words("mediumtext"),
  words("tinytext"),
  words("varchar(20) character set latin1"),
  words("varchar(40) collate utf8mb4_bin"),
  words("enum('1','2','3')"),
  words("enum('1','2','3','it''s')"),
  words("enum('x','3','2','1')"),
  words("set('1','2','3')"),
  words("set('1','2','3','x')"),
  date("date", (row) => `'2020-01-0${row}'`),
  date("datetime", (row) => `'2020-01-0${row} 10:00:00'`),
  date("datetime(3)", (row) => `'2020-01-0${row} 10:00:00.125'`),
  date("timestamp null", (row) => `'2020-01-0${row} 10:00:00'`),
  date("time(2)", (row) => `'0${row}:00:00.25'`),
  number("year"),
  other("json", (row) => `'{"a": ${row}}'`),
  other("bit(8)", (row) => `b'${row.toString(2)}'`),
  other("varbinary(30)", (row) => `'${row}'`),
  other("binary(4)", (row) => `'${row}'`),
  other("blob", (row) => `'${row}'`),
  other("point", (row) => `point(${row}, ${row})`),
  other("geometry srid 0", (row) => `point(${row}, ${row})`, "mysql"),
  other("vector(2)", (row) => `string_to_vector('[${row}, 1]')`, "mysql"),
  other("uuid", (row) => `'00000000-0000-0000-0000-00000000000${row}'`, "mariadb"),
  other("inet6", (row) => `'::${row}'`, "mariadb"),
];

export function typeOf(column: Thing, world: World): PlainType {
  // Many are what a foreign key can stand on.
  const type = column.picks[8]! % 3 === 0 ? types[0]! : choose(column.picks[0], types);
  return type.only && (type.only === "mariadb") !== world.mariadb ? types[0]! : type;
}

/** The column that a generated one is made of. */
function baseOf(column: Thing, world: World): Thing | null {
  const base = world.things.get(column.uses[0] ?? -1);
  if (base?.kind !== "column" || base.on !== column.on || column.picks[5]! % 2) return null;
  return baseOf(base, world) ? null : base;
}

export function isGenerated(column: Thing, world: World): boolean {
  return baseOf(column, world) !== null;
}

function defaultOf(column: Thing, world: World, type: PlainType): string {
  const sequence = world.things.get(column.uses[0] ?? -1);
  if (sequence?.kind === "sequence" && /^(int|bigint)/.test(type.sql)) return ` default nextval(${q(sequence.name)})`;
  const moment = /^(datetime|timestamp)/.test(type.sql);
  const digits = /\((\d)\)/.exec(type.sql)?.[0] ?? "";
  if (moment) {
    return choose(column.picks[2], [
      "",
      ` default current_timestamp${digits}`,
      ` default current_timestamp${digits} on update current_timestamp${digits}`,
      ` default ${type.value(2)}`,
    ]);
  }
  const bare = type.family === "other" || /text|blob/.test(type.sql)
    ? ` default (${type.value(1)})`
    : ` default ${type.value(1)}`;
  const more = type.sql.startsWith("varchar(300)")
    ? choose(column.picks[3], ["", " default (uuid())", " default (concat('a', 'it''s'))"])
    : bare;
  return choose(column.picks[2], ["", bare, more, type.family === "number" ? " default (1 + 1)" : ""]);
}

function columnSql(column: Thing, world: World): string {
  const type = typeOf(column, world), base = baseOf(column, world);
  const comment = choose(column.picks[6], ["", "", "", " comment 'it''s \\\\ a comment'", " comment 'ünï'"]);
  const hidden = choose(column.picks[7], ["", "", "", "", " invisible"]);
  if (base) {
    const name = q(base.name);
    const expression = choose(column.picks[3], [
      `concat(${name}, '-it''s')`,
      `case when ${name} is null then 'n' else 'y' end`,
      `length(${name}) + 1`,
      // Beside a type of its own the text would be taken for a value of it.
      typeOf(base, world).family === "text" ? `coalesce(${name}, 'x')` : `length(${name})`,
    ]);
    const result = choose(column.picks[3], ["varchar(80)", "varchar(3)", "int", "varchar(80)"]);
    return `${q(column.name)} ${result} generated always as (${expression}) ${
      choose(column.picks[4], ["virtual", "stored"])
    }${comment}${hidden}`;
  }
  const notNull = choose(column.picks[1], ["", "", " not null"]);
  const written = type.sql === "timestamp null" && notNull ? "timestamp" : type.sql;
  return `${q(column.name)} ${written}${notNull}${defaultOf(column, world, type)}${comment}${hidden}`;
}

export const collations = ["utf8mb4_general_ci", "utf8mb4_bin", "latin1_swedish_ci"];

function tableSql(table: Thing, world: World): string {
  const plain = livingOn(world, table.uid, "column").map((column) => `  ${columnSql(column, world)}`);
  const key = choose(table.picks[0], [
    "id int not null primary key",
    "id int not null auto_increment primary key",
    "id bigint unsigned not null auto_increment primary key",
    "id int not null, primary key (id desc)",
  ]);
  // Between engines the server moves no table with versions.
  const moves = choose(table.picks[1], ["", "", "", "", "", "moves"]) !== "";
  const maria = moves ? "" : choose(table.picks[4], ["", "", "", "", "", " with system versioning"]);
  const options = [
    choose(table.picks[1], ["", "", "", "", "", " engine=MyISAM"]),
    choose(table.picks[2], ["", "", "", " row_format=compact", " row_format=compressed key_block_size=8"]),
    choose(table.picks[3], ["", "", ` collate=${collations[1]}`, ` collate=${collations[2]}`]),
    choose(table.picks[5], [
      "",
      "",
      " comment='it''s'",
      " stats_persistent=1 stats_sample_pages=9",
      " stats_auto_recalc=0",
    ]),
    choose(table.picks[6], ["", "", "", "", " max_rows=1000 avg_row_length=50"]),
    world.mariadb ? choose(table.picks[7], ["", "", "", "", " page_compressed=1"]) : "",
  ];
  return `create table ${q(table.name)} (\n  ${key},\n${plain.join(",\n")}\n)${options.join("")}${
    world.mariadb ? maria : ""
  }`;
}

/** Last on a table, so that only what it cannot have is refused. */
function partitionSql(table: Thing): readonly string[] {
  const scheme = choose(table.picks[8], [
    "",
    "",
    "",
    "",
    "range (id) (partition p0 values less than (2), partition p1 values less than (100), partition pm values less than maxvalue)",
    "range (id) (partition p0 values less than (2), partition pa values less than (50), partition p1 values less than (100), partition pm values less than maxvalue)",
    "range (id) (partition p0 values less than (50))",
    "range (id) (partition p0 values less than (50), partition p1 values less than (60) comment 'x')",
    "hash (id) partitions 3",
    "hash (id) partitions 5",
    "linear key (id) partitions 2",
    "list (id) (partition a values in (1, 2, 3), partition b values in (4))",
    "list (id) (partition a values in (1, 2), partition c values in (3), partition b values in (4))",
  ]);
  return scheme === "" ? [] : [`alter table ${q(table.name)} partition by ${scheme}`];
}

function indexSql(index: Thing, world: World): string {
  const table = world.things.get(index.on!)!;
  const columns = index.uses.flatMap((uid) => world.things.get(uid) ?? []);
  const kind = choose(index.picks[0], ["", "", "", "unique ", "fulltext ", "spatial "]);
  const parts = columns.map((column, i) => {
    const type = typeOf(column, world), long = /text|blob|varchar\(300\)/.test(type.sql);
    const prefix = kind !== "fulltext " && type.family === "text" && (long || index.picks[1]! % 4 === 0) ? "(4)" : "";
    const functional = !world.mariadb && kind === "" && i === 0 && index.picks[2]! % 6 === 0;
    if (functional) return type.family === "number" ? `((${q(column.name)} + 1))` : `((lower(${q(column.name)})))`;
    return q(column.name) + prefix + (kind === "" ? choose(index.picks[3], ["", "", " desc"]) : "");
  });
  const tail = [
    choose(index.picks[4], ["", "", "", " comment 'it''s'"]),
    choose(index.picks[5], ["", "", "", world.mariadb ? " ignored" : " invisible"]),
  ];
  return `create ${kind}index ${q(index.name)} on ${q(table.name)} (${parts.join(", ")})${tail.join("")}`;
}

function checkSql(check: Thing, world: World): string {
  const table = world.things.get(check.on!)!, column = world.things.get(check.uses[0] ?? -1);
  const name = column ? q(column.name) : "id";
  // Beside a year MySQL writes 77 as 1977 with the next ALTER.
  const year = column !== undefined && /^year/.test(typeOf(column, world).sql);
  const expression = choose(check.picks[0], [
    `${name} is not null or ${name} is null`,
    `${name} <> ${year ? 1977 : 77}`,
    `length(${name}) < 90`,
    `${name} not in ('zz', 'it''s')`,
    `id < 5000 and ${name} is not null or id > 0`,
  ]);
  const rests = !world.mariadb && check.picks[1]! % 4 === 0 ? " not enforced" : "";
  return `alter table ${q(table.name)} add constraint ${q(`chk_${check.name}`)} check (${expression})${rests}`;
}

function keySql(key: Thing, world: World): string {
  const table = world.things.get(key.on!)!, used = key.uses.flatMap((uid) => world.things.get(uid) ?? []);
  const column = used.find(({ kind }) => kind === "column"), target = used.find(({ kind }) => kind === "table");
  const action = choose(key.picks[0], ["", "", " on delete cascade", " on delete set null", " on update cascade"]);
  return `alter table ${q(table.name)} add constraint ${q(`fk_${key.name}`)} foreign key (${
    column ? q(column.name) : "id"
  }) references ${q(target?.name ?? table.name)} (id)${action}`;
}

function viewSql(view: Thing, world: World): string {
  const used = view.uses.flatMap((uid) => world.things.get(uid) ?? []);
  const source = used.find(({ kind }) => kind !== "column"), columns = used.filter(({ kind }) => kind === "column");
  const list = source?.kind === "view" ? ["*"] : ["id", ...columns.map(({ name }) => `x.${q(name)}`)];
  const first = columns[0] ? `x.${q(columns[0].name)}` : "1";
  const extra = choose(view.picks[0], ["", `, concat(${first}, 'it''s') as c`, ", 1.50 as n", ", count(*) as k"]);
  const where = choose(view.picks[1], [
    "",
    ` where ${first} is not null`,
    ` where ${first} <> 'a\\\\b' or 1 in (2, 3)`,
  ]);
  const group = extra.includes("count") ? " group by 1" : "";
  return `create ${choose(view.picks[2], ["", "", "algorithm=merge ", "algorithm=temptable "])}${
    choose(view.picks[3], ["", "", "sql security invoker "])
  }view ${q(view.name)} as select ${extra.includes("count") ? first : list.join(", ")}${extra} from ${
    q(source?.name ?? "none")
  } as x${where}${group}${choose(view.picks[4], ["", "", " with check option", " with local check option"])}`;
}

function triggerSql(trigger: Thing, world: World): string {
  const table = world.things.get(trigger.on!)!, column = world.things.get(trigger.uses[0] ?? -1);
  const name = column ? q(column.name) : "id";
  const occasion = choose(trigger.picks[0], ["before update", "after update", "before delete", "after insert"]);
  const body = choose(trigger.picks[1], [
    occasion.includes("delete") ? `set @a = old.${name}` : `set @a = new.${name}`,
    "begin set @a = 'it''s; '; set @b = 2; end",
    "begin declare x int default 1; if x > 0 then set @c = x; end if; end",
  ]);
  return `create trigger ${q(trigger.name)} ${occasion} on ${q(table.name)} for each row ${body}`;
}

function routineSql(routine: Thing, world: World): string {
  const table = world.things.get(routine.uses[0] ?? -1);
  const name = q(routine.name);
  const comment = choose(routine.picks[1], ["", " comment 'it''s'", " sql security invoker"]);
  return choose(routine.picks[0], [
    `create procedure ${name}(in a int, out b varchar(20) character set latin1)${comment} begin set b = concat(a, ';'); end`,
    `create function ${name}(a int) returns varchar(30) charset utf8mb4 deterministic${comment} return concat(a, '\\\\it''s')`,
    `create procedure ${name}()${comment} select count(*) from ${table ? q(table.name) : "none"}`,
    `create function ${name}(a enum('x','y')) returns int no sql${comment} begin declare z int default 0; while z < 3 do set z = z + 1; end while; return z; end`,
  ]);
}

function eventSql(event: Thing, world: World): string {
  const table = world.things.get(event.uses[0] ?? -1);
  return `create event ${q(event.name)} on schedule ${
    choose(event.picks[0], [
      "every 1 hour",
      "every '1:30' hour_minute",
      "at '2037-01-01 00:00:00'",
      "every 2 day starts '2037-01-01 00:00:00'",
    ])
  }${choose(event.picks[1], ["", " on completion preserve"])}${choose(event.picks[2], ["", " disable"])}${
    choose(event.picks[3], ["", " comment 'it''s'"])
  } do ${choose(event.picks[4], [`delete from ${q(table?.name ?? "none")}`, "begin set @x = ';'; set @y = 2; end"])}`;
}

function sequenceSql(sequence: Thing): string {
  return `create sequence ${q(sequence.name)} ${
    choose(sequence.picks[0], [
      "",
      "start with 5 maxvalue 1000",
      "increment by -1 minvalue -50 maxvalue 200 start with 100",
      "cache 10 cycle",
    ])
  }${choose(sequence.picks[1], ["", "", " engine=MyISAM"])}${choose(sequence.picks[2], ["", "", " comment='it''s'"])}`;
}

/** Views after what they read. */
function viewsOf(world: World): readonly string[] {
  const left = [...ofKind(world, "view")], made: string[] = [];
  while (left.length) {
    const i = left.findIndex((view) => !left.some((each) => each !== view && view.uses.includes(each.uid)));
    made.push(...left.splice(Math.max(0, i), 1).map((view) => viewSql(view, world)));
  }
  return made;
}

export function statementsOf(world: World): readonly string[] {
  return [
    `alter database collate ${choose(world.collation, collations)}`,
    ...ofKind(world, "sequence").map(sequenceSql),
    ...ofKind(world, "table").map((table) => tableSql(table, world)),
    ...ofKind(world, "index").map((index) => indexSql(index, world)),
    ...ofKind(world, "check").map((check) => checkSql(check, world)),
    ...ofKind(world, "foreign_key").map((key) => keySql(key, world)),
    ...ofKind(world, "table").flatMap(partitionSql),
    ...viewsOf(world),
    ...ofKind(world, "trigger").map((trigger) => triggerSql(trigger, world)),
    ...ofKind(world, "routine").map((routine) => routineSql(routine, world)),
    ...ofKind(world, "event").map((event) => eventSql(event, world)),
  ];
}

/** Three rows a table, in which the value of each column follows from the number of the row; one table in four has nulls. */
export function rowsOf(world: World): readonly string[] {
  return ofKind(world, "table").flatMap((table) => {
    const columns = livingOn(world, table.uid, "column").filter((column) => !isGenerated(column, world));
    return [1, 2, 3].map((row) => {
      const values = columns.map((column) =>
        row === 3 && table.picks[9]! % 4 === 0 && column.picks[1]! % 3 !== 2 ? "null" : typeOf(column, world).value(row)
      );
      return `insert into ${q(table.name)} (${["id", ...columns.map(({ name }) => q(name))].join(", ")}) values (${
        [row, ...values].join(", ")
      })`;
    });
  });
}
