/** Partitions change in place where they can, and no row goes with one: see tests/properties/mysql/finds.ts. */
import { testPairs } from "../../tests/properties/mysql/finds.ts";

const partitioned = "create table t (id int not null, d date not null, s varchar(10) not null, primary key (id, d, s))";
const partitionRows = ["insert into t values (1, '2020-01-01', 'a'), (15, '2021-05-05', 'b'), (25, '2022-01-01', 'c')"];
const everything = "select * from t order by id";

testPairs("partitions", [
  {
    name: "a range partition at the end is added",
    before: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition p1 values less than (30))`,
    ],
    after: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition p1 values less than (30), partition p2 values less than (40))`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /^ALTER TABLE `t` ADD PARTITION \(/m,
    never: /PARTITION BY/,
  },
  {
    name: "the last range partition is split",
    before: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition pm values less than maxvalue)`,
    ],
    after: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition p1 values less than (20), partition pm values less than maxvalue)`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /^ALTER TABLE `t` REORGANIZE PARTITION `?pm`? INTO \(/m,
    never: /PARTITION BY/,
  },
  {
    name: "a range partition in the middle is split, renamed and commented",
    before: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition p1 values less than (20), partition p2 values less than (30))`,
    ],
    after: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition P_1 values less than (15) comment 'x', partition p1b values less than (20), partition p2 values less than (30))`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /REORGANIZE PARTITION `?p1`? INTO/,
    never: /PARTITION BY/,
  },
  {
    name: "the rows of a range partition that goes are its neighbour's",
    before: [
      `${partitioned} partition by range (id) (partition p0 values less than (10), partition p1 values less than (20), partition p2 values less than (30))`,
    ],
    after: [
      `${partitioned} partition by range (id) (partition p1 values less than (20), partition p2 values less than (30), partition p3 values less than (40))`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /REORGANIZE PARTITION `?p0`?, `?p1`?, `?p2`? INTO/,
    never: /DROP PARTITION/,
  },
  {
    name: "more and fewer partitions of a hash",
    before: [`${partitioned} partition by hash (id) partitions 4`],
    after: [`${partitioned} partition by hash (id) partitions 7`],
    rows: partitionRows,
    kept: everything,
    says: /ADD PARTITION PARTITIONS 3/,
    never: /PARTITION BY/,
  },
  {
    name: "fewer partitions of a key",
    before: [`${partitioned} partition by linear key (id) partitions 5`],
    after: [`${partitioned} partition by linear key (id) partitions 2`],
    rows: partitionRows,
    kept: everything,
    says: /COALESCE PARTITION 3/,
    never: /PARTITION BY/,
  },
  {
    name: "lists of values",
    before: [`${partitioned} partition by list (id) (partition a values in (1, 25), partition b values in (15))`],
    after: [
      `${partitioned} partition by list (id) (partition a values in (1), partition b values in (15, 25), partition c values in (3))`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /REORGANIZE PARTITION/,
    never: /PARTITION BY/,
  },
  {
    name: "a list partition goes when its rows can",
    before: [
      `${partitioned} partition by list columns (s) (partition a values in ('a', 'it''s'), partition b values in ('b'), partition c values in ('c'))`,
    ],
    after: [
      `${partitioned} partition by list columns (s) (partition a values in ('a', 'it''s'), partition b values in ('b', 'c'))`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /REORGANIZE PARTITION/,
    never: /PARTITION BY/,
  },
  {
    name: "range columns with subpartitions",
    before: [
      `${partitioned} partition by range columns (id) subpartition by key (d) subpartitions 2 (partition p0 values less than (10), partition p1 values less than (maxvalue))`,
    ],
    after: [
      `${partitioned} partition by range columns (id) subpartition by key (d) subpartitions 2 (partition p0 values less than (5), partition p1 values less than (10), partition p2 values less than (maxvalue))`,
    ],
    rows: partitionRows,
    kept: everything,
    says: /REORGANIZE PARTITION/,
    never: /PARTITION BY/,
  },
  {
    name: "another scheme makes the table anew",
    before: [`${partitioned} partition by range (id) (partition p0 values less than (30))`],
    after: [`${partitioned} partition by hash (id) partitions 3`],
    rows: partitionRows,
    kept: everything,
    says: /^PARTITION BY HASH/m,
  },
  {
    name: "the range ends earlier",
    before: [
      `${partitioned} partition by range (id) (partition p0 values less than (30), partition p1 values less than (40))`,
    ],
    after: [`${partitioned} partition by range (id) (partition p0 values less than (30))`],
    rows: partitionRows,
    kept: everything,
    says: /^PARTITION BY RANGE/m,
  },
]);
