import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { SqaError } from "../schema/error.ts";
import { children, find, type SchemaGraph } from "../schema/graph.ts";
import type { SchemaObject } from "../schema/object.ts";
import { modelOf } from "./contract.ts";
import { type ModelGraphOptions, modelsToGraph } from "./graph.ts";
import { type AnyColumn, type AnyTable, enumType, mixins, moduleBase, schema, sql, t, table, view } from "./mod.ts";
import { testingDialect } from "./testing_dialect.ts";

function built(values: readonly unknown[], options: ModelGraphOptions = {}) {
  return modelsToGraph({ models: values.map((value) => modelOf(value)!) }, testingDialect, options);
}

function graphOf(...values: readonly unknown[]): SchemaGraph {
  return built(values).graph;
}

function mistakes(...values: readonly unknown[]): readonly SqaError[] {
  try {
    graphOf(...values);
  } catch (error) {
    if (error instanceof SqaError && error.code === "SQA-100") return error.more.all!;
    throw error;
  }
  return [];
}

function mistake(...values: readonly unknown[]): string {
  const all = mistakes(...values);
  equal(all.length, 1, all.map((error) => error.message).join("; "));
  const [one] = all;
  ok(one!.more.place?.file?.endsWith("graph_test.ts"), `no place in ${one!.message}`);
  return `${one!.code} ${one!.message} (${one!.more.hint ?? ""})`;
}

const ids = (graph: SchemaGraph) => [...graph.objects.keys()];

Deno.test("keys become names in snake_case, named() and naming say otherwise", () => {
  const graph = graphOf(
    table("people", { buyerId: t.int(), URLPath: t.text(), odd: t.text().named("Odd Name") }),
    table("asIs", { buyerId: t.int() }, { naming: { columns: "as_written" } }),
  );
  deepEqual(ids(graph).filter((id) => id.startsWith("column")), [
    "column:public.asIs.buyerId",
    "column:public.people.Odd Name",
    "column:public.people.buyer_id",
    "column:public.people.url_path",
  ]);
});

Deno.test("constraints and indexes get the database's default names, explicit ones win and are taken first", () => {
  const graph = graphOf(
    table("users", { id: t.int().primaryKey() }),
    table("posts", {
      id: t.int().primaryKey("the_key"),
      userId: t.int().references("users.id").index(),
      slug: t.text().unique().check((c) => `${c} <> ''`),
      other: t.text().unique("posts_title_key"),
      title: t.text().unique(),
    }, (self) => [
      self.index(["userId", { column: "title", order: "desc" }], { unique: true }),
      self.index([sql`lower(${self.columns.slug})`]),
      self.check(sql`${self.columns.slug} <> ${self.columns.title}`),
    ]),
  );
  deepEqual(ids(graph).filter((id) => !/^(column|table|schema)/.test(id)), [
    "check:public.posts.posts_slug_check",
    "check:public.posts.posts_slug_title_check",
    "foreign_key:public.posts.posts_user_id_fkey",
    "index:public.posts_lower_idx",
    "index:public.posts_user_id_idx",
    "index:public.posts_user_id_title_idx",
    "primary_key:public.posts.the_key",
    "primary_key:public.users.users_pkey",
    "unique:public.posts.posts_slug_key",
    "unique:public.posts.posts_title_key",
    "unique:public.posts.posts_title_key1",
  ]);
  const check = find(graph, "check", "check:public.posts.posts_slug_check")!;
  equal(check.expression.sql, `"slug" <> ''`);
  deepEqual(check.refs, ["column:public.posts.slug"]);
});

Deno.test("patterns name constraints, cut to what the database takes", () => {
  const { graph } = built([
    table("a", { id: t.int().primaryKey() }),
    table("a_very_long_table_name_indeed", { aId: t.int().references("a.id").index() }),
  ], {
    naming: {
      foreignKey: "fk_{table}_{columns}_{referred_table}",
      index: "ix_{table}_{columns}",
      primaryKey: "pk_{table}",
    },
  });
  const named = ids(graph).filter((id) => !/^(column|table|schema)/.test(id));
  equal(named[2], "primary_key:public.a.pk_a");
  for (const id of named) ok(id.split(".").at(-1)!.length <= 40, id);
});

