/** S1-13, S1-20 to S1-24: every column type on every database that is there, the limits that the database keeps, and the table in docs/. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { dialects } from "../../dialects/mod.ts";
import { postgres } from "../../dialects/postgres/mod.ts";
import { makePlan } from "../../diff/plan.ts";
import { type ColumnMeta, type DatabaseName, databaseNames, model, modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { dataType } from "../../models/graph/types.ts";
import { makeReport } from "../../models/graph/report.ts";
import { nowhere } from "../../models/place.ts";
import { find, makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import { type AnyColumn, customType, enumType, raw, t, table } from "sqa";
import { places } from "../support/scratch.ts";
import { withModels } from "../support/converges.ts";

/** One line of the table: how the type is written, and the column that comes of it. */
const lines: readonly (readonly [string, AnyColumn])[] = [
  ["t.smallint()", t.smallint()],
  ["t.int()", t.int()],
  ["t.bigint()", t.bigint()],
  ['t.bigint({ mode: "number" })', t.bigint({ mode: "number" })],
  ["t.decimal(38, 18)", t.decimal(38, 18)],
  ["t.decimal()", t.decimal()],
  ["t.real()", t.real()],
  ["t.double()", t.double()],
  ["t.boolean()", t.boolean()],
  ["t.text()", t.text()],
  ["t.text(1000)", t.text(1000)],
  ["t.varchar(64)", t.varchar(64)],
  ["t.char(8)", t.char(8)],
  ["t.nonEmpty(64)", t.nonEmpty(64)],
  ["t.sha256()", t.sha256()],
  ["t.languageTag()", t.languageTag()],
  ["t.email()", t.email()],
  ["t.url()", t.url()],
  ["t.httpUrl(500)", t.httpUrl(500)],
  ["t.webSocketUrl(500)", t.webSocketUrl(500)],
  ["t.path(500)", t.path(500)],
  ["t.port()", t.port()],
  ["t.percentage()", t.percentage()],
  ["t.uuid()", t.uuid()],
  ["t.date()", t.date()],
  ["t.time()", t.time()],
  ["t.timestamp()", t.timestamp()],
  ["t.timestamptz(3)", t.timestamptz(3)],
  ["t.interval()", t.interval()],
  ["t.json()", t.json()],
  ["t.jsonb({ maxLength: 9 })", t.jsonb({ maxLength: 9 })],
  ["t.bytes()", t.bytes()],
  ['t.enum("mood", ["sad", "ok"])', t.enum("mood", ["sad", "ok"])],
  ["t.ip()", t.ip()],
  ["t.inet()", t.inet()],
  ["t.cidr()", t.cidr()],
  ["t.macaddr()", t.macaddr()],
  ["t.xml()", t.xml()],
  ["t.array(t.int())", t.array(t.int())],
  ['t.array(t.int(), { elsewhere: "json" })', t.array(t.int(), { elsewhere: "json" })],
  ["t.vector(3)", t.vector(3)],
  ['t.vector(3, { elsewhere: "json" })', t.vector(3, { elsewhere: "json" })],
  ['t.geometry("point", { srid: 4326 })', t.geometry("point", { srid: 4326 })],
  ['t.range("tstz")', t.range("tstz")],
];

/** The type in one database as SQL, or null where it has none. */
function rendered(column: AnyColumn, database: DatabaseName): string | null {
  const dialect = dialects.find(({ name }) => name === database)!;
  const { type, on } = (column[model] as ColumnMeta).state;
  const report = makeReport();
  const path = dialect.defaultSchema === null ? ["mood"] : [dialect.defaultSchema, "mood"];
  const entry = type.type === "enum" ? { kind: "enum", meta: type.enum, path, id: `enum:${path.join(".")}` } : null;
  const found = dataType(type, entry as never, dialect, "column", nowhere, report);
  const srid = (on[database] as { srid?: string } | undefined)?.srid;
  return found && dialect.renderType(found) + (srid ? ` (srid ${srid})` : "");
}

