/**
 * Pairs of schemas that were wrong once or that no other test holds: see tests/properties/mysql/finds.ts. Partitions, other names and engines have
 * files of their own.
 */
import { testPairs } from "../../tests/properties/mysql/finds.ts";

testPairs("pairs of schemas", [
  {
    name: "ON UPDATE of an invisible column",
    before: ["create table t (a int, d datetime default current_timestamp on update current_timestamp invisible)"],
    after: [
      "create table t (a int, d datetime(3) not null default current_timestamp(3) on update current_timestamp(3) invisible)",
    ],
  },
  {
    name: "literals beside a latin1 column",
    only: "mysql",
    before: [
      "create table t (a int, n varchar(20) character set latin1, g varchar(80) as (concat(n, '-it''s')), check (n not in ('zz')))",
      "alter table t comment 'x'",
    ],
    after: [
      "create table t (a int, n varchar(20) character set latin1, g varchar(80) as (concat(n, '-it''s')), check (n not in ('zz')))",
    ],
    says: /^ALTER TABLE `t` COMMENT=''$/,
  },
  {
    name: "literals beside a column of bytes",
    only: "mysql",
    before: [
      "create table t (n varbinary(20), g varchar(80) as (concat(n, '-it''s')), check (n not in ('zz', 'y')))",
      "alter table t comment 'x'",
    ],
    after: [
      "create table t (n varbinary(20), g varchar(80) as (concat(n, '-it''s')), check (n not in ('zz', 'y')))",
    ],
    says: /^ALTER TABLE `t` COMMENT=''$/,
  },
  {
    name: "a column that a key points to becomes numbered, and no longer",
    before: [
      "create table p (id int primary key)",
      "create table c (id int primary key, p int, constraint fk foreign key (p) references p (id))",
    ],
    after: [
      "create table p (id int auto_increment primary key)",
      "create table c (id int primary key, p int, constraint fk foreign key (p) references p (id))",
    ],
  },
  {
    name: "a new column with a random default stands where it should",
    only: "mysql",
    before: ["create table t (id int primary key, a int)"],
    after: ["create table t (id int primary key, b int, c varchar(40) default (uuid()), d int)"],
  },
  {
    name: "a column with a random default moves while another one comes",
    only: "mysql",
    before: ["create table t (id int primary key, a int, c int, u varchar(40) not null default (uuid()))"],
    after: ["create table t (id int primary key, u varchar(40) not null default (uuid()), a int, c int, b int)"],
    rows: ["insert into t (id) values (1)"],
    kept: "select id, u from t",
  },
  {
    name: "a new column with a random default leaves the time of the last change as it is",
    before: ["create table t (id int primary key, m datetime not null default now() on update now())"],
    after: [
      "create table t (id int primary key, m datetime not null default now() on update now(), u char(36) default (uuid()))",
    ],
    rows: ["insert into t values (1, '2020-01-02 03:04:05')"],
    kept: "select id, m from t",
  },
  {
    name: "a numbered column that says it is nullable",
    before: ["create table t (a int)", "create table u (id int auto_increment null unique)"],
    after: ["create table t (a int auto_increment null unique)", "create table u (id int auto_increment, unique (id))"],
  },
  {
    name: "a computed column whose source ceases to be bytes",
    before: ["create table t (a blob, g varchar(80) generated always as (concat(a, '-x')) stored, h int)"],
    after: ["create table t (a time(2), g varchar(80) generated always as (concat(a, '-x')) stored, h int)"],
  },
  {
    name: "checks with literals whose column ceases to be bytes, or becomes them",
    before: [
      "create table t (id int, a point, b varbinary(20), c varchar(20), constraint k check (a not in ('zz', 'it''s')), constraint l check (b <> 'q'), constraint m check (c <> 'r'))",
      "alter table t comment 'x'",
      "alter table t comment ''",
    ],
    after: [
      "create table t (id int, a varchar(300), b varchar(30), c varbinary(20), constraint k check (a not in ('zz', 'it''s')), constraint l check (b <> 'q'), constraint m check (c <> 'r'))",
    ],
  },
  {
    name: "a full-text index over the column of a foreign key leaves the index that came with the key",
    before: [
      "create table p (id varchar(20) primary key)",
      "create table t (id int primary key, a varchar(20), b int, constraint f foreign key (a) references p (id))",
      "create table u (id int primary key, a varchar(20), b int, constraint g foreign key (a) references p (id))",
      "create table w (id int primary key, a varchar(20), constraint h foreign key (a) references p (id)) engine=MyISAM",
    ],
    after: [
      "create table p (id varchar(20) primary key)",
      "create table t (id int primary key, a varchar(20), b int, key f (a), fulltext key x (a), constraint f foreign key (a) references p (id))",
      "create table u (id int primary key, a varchar(20), b int, key y (a, b), key g (a), constraint g foreign key (a) references p (id))",
      "create table w (id int primary key, a varchar(20), key h (a), fulltext key z (a)) engine=MyISAM",
    ],
  },
  {
    name: "a checked column is no longer computed, and what it was computed from goes",
    before: [
      "create table t (id int, a int not null default 1, b int as (length(a) + 1) stored, constraint k check (b is not null or id > 0))",
    ],
    after: ["create table t (id int, b int, constraint k check (b is not null or id > 0))"],
    rows: ["insert into t (id, a) values (1, 2)"],
    kept: "select id, b from t",
  },
  {
    name: "views that list their tables with commas",
    before: [
      "create table t (a int)",
      "create view v as select x.a from t as x, t as y, (t as z join t as w on z.a = w.a)",
    ],
    after: [
      "create table t (a int, b int)",
      "create view v as select x.b from t as x, t as y where x.a = y.a and x.b > (select count(*) from t as p, t as q)",
      "create view w as select x.a from t as x join t as y",
    ],
  },
  {
    name: "an index on an expression beside a set that becomes text",
    only: "mysql",
    before: ["create table t (a int, b set('1','2'), key k ((a + 1), b)) charset latin1"],
    after: ["create table t (a int, b varchar(40) collate utf8mb4_bin, key k ((a + 1), b)) charset latin1"],
  },
  {
    name: "keys come, go and get other names beside a date of zeros",
    before: [
      "set session sql_mode = ''",
      "create table p (id int primary key)",
      "create table t (id int primary key, d datetime not null default '0000-00-00 00:00:00', p int, key a (p), constraint f foreign key (p) references p (id))",
      "set session sql_mode = default",
    ],
    after: [
      "set session sql_mode = ''",
      "create table p (id int primary key)",
      "create table t (id int primary key, d datetime not null default '0000-00-00 00:00:00', p int, key b (p), constraint g foreign key (p) references p (id))",
      "set session sql_mode = default",
    ],
    renames: [["index:t.a", "index:t.b"]],
  },
  {
    name: "an index on an expression whose column becomes of another type",
    only: "mysql",
    before: ["create table t (a timestamp null, b varchar(5), key k ((lower(a))), key l ((concat(b, 'x'))))"],
    after: ["create table t (a datetime(3), b varchar(90), key k ((lower(a))), key l ((concat(b, 'x'))))"],
    rows: ["insert into t values ('2020-01-01 10:00:00', 'abc')"],
    kept: "select b from t",
  },
  {
    name: "a unique key that the optimizer does not see",
    only: "mysql",
    before: ["create table t (a int, unique key k (a))"],
    after: ["create table t (a int, unique key k (a) invisible)"],
    says: /^ALTER TABLE `t` ALTER INDEX `k` INVISIBLE$/,
  },
  {
    name: "a unique key that the optimizer ignores",
    only: "mariadb",
    before: ["create table t (a int, unique key k (a))"],
    after: ["create table t (a int, unique key k (a) ignored)"],
    says: /^ALTER TABLE `t` ALTER INDEX `k` IGNORED$/,
  },
  {
    name: "a foreign key comes to an index that runs backwards",
    before: ["create table p (id int primary key)", "create table t (a int not null, key k (a desc))"],
    after: [
      "create table p (id int primary key)",
      "create table t (a int not null, key k (a desc), constraint f foreign key (a) references p (id))",
    ],
  },
  {
    name: "another index serves a foreign key that stands on a virtual column",
    only: "mariadb",
    before: [
      "create table p (id int primary key)",
      "create table t (id int primary key, d int, v int as (d + 1) virtual, constraint f foreign key (v) references p (id))",
    ],
    after: [
      "create table p (id int primary key)",
      "create table t (id int primary key, d int, v int as (d + 1) virtual, key n (v, d) ignored, constraint f foreign key (v) references p (id))",
    ],
  },
  {
    name: "keys over labels that become text hold the whole text",
    before: [
      `create table t (a enum('x','longer') primary key, b set('x','longer'), c enum('x','longer'), d enum('x','longer'), n int, unique u (b),
        key i (n, c), key j (d) comment 'c') charset latin1`,
    ],
    after: [
      `create table t (a varchar(20) primary key, b varchar(20), c char(20), d varchar(20) character set utf8mb4, n int, unique u (b),
        key i (n, c), key j (d) comment 'c') charset latin1`,
    ],
    rows: ["insert into t values ('x', 'x', 'x', 'x', 1), ('longer', 'longer', 'longer', 'longer', 2)"],
    kept: "select * from t order by n",
  },
]);
