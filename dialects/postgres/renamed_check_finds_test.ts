/** Checks that heirs have from their parents, which get another name: see tests/properties/postgres/finds.ts. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a check that an heir has is renamed with its parent's, and says something else",
    from: `create table p (a text); alter table p add constraint r check (a <> ''); create table h () inherits (p);
      create table d () inherits (h)`,
    to: `create table p (a text); alter table p add constraint n check (length(a) < 30); create table h () inherits (p);
      create table d () inherits (h)`,
    rows: "insert into h values ('1'); insert into d values ('1')",
    renames: [["check", "public.p.r", "public.p.n"]],
  },
  {
    name: "a check that heirs and partitions have is renamed with its parent's, with comments and places of their own",
    from: `create table p (a text, constraint r check (a <> '') no inherit, constraint s check (a <> 'b'));
      create table h (constraint s check (a <> 'b')) inherits (p); comment on constraint s on h is 'own';
      create table q (a int constraint w check (a > 0)) partition by list (a); create table q1 partition of q for values in (1) partition by list (a);
      create table q2 partition of q1 default`,
    to: `create table p (a text, constraint r2 check (a <> '') no inherit, constraint s2 check (a <> 'b'));
      create table h (constraint s2 check (a <> 'b')) inherits (p); comment on constraint s2 on h is 'own';
      create table q (a int constraint w2 check (a > 0)) partition by list (a); create table q1 partition of q for values in (1) partition by list (a);
      create table q2 partition of q1 default`,
    rows: "insert into h values ('1'); insert into q values (1)",
    renames: [
      ["check", "public.p.r", "public.p.r2"],
      ["check", "public.p.s", "public.p.s2"],
      ["check", "public.q.w", "public.q.w2"],
    ],
  },
  {
    name: "a check takes the name that its parent's has given up, and an heir's own one with that name goes",
    from:
      `create table p (a int, b int, constraint r check (a > 0)); create table h (constraint n check (b > 1)) inherits (p)`,
    to: `create table p (a int, b int, constraint n check (a > 0)); create table h () inherits (p)`,
    rows: "insert into h values (1, 2)",
    renames: [["check", "public.p.r", "public.p.n"]],
  },
  {
    name: "a check that an heir has from two parents gets another name in one, and in both",
    from:
      `create table p (a int, constraint r check (a > 0), constraint s check (a > 1)); create table q (a int, constraint r check (a > 0), constraint s check (a > 1));
      create table h () inherits (p, q)`,
    to:
      `create table p (a int, constraint r2 check (a > 0), constraint s2 check (a > 1)); create table q (a int, constraint r check (a > 0), constraint s2 check (a > 1));
      create table h () inherits (p, q)`,
    rows: "insert into h values (2)",
    renames: [["check", "public.p.r", "public.p.r2"], ["check", "public.p.s", "public.p.s2"], [
      "check",
      "public.q.s",
      "public.q.s2",
    ]],
  },
  {
    name: "a check of a parent that an heir leaves gets another name, and one of a parent that it joins",
    from:
      `create table p (a int, constraint r check (a > 0)); create table q (a int, constraint s check (a > 1)); create table h () inherits (p)`,
    to:
      `create table p (a int, constraint r2 check (a > 0)); create table q (a int, constraint s2 check (a > 1)); create table h () inherits (q)`,
    rows: "insert into h values (2)",
    renames: [["check", "public.p.r", "public.p.r2"], ["check", "public.q.s", "public.q.s2"]],
  },
  {
    name: "a check is renamed while its column, its table and its heir are renamed as well",
    from:
      `create table p (a int, constraint r check (a > 0)); create foreign data wrapper w; create server f foreign data wrapper w;
      create table h () inherits (p); create foreign table g () inherits (p) server f`,
    to:
      `create table p2 (b int, constraint r2 check (b > 1)); create foreign data wrapper w; create server f foreign data wrapper w;
      create table h2 () inherits (p2); create foreign table g2 () inherits (p2) server f`,
    rows: "insert into h values (2)",
    renames: [
      ["table", "public.p", "public.p2"],
      ["table", "public.h", "public.h2"],
      ["foreign_table", "public.g", "public.g2"],
      ["column", "public.p.a", "public.p2.b"],
      ["check", "public.p.r", "public.p2.r2"],
    ],
  },
  {
    name: "checks of parents and tables that are parted get other names, and say the same",
    from: `create table p (a int, constraint s check (a <> 1), constraint x check (a > 0));
      create table h (constraint s check (a <> 1)) inherits (p); create table d () inherits (h); comment on constraint s on h is 'own';
      create table q (a int constraint w check (a > 0)) partition by list (a); create table q1 partition of q for values in (1) partition by list (a);
      create table q2 partition of q1 default`,
    to: `create table p (a int, constraint s2 check (a <> 1), constraint x2 check (a > 0));
      create table h (constraint s2 check (a <> 1)) inherits (p); create table d () inherits (h); comment on constraint s2 on h is 'own';
      create table q (a int constraint w2 check (a > 0)) partition by list (a); create table q1 partition of q for values in (1) partition by list (a);
      create table q2 partition of q1 default; create table q3 partition of q for values in (3)`,
    rows: "insert into h values (2); insert into q values (1)",
  },
  {
    name: "a check of two parents gets another name, in one of them and in both, and says the same",
    from:
      `create table p (a int, constraint s check (a <> 1), constraint r check (a <> 2)); create table q (a int, constraint s check (a <> 1), constraint r check (a <> 2));
      create table h () inherits (p, q)`,
    to:
      `create table p (a int, constraint s2 check (a <> 1), constraint r2 check (a <> 2)); create table q (a int, constraint s check (a <> 1), constraint r2 check (a <> 2));
      create table h () inherits (p, q)`,
    rows: "insert into h values (3)",
  },
  {
    name: "a check gets another name in a parent and its heir, which leaves it, or which has it from there no more",
    from:
      `create table p (a int, constraint s check (a <> 1)); create table h (a int) inherits (p); create table g (a int, constraint s check (a <> 1)) inherits (p)`,
    to:
      `create table p (a int, constraint s2 check (a <> 1)); create table h (a int, constraint s2 check (a <> 1)); create table g (a int, constraint s check (a <> 1))`,
    rows: "insert into h values (3)",
  },
  {
    name: "a column that a check needs is made anew while the check gets another name in its table and an heir",
    from:
      `create table p (a int, b int generated always as (a + 1) stored, constraint s check (b <> 1)); create table h () inherits (p)`,
    to:
      `create table p (a int, b int generated always as (a + 2) stored, constraint s2 check (b <> 1)); create table h () inherits (p)`,
    rows: "insert into h values (3)",
  },
  {
    name: "a check gets the name that another gives up by a rename that is asked for",
    from: "create table t (a integer, constraint r check (a > 0), constraint b check (a > 0))",
    to: "create table t (a integer, constraint b check (a > 0), constraint n check (a > 0))",
    rows: "insert into t values (1)",
    renames: [["check", "public.t.b", "public.t.n"]],
  },
]);
