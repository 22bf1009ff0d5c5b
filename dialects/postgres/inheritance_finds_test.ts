/** Heirs: what random pairs have found of columns and checks that come from parents. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";
testFinds([
  {
    name: "a collation that is made anew is altered in parents, and goes down to partitions and heirs of any name",
    from: `create collation c from "C"; create table p (k integer, t varchar(20) collate c) partition by list (k);
      create table a partition of p default partition by list (k); create table b partition of a default;
      alter table b alter t set storage external;
      create table h (t text collate c default 'p', u text collate c); create table g (u text collate c default 'x') inherits (h); create table z () inherits (g);
      alter table z alter t set storage main`,
    to:
      `create collation c (provider = libc, locale = 'POSIX'); create table p (k integer, t varchar(20) collate c) partition by list (k);
      create table a partition of p default partition by list (k); create table b partition of a default;
      alter table b alter t set storage external;
      create table h (t text collate c default 'p', u text collate c); create table g (u text collate c default 'x') inherits (h); create table z () inherits (g);
      alter table z alter t set storage main`,
    rows: "insert into p values (1, 'x'); insert into z values ('a', 'b')",
  },
  {
    name: "a column that an heir inherits comes from another of its parents, which change places",
    from: `create table b (n3 integer constraint nn not null); create table a (); create table c () inherits (a, b)`,
    to: `create table a (n3 integer constraint nn not null); create table b (); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "a column that an heir inherits comes from another of its parents",
    from: `create table b (n3 integer constraint nn not null); create table a (); create table c () inherits (a, b)`,
    to: `create table a (n3 integer constraint nn not null); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "an identity column that an heir inherits comes from another of its parents, which change places",
    from:
      `create table b (n3 integer constraint nn not null generated always as identity); create table a (); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer constraint nn not null generated always as identity); create table b (); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "an identity column that an heir inherits comes from another of its parents",
    from:
      `create table b (n3 integer constraint nn not null generated always as identity); create table a (); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer constraint nn not null generated always as identity); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "a check that an heir inherits comes from another of its parents, which change places",
    from: `create table b (n3 integer, check (n3 > 0)); create table a (n3 integer); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table b (n3 integer); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "a check that an heir inherits comes from another of its parents",
    from: `create table b (n3 integer, check (n3 > 0)); create table a (n3 integer); create table c () inherits (a, b)`,
    to:
      `create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table b (n3 integer); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what an heir inherits comes from a table that it joins, and its old parent stays one",
    from:
      `create table b (n3 integer, check (n3 > 0)); create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table c () inherits (b)`,
    to:
      `create table a (n3 integer, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (b, a)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what an heir inherits comes from a table that it joins as its first parent",
    from:
      `create table b (n3 integer constraint nn not null, check (n3 > 0)); create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table c () inherits (b)`,
    to:
      `create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what an heir inherits comes from a new table",
    from: `create table b (n3 integer constraint nn not null, check (n3 > 0)); create table c () inherits (b)`,
    to:
      `create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (a, b)`,
    rows: "insert into c values (1), (2)",
  },
  {
    name: "what heirs of heirs inherit comes from another parent",
    from:
      `create table b (n3 integer constraint nn not null, check (n3 > 0)); create table a (); create table c () inherits (a, b); create table d () inherits (c)`,
    to:
      `create table a (n3 integer constraint nn not null, constraint b_n3_check check (n3 > 0)); create table b (); create table c () inherits (a, b); create table d () inherits (c)`,
    rows: "insert into c values (1), (2); insert into d values (1), (3)",
  },
  {
    name: "a column gets the name that an heir, which goes, has from another parent",
    from: `create table a (x integer); create table b (y int4range); create table c () inherits (b, a)`,
    to: `create table a (y integer); create table b (y int4range)`,
    rows: "insert into a values (1)",
    renames: [["column", "public.a.x", "public.a.y"]],
  },
  {
    name: "a column gets the name that another parent of its heir gives up",
    from: `create table a (x integer); create table b (y int4range); create table c () inherits (b, a)`,
    to: `create table a (y integer); create table b (z int4range); create table c () inherits (b, a)`,
    rows: "insert into a values (1); insert into c values ('[1,2)', 3)",
    renames: [["column", "public.a.x", "public.a.y"], ["column", "public.b.y", "public.b.z"]],
  },
  {
    name: "a column gets the name that an heir's own has that is dropped",
    from: `create table a (x integer); create table c (y text) inherits (a)`,
    to: `create table a (y integer); create table c () inherits (a)`,
    rows: "insert into a values (1); insert into c values (3, 'x')",
    renames: [["column", "public.a.x", "public.a.y"]],
  },
  {
    name: "a tsvector that the text of a time is not",
    from: `create table a (x text)`,
    to: `create table a (x tsvector)`,
    rows: "insert into a values ('2020-01-01 10:00:00+00')",
    stops: true,
  },
]);
