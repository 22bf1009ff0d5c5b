import { deepEqual } from "node:assert/strict";
import { makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { made } from "./catalog.ts";
import { namedInLiterals } from "./literal_names.ts";

const schema = objectId("schema", ["app"]);
const words = made("text_search", ["app", "configuration", "words"], schema, {
  what: "configuration",
  definition: { sql: "" },
  options: {},
});
const table = made("table", ["app", "My Table"], schema, { inherits: [], options: {} });
const graph = makeGraph("postgres", [words, table] as SchemaObject[]);

const cases: readonly (readonly [sql: string, named: readonly SchemaObject[]])[] = [
  ["to_tsvector('app.words'::regconfig, body)", [words]],
  ["to_tsvector('words', body)", [words]],
  ["to_tsvector(regconfig 'words', body)", [words]],
  ["to_tsvector('app.words'::pg_catalog.regconfig, body)", [words]],
  ["to_tsvector('other.words'::regconfig, body)", []],
  ["kind = 'words'", []],
  [`count_of('app."My Table"'::regclass)`, [table]],
  ["count_of('app.my table'::regclass)", []],
  ["nextval(('app.words'::text)::regclass)", []],
  [`count_of(('app."My Table"'::text)::regclass)`, [table]],
  [`count_of((('"My Table"'::character varying)::text)::pg_catalog.regclass)`, [table]],
  [`upper('app."My Table"'::text)::regclass`, []],
  ["f('it''s \"no name'::regclass)", []],
];

for (const [sql, named] of cases) {
  Deno.test(`${sql} names ${named.length ? named.map(({ id }) => id).join(", ") : "nothing"}`, () => {
    deepEqual(namedInLiterals(sql, graph), named.map(({ id }) => id));
  });
}
