/**
 * Names that look like something else, on every kind of object: read, written to an empty database, read again and dropped, each is exact.
 * And a search_path whose first schema shadows what the server's own functions, operators and types are called: nothing of it is ever used.
 */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { campaignPlaces } from "../../tests/properties/postgres/pair.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection, ExpressionQuestion } from "../driver.ts";
import { postgresDriver } from "./driver.ts";
import { kinds } from "./kinds/mod.ts";
import { quote, quoteText } from "./sql.ts";

const { dialect } = postgresDriver;
const initial = makeGraph(dialect.name, dialect.initial);

/** 63 bytes is all that the server keeps of a name. */
const names: readonly string[] = [
  "a.b",
  'say "hi"',
  "it's",
  "🙂 ☃ é",
  "x".repeat(63),
  `${"é".repeat(31)}x`,
  "🙂".repeat(15) + "abc",
  "select",
  "User",
  "back\\slash",
  "'; DROP SCHEMA public CASCADE; --",
  '"; DROP SCHEMA public CASCADE; --',
  "/* no comment",
  "$$ $1 $sqa$",
  " blank ",
  "tab\tand\nline",
  "%I %s %L",
  "{a,b}",
  "pg_catalog",
  "public",
];

/** One object of each kind that may have any name, called so, with parts called so. `twin` makes the schema's name another one. */
function allNamed(name: string, schema: string): readonly string[] {
  const n = quote(name),
    at = `${quote(schema)}.${n}`,
    text = quoteText(name),
    inSchema = (part: string) => `${quote(schema)}.${quote(part)}`;
  const table = inSchema(`t`), column = n;
  return [
    `CREATE SCHEMA IF NOT EXISTS ${quote(schema)}`,
    `COMMENT ON SCHEMA ${quote(schema)} IS ${text}`,
    `CREATE COLLATION ${at} (LOCALE = 'C')`,
    `CREATE TYPE ${at} AS ENUM (${text}, 'other')`,
    `CREATE TYPE ${inSchema("composite")} AS (${n} integer, b ${at})`,
    `CREATE DOMAIN ${inSchema("domain")} AS text DEFAULT ${text} CONSTRAINT ${n} CHECK (VALUE <> ${text})`,
    `CREATE TYPE ${inSchema("range")} AS RANGE (SUBTYPE = integer)`,
    `CREATE SEQUENCE ${inSchema("sequence")} MINVALUE -5`,
    `CREATE FUNCTION ${at}(${n} integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS ${
      quoteText(`SELECT ${n} * 2`)
    }`,
    `CREATE FUNCTION ${inSchema("tg")}() RETURNS trigger LANGUAGE plpgsql AS ${
      quoteText(`BEGIN RAISE NOTICE ${text.replaceAll("%", "%%")}; RETURN NEW; END`)
    }`,
    `CREATE FUNCTION ${inSchema("ev")}() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'`,
    `CREATE AGGREGATE ${inSchema("agg")}(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')`,
    `CREATE FUNCTION ${inSchema("near")}(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'`,
    `CREATE OPERATOR ${quote(schema)}.<#> (FUNCTION = ${inSchema("near")}, LEFTARG = integer, RIGHTARG = text)`,
    `CREATE OPERATOR FAMILY ${at} USING btree`,
    `CREATE CONVERSION ${at} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8`,
    `CREATE TEXT SEARCH DICTIONARY ${at} (TEMPLATE = pg_catalog.simple)`,
    `CREATE TEXT SEARCH CONFIGURATION ${at} (PARSER = pg_catalog."default")`,
    `ALTER TEXT SEARCH CONFIGURATION ${at} ADD MAPPING FOR word WITH ${at}`,
    `CREATE TABLE ${table} (
       id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME ${inSchema("identity")}),
       ${column} integer NOT NULL DEFAULT nextval(${quoteText(inSchema("sequence"))}),
       feels ${at} DEFAULT ${text},
       note text COLLATE ${at} DEFAULT ${text},
       twice integer GENERATED ALWAYS AS (${n} * 2) STORED,
       period int4range,
       CONSTRAINT ${quote(shortened(name, "p"))} PRIMARY KEY (${n}),
       CONSTRAINT ${quote(shortened(name, "u"))} UNIQUE (${n}, note),
       CONSTRAINT ${n} CHECK (note <> ${text} AND ${n} > 0),
       CONSTRAINT ${quote(shortened(name, "f"))} FOREIGN KEY (${n}) REFERENCES ${table} (${n}),
       CONSTRAINT ${quote(shortened(name, "x"))} EXCLUDE USING gist (period WITH &&) WHERE (note <> ${text}))`,
    `COMMENT ON COLUMN ${table}.${n} IS ${text}`,
    `CREATE INDEX ${quote(shortened(name, "i"))} ON ${table} (lower(note || ${text}), ${n}) WHERE note <> ${text}`,
    `CREATE STATISTICS ${at} ON ${n}, note FROM ${table}`,
    `CREATE VIEW ${inSchema("view")} AS SELECT ${n}, ${text}::text AS ${
      quote(shortened(name, "c"))
    } FROM ${table} WHERE note = ${text}`,
    `CREATE MATERIALIZED VIEW ${inSchema("kept")} AS SELECT ${n} FROM ${table}`,
    `CREATE TRIGGER ${n} BEFORE UPDATE OF ${n} ON ${table} FOR EACH ROW WHEN (NEW.note = ${text}) EXECUTE FUNCTION ${
      inSchema("tg")
    }(${text})`,
    `CREATE RULE ${n} AS ON DELETE TO ${table} WHERE OLD.note = ${text} DO INSTEAD NOTHING`,
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY ${n} ON ${table} USING (note = ${text})`,
    `GRANT SELECT (${n}) ON ${table} TO PUBLIC`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${quote(schema)} GRANT SELECT ON TABLES TO PUBLIC`,
    `CREATE TABLE ${inSchema("whole")} (${n} integer) PARTITION BY RANGE (${n})`,
    `CREATE TABLE ${inSchema("part")} PARTITION OF ${inSchema("whole")} FOR VALUES FROM (1) TO (2)`,
  ];
}