Deno.test("defaults: literals by type, expressions as they are, NULL is none", () => {
  const graph = graphOf(table("d", {
    n: t.bigint().default(5n),
    s: t.text().default("it's"),
    b: t.boolean().default(true),
    j: t.jsonb().default({ a: [1] }),
    d: t.decimal(10, 2).default("1.50"),
    at: t.timestamptz().default(new Date(0)),
    x: t.text().nullable().default(null),
    e: t.text().default(sql`upper(${"a'b"})`),
    own: t.int().default(1).on({ postgres: { default: 2, type: "serial4" }, sqlite: { default: 3 } }),
  }));
  const value = (name: string) => find(graph, "column", `column:public.d.${name}`)!.default?.sql ?? null;
  deepEqual(["n", "s", "b", "j", "d", "at", "x", "e", "own"].map(value), [
    "5",
    "'it''s'",
    "true",
    `'{"a":[1]}'`,
    "'1.50'",
    "'1970-01-01T00:00:00.000Z'",
    null,
    "upper('a''b')",
    "2",
  ]);
  equal(find(graph, "column", "column:public.d.own")!.type.name, "serial4");
});

Deno.test("enums: shared and inline ones of the same name are one object that columns point to", () => {
  const status = enumType("status", ["new", "paid"], { comment: "State of an order" });
  const graph = graphOf(
    status,
    table("a", { status: t.enum(status).default("new") }),
    table("b", { status: t.enum("status", ["new", "paid"]), more: t.array(t.enum(status)) }),
  );
  deepEqual(find(graph, "enum", "enum:public.status")!.values, ["new", "paid"]);
  equal(find(graph, "column", "column:public.a.status")!.type.of, "enum:public.status");
  deepEqual(find(graph, "column", "column:public.b.more")!.refs, ["enum:public.status"]);
});

Deno.test("references: text, path, function, other schema, primary key by default, itself and one another", () => {
  const audit = schema("audit");
  const log = audit.table("log", { id: t.int().primaryKey(), parentId: t.int().nullable().references("audit.log.id") });
  const dotted = table("a.b", { id: t.int().primaryKey(), "x.y": t.int().unique() });
  const many = table("many", {
    one: t.int().references((): AnyColumn => log.columns.id),
    two: t.int().references("a.b.x.y"),
    three: t.int().references(["a.b", "id"], { onDelete: "cascade", deferrable: "deferred" }),
    four: t.int().references((): AnyTable => log),
    five: t.int().references("audit.log"),
  });
  const graph = graphOf(audit, log, dotted, many);
  const target = (name: string) => {
    const key = children(graph, "table:public.many", "foreign_key").find((each) => each.columns[0] === name)!;
    return `${key.references.table} ${key.references.columns}`;
  };
  equal(target("one"), "table:audit.log id");
  equal(target("two"), "table:public.a\\.b x.y");
  equal(target("three"), "table:public.a\\.b id");
  equal(target("four"), "table:audit.log id");
  equal(target("five"), "table:audit.log id");
});

Deno.test("wrong references say what is there", () => {
  const users = table("users", { id: t.int().primaryKey(), email: t.text() });
  const wrong = (target: string) => mistake(users, table("p", { x: t.int().references(target) }));
  equal(wrong("user.id"), `SQA-105 the reference of "p.x": no model is named "user" (did you mean "users"?)`);
  equal(wrong("users.idd"), `SQA-105 the reference of "p.x": table "users" has no column "idd" (did you mean "id"?)`);
  equal(
    wrong("users.email"),
    `SQA-107 the reference of "p.x": "x" is int but "users.email" is text (give both the same type, or pass { unchecked: true } when the database takes it)`,
  );
  equal(graphOf(users, table("p", { x: t.int().references("users.email", { unchecked: true }) })).objects.size, 8);
  const ghost = graphOf(table("p", { x: t.int().references("ghost.id", { unchecked: true }) }));
  equal(find(ghost, "foreign_key", "foreign_key:public.p.p_x_fkey")!.references.table, "table:public.ghost");
  const hidden = table("hidden", { id: t.int().primaryKey() });
  ok(
    mistake(table("p", { x: t.int().references(() => hidden.columns.id) })).includes(
      `table "hidden" is not among the models`,
    ),
  );
});

Deno.test("unmanaged tables can be referred to and are not in the graph", () => {
  const graph = graphOf(
    table("host", { id: t.int().primaryKey() }, { unmanaged: true }),
    table("p", { x: t.int().references("host.id") }),
  );
  ok(!graph.objects.has("table:public.host"));
  ok(graph.objects.has("foreign_key:public.p.p_x_fkey"));
});

