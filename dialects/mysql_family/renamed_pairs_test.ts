/** Pairs of schemas in which something gets another name, wrong once or held by no other test: see tests/properties/mysql/finds.ts. */
import { testPairs } from "../../tests/properties/mysql/finds.ts";

testPairs("pairs with other names", [
  {
    name: "a sequence that a default asks gets another name",
    only: "mariadb",
    before: ["create sequence old", "create table t (a int default nextval(old), b int)"],
    after: ["create sequence new", "create table t (a int default nextval(new), b int)"],
    renames: [["sequence:old", "sequence:new"]],
    never: /DROP SEQUENCE/,
  },
  {
    name: "sequences that a default asks get other names with its table and its column, and a foreign key goes",
    only: "mariadb",
    before: [
      "create sequence s",
      "create sequence u",
      "create table p (id int primary key)",
      "create table q (id int primary key, a int default (nextval(s) + nextval(u)) comment 'c', b int, constraint f foreign key (b) references p (id)) with system versioning",
    ],
    after: [
      "create sequence s2",
      "create sequence u2",
      "create table p (id int primary key)",
      "create table z (id int primary key, c int default (nextval(s2) + nextval(u2)) comment 'c', b int) with system versioning",
    ],
    rows: ["insert into q (id) values (1)"],
    renames: [
      ["table:q", "table:z"],
      ["column:q.a", "column:z.c"],
      ["sequence:s", "sequence:s2"],
      ["sequence:u", "sequence:u2"],
    ],
    never: /DROP (SEQUENCE|COLUMN)/,
  },
  {
    name: "a column that a trigger and a procedure read gets another name",
    before: [
      "create table t (a int, `b` int)",
      "create trigger tr before update on t for each row set @a = new.`b`",
      "create procedure p() select `b` from t",
    ],
    after: [
      "create table t (a int, `c` int)",
      "create trigger tr before update on t for each row set @a = new.`c`",
      "create procedure p() select `c` from t",
    ],
    renames: [["column:t.b", "column:t.c"]],
    says: /RENAME COLUMN `b` TO `c`/,
  },
  {
    name: "two columns that a check, a computed column and an index read get other names, and so does what reads them",
    before: [
      `create table t (id int primary key, a int, b int, c int generated always as (a + b), d int generated always as (a + 1) stored,
        constraint k check (a <= b))`,
      "insert into t (id, a, b) values (1, 2, 3)",
    ],
    after: [
      `create table t (id int primary key, a1 int, b1 int, e int generated always as (a1 + b1), d int generated always as (a1 + 1) stored,
        constraint k check (a1 <= b1))`,
    ],
    renames: [["column:t.a", "column:t.a1"], ["column:t.b", "column:t.b1"], ["column:t.c", "column:t.e"]],
    never: /DROP COLUMN/,
  },
  {
    name: "an index on an expression gets another name with its column, whose name another column takes",
    only: "mysql",
    before: ["create table t (id int primary key, a int, b int, key i ((a + 1)), key j (b))"],
    after: ["create table t (id int primary key, b int, c int, key j ((b + 1)), key l (c))"],
    rows: ["insert into t values (1, 2, 3)"],
    renames: [
      ["column:t.a", "column:t.b"],
      ["column:t.b", "column:t.c"],
      ["index:t.i", "index:t.j"],
      ["index:t.j", "index:t.l"],
    ],
    never: /DROP COLUMN/,
  },
  {
    name: "a column gets another name from which a computed one comes that another and an index read",
    only: "mysql",
    before: [
      "create table t (id int primary key, a int, b int as (a + 1), c int as (b + 1), d int, key i ((c + d)), check (c > 0))",
    ],
    after: [
      "create table t (id int primary key, z int, b int as (z + 1), c int as (b + 1), d int, key i ((c + d)), check (c > 0))",
    ],
    rows: ["insert into t (id, a) values (1, 2)"],
    renames: [["column:t.a", "column:t.z"]],
    never: /DROP COLUMN/,
  },
  {
    name: "a computed column and what it reads get other names",
    before: ["create table t (id int primary key, n2 int, n4 varchar(80) generated always as (concat(n2, '-it''s')))"],
    after: ["create table t (id int primary key, r4 int, r19 varchar(80) generated always as (concat(r4, '-it''s')))"],
    rows: ["insert into t (id, n2) values (1, 2)"],
    renames: [["column:t.n2", "column:t.r4"], ["column:t.n4", "column:t.r19"]],
    never: /DROP COLUMN/,
  },
  {
    name: "columns of foreign keys that computed columns and checks read get other names, and so does the table beside",
    before: [
      "create table p (id int primary key, up int, n int generated always as (id + 1), constraint own foreign key (up) references p (id))",
      "create table a (id int primary key, p int, n varchar(80) generated always as (concat(p, 'x')), constraint f foreign key (p) references p (id))",
      "create table b (id int primary key, p int, constraint g foreign key (p) references p (id), constraint c check (p > 0))",
    ],
    after: [
      "create table p (no int primary key, up int, n int generated always as (no + 1), constraint own foreign key (up) references p (no))",
      "create table a2 (id int primary key, q int, n varchar(80) generated always as (concat(q, 'x')), constraint f foreign key (q) references p (no))",
      "create table b (id int primary key, q int, constraint g foreign key (q) references p (no), constraint c check (q > 0))",
    ],
    rows: ["insert into p (id) values (1)", "insert into a (id, p) values (1, 1)", "insert into b values (1, 1)"],
    renames: [
      ["table:a", "table:a2"],
      ["column:p.id", "column:p.no"],
      ["column:a.p", "column:a2.q"],
      ["column:b.p", "column:b.q"],
    ],
    never: /DROP COLUMN/,
  },
  {
    name: "a JSON column gets another name",
    before: ["create table t (a int, j json not null)"],
    after: ["create table t (a int, k json not null)"],
    renames: [["column:t.j", "column:t.k"]],
    never: /DROP COLUMN|MODIFY/,
  },
  {
    name: "a JSON column of a table that a view reads under another name gets another name",
    before: ["create table t (id int primary key, a json)", "create view v as select x.id from t as x where x.id > 1"],
    after: ["create table t (id int primary key, b json)", "create view v as select x.id from t as x where x.id > 1"],
    renames: [["column:t.a", "column:t.b"]],
  },
  {
    name: "a table with a trigger gets another name",
    before: ["create table t (a int)", "create trigger tr before update on t for each row set @a = new.a"],
    after: ["create table u (a int)", "create trigger tr before update on u for each row set @a = new.a"],
    renames: [["table:t", "table:u"]],
    never: /TRIGGER/,
  },
]);
