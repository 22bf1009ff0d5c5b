/** Pairs of schemas that differ in engines, their options, versions of rows and what the database itself is set to: see tests/properties/mysql/finds.ts. */
import { testPairs } from "../../tests/properties/mysql/finds.ts";

testPairs("pairs of engines, versions and databases", [
  {
    name: "what any ALTER writes into an Aria table is no difference",
    only: "mariadb",
    before: ["create table t (id int primary key) engine=Aria page_checksum=1"],
    after: ["create table t (id int primary key, b int) engine=Aria page_checksum=1"],
    never: /PAGE_CHECKSUM/i,
  },
  {
    name: "versions go with the engine that had them",
    only: "mariadb",
    before: ["create table t (id int primary key, a int) with system versioning"],
    after: ["create table t (id int primary key, b int) engine=MyISAM"],
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
    name: "a long prefix goes before the table is compact",
    only: "mariadb",
    before: ["create table t (a int, b blob, c text, key k (b(3072)), key l (c(700), a))"],
    after: ["create table t (a int, b blob, c text, key l (c(180), a)) row_format=compact"],
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