function tableOfTypes(): string {
  const rows = lines.map(([written, column]) => [
    `\`${written}\``,
    ...databaseNames.map((database) => rendered(column, database)).map((sql) => sql === null ? "–" : `\`${sql}\``),
  ]);
  const all = [["in the model", "Postgres", "MySQL", "MariaDB", "SQLite"], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(all[0]!), rule, ...all.slice(1).map(line)].join("\n");
}

Deno.test("S1-13 S1-20 S1-24 the table of types in docs/types.md is what the dialects do", () => {
  const path = fileURLToPath(new URL("../../docs/types.md", import.meta.url));
  const text = Deno.readTextFileSync(path);
  const [before, rest] = text.split("<!-- types -->\n\n");
  const after = rest!.slice(rest!.indexOf("\n\n<!-- /types -->"));
  if (Deno.env.get("SQA_UPDATE_DOCS")) {
    Deno.writeTextFileSync(path, `${before}<!-- types -->\n\n${tableOfTypes()}${after}`);
    return;
  }
  equal(
    text,
    `${before}<!-- types -->\n\n${tableOfTypes()}${after}`,
    "run with SQA_UPDATE_DOCS=1 and look at the diff",
  );
});

/** What needs an extension that not every server has, or is for some databases only. */
const special = /^t\.(vector|geometry)/;

for (const place of places) {
  Deno.test({
    name: `S1-13 S1-20 S1-21 S1-22 S1-23 S1-24 every type of the models converges on ${place.label}`,
    ignore: place.ignore,
    fn: () =>
      place.with(async (url) => {
        const database: DatabaseName = await databaseBehind(url);
        const columns = Object.fromEntries(
          lines.flatMap(([written, column], i) =>
            special.test(written) || rendered(column, database) === null ? [] : [[`c${i}`, column]]
          ),
        );
        await withModels(url, [table("everything", { id: t.int().primaryKey(), ...columns })], ({ graph }) => {
          ok(graph.objects.size > 30);
          return Promise.resolve();
        });
      }),
  });

  Deno.test({
    name: `S1-20 S1-21 S1-22 S1-24 the database keeps lengths and ranges on ${place.label}`,
    ignore: place.ignore,
    fn: () =>
      place.with(async (url) => {
        const limits = table("limits", {
          id: t.int().primaryKey(),
          port: t.port().nullable(),
          share: t.percentage().nullable(),
          price: t.decimal(38, 18).nonNegative().nullable(),
          stars: t.int().between(1, 5).nullable(),
          count: t.bigint().positive().nullable(),
          ratio: t.double().min(0.5).max(1.5).nullable(),
          name: t.nonEmpty(20).nullable(),
          note: t.text(5).nullable(),
          code: t.varchar(8).minLength(2).maxLength(4).nullable(),
          digest: t.sha256().nullable(),
          data: t.jsonb({ maxLength: 12 }).nullable(),
          raw: t.bytes().maxLength(3).nullable(),
        });
        await withModels(url, [limits], async ({ connection }) => {
          let id = 0;
          const put = (column: string, value: string) =>
            connection.execute(`INSERT INTO limits (id, ${column}) VALUES (${++id}, ${value})`);
          const hex = "'" + "0a".repeat(32) + "'";
          const blob = (bytes: string) => url.startsWith("postgres") ? `'\\x${bytes}'` : `x'${bytes}'`;
          const good: readonly [string, string][] = [
            ["port", "65535"],
            ["share", "0"],
            ["price", "0.000000000000000001"],
            ["stars", "5"],
            ["count", "1"],
            ["ratio", "0.5"],
            ["name", "'x'"],
            ["note", "'éèêëē'"],
            ["code", "'ab'"],
            ["digest", hex],
            ["data", "'[1, 2]'"],
            ["raw", blob("010203")],
          ];
          const bad: readonly [string, string][] = [
            ["port", "0"],
            ["share", "101"],
            ["price", "-1"],
            ["stars", "6"],
            ["count", "0"],
            ["ratio", "1.6"],
            ["name", "''"],
            ["note", "'123456'"],
            ["code", "'12345'"],
            ["code", "'1'"],
            ["digest", hex.replace("a", "g")],
            ["data", "'[1, 2, 3, 4, 5, 6]'"],
            ["raw", blob("01020304")],
          ];
          for (const [column, value] of good) await put(column, value);
          for (const [column, value] of bad) await rejects(put(column, value), Error, `${column} = ${value}`);
        });
      }),
  });
}

