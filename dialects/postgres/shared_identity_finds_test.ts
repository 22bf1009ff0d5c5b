/** Identities that partitions share with the tables above them, over more than one step: changes that were wrong once (17). */
import { testFinds } from "../../tests/properties/postgres/finds.ts";

const own = "i integer not null generated always as identity (minvalue -3 start with 100)",
  plain = "i integer not null generated always as identity";
const whole = (id: string) => `create table p (a integer not null, ${id}) partition by list (a); `;

/** A table with an identity, a partition with partitions (one of them with one more) and a partition beside it. */
const deep = (id: string, bounds: readonly [string, string] = ["1, 2, 3", "4"]) =>
  whole(id) + `create table m partition of p for values in (${bounds[0]}) partition by list (a);
  create table l partition of m for values in (1); create table k partition of m default partition by list (a);
  create table k1 partition of k default; create table n partition of p for values in (${
    bounds[1]
  }) partition by list (a);
  create table n1 partition of n default`;
/** The same with the partition beside its table, with what it has of its own. */
const beside = (id: string, mine: string) =>
  whole(id) + `create table m (a integer not null, ${mine}) partition by list (a);
  create table l partition of m for values in (1); create table k partition of m default partition by list (a);
  create table k1 partition of k default; create table n partition of p for values in (4) partition by list (a);
  create table n1 partition of n default`;
const bare = "i integer not null", byDefault = plain.replace("always", "by default");
const two = (first: string, second: string) => whole(first) + whole(second).replace("table p", "table o");
const below = (table: string) =>
  `create table m partition of ${table} for values in (1, 2, 3) partition by list (a);
  create table l partition of m for values in (1); create table k partition of m default partition by list (a);
  create table k1 partition of k default`;
const deepRows = "insert into p (a) values (1), (2), (4)";

/** A partition with partitions, and these; then triggers and keys that are not the same on all of them. */
const m = (values: string, l = "1") =>
  `create table m partition of p for values in (${values}) partition by list (a); ${parts(l)}`;
const parts = (l: string) =>
  `create table l partition of m for values in (${l}); create table k partition of m default partition by list (a);
  create table k1 partition of k default; `;
const standing = (table: string) => whole(bare).replace("table p", `table ${table}`);
const triggers = `create function f() returns trigger language plpgsql as 'begin return new; end';
  create trigger t after insert on p for each row execute function f(); create trigger u after insert on m for each row execute function f();
  create trigger v after insert on m for each row execute function f(); create trigger w after insert on k for each row execute function f();
  alter table k1 enable always trigger u; alter table only k disable trigger v; alter table k1 disable trigger w; `;
const keys =
  `create table x (a integer primary key); alter table p add primary key (a); alter table m add unique (i, a);
  create index on p (i); create index on m (i); alter table p add constraint f1 foreign key (a) references x;
  alter table m add constraint f2 foreign key (i) references x; comment on index l_pkey is 'x';
  alter index l_i_idx rename to other; alter table l cluster on l_pkey; alter table k1 replica identity using index k1_pkey;
  alter table p add constraint c1 check (a > 0); alter table m add constraint c2 check (i > 0)`;
const referred = "alter table m add primary key (a); create table y (a integer references m)";
const referring = `${deepRows.replace(", (4)", "")}; insert into y values (1)`;
const over = plain + ") partition by list (a); create table p partition of r for values in";

