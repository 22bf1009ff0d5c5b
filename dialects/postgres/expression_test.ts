import { deepEqual, equal } from "node:assert/strict";
import {
  isAtom,
  isCall,
  mentions,
  normalCondition,
  normalDefault,
  normalQuery,
  replaceIdentifiers,
  tidy,
} from "./expression.ts";
import { quote } from "./sql.ts";
import { parseType } from "./types.ts";

const defaults: readonly (readonly [sql: string, type: string, normal: string])[] = [
  ["'new'::public.order_status", "public.order_status", "'new'"],
  ["'{}'::text[]", "text[]", "'{}'"],
  ["'x'::character varying", "varchar(20)", "'x'"],
  ["'x'::character varying(2)", "varchar(20)", "'x'::character varying(2)"],
  ["'x'::bpchar", "char(3)", "'x'"],
  ["'x'::text", "varchar(20)", "'x'::text"],
  ["'-1'::integer", "integer", "-1"],
  ["(-1)", "integer", "-1"],
  ["- 1", "integer", "-1"],
  ["'-1'::integer", "bigint", "-1"],
  ["'-1'::bigint", "bigint", "'-1'"],
  ["'5000000000'::bigint", "bigint", "5000000000"],
  ["'-1.50'::numeric", "numeric(10,2)", "-1.50"],
  ["'5'::integer", "text", "5"],
  ["(  now() )", "timestamptz", "now()"],
  ["NULL::character varying", "varchar(3)", "NULL::character varying"],
  ["'a'::text || 'b'::text", "text", "'a'::text || 'b'::text"],
  ["('a'::text || 'b'::text)", "text", "'a'::text || 'b'::text"],
  ["nextval('public.s'::regclass)", "integer", "nextval('public.s'::regclass)"],
];

for (const [sql, type, normal] of defaults) {
  Deno.test(`the default ${sql} of a column of type ${type} is ${normal}`, () => {
    const parsed = parseType(type);
    equal(normalDefault({ sql }, parsed).sql, normal);
    equal(normalDefault({ sql: normal }, parsed).sql, normal, "idempotent");
  });
}

const conditions: readonly (readonly [sql: string, normal: string])[] = [
  ["((price > (0)::numeric))", "price > (0)::numeric"],
  ["(a) AND (b)", "(a) AND (b)"],
  ["((a) AND\n   (b)) -- both", "(a) AND (b)"],
  ["((a, b))", "(a, b)"],
  ["(SELECT 1)", "(SELECT 1)"],
  ["name <> ')'", "name <> ')'"],
  ["x  =  'a  b'", "x = 'a  b'"],
  ["x = 'a'\n'b'", "x = 'a'\n'b'"],
];

for (const [sql, normal] of conditions) {
  Deno.test(`the condition ${JSON.stringify(sql)} is ${JSON.stringify(normal)}`, () => {
    equal(normalCondition({ sql }).sql, normal);
    equal(normalCondition({ sql: normal }).sql, normal, "idempotent");
  });
}

Deno.test("opaque text is left as it is", () => {
  deepEqual(normalCondition({ sql: "((a))", opaque: true }), { sql: "((a))", opaque: true });
});

Deno.test("a query keeps its lines and loses what stands around it", () => {
  equal(normalQuery({ sql: " SELECT 1,\n    2 ; ;\n" }).sql, "SELECT 1,\n    2");
});

Deno.test("tidy() does not join what a comment kept apart", () => {
  equal(tidy("a/* b */c"), "a c");
  equal(tidy("a--b\n+c"), "a +c");
});

Deno.test("isAtom() tells what can stand bare after DEFAULT", () => {
  for (const sql of ["1", "-1", "'a'", "'a'::text", "now()", "public.f(a, (b))", "true"]) equal(isAtom(sql), true, sql);
  for (const sql of ["1 + 2", "now() AT TIME ZONE 'utc'", "a AND b", "f(a) + g(b)", "'a'::text || 'b'"]) {
    equal(isAtom(sql), false, sql);
  }
});

Deno.test("isCall() takes a function call and nothing that is only written like one", () => {
  for (const sql of ["lower(name)", 'public."F"(a)', "f(g(a), b)"]) equal(isCall(sql), true, sql);
  for (const sql of ["coalesce(a, b)", "f(a) || g(b)", "a", "(a)", "case(a)"]) equal(isCall(sql), false, sql);
});

Deno.test("mentions() gives folded paths and leaves out strings, comments and grammar", () => {
  deepEqual(mentions(`SELECT U.Email, 'x.y' FROM public.Users AS u WHERE "Users"."ID" > 1 -- no.pe`), [
    ["u", "email"],
    ["public", "users"],
    ["u"],
    ["Users", "ID"],
  ]);
});

Deno.test("replaceIdentifiers() replaces by token and quotes what needs it", () => {
  const sql = `lower(email) <> 'email' AND u.email = "email" -- email`;
  equal(
    replaceIdentifiers(sql, quote, (name, qualifier) => name === "email" && qualifier !== "u" ? "E-Mail" : null),
    `lower("E-Mail") <> 'email' AND u.email = "E-Mail" -- email`,
  );
});
