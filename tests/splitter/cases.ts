/**
 * The 36 splitter cases (T23): what has led splitters astray, 1 to 23 for Postgres, 24 to 33 for MySQL and MariaDB, 34 to 36 for SQLite. Each
 * script runs on an empty database.
 */

/** One script, and what it is to be cut into; or the code that it is refused with. */
export interface SplitterCase {
  readonly number: number;
  readonly what: string;
  readonly script: string;
  readonly statements: readonly string[];
  readonly refused?: "SQA-512" | "SQA-531";
}

const cut = (what: string, statements: readonly string[], script?: string) => ({
  what,
  statements,
  script: script ?? `${statements.join(";\n")};\n`,
});
const refused = (what: string, script: string, code: "SQA-512" | "SQA-531" = "SQA-512") => ({
  what,
  script,
  statements: [],
  refused: code,
});
const raw = String.raw;
const numbered = (first: number, cases: readonly Omit<SplitterCase, "number">[]): readonly SplitterCase[] =>
  cases.map((each, i) => ({ number: first + i, ...each }));

export const postgresCases = numbered(1, [
  cut("a last statement without a semicolon, empty ones between", ["select 1", "select 2"], ";;select 1;;\n;select 2"),
  cut("nothing but comments", [], "-- a; 'b\n/* c; \" */\n;\n"),
  cut("semicolons and doubled quotes in strings", ["select 'a;''b;', ';'", "select ''''"]),
  cut("semicolons and doubled quotes in names", ['select 1 as "a;""b;"', 'create table "begin;" ("end;" int)']),
  cut("backslashes in escape strings", [raw`select E'\';\\', e'a\\'`, raw`select E'\\\'; -- '`]),
  cut("backslashes in plain strings", [raw`select '\'`, raw`select 'a;\', '\\'`]),
  cut("strings and names with Unicode escapes", [
    raw`select U&'d\0061t;\0061', U&'\\;'`,
    raw`create table U&"d\0061;\0061" (a int)`,
    raw`select u&'!0061;' uescape '!'`,
  ]),
  cut("strings of bits, hexadecimal digits and the national set", ["select B'01', x'1F', N'a;b'", "select 1"]),
  cut("a string that goes on in the next line", ["select 'a;' -- ; '\n  'b;'", "select 2"]),
  cut(
    "line comments with quotes, semicolons and no line behind",
    ["select 1 -- it's; \"\n  + 1", "select 2"],
    "select 1 -- it's; \"\n  + 1;\n-- $$\nselect 2; -- '",
  ),
  cut("nested comments", ["select /* a /* ; ' */ ; $$ */ 1", "select 2"]),
  cut("operators beside comments and signs", [
    "select 4/* ; */-1, 1 +-- ;\n 2, 1 - -1",
    "select '{\"a\":1}'::jsonb->>'a', 5 % 2, @ -3",
  ]),
  cut("dollar quotes with everything in them", ["select $$ ; ' \" -- /* $$", "select $$$$, 1"]),
  cut("dollar quotes within others", [
    "select $a$ $$ ; $$ $b$ ; $b$ $a$",
    "do $x$ begin execute $$ select ';' $$; end $x$",
  ]),
  cut("dollars in names and parameters", [
    "create table a$b$c (x$1 int)",
    "prepare p (int) as select $1, 1 as a$b$c",
    "select x$1 from a$b$c",
  ]),
  cut("casts, slices, arguments by name", [
    "select ('{1,2}'::int[])[1:2], make_interval(days := 1)",
    "select array[1, 2]",
  ]),
  cut("a routine in PL/pgSQL", [
    "create function f() returns int language plpgsql as $body$\nbegin\n  if true then return case when true then 1 end; end if;\n  -- ';\nend;\n$body$",
    "select f()",
  ]),
  cut("BEGIN ATOMIC with CASE and END within", [
    "create function g() returns int language sql begin atomic select 1; select case when true then case 2 when 2 then 3 end end; end",
    "select g()",
  ]),
  cut("BEGIN ATOMIC in a procedure, and names like it", [
    'create table t (atomic int, "end" int)',
    "create procedure h() language sql begin atomic insert into t (atomic) values (1); delete from t; end",
    "call h()",
    "begin",
    "select 1 as atomic",
    "end",
  ]),
  cut("rules with several actions", [
    "create table a (x int)",
    "create rule r as on insert to a do also (delete from a where x = 1; delete from a where x = 2)",
    "select 1",
  ]),
  cut(
    "Windows line ends, a vertical tab, names in other scripts",
    ["create table ä_\u{1d4d0}_表 (a int)", "select '\r\n;\r\n'", "select\v1"],
    "create table ä_\u{1d4d0}_表 (a int) -- ;\r\n;\r\nselect '\r\n;\r\n';\r\nselect\v1",
  ),
  refused(
    "COPY with its rows in the file, which psql would send",
    "create table c (a text);\ncopy c from stdin;\nit's; $$\n\\.\n",
    "SQA-531",
  ),
  refused("a dollar quote that nothing ends", "select 1;\ncreate function f() returns int as $b$ select 1; $$ $a$;\n"),
]);

