/** Languages, transforms and access methods: made, changed, renamed and dropped, with what uses them. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const language = (name: string) =>
  `create trusted language ${name} handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator`;
const transform = (type: string, of: string, routines: string) =>
  `create transform for ${type} language ${of} (${routines})`;
const both = "from sql with function prsd_lextype(internal), to sql with function int4recv(internal)";

testFinds([
  {
    name: "transforms are made, dropped, commented and made anew",
    from: `${language("l")}; create type c as (a integer); ${transform("integer", "l", both)};
      ${
      transform("c", "l", "from sql with function prsd_lextype(internal)")
    }; comment on transform for c language l is 'one';
      create function f(integer) returns integer language l transform for type integer as 'begin return 1; end'`,
    to: `${language("l")}; create type c as (a integer); ${
      transform("c", "l", "from sql with function dsynonym_init(internal)")
    };
      create function f(integer) returns integer language l as 'begin return 1; end'; ${
      transform("bigint", "l", "to sql with function int8recv(internal)")
    };
      comment on transform for bigint language l is 'it''s'`,
  },
  {
    name: "a transform follows the names of its type and its language",
    from: `${language("l")}; create schema s; create type s.c as (a integer);
      ${
      transform("s.c", "l", "from sql with function prsd_lextype(internal)")
    }; comment on transform for s.c language l is 'one'`,
    to: `${language('"L l"')}; create type "C c" as (a integer);
      ${
      transform('"C c"', '"L l"', "from sql with function prsd_lextype(internal)")
    }; comment on transform for "C c" language "L l" is 'two';
      create schema s`,
    renames: [["language", "l", "L l"], ["composite_type", "s.c", "public.C c"]],
  },
  {
    name: "access methods come and go with the tables and indexes that use them",
    from: `create access method h type table handler heap_tableam_handler; create table t (a integer) using h;
      create access method b type index handler bthandler; comment on access method b is 'one'; create table u (a integer)`,
    to: `create access method "H h" type table handler heap_tableam_handler; create table t (a integer) using "H h";
      create access method b type index handler hashhandler; comment on access method b is 'two'; create table u (a integer)`,
    rows: "insert into t values (1)",
  },
]);