testFinds([
  {
    name: "a partition with partitions gets another bound, and all keep the identity of their table",
    from: deep(plain),
    to: deep(plain, ["1, 2", "3, 4"]),
    rows: deepRows,
  },
  {
    name: "the same while the table's identity counts otherwise and is another one",
    from: deep(plain),
    to: deep(own.replace("always", "by default"), ["1, 2", "3, 4"]),
    rows: deepRows,
  },
  {
    name: "the same while the table gets its identity",
    from: deep(bare),
    to: deep(plain, ["1, 2", "3, 4"]),
    rows: deepRows.replace("(a)", "").replaceAll(/\((\d)\)/g, "($1, $1)"),
  },
  {
    name: "the same while the column with the identity is another one",
    from: deep("i integer, j integer not null generated always as identity"),
    to: deep("i integer not null generated always as identity, j integer not null", ["1, 2", "3, 4"]),
    rows: "insert into p (a, i) values (1, 1), (2, 2), (4, 3)",
  },
  {
    name: "a partition and one below it get other bounds, others leave, come and go",
    from: deep(plain) + "; create table k2 partition of k for values in (3)",
    to: deep(plain, ["1, 2, 3, 5", "4"]).replace("of k default", "of k for values in (2)") +
      "; create table k2 partition of m for values in (3); create table k3 partition of k default partition by list (a); " +
      "create table k4 partition of k3 default",
    rows: deepRows,
  },
  {
    name: "a partition with partitions becomes a table without the identity that it shared",
    from: deep(plain),
    to: beside(plain, bare),
    rows: deepRows,
  },
  {
    name: "a partition with partitions becomes a table with an identity of its own",
    from: deep(plain),
    to: beside(plain, own),
    rows: deepRows,
  },
  {
    name: "a table with partitions and an identity becomes a partition while its table's identity changes",
    from: beside(plain, own),
    to: deep(byDefault),
    rows: deepRows.replace("(1), (2), ", "") + "; insert into m (a) values (1), (2)",
  },
  {
    name: "a partition with partitions goes to a table with another identity",
    from: two(plain, own) + below("p"),
    to: two(plain, own) + below("o"),
    rows: deepRows.replace(", (4)", ""),
  },
  {
    name: "a partition with partitions goes to a table without an identity",
    from: two(plain, bare) + below("p"),
    to: two(plain, bare) + below("o"),
    rows: deepRows.replace(", (4)", ""),
  },
  {
    name: "a partition with partitions goes to a table that gets the identity which its own loses",
    from: two(plain, bare) + below("p"),
    to: two(bare, plain) + below("o"),
    rows: deepRows.replace(", (4)", ""),
  },
  {
    name: "a partition with partitions goes below another one, and that one gets another bound",
    from: whole(plain) + below("p") + "; create table n partition of p for values in (4, 5) partition by list (a)",
    to: whole(plain) + `create table n partition of p for values in (1, 2, 3, 4, 5) partition by list (a); ` +
      below("n"),
    rows: deepRows.replace(", (4)", ""),
  },
  {
    name: "partitions that lack their table's identity get it, and the way back is refused",
    since: 170000,
    from: deep(plain) + "; alter table p detach partition m; alter table p attach partition m for values in (1, 2, 3)",
    to: deep(plain),
    oneWay: true,
  },
  {
    name: "a table loses the identity that its partitions' partitions lack, and a partition leaves it",
    since: 170000,
    from: deep(plain) + "; alter table p detach partition m; alter table p attach partition m for values in (1, 2, 3)",
    to: beside(bare, bare),
  },
  {
    name: "triggers fire as they did on partitions of a partition that gets another bound, or otherwise as they shall",
    from: whole(plain) + m("1, 2") + triggers + "alter table l disable trigger t",
    to: whole(plain) + m("1, 2, 3") + triggers + "alter table p disable trigger t; alter table k1 disable trigger u",
    rows: "insert into p (a) values (1), (2)",
  },
  {
    name: "triggers fire as they did on partitions of a table that becomes a partition",
    from: whole(plain) + standing("m") + parts("1") +
      triggers.replace("create trigger t after insert on p for each row execute function f();", ""),
    to: whole(plain) + m("1, 2") + triggers + "alter table l disable trigger t",
    rows: "insert into m values (1, 1), (2, 2)",
  },
  {
    name: "keys, indexes and checks of a partition's partitions are what they were when it gets another bound",
    from: whole(plain) + m("1, 2") + keys,
    to: whole(plain) + m("1, 2, 3") + keys,
    rows: "insert into x values (1), (2); insert into p (a) values (1), (2)",
  },
  {
    name: "a foreign key to a partition with partitions stops its other bound by its rows",
    since: 170000,
    from: whole(plain) + m("1, 2") + referred,
    to: whole(plain) + m("1, 2, 3") + referred,
    rows: referring,
    stops: true,
  },
  {
    name: "a foreign key to a partition with partitions goes before its other bound, or comes after it",
    from: whole(plain) + m("1, 2") + referred + "; create table z (a integer)",
    to: whole(plain) + m("1, 2, 3") +
      "alter table m add primary key (a); create table y (a integer); create table z (a integer references m)",
    rows: `${referring}; insert into z values (2)`,
  },
  {
    name: "a table with partitions becomes a partition while one joins below it",
    from: whole(plain) + standing("m") + standing("k") + standing("k2").split(" partition")[0] +
      "; create table k1 partition of k default; create table l partition of m for values in (1)",
    to: whole(plain) + m("1, 2, 3") + "create table k2 partition of k for values in (2)",
    rows: "insert into m values (1, 1); insert into k1 values (3, 3)",
  },
  {
    name: "two partitions above each other get other bounds, and one below them",
    from: `create table r (a integer not null, ${over} (1, 2, 3) partition by list (a); ${m("1, 2, 3")}`,
    to: `create table r (a integer not null, ${over} (1, 2, 3, 4) partition by list (a); ${m("1, 2, 4", "1, 4")}`,
    rows: "insert into r (a) values (1), (2)",
  },
  {
    name: "a table with an identity becomes a partition while those below it get other bounds",
    from: `create table r (a integer not null, ${plain}) partition by list (a); ${whole(own)}${m("1, 2, 3")}`,
    to: `create table r (a integer not null, ${over} (1, 2, 3, 4) partition by list (a); ${m("1, 2, 4", "1, 4")}`,
    rows: "insert into p (a) values (1), (2)",
  },
  {
    name: "a table and a partition with another bound get other names, a partition of that one goes",
    from: whole(plain) + m("1, 2, 3") + "create table l2 partition of m for values in (3)",
    to: (whole(byDefault) + m("1, 2, 3, 9")).replace("table p", "table q").replace("of p", "of q")
      .replace("table m", "table n").replaceAll("of m", "of n").replace("table l", "table o"),
    rows: "insert into p (a) values (1), (2)",
    renames: [["table", "public.p", "public.q"], ["table", "public.m", "public.n"], ["table", "public.l", "public.o"]],
  },
]);
