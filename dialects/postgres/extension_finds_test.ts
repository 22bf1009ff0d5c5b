/** Changes around extensions that were wrong once; the check is that of the random pairs. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const without = "alter default privileges revoke execute on functions from public";
const given =
  `${without}; alter default privileges grant select on tables to sqa_test_writer with grant option; alter default privileges grant execute on functions to sqa_test_reader`;

testFinds([
  {
    name: "an extension stays in its schema when that gets another name",
    from: "create schema s; create extension citext schema s; create table t (a s.citext)",
    to: "create schema r; create extension citext schema r; create table t (a r.citext)",
    renames: [["schema", "s", "r"]],
    rows: "insert into t values ('a')",
  },
  {
    name: "privileges that new functions lack, on those of an extension whose schema gets another name",
    from: `${without}; create schema s; create extension citext schema s`,
    to: `${without}; create schema r; create extension citext schema r`,
    renames: [["schema", "s", "r"]],
  },
  {
    name: "privileges on what an extension owns change while its schema gets another name, one that needs quotes",
    from:
      `create schema s; create extension citext schema s; revoke execute on function s.citextin(cstring) from public;
      grant usage on type s.citext to sqa_test_reader with grant option`,
    to:
      `create schema "R x"; create extension citext schema "R x"; revoke execute on function "R x".citextout("R x".citext) from public;
      grant usage on type "R x".citext to sqa_test_reader`,
    renames: [["schema", "s", "R x"]],
  },
  {
    name: "an extension comes that was made before the default privileges which the database has",
    from: given,
    to: `create extension citext; create extension pg_stat_statements; ${given}`,
  },
  {
    name: "an extension comes that was made under the default privileges which the database has",
    from: given,
    to: `${given}; create extension citext; create extension pg_stat_statements`,
  },
  {
    name: "an extension comes into a schema whose default privileges change",
    from: `create schema s; alter default privileges in schema s grant all on types to sqa_test_reader; ${given}`,
    to: `create schema s; create extension citext schema s; grant usage on type s.citext to sqa_test_reader;
      alter default privileges in schema s grant usage on types to sqa_test_writer; ${without}`,
  },
  {
    name: "an extension gets a newer version, made before or under default privileges",
    from: `create extension citext version '1.4'; ${given}; create extension pg_trgm version '1.3'`,
    to: `create extension citext; ${given}; create extension pg_trgm`,
  },
]);
