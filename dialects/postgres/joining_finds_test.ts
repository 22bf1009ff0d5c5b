/** Tables that join one parent while they keep another: see tests/properties/postgres/finds.ts. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a table joins a parent while another, which it keeps, changes its column",
    from:
      `create table n (a varchar(20)); create table o (); create table h () inherits (n, o); create table d () inherits (h)`,
    to:
      `create table n (a varchar(20) collate "C"); create table r (); create table h () inherits (n, r); create table d () inherits (h)`,
    rows: "insert into h values ('x'); insert into d values ('y')",
  },
  {
    name: "a table changes its first parent while the second, which it keeps, changes all that it hands down",
    from:
      `create table n (a integer default 1, b integer not null, c text, g integer generated always as (b + 1) stored, constraint k check (a > 0));
      create table o (z integer); create table h (z integer) inherits (o, n)`,
    to:
      `create table n (a bigint default 2, b integer constraint nn not null, c text not null default 'q', g integer generated always as (b + 2) stored, constraint k check (a > -1));
      alter table n alter column c set storage main;
      create table r (z integer); create table h (z integer) inherits (r, n)`,
    rows: "insert into h (a, b, c) values (1, 2, 'x')",
  },
  {
    name: "a table joins a parent as a second one while its own column differs from what the first one gets",
    from: `create table n (a integer default 1, b varchar(10)); create table r (c integer);
      create table h (a integer default 5, c integer) inherits (n)`,
    to: `create table n (a bigint default 2, b text); create table r (c integer default 3);
      create table h (a bigint default 6, c integer) inherits (n, r); alter table h alter column b set default 'own'; comment on column h.a is 'own'`,
    rows: "insert into h values (1, 'x', 3)",
  },
  {
    name: "a table joins a parent while another, which it keeps, gets a column and a check",
    from:
      `create table n (a integer); create table r (c integer); create table h (c integer) inherits (n); create table o (c integer);
      create table g (c integer) inherits (n, o)`,
    to:
      `create table n (a integer, b integer not null default 4, constraint k check (b > 0)); create table r (b integer, c integer, constraint l check (b > 1));
      create table h (c integer) inherits (n, r); create table o (c integer); create table g (c integer) inherits (r, n)`,
    rows: "insert into h values (1, 3); insert into g values (1, 3)",
  },
  {
    name: "a partition of a table that is made a part of another gets a column and a check",
    from:
      `create table p (a integer, z integer) partition by list (a); create table p1 (a integer, z integer) partition by list (z);
      create table p11 partition of p1 for values in (1); create table q (a integer); create table h () inherits (q)`,
    to: `create table p (a integer, z integer, b text, constraint k check (b <> '')) partition by list (a);
      create table p1 partition of p for values in (1) partition by list (z); create table p11 partition of p1 for values in (1);
      create table q (a integer, b text, constraint k check (b <> '')); create table h () inherits (q)`,
    rows: "insert into p1 values (1, 1); insert into h values (1)",
  },
  {
    name: "a table's own checks and NOT NULLs become those of the parent that it joins, with or without a comment",
    from:
      `create table p (a integer not null, b integer constraint bn not null, c integer, constraint k check (a > 0), constraint l check (a > 1) not valid);
      create table h (a integer, b integer constraint own not null, c integer not null, constraint k check (a > 0), constraint l check (a > 1));
      create table g (a integer not null, b integer constraint bn not null, c integer, constraint k check (a > 0), constraint l check (a > 1) not valid); comment on constraint k on g is 'one'`,
    to:
      `create table p (a integer not null, b integer constraint bn not null, c integer, constraint k check (a > 0), constraint l check (a > 1) not valid);
      create table h (a integer, b integer, c integer not null) inherits (p);
      create table g (a integer, b integer, c integer) inherits (p); comment on constraint k on g is 'two'`,
    rows: "insert into h values (2, 3, 4); insert into g values (2, 3, 4)",
  },
  {
    name: "a table joins a parent that has a check which its rows break",
    from: "create table p (a integer, constraint k check (a > 0)); create table h (a integer)",
    to: "create table p (a integer, constraint k check (a > 0)); create table h (a integer) inherits (p)",
    rows: "insert into h values (-1)",
    stops: true,
  },
  {
    name: "the parents of a table change places while one gets a column and the other loses one, or a type changes",
    from:
      `create table n (); create table m (a integer not null generated always as identity); create table h () inherits (m, n);
      create table p (x integer, k text); create table q (y text, k text); create table g (z integer, k text default 'g') inherits (p, q);
      create table i (z integer) inherits (p, q)`,
    to:
      `create table n (b integer not null generated always as identity, c text, constraint k check (c <> '')); create table m (); create table h () inherits (n, m);
      create table p (x bigint, k text); create table q (y text not null default 'q', k text); create table g (z bigint default 3, k text default 'h') inherits (q, p);
      create table i (z integer) inherits (q)`,
    rows: "insert into g (x, y, k, z) values (1, '2', '3', 4); insert into i (x, y, k, z) values (1, '2', '3', 4)",
  },
  {
    name: "a computed column comes from another parent while the one that it came from is kept and loses it",
    from:
      `create table p (a integer not null generated always as identity, b integer generated always as (a + 1) stored);
      create table q (); create table h () inherits (q, p)`,
    to: `create table r (a integer not null generated always as identity, b integer generated always as (a + 1) stored);
      create table p (); create table h () inherits (p, r)`,
    rows: "insert into h (a) values (3)",
  },
  {
    name: "a table has a check on a computed column from another parent",
    from: `create table p (a text generated always as ('z') stored, b integer, constraint k check (a <> 'zz'));
      create table q (c integer); create table h () inherits (p)`,
    to: `create table p (c integer);
      create table q (a text generated always as ('z') stored, b integer, constraint k check (a <> 'zz'));
      create table h () inherits (q)`,
    rows: "insert into h (b) values (3)",
  },
]);
