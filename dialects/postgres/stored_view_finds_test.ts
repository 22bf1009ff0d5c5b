/** Materialised views with and without a result: see tests/properties/postgres/finds.ts. */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

testFinds([
  {
    name: "a materialised view that reads one without a result goes and comes back, and another one comes",
    from: `create table t (a integer); create materialized view m as select a from t with no data;
      create view v as select a from m; create materialized view n as select a from v with no data`,
    to: `create table t (a integer); create materialized view m as select a from t; create view v as select a from m;
      create materialized view o as select a + 1 as b from m`,
  },
  {
    name: "a materialised view without a result, its column and another that reads it change their names and come back",
    from: `create schema s; create table t (a integer); create materialized view s.m as select a from t with no data;
      create materialized view n as select a from s.m with no data; create index i on n (a)`,
    to: `create schema s; create table t (b integer); create materialized view s.m2 as select b as a from t;
      create view w as select a from s.m2`,
    renames: [["materialized_view", "s.m", "s.m2"], ["column", "public.t.a", "public.t.b"]],
  },
]);