export const mysqlCases = numbered(24, [
  cut(
    "DELIMITER around a routine",
    ["create procedure p()\nbegin\n  select 1; select ';//';\nend", "call p()"],
    "DELIMITER //\ncreate procedure p()\nbegin\n  select 1; select ';//';\nend//\nDELIMITER ;\ncall p();\n",
  ),
  cut("a delimiter of letters of names, that touches the word before it", [
    "create procedure p() select 1",
    "select 2",
    "call p()",
  ], "delimiter $$\ncreate procedure p() select 1$$\nselect 2 $$\n  Delimiter ;\ncall p()"),
  cut("routines without DELIMITER, with every kind of block", [
    "create procedure p(a int)\nbegin\n  declare i int default 0;\n  outer_loop: loop\n    set i = i + 1;\n    if i > 3 then leave outer_loop; end if;\n    case i when 1 then select 1; else begin end; end case;\n    while i < 0 do set i = i + 1; end while;\n    repeat set i = i + 1; until i > 2 end repeat;\n  end loop outer_loop;\n  select case when a > 1 then repeat('x', 2) else if(a, 1, 2) end;\nend",
    "call p(1)",
  ]),
  cut("triggers, functions of one statement and events", [
    "create table t (x int)",
    "create trigger a before insert on t for each row set new.x = if(new.x > 1, 1, new.x)",
    "create trigger b before update on t for each row begin if new.x > 1 then set new.x = 1; end if; end",
    "create function f() returns int deterministic return 1",
    "create event e on schedule every 1 day disable do begin delete from t; delete from t; end",
    "drop event if exists e",
  ]),
  cut(
    "two dashes are a comment only before white space, and # always",
    ["select 1--1 as a", "select 2", "select 3"],
    "select 1--1 as a; select 2 --\n; -- it's;\nselect 3 # it's;\n",
  ),
  cut("backslashes and doubled quotes in both kinds of strings", [
    raw`select 'it\'s;', "a\";b", 'c''d;', "e"";f"`,
    raw`select '\\', "\\"`,
  ]),
  cut("names in backticks", ["create table `a;``b;` (`-- c` int, `'` int)", "select `-- c`, `'` from `a;``b;`"]),
  cut("comments that the server runs, and versions that it does not have", [
    "/*!40101 SET @a = ';' */",
    "select /*!50000 1 + */ /* ; ' */ 1",
    "/*!999999 no; sql */ select 2",
  ]),
  cut("a delimiter within strings, names and comments is none", [
    "select '//', /* // */ `//` from (select 1 as `//`) as a",
    "select 1",
  ], "DELIMITER //\nselect '//', /* // */ `//` from (select 1 as `//`) as a //\nDELIMITER ;\nselect 1;"),
  cut("backslashes that are no escapes while the session's mode says so", [
    "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
    raw`select '\', ';'`,
    "SET SESSION sql_mode = ''",
    raw`select '\';'`,
  ]),
]);

export const sqliteCases = numbered(34, [
  cut("triggers with several statements, CASE, and names like END", [
    'create table t (a, "end", b)',
    "create trigger r after insert on t begin update t set a = case when new.b = ';' then 1 else 2 end; delete from t where \"end\" = 'end;'; end",
    "create temp trigger if not exists s after delete on t when old.a is not null begin select 1; -- end;\n select 2; end",
    "explain query plan select 1 as 'end'",
  ]),
  cut("names in brackets, backticks and quotes, with whatever they hold", [
    "create table [a;b'] (\"c;\"\"d\" text default 'it''s;', `e;``f`, [g\"h])",
    'select [g"h], "c;""d" from [a;b\'] where `e;``f` = x\'3b\'',
  ]),
  cut("comments that do not nest, and one that the text ends in the line of", [
    "select 1 /* a /* ; */ + 1",
    "select '/* ' || ' */' -- ;\n, 2",
  ], "select 1 /* a /* ; */ + 1; -- it's\nselect '/* ' || ' */' -- ;\n, 2; -- [ ; end"),
]);
