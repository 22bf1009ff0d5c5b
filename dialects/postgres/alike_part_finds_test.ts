/** Parts of indexes and keys that the server takes for alike when it attaches a partition. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const p = "create table p (a integer not null, b integer not null) partition by list (a); ";
const q = "create table q partition of p for values in (1); ";
const alone = "create table q (a integer not null, b integer not null); ";
const levels = "create table q partition of p for values in (1) partition by list (b); ";
const w = "alter table p add constraint w unique (a, b) deferrable; ",
  v = "alter table p add constraint v unique (a, b); ";
const primary = "alter table p add constraint v primary key (a, b); ";
const index = "create unique index w on p (a, b); ", other = "create unique index v on p (a desc, b); ";

testFinds([
  { name: "a partition comes with a key that the other schema has before a kept one", from: p + w, to: p + v + w + q },
  { name: "a partition comes with two keys of other names than by age", from: p, to: p + w + v + q },
  { name: "a partition comes to keys in another order", from: p + w + v, to: p + v + w + q },
  { name: "a partition goes, keys in another order stay", from: p + w + v + q, to: p + v + w },
  {
    name: "a partition goes, one of two keys is made anew",
    from: p + v + w + q,
    to: p + v.replace(";", " deferrable;") + w,
  },
  { name: "a partition and its table come with two keys", from: "", to: p + w + v + q },
  {
    name: "a partition and its table come with two keys and an index",
    from: "",
    to: p + v + w.replace("w", "u") + index + q,
  },
  { name: "a partition comes to an index, with a key", from: p + index, to: p + index + v + q },
  { name: "a partition comes to an index and a key", from: p + index + v, to: p + index + v + q },
  { name: "a partition comes to an index, with a primary key", from: p + index, to: p + index + primary + q },
  { name: "a partition comes to a key, with a primary key", from: p + w, to: p + w + primary + q },
  { name: "a partition goes, one of two indexes too", from: p + index + other + q, to: p + index },
  {
    name: "a table becomes a partition of one with two keys",
    from: p + w + alone,
    to: p + v + w + q,
    rows: "insert into q values (1, 2)",
  },
  {
    name: "a table becomes a partition of one with an index, and with a key",
    from: p + index + alone,
    to: p + index + v + q,
    rows: "insert into q values (1, 2)",
  },
  {
    name: "partitions on two levels come with keys",
    from: p + w,
    to: p + v + w + levels + "create table r partition of q default",
  },
  {
    name: "a partition on the second level comes with keys",
    from: p + w + levels,
    to: p + v + w + levels + "create table r partition of q default",
  },
  {
    name: "a partition comes with a key of its own like a part",
    from: p + w,
    to: p + w + q + "alter table q add constraint aa unique (a, b)",
  },
]);