/** What is not in a schema, and one of each in a database. */
function outside(name: string, schema: string): readonly string[] {
  const n = quote(name), text = quoteText(name), domain = `${quote(schema)}.domain`;
  return [
    `CREATE FUNCTION ${quote(schema)}.of_text(text) RETURNS ${
      quote(schema)
    }.composite LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    `CREATE CAST (text AS ${quote(schema)}.composite) WITH FUNCTION ${quote(schema)}.of_text(text)`,
    `CREATE TRUSTED LANGUAGE ${n} HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator`,
    `CREATE TRANSFORM FOR ${
      quote(schema)
    }.composite LANGUAGE ${n} (FROM SQL WITH FUNCTION pg_catalog.prsd_lextype(internal))`,
    `CREATE ACCESS METHOD ${n} TYPE INDEX HANDLER pg_catalog.bthandler`,
    `CREATE FOREIGN DATA WRAPPER ${n} OPTIONS (${n} ${text})`,
    `CREATE SERVER ${n} TYPE ${text} VERSION ${text} FOREIGN DATA WRAPPER ${n} OPTIONS (${n} ${text})`,
    `CREATE USER MAPPING FOR PUBLIC SERVER ${n} OPTIONS (${n} ${text})`,
    `CREATE FOREIGN TABLE ${
      quote(schema)
    }.far (${n} ${domain} OPTIONS (${n} ${text})) SERVER ${n} OPTIONS (${n} ${text})`,
    `CREATE EVENT TRIGGER ${n} ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION ${quote(schema)}.ev()`,
    `CREATE PUBLICATION ${n} FOR TABLE ${quote(schema)}.t (${n})`,
    `CREATE SUBSCRIPTION ${n} CONNECTION 'dbname=nowhere' PUBLICATION ${n} WITH (connect = false, slot_name = NONE)`,
  ];
}

/** Room for a letter within 63 bytes: relations and constraints of one place must differ. */
function shortened(name: string, letter: string): string {
  let short = name;
  while (new TextEncoder().encode(short).length > 62) short = [...short].slice(0, -1).join("");
  return short + letter.toUpperCase();
}

/** Kinds whose names are not free, or that have none; and what is the server's and read on request: roles_test.ts names those as well. */
const elsewhere = new Set(["extension", "role", "owner"]);

function same(got: SchemaGraph, wanted: SchemaGraph, message: string): void {
  const lines = (graph: SchemaGraph) => snapshotText(graph).split("\n").map((line) => line.replace(/,$/, ""));
  const left = lines(got), right = lines(wanted);
  deepEqual(left.filter((line) => !right.includes(line)), right.filter((line) => !left.includes(line)), message);
}

async function dropSubscriptions(connection: Connection): Promise<void> {
  const rows = await connection.query<{ name: string }>(
    `SELECT subname::text AS name FROM pg_catalog.pg_subscription AS s
     JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database()`,
  );
  for (const { name } of rows) await connection.execute(`DROP SUBSCRIPTION ${quote(name)}`);
}

/** Both databases, with what would keep them from being dropped gone at the end. */
async function withBoth(server: string, work: (one: Connection, other: Connection) => Promise<void>): Promise<void> {
  await withDatabase(server, (oneUrl) =>
    withDatabase(server, async (otherUrl) => {
      await using one = await postgresDriver.connect(oneUrl);
      await using other = await postgresDriver.connect(otherUrl);
      try {
        const { from, to } = await campaignPlaces(one, other);
        await work(from, to);
      } finally {
        await dropSubscriptions(one);
        await dropSubscriptions(other);
      }
    }));
}

async function thereAndBack(one: Connection, other: Connection, what: string): Promise<SchemaGraph> {
  const graph = await introspect(one, dialect);
  const { plan } = makePlan({
    from: initial,
    to: graph,
    dialect,
    options: { columnOrder: "lax", version: one.version },
  });
  await migrate(other, plan.up);
  same(await introspect(other, dialect), graph, `${what}: made`);
  await migrate(other, plan.down);
  same(await introspect(other, dialect), initial, `${what}: dropped`);
  return graph;
}

/** As a file that is split into statements again, under the settings of a migration. */
async function migrate(connection: Connection, statements: readonly { readonly sql: string }[]): Promise<void> {
  const file = statements.map(({ sql }) => `${sql};\n`).join(""), split = dialect.split(file).map(({ sql }) => sql);
  deepEqual(split, statements.map(({ sql }) => sql), "the file splits into the same statements");
  const options = { transactional: true, lockTimeoutMs: 5000, statementTimeoutMs: 60_000 };
  await postgresDriver.migration(connection, options, async (tx) => {
    for (const sql of split) await tx.execute(sql).catch((error) => explain(error, sql));
  });
}

function explain(error: unknown, sql: string): never {
  throw new Error(`${sql}\n${error instanceof Error ? error.message : error}`);
}

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: names are exact on every kind, whatever they look like`, async (t) => {
    for (const name of names) {
      await t.step(JSON.stringify(name), () =>
        withBoth(server, async (one, other) => {
          const schema = name.startsWith("pg_") ? "app" : name;
          for (const sql of [...allNamed(name, schema), ...outside(name, schema)]) {
            await one.execute(sql).catch((error) => explain(error, sql));
          }
          const graph = await thereAndBack(one, other, name);
          const found = new Set([...graph.objects.values()].map(({ kind }) => kind as string));
          const wanted = Object.entries(kinds).filter(([kind, entry]) =>
            entry !== "unsupported" && !elsewhere.has(kind)
          );
          deepEqual(
            wanted.map(([kind]) => kind).filter((kind) => !found.has(kind)),
            [],
            "kinds that nothing was made of",
          );
        }));
    }
  });

  Deno.test(`Postgres ${i + 1}: names that differ in case alone are two names`, () =>
    withBoth(server, async (one, other) => {
      for (const name of ["Twin", "twin", "TWIN"]) {
        for (const sql of allNamed(name, name)) await one.execute(sql).catch((error) => explain(error, sql));
      }
      await thereAndBack(one, other, "twins");
    }));

  Deno.test(`Postgres ${i + 1}: what shadows the server's own names on the search_path is never used (T24)`, () =>
    withDatabase(server, (url) =>
      withDatabase(server, async (otherUrl) => {
        await shadow(url, true);
        await shadow(otherUrl, false);
        await using one = await postgresDriver.connect(url);
        await using other = await postgresDriver.connect(otherUrl);
        const graph = await introspect(one, dialect);
        equal([...graph.objects.values()].filter((object) => object.name[0] === "shadow").length > 20, true);
        const questions = [...graph.objects.values()].flatMap((object): readonly ExpressionQuestion[] =>
          object.kind === "check" ? [{ object: object.id, field: "expression", expression: object.expression }] : []
        );
        const answers = await postgresDriver.canonicalize(one, graph, questions);
        deepEqual(answers.filter((answer) => "unanswered" in answer), []);
        const exists = dialect.history.exists!(["public", "t"]);
        equal((await one.query(exists.sql, exists.params)).length, 1);
        await thereAndBack(one, other, "shadows");
        const used = await one.query("SELECT FROM shadow.used");
        equal(used.length, 0, "something of the shadow schema was used");
      })));
}

