import { deepEqual, equal } from "node:assert/strict";
import { objectId } from "../../schema/id.ts";
import { enumType, normalType, parseType, renderType, typeOf } from "./types.ts";

/** Spellings and what format_type() says of them. */
const spellings: readonly (readonly [sql: string, reported: string])[] = [
  ["int", "integer"],
  ["int8", "bigint"],
  ["varchar(20)", "character varying(20)"],
  ["varchar[]", "character varying[]"],
  ["text[][]", "text[]"],
  ["text array", "text[]"],
  ["char", "character(1)"],
  ['"char"', '"char"'],
  ["decimal(5)", "numeric(5,0)"],
  ["numeric(5,-2)", "numeric(5,-2)"],
  ["float", "double precision"],
  ["float(24)", "real"],
  ["float(25)", "double precision"],
  ["timestamp", "timestamp without time zone"],
  ["timestamptz(3)", "timestamp(3) with time zone"],
  ["time(0) without time zone", "time(0) without time zone"],
  ["interval day to second(3)", "interval day to second(3)"],
  ["bit", "bit(1)"],
  ["varbit(8)", "bit varying(8)"],
  ["pg_catalog.int4", "integer"],
  ["inet", "inet"],
  ["citext", "public.citext"],
  ['app."Mood"[]', 'app."Mood"[]'],
  ["public.geometry(Point,4326)", "public.geometry(Point,4326)"],
];

for (const [sql, reported] of spellings) {
  Deno.test(`the type ${sql} is ${reported}`, () => {
    equal(renderType(parseType(sql)), reported);
    deepEqual(normalType(parseType(sql)), normalType(parseType(reported)));
  });
}

Deno.test("an enum of the graph is written by its own path, whatever stands in it", () => {
  const type = enumType(objectId("enum", ["my.app", "Order status"]), 1);
  equal(renderType(type), '"my.app"."Order status"[]');
  deepEqual(normalType(type), type);
});

Deno.test("portable types become the server's own spelling", () => {
  const rendered = (type: Parameters<typeof typeOf>[0]) => renderType(typeOf(type)!);
  equal(rendered({ type: "decimal", precision: 12, scale: 2 }), "numeric(12,2)");
  equal(rendered({ type: "array", of: { type: "varchar", length: 5 }, dimensions: 2 }), "character varying(5)[]");
  equal(rendered({ type: "timestamptz", precision: null }), "timestamp with time zone");
  equal(rendered({ type: "enum", name: ["public", "mood"], values: ["ok"] }), "public.mood");
  equal(rendered({ type: "sql", sql: { postgres: "tsvector" } }), "tsvector");
  equal(typeOf({ type: "sql", sql: { sqlite: "BLOB" } }), null);
});
