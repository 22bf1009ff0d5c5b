/** Parts of partitioned indexes and keys whose column changes: the server makes the whole anew, and its parts under names that it chooses. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const tables = "create table p (a integer, b integer) partition by list (a); create table q partition of p default; ";
const part = (name: string, of: string, keys: string) =>
  `create index ${of} on only p ${keys}; create index ${name} on q ${keys}; alter index ${of} attach partition ${name}; `;
const key =
  "create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint x unique (a, b)) default; alter table p add constraint w unique (a, b)";

testFinds([
  {
    name: "a column under a part with a name of its own gets another type",
    from: tables + part("x", "w", "(b)"),
    to: tables.replace("b integer", "b bigint") + part("x", "w", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column gets another type, the part of its index another name",
    from: tables + part("x", "w", "(b)"),
    to: tables.replace("b integer", "b bigint") + part("y", "w", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a part with a storage parameter and a comment gets another type",
    from: tables + part("x", "w", "(b)") + "alter index x set (fillfactor = 50); comment on index x is 'one'",
    to: tables.replace("b integer", "b bigint") + part("x", "w", "(b)") +
      "alter index x set (fillfactor = 50); comment on index x is 'one'",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a part that computes from it gets another type",
    from: tables + part("x", "w", "((b + 1))"),
    to: tables.replace("b integer", "b bigint") + part("x", "w", "((b + 1))"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a part that depends on it gets another type",
    from: tables + part("x", "w", "(a) where b > 0"),
    to: tables.replace("b integer", "b bigint") + part("x", "w", "(a) where b > 0"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a key's part with a name of its own gets another type",
    from: key,
    to: key.replace("b integer", "b bigint"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a key's part, with a foreign key to it, gets another type",
    from: key + "; create table f (a integer, b integer, foreign key (a, b) references p (a, b))",
    to: key.replace("b integer", "b bigint") +
      "; create table f (a integer, b integer, foreign key (a, b) references p (a, b))",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under parts on two levels gets another type",
    from:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default partition by list (a); create table r partition of q default; create index w on p (b); alter index q_b_idx rename to x; alter index r_b_idx rename to y",
    to:
      "create table p (a integer, b bigint) partition by list (a); create table q partition of p default partition by list (a); create table r partition of q default; create index w on p (b); alter index q_b_idx rename to x; alter index r_b_idx rename to y",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under an index without parts gets another type",
    from:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default; create index w on only p (b)",
    to:
      "create table p (a integer, b bigint) partition by list (a); create table q partition of p default; create index w on only p (b)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a part with a name of its own is computed otherwise",
    since: 170000,
    from: tables.replace("b integer", "b integer generated always as (a + 1) stored") + part("x", "w", "(b)"),
    to: tables.replace("b integer", "b integer generated always as (a + 2) stored") + part("x", "w", "(b)"),
    rows: "insert into p values (1)",
  },
  {
    name: "a column under a part that is the replica identity gets another type",
    from:
      "create table p (a integer not null, b integer not null) partition by list (a); create table q partition of p default; " +
      part("x", "w", "(a, b)").replaceAll("create index", "create unique index") +
      "alter table q replica identity using index x",
    to:
      "create table p (a integer not null, b bigint not null) partition by list (a); create table q partition of p default; " +
      part("x", "w", "(a, b)").replaceAll("create index", "create unique index") +
      "alter table q replica identity using index x",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a part with a name of its own gets another collation",
    from: tables.replace("b integer", "b text") + part("x", "w", "(b)"),
    to: tables.replace("b integer", 'b text collate "C"') + part("x", "w", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a column under a part with a name of its own gets longer",
    from: tables.replace("b integer", "b varchar(10)") + part("x", "w", "(b)"),
    to: tables.replace("b integer", "b varchar(20)") + part("x", "w", "(b)"),
    rows: "insert into p values (1, 2)",
  },
]);