Deno.test("S0-20: all mistakes come together, in the order of the files, each with its line", () => {
  const all = mistakes(
    table("a", {
      n: t.int().default("x" as never),
      s: t.vector(3),
      b: t.text().on({ postgres: { storrage: "x" } }),
    }, { coment: "x" } as never),
    table("a", { id: t.int() }),
    table("this_name_has_far_more_than_forty_bytes_in_it", { id: t.int() }),
    view("v", sql`select 1`, { dependsOn: ["nothing"] }),
  );
  deepEqual(
    all.map((error) => `${error.code} ${error.message}`),
    [
      `SQA-102 unknown option "coment" of table "a"`,
      `SQA-103 column "a.n": "x" is no default for t.int()`,
      `SQA-104 column "a.s": Testing has no type for t.vector()`,
      `SQA-102 Testing has no option "storrage" for column "a.b"`,
      `SQA-106 two tables have the name "a"`,
      `SQA-101 the name of table "this_name_has_far_more_than_forty_bytes_in_it" has 45 bytes; Testing takes 40`,
      `SQA-105 view "v" depends on "nothing", which is not among the models`,
    ].map((text) => text.startsWith("SQA-106") ? all[4]!.code + " " + all[4]!.message : text),
  );
  ok(all[4]!.message.startsWith(`two tables have the name "a" (the other one is at `));
  const lines = all.map((error) => error.more.place!.line!);
  deepEqual(lines, [...lines].sort((a, b) => a - b));
});

Deno.test("extras with unknown columns, a second primary key, and a failing function are mistakes", () => {
  ok(
    mistake(table("a", { id: t.int() }, (self) => [self.index(["ident" as "id"])])).startsWith(
      `SQA-105 column "ident" named by an index of "a"`,
    ),
  );
  ok(
    mistake(table("a", { id: t.int().primaryKey(), b: t.int().primaryKey() })).startsWith(
      `SQA-106 table "a" has more than one primary key`,
    ),
  );
  ok(
    mistake(table("a", { id: t.int() }, () => {
      throw new Error("boom");
    })).includes("boom"),
  );
  ok(
    mistake(table("a", { aB: t.int(), a_b: t.int() })).startsWith(
      `SQA-106 "aB" and "a_b" of table "a" are both named "a_b"`,
    ),
  );
});

Deno.test("views: names are quoted and qualified, refs are found in the text or taken from dependsOn", () => {
  const users = table("users", { id: t.int().primaryKey(), fullName: t.text() });
  const seen = view(
    "seen",
    sql`select ${users.columns.fullName}, u.${users.columns.id} from ${users} u where x = ${[1, 2]}`,
  );
  const above = view("above", sql`select * from seen`, { dependsOn: [seen] });
  const graph = graphOf(users, seen, above);
  const object = find(graph, "view", "view:public.seen")!;
  equal(object.definition.sql, `select "users"."full_name", u."id" from "users" u where x = 1, 2`);
  deepEqual(object.refs, ["column:public.users.full_name", "column:public.users.id", "table:public.users"]);
  deepEqual(find(graph, "view", "view:public.above")!.refs, ["view:public.seen"]);
});

Deno.test("the sql tag keeps backslashes, takes only literals, and differs by database", () => {
  const check = (text: ReturnType<typeof sql>) =>
    find(graphOf(table("a", { s: t.text().check(text, "c") })), "check", "check:public.a.c")!.expression.sql;
  equal(check(sql`s ~ '^\d+\\$' and \`x\` <> '\${y}'`), "s ~ '^\\d+\\$' and `x` <> '${y}'");
  equal(check(sql`s = ${"'; drop table a; --"}`), "s = '''; drop table a; --'");
  equal(
    check(sql`s in (${["a", 1, null]}) and ${sql.identifier("odd name")} ${sql.raw("is null")}`),
    `s in ('a', 1, NULL) and "odd name" is null`,
  );
  equal(check(sql.by({ postgres: "1 = 1", otherwise: "2 = 2" })), "1 = 1");
  equal(check(sql.by({ sqlite: "1 = 1", otherwise: sql`s = ${sql.by({ postgres: "3" })}` })), "s = 3");
  ok(mistake(table("a", { s: t.text().check(sql.by({ sqlite: "1" })) })).startsWith("SQA-104"));
  ok(mistake(table("a", { s: t.text().check(sql`${{}} = 1`) })).startsWith("SQA-103"));
});

Deno.test("joined tables take the parent's key, single ones its table, concrete ones its columns", () => {
  const people = table("people", { id: t.bigint().identity().primaryKey(), email: t.text().unique("people_email") });
  const employees = people.joined("employees", { salary: t.int() }, (self) => [self.index(["salary"])]);
  const admins = people.single("admin", { rights: t.int() });
  const copies = people.concrete("copies", { extra: t.text() });
  const graph = graphOf(employees, admins, copies);
  ok(graph.objects.has("table:public.people"));
  const key = find(graph, "foreign_key", "foreign_key:public.employees.employees_id_fkey")!;
  deepEqual([key.references.table, key.onDelete], ["table:public.people", "cascade"]);
  equal(find(graph, "column", "column:public.employees.id")!.identity, null);
  equal(find(graph, "column", "column:public.people.rights")!.nullable, true);
  equal(find(graph, "column", "column:public.people.kind")!.type.args[0], 64);
  ok(graph.objects.has("index:public.people_kind_idx"));
  deepEqual(children(graph, "table:public.copies", "column").map((column) => column.name[2]), ["email", "extra", "id"]);
  ok(graph.objects.has("unique:public.copies.copies_email_key"));
});