async function databaseBehind(url: string): Promise<DatabaseName> {
  const { databaseOf } = await import("../../cli/database.ts");
  return (await databaseOf(url, Deno.cwd())).dialect.name as DatabaseName;
}

Deno.test("S1-13 an explicit type wins, a custom type has a text for each database", () => {
  const citext = customType<string>({ name: "citext", sql: { postgres: "citext", sqlite: "TEXT" } });
  equal(rendered(citext(), "postgres"), "public.citext");
  equal(rendered(citext(), "mysql"), null);
  deepEqual(rendered(customType({ sql: "bigint" })(), "mariadb"), "bigint");
  // Also over the length and the checks that the portable type would bring along.
  const label = t.varchar(5).on({ postgres: { type: "citext" }, mysql: { type: "tinytext" } });
  deepEqual(typesOf({ label }), {
    postgres: ["public.citext"],
    mysql: ["tinytext"],
    mariadb: ["varchar(5)"],
    sqlite: ["VARCHAR(5)"],
  });
});

/** The types of these columns in each database, as the graph of a table has them. */
function typesOf(columns: Readonly<Record<string, AnyColumn>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(databaseNames.map((name) => {
    const dialect = dialects.find((each) => each.name === name)!;
    const { graph } = modelsToGraph({ models: [modelOf(table("a", columns))!] }, dialect);
    const types = Object.keys(columns).map((column) => {
      const id = objectId("column", [...(dialect.defaultSchema === null ? [] : [dialect.defaultSchema]), "a", column]);
      return dialect.renderType(find(graph, "column", id)!.type);
    });
    return [name, types];
  }));
}

Deno.test("S1-24 arrays of an enum use its type; where there are no arrays they are JSON, when that is said", () => {
  const mood = enumType("mood", ["sad", "ok"]);
  deepEqual(typesOf({ one: t.array(t.enum(mood), { elsewhere: "json" }), two: t.vector(3, { elsewhere: "json" }) }), {
    postgres: ["public.mood[]", "public.vector(3)"],
    mysql: ["json", "vector(3)"],
    mariadb: ["json", "vector(3)"],
    sqlite: ["JSON TEXT", "JSON TEXT"],
  });
});

Deno.test("S1-24 the extension of a vector is there before the table, and goes after it; a domain over its type too", () => {
  const models = [
    table("docs", { id: t.int().primaryKey(), embedding: t.vector(1536) }),
    raw("extension", ["vector"], { schema: "public", version: "0.8.0" }),
    raw("domain", "angle", { type: t.vector(2), nullable: true, default: null, collation: null }),
  ];
  const { graph } = modelsToGraph({ models: models.map((each) => modelOf(each)!) }, postgres);
  const { plan } = makePlan({
    from: makeGraph(postgres.name, postgres.initial),
    to: graph,
    dialect: postgres,
    options: { columnOrder: "lax", version: null },
  });
  const words = (all: typeof plan.up) => all.map(({ sql }) => sql.split(/\s+/).slice(0, 2).join(" "));
  deepEqual(words(plan.up), ["CREATE EXTENSION", "CREATE DOMAIN", "CREATE TABLE"]);
  match(plan.up[2]!.sql, /embedding (public\.)?vector\(1536\)/);
  deepEqual(words(plan.down), ["DROP DOMAIN", "DROP TABLE", "DROP EXTENSION"]);
});
