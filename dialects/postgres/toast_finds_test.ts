/** Storage parameters of TOAST tables: see tests/properties/postgres/finds.ts. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const toasted = "with (toast.autovacuum_enabled = false)";

testFinds([
  {
    name: "a partition and an heir get their TOAST table with a column of their parent's",
    from:
      `create table p (a integer) partition by list (a); create table p1 partition of p for values in (1) ${toasted};
      create table q (a integer); create table h () inherits (q) ${toasted}; create table d () inherits (h) ${toasted}`,
    to:
      `create table p (a integer, b text not null default 'x') partition by list (a); create table p1 partition of p for values in (1) ${toasted};
      create table q (a integer, b integer[]); create table h () inherits (q) ${toasted}; create table d () inherits (h) ${toasted}`,
    rows: "insert into p values (1); insert into h values (1)",
  },
  {
    name: "a table gets its TOAST table as it becomes an heir or a partition, or as its parent's column becomes longer",
    from: `create table p (a integer) partition by list (a); create table p1 (a integer) ${toasted};
      create table q (a integer); create table h (a integer) ${toasted};
      create table r (a integer); create table g () inherits (r) ${toasted}`,
    to:
      `create table p (a integer, b text) partition by list (a); create table p1 (a integer, b text) ${toasted}; alter table p attach partition p1 for values in (1);
      create table q (a integer, b text); create table h (a integer, b text) ${toasted}; alter table h inherit q;
      create table r (a text); create table g () inherits (r) ${toasted}`,
    rows: "insert into p1 values (1); insert into h values (1)",
  },
  {
    name: "a table with a text that is stored nowhere gets its TOAST table with another column",
    since: 180000,
    from: `create table t (a integer, b text generated always as (a::text) virtual) ${toasted}`,
    to: `create table t (a integer, b text generated always as (a::text) virtual, c numeric) ${toasted}`,
  },
]);
