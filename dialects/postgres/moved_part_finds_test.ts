/** Partitions that become those of another table, or join one while others get other bounds: changes that were wrong once. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const p = "create table p (a integer) partition by list (a)", x = "create table x (a integer primary key)";
const three =
  `${p}; create table q (a integer) partition by list (a); create table r (a integer) partition by list (a)`;
const rows = "insert into p values (1), (2), (3)";

const trigger = "create function f() returns trigger language plpgsql as 'begin return new; end'";
const triggers = `create trigger t after insert on p for each row execute function f();
  create trigger u after insert on p for each row execute function f()`;

/** Two partitions with partitions beside each other, then one below the other, which takes its values. */
const beside = (columns: string) =>
  `create table p (${columns}) partition by list (a);
  create table p1 partition of p for values in (1) partition by list (a); create table p11 partition of p1 for values in (1);
  create table p2 partition of p for values in (2, 3) partition by list (a); create table p22 partition of p2 for values in (2, 3)`;
const below = (columns: string) =>
  `create table p (${columns}) partition by list (a);
  create table p2 partition of p for values in (1, 2, 3) partition by list (a); create table p22 partition of p2 for values in (2, 3);
  create table p1 partition of p2 for values in (1) partition by list (a); create table p11 partition of p1 for values in (1)`;

testFinds([
  {
    name: "a partition goes below another one, which takes its values",
    from: `${p}; create table p1 partition of p for values in (1); create table p2 partition of p for values in (2, 3)
      partition by list (a); create table p22 partition of p2 for values in (2, 3)`,
    to: `${p}; create table p2 partition of p for values in (1, 2, 3) partition by list (a);
      create table p1 partition of p2 for values in (1); create table p22 partition of p2 for values in (2, 3)`,
    rows,
  },
  {
    name: "a partition goes below another one, with a column and keys that come",
    from: beside("a integer"),
    to: below("a integer primary key, b text default 'x' not null check (b <> ''), unique (a, b)"),
    rows,
  },
  {
    name: "a partition goes below another one, with keys that stay, under other names of the tables",
    from: beside("a integer primary key"),
    to: below("a integer primary key").replace(/\bp([12])\b/g, "q$1"),
    renames: [["table", "public.p1", "public.q1"], ["table", "public.p2", "public.q2"]],
    rows,
  },
  {
    name: "a partition goes below another one, with a computed column and a NOT NULL under another name",
    from: beside("a integer constraint one not null, b integer generated always as (a + 1) stored"),
    to: below("a integer constraint other not null, b integer generated always as (a + 2) stored"),
    rows: "insert into p (a) values (1), (2), (3)",
  },
  {
    name: "a partition goes below another one, with a foreign key that goes",
    from: `${x}; ${beside("a integer references x")}`,
    to: `${x}; ${below("a integer")}`,
    rows: `insert into x values (1), (2), (3); ${rows}`,
  },
  {
    name: "a partition goes below another one, with a foreign key whose rows refer to it, and which goes",
    from: `${beside("a integer primary key")}; create table y (a integer references p)`,
    to: `${below("a integer primary key")}; create table y (a integer)`,
    rows: `${rows}; insert into y values (1)`,
  },
  {
    name: "a partition goes below another one, with a foreign key whose copy has a name of its own",
    from:
      `${x}; ${p}; create table p1 (a integer constraint one references x); alter table p add foreign key (a) references x;
      alter table p attach partition p1 for values in (1);
      create table p2 partition of p for values in (2) partition by list (a)`,
    to: `${x}; ${p}; create table p2 partition of p for values in (1, 2) partition by list (a);
      create table p1 (a integer constraint other references x); alter table p add foreign key (a) references x;
      alter table p2 attach partition p1 for values in (1)`,
    rows: "insert into x values (1), (2); insert into p values (1)",
  },
  {
    name: "a partition goes below another one, with a trigger whose copy fires otherwise, the same or another one",
    from: `${trigger}; ${
      beside("a integer")
    }; ${triggers}; alter table p11 disable trigger t; alter table p11 disable trigger u`,
    to: `${trigger}; ${
      below("a integer")
    }; ${triggers}; alter table p11 disable trigger t; alter table p1 disable trigger u`,
    rows,
  },
  {
    name: "partitions go below a new one, which takes their values",
    from: `${p}; create table p1 partition of p for values in (1, 2); create table p3 partition of p for values in (3)`,
    to: `${p}; create table p2 partition of p for values in (1, 2, 3) partition by list (a);
      create table p1 partition of p2 for values in (1, 2); create table p3 partition of p2 for values in (3)`,
    rows,
  },
  {
    name: "one partition goes up, another one down",
    from: `${p}; create table m partition of p for values in (1, 2) partition by list (a);
      create table p1 partition of m for values in (1); create table p3 partition of p for values in (3)`,
    to: `${p}; create table m partition of p for values in (2, 3) partition by list (a);
      create table p1 partition of p for values in (1); create table p3 partition of m for values in (3)`,
    rows: "insert into p values (1), (3)",
  },
  {
    name: "partitions of three tables go round",
    from: `${three}; create table p1 partition of p for values in (1); create table q1 partition of q for values in (1);
      create table r1 partition of r for values in (1)`,
    to: `${three}; create table p1 partition of q for values in (1); create table q1 partition of r for values in (1);
      create table r1 partition of p for values in (1)`,
    rows: "insert into p values (1); insert into r values (1)",
  },
  {
    name: "a table becomes a partition with values that another partition gives up",
    from: `${p}; create table p0 (a integer); create table p2 partition of p for values in (1, 2)`,
    to: `${p}; create table p0 partition of p for values in (1); create table p2 partition of p for values in (2)`,
  },
  {
    name: "two partitions exchange their bounds, one of them the default",
    from: `${p}; create table p1 partition of p default; create table p2 partition of p for values in (2)`,
    to: `${p}; create table p2 partition of p default; create table p1 partition of p for values in (2)`,
  },
]);
