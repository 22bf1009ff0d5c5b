/** Partitions with keys and indexes of their own: changes that were wrong once. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "an index that not all partitions have a part of, while a partition with partitions has a whole one",
    from: "",
    to: `create table p (a integer) partition by range (a);
      create table p2 partition of p for values from (100) to (1000) partition by range (a);
      create table p21 partition of p2 for values from (100) to (200); create table p22 partition of p2 for values from (200) to (300);
      create index on p22 (a); create index on only p2 (a); alter index p2_a_idx attach partition p22_a_idx; create index on p (a);
      create table p3 (a integer) partition by range (a); create table p31 partition of p3 for values from (1000) to (1200);
      alter table p attach partition p3 for values from (1000) to (2000)`,
  },
  {
    name: "a partition that comes with an equal foreign key keeps the key's name, and so does the way back",
    from: `create table a (id integer primary key);
      create table p (id integer, a integer) partition by list (a);
      create table p1 (id integer, a integer, constraint own foreign key (a) references a);
      create table p2 (id integer, a integer) partition by list (id);
      create table p21 partition of p2 for values in (1);
      alter table p2 add constraint second foreign key (a) references a`,
    to: `create table a (id integer primary key);
      create table p (id integer, a integer) partition by list (a);
      create table p1 (id integer, a integer, constraint own foreign key (a) references a);
      create table p2 (id integer, a integer) partition by list (id);
      create table p21 partition of p2 for values in (1);
      alter table p2 add constraint second foreign key (a) references a;
      alter table p attach partition p1 for values in (1); alter table p attach partition p2 for values in (2);
      alter table p add constraint whole foreign key (a) references a`,
    rows: "insert into a values (1), (2); insert into p1 values (1, 1); insert into p2 values (1, 2)",
  },
  {
    name: "a foreign key whose copies have names of their own gets a partition and another name",
    from: `create table a (id integer primary key);
      create table p (id integer, a integer) partition by list (a); create table p1 partition of p for values in (1);
      create table p2 partition of p for values in (2);
      alter table p add constraint whole foreign key (a) references a; alter table p1 rename constraint whole to part`,
    to: `create table a (id integer primary key);
      create table p (id integer, a integer) partition by list (a); create table p1 partition of p for values in (1);
      create table p2 partition of p for values in (2); create table p3 partition of p for values in (3);
      alter table p add constraint other foreign key (a) references a; alter table p1 rename constraint other to part;
      alter table p3 rename constraint other to three`,
    rows: "insert into a values (1), (2); insert into p values (1, 1), (2, 2)",
    renames: [["foreign_key", "public.p.whole", "public.p.other"]],
  },
  {
    name: "a partition whose copy of a foreign key has a name of its own is renamed",
    from: `create table a (id integer primary key);
      create table p (id integer, a integer) partition by list (a); create table p1 partition of p for values in (1);
      alter table p add constraint whole foreign key (a) references a; alter table p1 rename constraint whole to part`,
    to: `create table a (id integer primary key);
      create table p (id integer, a integer) partition by list (a); create table q1 partition of p for values in (1);
      alter table p add constraint whole foreign key (a) references a; alter table q1 rename constraint whole to part`,
    rows: "insert into a values (1); insert into p values (1, 1)",
    renames: [["table", "public.p1", "public.q1"]],
  },
  {
    name: "an index that not all partitions have a part of, on two levels; then they have, and one comes",
    from:
      `create table p (a integer, b integer) partition by range (a); create table p1 partition of p for values from (0) to (10);
      create table p2 partition of p for values from (10) to (20) partition by list (b); create table p21 partition of p2 for values in (1);
      create index i on only p (a, b); create index p1_a_b_idx on p1 (a, b); create index i2 on only p2 (a, b);
      create index other on p1 (b, a); alter index i attach partition i2`,
    to:
      `create table p (a integer, b integer) partition by range (a); create table p1 partition of p for values from (0) to (10);
      create table p2 partition of p for values from (10) to (20) partition by list (b); create table p21 partition of p2 for values in (1);
      create index i on only p (a, b); create index p1_a_b_idx on p1 (a, b); create index i2 on only p2 (a, b);
      create index other on p1 (b, a); alter index i attach partition i2; alter index i attach partition p1_a_b_idx;
      create index i21 on p21 (a, b); alter index i2 attach partition i21; create table p3 partition of p for values from (20) to (30)`,
    rows: "insert into p values (1, 1), (11, 1)",
  },
  {
    name: "tables with indexes that not all partitions have a part of are made and dropped",
    from: "create table z (a integer)",
    to: `create table z (a integer); create table p (a integer not null, b integer) partition by range (a);
      create table p1 partition of p for values from (0) to (10); create table p2 partition of p for values from (10) to (20);
      create index p1_b_idx on p1 (b); create index i on only p (b); create index p2_b on p2 (b); alter index i attach partition p2_b;
      alter table only p add constraint u unique (a); alter table p1 add constraint u1 unique (a); alter index u attach partition u1`,
  },
  {
    name: "a table with partitions of its own is attached where there is a primary key",
    from: `create table p (a integer not null, primary key (a)) partition by list (a);
      create table q (a integer not null) partition by list (a); create table q1 partition of q for values in (1)`,
    to: `create table p (a integer not null, primary key (a)) partition by list (a);
      create table q (a integer not null) partition by list (a); create table q1 partition of q for values in (1);
      alter table p attach partition q for values in (1, 2); create table q2 partition of q for values in (2)`,
    rows: "insert into q values (1)",
  },
  {
    name: "keys without overlaps of partitions are made by the server",
    since: 180000,
    from: "create table z (a integer)",
    to:
      `create table z (a integer); create table p (a int4range, b daterange, primary key (a, b without overlaps)) partition by list (a);
      create table p1 partition of p for values in ('[1,2)'); create table p2 partition of p for values in ('[2,3)');
      alter table p2 rename constraint p2_pkey to other; alter table p add constraint e unique (a, b without overlaps)`,
  },
  {
    name: "exclusion constraints of partitions are made by the server",
    since: 170000,
    from:
      `create table p (a int4range, b int4range) partition by list (a); create table p1 partition of p for values in ('[1,2)')`,
    to: `create table p (a int4range, b int4range, exclude using gist (a with =, b with &&)) partition by list (a);
      create table p1 partition of p for values in ('[1,2)'); create table p2 partition of p for values in ('[2,3)');
      alter table p2 rename constraint p2_a_b_excl to other`,
    rows: "insert into p values ('[1,2)', '[1,4)')",
  },
  {
    name: "a column that a partition key is made from gets another type: its table is made anew",
    from:
      `create table p (a integer, b integer) partition by range (a); create table p1 partition of p for values from (0) to (10);
      create table q (a text, b integer) partition by list (lower(a)); create table q1 partition of q default partition by range (b);
      create view v as select b from q; create index i on q (b)`,
    to: `create table p (a text, b bigint) partition by range (a);
      create table q (a text, b bigint) partition by list (lower(a)); create table q1 partition of q default partition by range (b);
      create view v as select b from q; create index i on q (b)`,
  },
  {
    name: "a NOT NULL keeps its name though another constraint of the schema is called so",
    since: 180000,
    from: "create table z (a integer)",
    to:
      `create table z (a integer not null, b integer); create table zz (a integer, constraint z_b_not_null check (a > 0));
      create table t (a integer not null, b integer generated always as identity); create table a (like t);
      alter table z alter b set not null; alter table z rename constraint z_b_not_null1 to z_b_not_null`,
  },
  {
    name: "heirs inherit a CHECK that is not valid for them either",
    from: "create table z (a integer)",
    to:
      `create table z (a integer); create table p (a integer); create table h () inherits (p); create table g () inherits (h);
      alter table p add constraint c check (a > 0) not valid; alter table p add constraint own check (a < 9) no inherit not valid`,
  },
  {
    name: "a table leaves its parent, and its partition leaves it",
    from: `create table p (a integer, b integer, c integer) partition by range (a, b);
      create table q (c integer, b integer not null, a integer not null) partition by range (b);
      create table r (b integer not null, c integer, a integer not null);
      alter table q attach partition r for values from (1) to (5); alter table p attach partition q for values from (1, 2) to (1, 10)`,
    to: `create table p (a integer, b integer) partition by range (a, b);
      create table q (b integer not null, a integer not null) partition by range (b); create table r (b integer not null, a integer not null)`,
    rows: "insert into r values (2, 3, 1)",
  },
  {
    name: "columns of the catalog's own vector types",
    from: "create table t (a oidvector, b int2vector)",
    to: "create table t (a oidvector, b int2vector, c oid[], d oidvector[])",
  },
  {
    name: "a table becomes a partition with a column and a key that must be made anew",
    // Before, a partition's generated column must be made from what its parent's is made from.
    since: 160000,
    from:
      `create table p (a date not null, b bigint, c bigint generated always as (b * 2) stored, unique (a, b)) partition by range (a);
      create table t (a date not null, b bigint, c bigint generated always as identity, constraint t_a_b_key unique (b))`,
    to:
      `create table p (a date not null, b bigint, c bigint generated always as (b * 2) stored, unique (a, b)) partition by range (a);
      create table t (a date not null, b bigint, c bigint generated always as (b * 3) stored);
      alter table p attach partition t for values from ('2026-01-01') to ('2027-01-01')`,
    rows: "insert into t values ('2026-03-03', 1)",
  },
  {
    name: "a partition is made with a key of its own over the columns of an inherited one",
    // Before, the server takes the primary key for the part of the UNIQUE, and refuses the right one.
    since: 170000,
    from: "create table z (a integer)",
    to:
      `create table z (a integer); create table p (a integer not null, b integer not null, unique (a, b)) partition by list (a);
      create table p1 partition of p for values in (1);
      alter table p1 add primary key (a, b); create table q (a integer, b integer, foreign key (a, b) references p (a, b))`,
  },
  {
    name: "a table is made with two keys over the same columns",
    from: "create table z (a integer)",
    to:
      `create table z (a integer); create table t (a integer primary key, b integer unique); alter table t add constraint u unique (a);
      alter table t add constraint u2 unique (b); alter table t add unique (a) include (b)`,
  },
  {
    name: "tables whose policies read each other are dropped",
    from: `create table z (a integer); create table a (x integer); create table b (x integer);
      create policy pa on a using (x in (select b.x from b)); create policy pb on b using (x in (select a.x from a));
      create table c (x integer); create table d (x integer); create view v as select x from d;
      create policy pc on c using (x in (select v.x from v)); create policy pd on d using (x in (select c.x from c))`,
    to: "create table z (a integer)",
  },
  {
    name: "a table with rows cannot become a partition that needs a value",
    from: "create table p (a integer not null) partition by list (a); create table t (b integer)",
    to: "create table p (a integer not null) partition by list (a); create table t partition of p default",
    rows: "insert into t values (1)",
    stops: true,
  },
  {
    name: "a table with rows that break a check or a key cannot become a partition",
    from:
      "create table p (a integer check (a > 2) primary key) partition by list (a); create table t (a integer not null)",
    to:
      "create table p (a integer check (a > 2) primary key) partition by list (a); create table t partition of p default",
    rows: "insert into t values (1), (1)",
    stops: true,
  },
  {
    name: "storage parameters of partitioned indexes, complete or not",
    from: `create table p (a integer not null) partition by list (a); create table p1 partition of p for values in (1);
      create index i on p (a); create index j on only p (a); comment on index i is 'i'`,
    to: `create table p (a integer not null) partition by list (a); create table p1 partition of p for values in (1);
      create index i on p (a) with (fillfactor = 60); create index j on only p (a) with (fillfactor = 70); comment on index i is 'i'`,
    rows: "insert into p values (1)",
  },
  {
    name: "a partition without a part of an index or key goes, and none is left, or those that have one",
    from:
      `create table p (a integer, b integer) partition by list (a); create table p1 partition of p for values in (1); create index i on only p (b);
      alter table only p add constraint u unique (a, b); comment on index i is 'one';
      create table q (a integer, b integer) partition by list (a); create table q1 partition of q for values in (1); create table q2 partition of q for values in (2);
      create index j on only q (b); create index j1 on q1 (b); alter index j attach partition j1;
      alter table only q add constraint k unique (a); alter table q2 add constraint k2 unique (a); alter index k attach partition k2`,
    to: `create table p (a integer, b integer) partition by list (a); create index i on only p (b);
      alter table only p add constraint u unique (a, b); comment on index i is 'one';
      create table q (a integer, b integer) partition by list (a); create table q1 partition of q for values in (1); create table q2 (a integer, b integer, constraint k2 unique (a));
      create index j on only q (b); create index j1 on q1 (b); alter index j attach partition j1;
      alter table only q add constraint k unique (a); alter table q1 add constraint k1 unique (a); alter index k attach partition k1`,
    rows: "insert into p values (1, 1); insert into q values (1, 1)",
  },
  {
    name: "a partition of a partition without a part of an index goes, or gets one, while another one without goes",
    from:
      `create table p (a integer, b integer) partition by list (a); create table p1 partition of p for values in (1, 2) partition by list (a);
      create table p11 partition of p1 for values in (1); create index i on only p (b); create index i1 on only p1 (b); alter index i attach partition i1;
      create table q (a integer, b integer) partition by list (a); create table q1 partition of q for values in (1, 2) partition by list (a);
      create table q11 partition of q1 for values in (1); create table q12 partition of q1 for values in (2);
      create index j on only q (b); create index j1 on only q1 (b); alter index j attach partition j1`,
    to:
      `create table p (a integer, b integer) partition by list (a); create table p1 partition of p for values in (1, 2) partition by list (a);
      create index i on only p (b); create index i1 on only p1 (b); alter index i attach partition i1;
      create table q (a integer, b integer) partition by list (a); create table q1 partition of q for values in (1, 2) partition by list (a);
      create table q11 partition of q1 for values in (1);
      create index j on only q (b); create index j1 on only q1 (b); alter index j attach partition j1;
      create index j11 on q11 (b); alter index j1 attach partition j11`,
    rows: "insert into q values (1, 1), (2, 2)",
  },
  {
    name: "a new partition beside a default one whose rows belong into it",
    from: `create table p (a integer) partition by list (a); create table d partition of p default`,
    to: `create table p (a integer) partition by list (a); create table d partition of p default;
      create table q partition of p for values in (1)`,
    rows: "insert into p values (1), (2)",
    stops: true,
  },
  {
    name: "a key of a partitioned partition comes with a foreign key that refers to the whole",
    from: `create table p (a integer, b integer) partition by list (a);
      create table p1 partition of p default partition by list (a); create table p11 partition of p1 default;
      create table q (x integer, y integer)`,
    to: `create table p (a integer, b integer, primary key (a, b)) partition by list (a);
      create table p1 partition of p default partition by list (a); create table p11 partition of p1 default;
      create table q (x integer, y integer, foreign key (x, y) references p)`,
    rows: "insert into p values (1, 1); insert into q values (1, 1)",
  },
  {
    name: "keys of a table with partitions on two levels come and go with foreign keys to it and to a partition of it",
    from: `create table p (a integer, b integer not null, primary key (a, b), unique (b, a)) partition by list (b);
      create table q partition of p default partition by list (b); create table q1 partition of q for values in (1);
      create table r (a integer, b integer, foreign key (a, b) references p, foreign key (b, a) references p (b, a), foreign key (b, a) references q (b, a));
      create unique index u on p (b); create table s (b integer references p (b)); create table r2 (b integer references p (b)) partition by list (b);
      create table r21 partition of r2 default`,
    to: `create table p (a integer not null, b integer not null) partition by list (b);
      create table q partition of p default partition by list (b); create table q1 partition of q for values in (1);
      create table r (a integer, b integer); create table s (b integer); create table r2 (b integer) partition by list (b);
      create table r21 partition of r2 default`,
    rows:
      "insert into p values (1, 1); insert into r values (1, 1); insert into s values (1); insert into r2 values (1)",
  },
  {
    name: "a partition with a primary key over the columns of a UNIQUE of its table",
    from: "create table p (a integer not null, b text) partition by list (a)",
    to: `create table p (a integer not null, b text, unique (a)) partition by list (a);
      create table p1 partition of p for values in (1); alter table p1 add primary key (a); create index on p1 (b);
      create table r (a integer references p1); create table s (a integer references p (a))`,
  },
  {
    name: "the same with an old partition and one that takes part two levels below",
    from: `create table p (a integer not null, b text) partition by list (a);
      create table p1 partition of p for values in (1)`,
    to: `create table p (a integer not null, b text, unique (a)) partition by list (a);
      create table p1 partition of p for values in (1); alter table p1 add primary key (a);
      create table p2 partition of p for values in (2, 3) partition by list (a);
      create table p21 partition of p2 for values in (2); alter table p21 add primary key (a)`,
  },
  {
    name: "partitions with keys of their own that are parts of their table's index come, leave and go",
    from: `create table t (a integer, b integer) partition by list (a); create unique index i on t (a);
      create table u (a integer primary key, b integer)`,
    to: `create table t (a integer, b integer) partition by list (a); create unique index i on t (a);
      create table u (a integer primary key, b integer); alter table t attach partition u for values in (1);
      create table w partition of t (constraint k unique (a)) default`,
    rows: "insert into u values (1, 2)",
  },
  {
    name: "a table's index takes the key of a partition's own as its part, for good",
    from:
      `create table t (a integer) partition by list (a); create table u partition of t (primary key (a)) for values in (1)`,
    to:
      `create table t (a integer) partition by list (a); create table u partition of t (primary key (a)) for values in (1);
      create unique index i on t (a)`,
    rows: "insert into t values (1)",
    oneWay: true,
  },
]);
