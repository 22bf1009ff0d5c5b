/** Pairs of schemas whose tables are of another engine than InnoDB: see tests/properties/mysql/finds.ts. */
import { testPairs } from "../../tests/properties/mysql/finds.ts";

const rows = ["insert into t values (1, 1, 1, '1'), (2, 2, 2, '2'), (3, 3, 3, '3')"];
const kept = "select a, b from t order by a";

testPairs("tables of other engines", [
  {
    name: "an index that is made again under its name stands behind another one then",
    before: ["create table t (id int primary key, a int, b int, c varchar(20), key i (a), key j (b)) engine=MyISAM"],
    after: [
      "create table t (id int primary key, a int, b int, c varchar(20), key i (a) comment 'x', key j (b)) engine=MyISAM",
    ],
    rows,
    kept,
    keysMove: true,
  },
  {
    name: "an index that the server may have made for a key is made again beside one of more columns",
    before: [
      "create table t (id int primary key, a int, b int, c varchar(20), key i (a), key j (b), key k (a, b)) engine=MyISAM",
    ],
    after: [
      "create table t (id int primary key, a int, b int, d varchar(20), key i (a), key j (b), key k (a, b) comment 'x') engine=MyISAM",
    ],
    renames: [["column:t.c", "column:t.d"]],
    rows,
    kept,
    keysMove: true,
  },
  {
    name: "a unique key becomes another one of the same columns",
    before: [
      "create table t (id int primary key, a int, b int, c varchar(20), unique i (a), unique j (b)) engine=MyISAM",
    ],
    after: [
      "create table t (id int primary key, a int, b int, c varchar(20), unique i (a) comment 'x', unique j (b)) engine=MyISAM comment='c'",
    ],
    rows,
    kept,
    keysMove: true,
  },
]);
