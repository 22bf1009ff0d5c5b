/** Pairs of schemas that were wrong once or that no other test holds: see tests/properties/mysql/finds.ts. Partitions have a file of their own. */
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
    name: "what any ALTER writes into an Aria table is no difference",
    only: "mariadb",
    before: ["create table t (id int primary key) engine=Aria page_checksum=1"],
    after: ["create table t (id int primary key, b int) engine=Aria page_checksum=1"],
    never: /PAGE_CHECKSUM/i,
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
    name: "versions go with the engine that had them",
    only: "mariadb",
    before: ["create table t (id int primary key, a int) with system versioning"],
    after: ["create table t (id int primary key, b int) engine=MyISAM"],
  },
  {
    name: "a table with a trigger gets another name",
    before: ["create table t (a int)", "create trigger tr before update on t for each row set @a = new.a"],
    after: ["create table u (a int)", "create trigger tr before update on u for each row set @a = new.a"],
    renames: [["table:t", "table:u"]],
    never: /TRIGGER/,
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
    name: "engine and comment of a sequence",
    only: "mariadb",
    before: ["create sequence s engine=myisam comment 'x'"],
    after: ["create sequence s increment by 3 comment 'y'"],
  },
  {
    name: "options of an engine go with it",
    only: "mariadb",
    before: ["create table t (a int) engine=aria transactional=0 page_checksum=1"],
    after: ["create table t (a int)"],
  },
  {
    name: "options that only the engine knows go before it",
    only: "mariadb",
    before: ["create table t (a int, b int) page_compressed=1 page_compression_level=4"],
    after: ["create table t (a int, c int) engine=myisam"],
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
    name: "a long prefix goes before the table is compact",
    only: "mariadb",
    before: ["create table t (a int, b blob, c text, key k (b(3072)), key l (c(700), a))"],
    after: ["create table t (a int, b blob, c text, key l (c(180), a)) row_format=compact"],
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
  {
    name: "tables of a MERGE table",
    before: [
      "create table a (x int) engine=myisam",
      "create table b (x int) engine=myisam",
      "create table m (x int) engine=merge union=(a)",
    ],
    after: [
      "create table a (x int) engine=myisam",
      "create table b (x int) engine=myisam",
      "create table m (x int) engine=merge union=(a, b) insert_method=last",
    ],
  },
  {
    name: "versions with columns of their own",
    only: "mariadb",
    before: ["create table t (id int primary key, a int)"],
    after: [
      "create table t (id int primary key, a int, s timestamp(6) generated always as row start, e timestamp(6) generated always as row end, period for system_time (s, e)) with system versioning",
    ],
  },
  {
    name: "the database's own collation",
    before: ["alter database collate utf8mb4_bin", "create table t (a varchar(5))"],
    after: ["alter database collate latin1_swedish_ci", "create table t (a varchar(5)) collate utf8mb4_bin"],
    says: /^ALTER DATABASE COLLATE latin1_swedish_ci$/m,
  },
  {
    name: "the database's own comment",
    only: "mariadb",
    before: [],
    after: ["alter database comment 'it''s'"],
    says: /^ALTER DATABASE COMMENT 'it''s'$/m,
  },
  {
    name: "versions come and go with a period of application time",
    only: "mariadb",
    before: ["create table t (id int)"],
    after: [
      "create table t (id int, s date not null, e date not null, period for app (s, e), unique u (id, app without overlaps)) with system versioning",
    ],
  },
]);
