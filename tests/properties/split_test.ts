// deno-lint-ignore-file no-console -- the seed must be seen to repeat a run
/**
 * Splitting random scripts, made of everything that quotes, comments and bodies are made of: the pieces and the gaps between them are the script,
 * the gaps hold nothing that is sent, and a piece is split into itself again. SQA_TEST_SPLITS sets how many (20,000 a dialect; 1,000,000 for the full
 * run), SQA_TEST_SEED repeats a run.
 */
import { equal } from "node:assert/strict";
import { dialects } from "../../dialects/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { seed } from "./settings.ts";

const count = Number(Deno.env.get("SQA_TEST_SPLITS") ?? 20_000);

const common = [
  ..."'\"`;()[]$\\/*-#@:.,\n\t =ae0É",
  "''",
  '""',
  "--",
  "-- a;\n",
  "/*",
  "*/",
  "/* ; */",
  "select 1",
  "create",
  "trigger",
  "procedure",
  "function",
  "begin",
  "end",
  "if",
  "case",
  " ",
  ";\n",
  "x",
  "\r\n",
  "'a;b'",
  "\u{1f600}",
];
const own: Readonly<Record<string, readonly string[]>> = {
  postgres: [
    "$$",
    "$a$",
    "$1",
    "E'",
    "e'\\'",
    "U&'",
    'U&"',
    "B'1'",
    "begin atomic",
    "atomic",
    "::",
    ":=",
    "language sql",
    "@>",
    "1.5e3",
    "0x1F",
  ],
  mysql: [
    "DELIMITER //\n",
    "delimiter ;\n",
    "//",
    "$$",
    "delimiter $$\n",
    "/*!40101 ",
    "end if",
    "loop",
    "repeat",
    "while",
    "_utf8mb4'",
    "x'1f'",
    "not",
  ],
  mariadb: [
    "DELIMITER //\n",
    "delimiter ;\n",
    "/*M!100 ",
    "package",
    "begin not atomic",
    "end loop",
    "//",
    "N'",
    "if not exists",
  ],
  sqlite: [
    "create temp trigger",
    "explain query plan",
    "x'00'",
    "[a;b]",
    "?1",
    ":a",
    "end;",
    "; end ;",
    "create trigger a after insert on b begin ",
  ],
};

function random(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

for (const dialect of dialects) {
  Deno.test(`${dialect.label}: pieces of random scripts are the scripts (T23)`, () => {
    const next = random(seed), pieces = [...common, ...own[dialect.name] ?? []];
    let refused = 0, statements = 0;
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      let script = "";
      for (let n = 1 + Math.floor(next() * 24); n > 0; n--) script += pieces[Math.floor(next() * pieces.length)];
      try {
        statements += check(script, dialect);
      } catch (error) {
        if (error instanceof SqaError && ["SQA-512", "SQA-531"].includes(error.code)) refused++;
        else {throw new Error(`${(error as Error).message}\nin ${JSON.stringify(script)} (SQA_TEST_SEED=${seed})`, {
            cause: error,
          });}
      }
    }
    const perSecond = Math.round(count / (performance.now() - start) * 1000);
    console.log(
      `${dialect.label}: ${count} scripts, ${statements} statements, ${refused} refused, ${perSecond}/s; SQA_TEST_SEED=${seed}`,
    );
  });
}

/** How many statements; throws when a property does not hold, or SQA-512. */
function check(script: string, { split, name }: typeof dialects[number]): number {
  const found = split(script);
  let at = 0, line = 1, counted = 0;
  for (const { sql, start, end, line: said } of found) {
    equal(script.slice(start, end), sql);
    if (start < at) throw new Error("pieces overlap");
    expectGap(script.slice(at, start), at > 0, name);
    for (; counted < start; counted++) if (script.charCodeAt(counted) === 10) line++;
    equal(said, line);
    at = end;
  }
  expectGap(script.slice(at), at > 0, name);
  return found.length;
}

/** Between statements stand white space, comments, terminators and the client's own DELIMITER lines. */
function expectGap(gap: string, after: boolean, name: string): void {
  const isMysql = name === "mysql" || name === "mariadb";
  let rest = gap;
  if (isMysql) {
    // A delimiter may be anything; only semicolons and what comments hold can be told from here.
    if (!after && !/delimiter/i.test(gap)) rest = gap.replace(/\/\*(?!M?!)[^]*?\*\/|(?:--(?=\s|$)|#)[^\n]*/g, "");
    else return;
  } else {
    for (let before = ""; before !== rest;) {
      before = rest;
      rest = name === "postgres" ? withoutNested(rest) : rest.replace(/^[\s;\ufeff]*(\/\*[^]*?\*\/|--[^\n]*)/, "");
      rest = rest.replace(/^[\s;]*--[^\n\r]*/, "");
    }
  }
  if (/[^\s;\u00a0\ufeff]/.test(rest)) throw new Error(`${JSON.stringify(gap)} is in no statement`);
}

/** Without the comment at its start; comments of Postgres nest. */
function withoutNested(text: string): string {
  const start = /^[\s;]*\/\*/.exec(text);
  if (!start) return text;
  let depth = 1, i = start[0].length;
  for (; i < text.length && depth > 0; i++) {
    if (text.startsWith("/*", i)) depth++, i++;
    else if (text.startsWith("*/", i)) depth--, i++;
  }
  return depth === 0 ? text.slice(i) : text;
}