Deno.test("single-table children that disagree are a mistake", () => {
  const people = table("people", { id: t.int().primaryKey(), kind: t.enum("kind", ["a", "b"]) });
  ok(mistake(people.single("c", { x: t.int() })).startsWith(`SQA-109 "c" is no value of "kind"`));
  ok(
    mistake(people.single("a", { x: t.int() }), people.single("b", { x: t.text() })).startsWith(
      `SQA-109 "x" of "b" (in table "people") differs from "x" of "a" (in table "people")`,
    ),
  );
});

Deno.test("modules prefix their tables, keep them together, and depend on one another without circles", () => {
  const a = moduleBase("Graph_A", { dependsOn: ["graph_b"] });
  const item = a.table("item", { id: t.int().primaryKey() });
  const graph = graphOf(item, moduleBase("graph_b").table("x", { id: t.int() }));
  ok(graph.objects.has("table:public.graph_a_item"));
  equal(graph.objects.get("table:public.graph_a_item")!.origin!.module, "graph_a");
  equal(moduleBase("graph_a").table, a.table);
  throws(() => moduleBase("graph_a", { prefix: "x" }), { code: "SQA-108" });
  throws(() => moduleBase("1x"), { code: "SQA-101" });
  const wrong = moduleBase("graph_c", { prefixx: "x" } as never);
  ok(mistake(wrong.table("t", { id: t.int() })).includes('unknown option "prefixx" of module "graph_c"'));
  const one = moduleBase("graph_one", { dependsOn: ["graph_two"] }),
    two = moduleBase("graph_two", { dependsOn: ["graph_one"] });
  ok(
    mistake(one.table("t", { id: t.int() }), two.table("t", { id: t.int() })).includes(
      "graph_one -> graph_two -> graph_one",
    ),
  );
  ok(mistake(item).includes(`module "graph_a" depends on "graph_b"`));
});

Deno.test("earlier names become hints, for columns under both names of their table", () => {
  const module = moduleBase("billing", { renamedFrom: "invoices" });
  const { renames } = built([
    table("users", { fullName: t.text().renamedFrom("name") }, (self) => [
      self.index(["fullName"], { name: "by_name", renamedFrom: "old_index" }),
    ], { renamedFrom: "people" }),
    enumType("kind", ["new", "b"], { renamedValues: { new: "old" } }),
    module.table("line", { id: t.int() }),
  ]);
  deepEqual(renames.map((hint) => `${hint.from} => ${hint.to}`).sort(), [
    "column:public.people.name => column:public.users.full_name",
    "column:public.users.name => column:public.users.full_name",
    "enum:public.kind.old => enum:public.kind.new",
    "index:public.old_index => index:public.by_name",
    "table:public.invoices_line => table:public.billing_line",
    "table:public.people => table:public.users",
  ]);
});

Deno.test("tables can be partitions and heirs of others", () => {
  const all = table("all", { id: t.int() }, { on: { postgres: { fillfactor: 10 } } });
  const graph = graphOf(
    all,
    table("p1", { id: t.int() }, { inherits: () => all }),
    table("p2", { id: t.int() }, { inherits: ["all", "p1"] }),
  );
  deepEqual(find(graph, "table", "table:public.p1")!.inherits, ["table:public.all"]);
  deepEqual(find(graph, "table", "table:public.p2")!.inherits, ["table:public.all", "table:public.p1"]);
  equal(
    mistake(all, table("p3", { id: t.int() }, { inherits: "al" })),
    `SQA-105 "inherits" of table "p3": no model is named "al" (did you mean "all"?)`,
  );
});

Deno.test("what is only for another database is left out", () => {
  const graph = graphOf(
    table("a", { id: t.int(), x: t.int().only("sqlite") }, (self) => [self.index(["id"], { only: ["mysql"] })]),
    table("b", { id: t.int() }, { only: ["sqlite"] }),
    table("c", { ...mixins.audit(), ...mixins.softDelete(), ...mixins.tenant() }, { on: { sqlite: { strict: true } } }),
  );
  ok(!graph.objects.has("column:public.a.x") && !graph.objects.has("table:public.b"));
  equal(children(graph, "table:public.a", "index").length, 0);
});

Deno.test("the same models give the same graph whatever their order", () => {
  const models = [
    table("b", { id: t.int().primaryKey(), aId: t.int().references("a.id") }),
    table("a", { id: t.int().primaryKey(), n: t.enum("e", ["x"]) }),
  ];
  const plain = (objects: Iterable<SchemaObject>) => [...objects].map(({ origin: _origin, ...rest }) => rest);
  deepEqual(plain(graphOf(...models).objects.values()), plain(graphOf(...models.toReversed()).objects.values()));
});
