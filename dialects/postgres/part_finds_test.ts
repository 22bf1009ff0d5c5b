/** Parts of partitioned indexes and keys, which the server makes, drops and makes anew with the whole, under names of theirs. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const tables = "create table p (a integer, b integer) partition by list (a); create table q partition of p default; ";
const part = (name: string, of: string, keys: string) =>
  `create index ${of} on only p ${keys}; create index ${name} on q ${keys}; alter index ${of} attach partition ${name}; `;

testFinds([
  {
    name: "a part gets the name of a part of an index that is made anew",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create index w on only p (a) include (b);
      create table q partition of p default partition by list (a); create index v on p (a nulls first)`,
    to: `create table p (a integer not null) partition by list (a); create index w on only p (a);
      create table q partition of p default partition by list (a); create index v on p (a nulls first)`,
  },
  {
    name: "two parts of indexes exchange names",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(a desc)"),
    to: tables + part("y", "w", "(a)") + part("x", "v", "(a desc)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two parts of indexes over other columns exchange names",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables + part("y", "w", "(a)") + part("x", "v", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two parts of indexes that are alike exchange names",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(a)"),
    to: tables + part("y", "w", "(a)") + part("x", "v", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets another name and a storage parameter",
    from: tables + part("x", "w", "(a)"),
    to: tables +
      "create index w on only p (a); create index y on q (a) with (fillfactor = 50); alter index w attach partition y",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets another name and a comment",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("y", "w", "(a)") + "comment on index y is 'hello'",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets another name and becomes the replica identity",
    from:
      "create table p (a integer not null, b integer) partition by list (a); create table q partition of p default; " +
      "create unique index w on only p (a); create unique index x on q (a); alter index w attach partition x",
    to:
      "create table p (a integer not null, b integer) partition by list (a); create table q partition of p default; " +
      "create unique index w on only p (a); create unique index y on q (a); alter index w attach partition y; alter table q replica identity using index y",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gives its name to one of a new index",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("y", "w", "(a)") + part("x", "v", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gives its name to one of a new index like its own",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("y", "w", "(a)") + part("x", "v", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gives its name to its table's own index",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("y", "w", "(a)") + "create index x on q (b)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gives its name to its table's own key",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("y", "w", "(a)") + "alter table q add constraint x unique (b)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets a name that another one gives up",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables + part("y", "w", "(a)") + part("z", "v", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "three parts pass their names on",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)") + part("z", "u", "(a, b)"),
    to: tables + part("y", "w", "(a)") + part("z", "v", "(b)") + part("s", "u", "(a, b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "the names of three parts go round",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)") + part("z", "u", "(a, b)"),
    to: tables + part("y", "w", "(a)") + part("z", "v", "(b)") + part("x", "u", "(a, b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "parts of a primary key and a unique one exchange names",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint x primary key (a), constraint y unique (a, b)) default; alter table p add constraint w primary key (a), add constraint v unique (a, b)`,
    to:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint y primary key (a), constraint x unique (a, b)) default; alter table p add constraint w primary key (a), add constraint v unique (a, b)`,
    rows: "insert into p values (1, 2)",
  },
  {
    name: "parts of two unique keys exchange names",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint x unique (a), constraint y unique (a, b)) default; alter table p add constraint w unique (a), add constraint v unique (a, b)`,
    to:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint y unique (a), constraint x unique (a, b)) default; alter table p add constraint w unique (a), add constraint v unique (a, b)`,
    rows: "insert into p values (1, 2)",
  },
  {
    name: "parts of a key and an index exchange names",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint x unique (a)) default; alter table p add constraint w unique (a); create index y on q (b); create index v on p (b)`,
    to:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint y unique (a)) default; alter table p add constraint w unique (a); create index x on q (b); create index v on p (b)`,
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part of a key gives its name to a check",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint x unique (a)) default; alter table p add constraint w unique (a)`,
    to:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint y unique (a), constraint x check (b > 0)) default; alter table p add constraint w unique (a)`,
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two indexes exchange names, their parts do not",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(a desc)"),
    to: tables + part("x", "v", "(a)") + part("y", "w", "(a desc)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two indexes and their parts exchange names",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(a desc)"),
    to: tables + part("y", "v", "(a)") + part("x", "w", "(a desc)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "an index and its part exchange names",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("w", "x", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "an index and its part get other names",
    from: tables + part("x", "w", "(a)"),
    to: tables + part("y", "v", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "an index and its part get other names, and the part a storage parameter",
    from: tables + part("x", "w", "(a)"),
    to: tables +
      "create index v on only p (a); create index y on q (a) with (fillfactor = 50); alter index v attach partition y",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "an index gets another name, and another's part the name of its part",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables + part("y", "u", "(a)") + part("x", "v", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "indexes of partitions on two levels are made in another order",
    from:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default partition by list (a); create table r partition of q default; create index w on p (a); create index v on p (a desc)",
    to:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default partition by list (a); create table r partition of q default; create index v on p (a desc); create index w on p (a)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "parts on two levels give their names to those of a new index",
    from:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default partition by list (a); create table r partition of q default; create index v on p (a desc)",
    to:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default partition by list (a); create table r partition of q default; create index w on p (a); create index v on p (a desc)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two indexes of a table exchange names",
    from: "create table q (a integer, b integer); create index x on q (a); create index y on q (b)",
    to: "create table q (a integer, b integer); create index y on q (a); create index x on q (b)",
  },
  {
    name: "a part gives its name to an index of another table",
    from: tables + "create table o (c integer); " + part("x", "w", "(a)"),
    to: tables + "create table o (c integer); create index x on o (c);" + part("y", "w", "(a)"),
  },
  {
    name: "parts on two partitions exchange names",
    from:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default; create table r partition of p for values in (1); create index x on q (a); create index y on r (a); create index w on p (a)",
    to:
      "create table p (a integer, b integer) partition by list (a); create table q partition of p default; create table r partition of p for values in (1); create index y on q (a); create index x on r (a); create index w on p (a)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part and its table's own index exchange names",
    from: tables + "create index x on q (a); create index w on p (a); create index y on q (a)",
    to: tables + "create index y on q (a); create index w on p (a); create index x on q (a)",
  },
  {
    name: "two indexes that are alike go, another like them comes",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(a)"),
    to: tables + part("z", "u", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two indexes that are alike get other names, their parts exchange theirs",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(a)"),
    to: tables + part("y", "s", "(a)") + part("x", "u", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "two parts exchange names while their tables are renamed",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables.replaceAll(" q ", " r ").replaceAll(" p ", " o ").replace("of p", "of o") +
      (part("y", "w", "(a)") + part("x", "v", "(b)")).replaceAll(" on q ", " on r ").replaceAll(" p ", " o "),
    rows: "insert into p values (1, 2)",
    renames: [["table", "public.p", "public.o"], ["table", "public.q", "public.r"]],
  },
  {
    name: "two parts exchange names while an index is renamed",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables + part("y", "u", "(a)") + part("x", "v", "(b)"),
    rows: "insert into p values (1, 2)",
    renames: [["index", "public.w", "public.u"]],
  },
  {
    name: "a part is renamed by hand while another gets its name",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables + part("z", "w", "(a)") + part("x", "v", "(b)"),
    rows: "insert into p values (1, 2)",
    renames: [["index", "public.x", "public.z"]],
  },
  {
    name: "two parts exchange names while a column is renamed",
    from: tables + part("x", "w", "(b)") + part("y", "v", "(a)"),
    to: tables.replace("b integer", "c integer") + part("y", "w", "(c)") + part("x", "v", "(a)"),
    rows: "insert into p values (1, 2)",
    renames: [["column", "public.p.b", "public.p.c"]],
  },
  {
    name: "two parts exchange names while the schema is renamed",
    from: "create schema s; set local search_path = s; " + tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: "create schema z; set local search_path = z; " + tables + part("y", "w", "(a)") + part("x", "v", "(b)"),
    rows: "insert into s.p values (1, 2)",
    renames: [["schema", "s", "z"]],
  },
  {
    name: "two parts exchange names while the type of a column changes",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables.replace("b integer", "b bigint") + part("y", "w", "(a)") + part("x", "v", "(b)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a partition becomes a table with indexes that exchange the names of its parts",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to:
      "create table p (a integer, b integer) partition by list (a); create table q (a integer, b integer); create index w on p (a); create index v on p (b); create index x on q (b); create index y on q (a)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "parts of keys that foreign keys point to exchange names",
    from:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint x primary key (a), constraint y unique (a, b)) default; alter table p add constraint w primary key (a), add constraint v unique (a, b); create table f (a integer references p, b integer, foreign key (a, b) references p (a, b))`,
    to:
      `create table p (a integer not null, b integer) partition by list (a); create table q partition of p (constraint y primary key (a), constraint x unique (a, b)) default; alter table p add constraint w primary key (a), add constraint v unique (a, b); create table f (a integer references p, b integer, foreign key (a, b) references p (a, b))`,
    rows: "insert into p values (1, 2)",
  },
  {
    name: "an index goes, a part gets its part's name, and a table that part's",
    from: tables + part("x", "w", "(a)") + part("y", "v", "(b)"),
    to: tables + part("x", "v", "(b)") + "create table y (a integer)",
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets the name of a table that goes",
    from: tables + "create table z (a integer);" + part("x", "w", "(a)"),
    to: tables + part("z", "w", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets the name of a sequence that goes with its column",
    from: tables + "create table o (a integer, c serial);" + part("x", "w", "(a)"),
    to: tables + "create table o (a integer);" + part("o_c_seq", "w", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "a part gets the name of a view that goes",
    from: tables + "create view z as select 1;" + part("x", "w", "(a)"),
    to: tables + part("z", "w", "(a)"),
    rows: "insert into p values (1, 2)",
  },
  {
    name: "parts that only the server makes exchange names",
    since: 180000,
    from:
      `create table p (a int4range not null, b int4range not null) partition by list (a); create table q partition of p default; alter table p add constraint w primary key (a, b without overlaps), add constraint v unique (a, b without overlaps)`,
    to:
      `create table p (a int4range not null, b int4range not null) partition by list (a); create table q partition of p default; alter table p add constraint w primary key (a, b without overlaps), add constraint v unique (a, b without overlaps); alter table q rename constraint q_pkey to k; alter table q rename constraint q_a_b_excl to q_pkey; alter table q rename constraint k to q_a_b_excl`,
  },
  {
    name: "an index that lacks parts goes on to lack those of partitions that come",
    from: `create table p (a integer, b integer) partition by list (a); create table q partition of p for values in (1);
      create table r partition of p for values in (2); create index i on only p (b); create index j on r (b);
      alter index i attach partition j; create table s (a integer, b integer)`,
    to: `create table p (a integer, b integer) partition by list (a); create table q partition of p for values in (3);
      create table r partition of p for values in (2); create table s partition of p for values in (4);
      create table u partition of p for values in (5);
      create index i on only p (b); create index j on r (b); alter index i attach partition j`,
    rows: "insert into r values (2, 2)",
  },
  {
    name: "a key that lacks parts goes on to lack that of a partition that comes",
    from: `create table p (a integer, b integer) partition by list (a); create table q partition of p for values in (1);
      alter table only p add constraint k unique (a)`,
    to: `create table p (a integer, b integer) partition by list (a); create table q partition of p for values in (1);
      create table r partition of p for values in (2); alter table only p add constraint k unique (a)`,
    rows: "insert into q values (1, 2)",
  },
  {
    name: "a partition without a part of an index gets another bound",
    from: `create table p (a integer) partition by list (a); create table m partition of p for values in (1);
      create table n partition of p default; create index z on only p (a); create index y on n (a); alter index z attach partition y`,
    to: `create table p (a integer) partition by list (a); create table m partition of p for values in (1, 2);
      create table n partition of p default; create index z on only p (a); create index y on n (a); alter index z attach partition y`,
    rows: "insert into p values (1), (3)",
  },
  {
    name: "a partition with a part of an index that lacks its own gets another bound",
    from: `create table p (a integer) partition by list (a);
      create table n partition of p default; create table l partition of p for values in (5) partition by list (a);
      create table k partition of l default; create index z on only p (a); create index y on n (a); alter index z attach partition y;
      create index x on only l (a); alter index z attach partition x`,
    to: `create table p (a integer) partition by list (a);
      create table n partition of p default; create table l partition of p for values in (5, 6) partition by list (a);
      create table k partition of l default; create index z on only p (a); create index y on n (a); alter index z attach partition y;
      create index x on only l (a); alter index z attach partition x`,
    rows: "insert into p values (3), (5)",
  },
]);
