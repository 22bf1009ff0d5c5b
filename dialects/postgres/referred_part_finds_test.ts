/** Partitions of tables that foreign keys refer to: changes that were wrong once. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const referred = `create table p (a integer primary key) partition by list (a);
  create table p1 partition of p for values in (1); create table p2 partition of p for values in (2)`;
const byItself = `create table p (a integer, b integer, primary key (a)) partition by list (a);
  create table p1 partition of p for values in (1); create table p2 partition of p for values in (2)`;
const selfRows = "insert into p values (1, 1), (2, 1)";
const rows = "insert into p values (1), (2); insert into x values (1), (2)";

testFinds([
  {
    name: "a partitioned table goes that refers to itself",
    from: `${byItself}; alter table p add foreign key (b) references p`,
    to: "",
    rows: selfRows,
  },
  {
    name: "a partitioned table goes that refers to itself, and whose partitions have partitions",
    from: `create table p (a integer, b integer, primary key (a)) partition by list (a);
      create table p1 partition of p for values in (1, 2) partition by list (a);
      create table p11 partition of p1 for values in (1); create table p12 partition of p1 for values in (2);
      alter table p add foreign key (b) references p`,
    to: "",
    rows: selfRows,
  },
  {
    name: "a partitioned table goes that a partition of its own refers to",
    from:
      `${byItself}; alter table p1 add foreign key (b) references p; alter table p2 add foreign key (b) references p1`,
    to: "",
    rows: selfRows,
  },
  {
    name: "a partitioned table goes together with one that refers to it, and that a partition refers to",
    from: `${byItself}; create table x (a integer primary key); alter table x add foreign key (a) references p;
      alter table p1 add foreign key (b) references x`,
    to: "",
    rows: "insert into p values (1, null), (2, null); insert into x values (1), (2); update p set b = 2",
  },
  {
    name: "a partitioned table that refers to itself is made anew, with another key",
    from: `${byItself}; alter table p add constraint own foreign key (b) references p`,
    to: `create table p (a integer, b integer, primary key (a)) partition by range (a);
      create table p1 partition of p for values from (1) to (2); create table p2 partition of p for values from (2) to (9);
      alter table p add constraint own foreign key (b) references p`,
    rows: selfRows,
  },
  {
    name: "a foreign key goes together with a partition whose rows it refers to",
    from: `${referred}; create table x (a integer references p)`,
    to: `create table p (a integer primary key) partition by list (a); create table p2 partition of p for values in (2);
      create table x (a integer)`,
    rows,
  },
  {
    name: "a foreign key goes and a partition leaves whose rows it refers to",
    from: `${referred}; create table x (a integer references p)`,
    to: `create table p (a integer primary key) partition by list (a); create table p2 partition of p for values in (2);
      create table p1 (a integer primary key); create table x (a integer)`,
    rows,
  },
  {
    name: "a foreign key comes that rows need not meet, and a partition leaves whose rows they refer to",
    from: `${referred}; create table x (a integer)`,
    to: `create table p (a integer primary key) partition by list (a); create table p2 partition of p for values in (2);
      create table p1 (a integer primary key); create table x (a integer); alter table x add foreign key (a) references p not valid`,
    rows,
  },
  {
    name: "a table joins whose rows a new foreign key refers to",
    from:
      `create table p (a integer primary key) partition by list (a); create table p2 partition of p for values in (2);
      create table p1 (a integer primary key); create table x (a integer)`,
    to: `${referred}; create table x (a integer references p)`,
    rows: "insert into p values (2); insert into p1 values (1); insert into x values (1), (2)",
  },
  {
    name: "a partition leaves whose rows are referred to: it is stopped",
    from: `${referred}; create table x (a integer references p)`,
    to: `create table p (a integer primary key) partition by list (a); create table p2 partition of p for values in (2);
      create table p1 (a integer primary key); create table x (a integer references p)`,
    rows,
    stops: true,
  },
  {
    name: "a partition goes whose rows are referred to by a key of the same table: it is stopped",
    from: `${byItself}; alter table p add constraint own foreign key (b) references p`,
    to: `create table p (a integer, b integer, primary key (a)) partition by list (a);
      create table p2 partition of p for values in (2); alter table p add constraint own foreign key (b) references p`,
    rows: selfRows,
    stops: true,
  },
  {
    name: "a partition of a partition goes whose rows are referred to: it is stopped",
    from: `create table p (a integer primary key) partition by list (a); create table x (a integer references p);
      create table p1 partition of p for values in (1, 2) partition by list (a);
      create table p11 partition of p1 for values in (1); create table p12 partition of p1 for values in (2)`,
    to: `create table p (a integer primary key) partition by list (a); create table x (a integer references p);
      create table p1 partition of p for values in (1, 2) partition by list (a); create table p12 partition of p1 for values in (2)`,
    rows,
    stops: true,
  },
  {
    name: "a partition whose rows are referred to gets another bound: it is stopped",
    from: `${referred}; create table x (a integer references p)`,
    to: `create table p (a integer primary key) partition by list (a); create table x (a integer references p);
      create table p1 partition of p for values in (1, 3); create table p2 partition of p for values in (2)`,
    rows,
    stops: true,
  },
  {
    name: "a partition whose rows are referred to gets another bound, and the foreign key goes",
    from: `${referred}; create table x (a integer references p)`,
    to: `create table p (a integer primary key) partition by list (a); create table x (a integer);
      create table p1 partition of p for values in (1, 3); create table p2 partition of p for values in (2)`,
    rows,
  },
  {
    name: "a foreign key to the same table goes and a partition leaves, with a key like its copy or without",
    from: `${byItself}; alter table p add constraint own foreign key (b) references p`,
    to: `create table p (a integer, b integer, primary key (a)) partition by list (a);
      create table p1 (a integer, b integer, primary key (a)); create table p2 (a integer, b integer, primary key (a));
      alter table p2 add constraint own foreign key (b) references p not valid`,
    rows: selfRows,
  },
  {
    name: "a partitioned table that refers to itself goes, and its partitions stay",
    from: `${byItself}; alter table p add constraint own foreign key (b) references p`,
    to:
      "create table p1 (a integer, b integer, primary key (a)); create table p2 (a integer, b integer, primary key (a))",
    rows: selfRows,
  },
  {
    name: "a table joins one that loses a foreign key that its rows do not meet",
    from: `create table x (a integer primary key); create table p1 (a integer);
      create table p (a integer, foreign key (a) references x) partition by list (a)`,
    to: `create table x (a integer primary key); create table p (a integer) partition by list (a);
      create table p1 partition of p for values in (1)`,
    rows: "insert into p1 values (1)",
  },
  {
    name: "a partition of a partition leaves with the copy of a foreign key that goes, or is another then",
    from: `create table x (a integer primary key); create table p (a integer) partition by list (a);
      create table p1 partition of p for values in (1, 2) partition by list (a);
      create table p11 partition of p1 for values in (1); create table p12 partition of p1 for values in (2);
      alter table p add constraint f foreign key (a) references x`,
    to: `create table x (a integer primary key); create table p (a integer) partition by list (a);
      create table p1 partition of p for values in (1, 2) partition by list (a);
      create table p11 (a integer); create table p12 (a integer, constraint f foreign key (a) references x)`,
    rows: "insert into x values (1), (2); insert into p values (1), (2)",
  },
  {
    name: "a partition leaves with another foreign key under the name of its copy, or one that rows need not meet",
    from: `create table x (a integer primary key); create table p (a integer, b integer) partition by list (a);
      create table p1 partition of p for values in (1); create table p2 partition of p for values in (2);
      alter table p add constraint f foreign key (b) references x`,
    to: `create table x (a integer primary key); create table p (a integer, b integer) partition by list (a);
      create table p1 (a integer, b integer); create table p2 (a integer, b integer);
      alter table p add constraint f foreign key (b) references x; alter table p2 add constraint f foreign key (b) references x not valid;
      alter table p1 add constraint f foreign key (b) references x on delete cascade`,
    rows: "insert into x values (1), (2); insert into p values (1, 1), (2, 2)",
  },
  {
    name: "a partition leaves with the copy of a foreign key that is another then",
    from: `create table x (a integer primary key); create table p (a integer, b integer) partition by list (a);
      create table p1 partition of p for values in (1); create table p2 partition of p for values in (2);
      alter table p add constraint f foreign key (b) references x`,
    to: `create table x (a integer primary key); create table p (a integer, b integer) partition by list (a);
      create table p1 (a integer, b integer, constraint f foreign key (b) references x);
      create table p2 partition of p for values in (2);
      alter table p add constraint f foreign key (b) references x on delete cascade`,
    rows: "insert into x values (1), (2); insert into p values (1, 1), (2, 2)",
  },
]);