/** A database whose search_path begins with a schema full of shadows, or with one that is not there. */
async function shadow(url: string, there: boolean): Promise<void> {
  await using connection = await postgresDriver.connect(url);
  const table = "CREATE TABLE t (id integer PRIMARY KEY, a text DEFAULT 'x' CHECK (a <> ''), b integer)";
  const more = ["CREATE INDEX ON t (lower(a)) WHERE b > 1", "CREATE VIEW v AS SELECT id, a FROM t WHERE b = 1"];
  for (const sql of there ? [table, ...more, ...shadows] : []) {
    await connection.execute(sql).catch((error) => explain(error, sql));
  }
  const { database } = connection.server;
  await connection.execute(`ALTER DATABASE ${quote(database)} SET search_path = shadow, public, pg_catalog`);
}

/** Functions, operators, types and tables of the catalogs' names; each function writes down that it was called and then fails. */
const shadows: readonly string[] = [
  "CREATE SCHEMA shadow",
  "CREATE TABLE shadow.used (what text)",
  ...[
    "pg_class",
    "pg_attribute",
    "pg_namespace",
    "pg_depend",
    "pg_type",
    "pg_proc",
    "pg_index",
    "pg_constraint",
    "schemas",
    "tables",
  ]
    .map((name) => `CREATE TABLE shadow.${name} (oid integer)`),
  ...[
    "format(text, text, text)",
    "quote_ident(text)",
    "current_setting(text)",
    "set_config(text, text, boolean)",
    "pg_get_expr(pg_node_tree, oid)",
    "pg_get_indexdef(oid, integer, boolean)",
    "format_type(oid, integer)",
    "to_json(text[])",
    "current_database()",
    "lower(text)",
    "unnest(smallint[])",
    "row_to_json(record)",
  ].map((signature) =>
    `CREATE FUNCTION shadow.${signature} RETURNS text LANGUAGE plpgsql VOLATILE AS
      $$ BEGIN INSERT INTO shadow.used VALUES ('${signature}'); RAISE 'the shadow of ${signature} was called'; END $$`
  ),
  `CREATE FUNCTION shadow.fails(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'a shadow operator was called'; END $$`,
  `CREATE OPERATOR shadow.= (FUNCTION = shadow.fails, LEFTARG = oid, RIGHTARG = oid)`,
  `CREATE FUNCTION shadow.fails(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'a shadow operator was called'; END $$`,
  `CREATE OPERATOR shadow.<> (FUNCTION = shadow.fails, LEFTARG = text, RIGHTARG = text)`,
  ...[["name", "name"], ["name", "text"], ['"char"', '"char"'], ["integer", "integer"], ["smallint", "smallint"]]
    .flatMap(([left, right]) => [
      `CREATE FUNCTION shadow.fails(${left}, ${right}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'a shadow operator was called'; END $$`,
      `CREATE OPERATOR shadow.= (FUNCTION = shadow.fails, LEFTARG = ${left}, RIGHTARG = ${right})`,
    ]),
  `CREATE DOMAIN shadow.text AS pg_catalog.text CHECK (VALUE = 'never')`,
  `CREATE DOMAIN shadow.regclass AS pg_catalog.text CHECK (VALUE = 'never')`,
];
