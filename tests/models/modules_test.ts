/** S0-1 to S0-37, as far as they are about models: modules, their names and what they say about one another. */
import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { dialects } from "../../dialects/mod.ts";
import { postgres } from "../../dialects/postgres/mod.ts";
import { sqlite } from "../../dialects/sqlite/mod.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { clearRegistry } from "../../models/registry.ts";
import { SqaError } from "../../schema/error.ts";
import { find } from "../../schema/graph.ts";
import { type AnyColumn, mixins, moduleBase, sql, t, table } from "sqa";

function built(...models: readonly unknown[]) {
  return modelsToGraph({ models: models.map((value) => modelOf(value)!) }, postgres, { version: "0.1.0" });
}

function mistakes(...models: readonly unknown[]): readonly string[] {
  try {
    built(...models);
  } catch (error) {
    if (error instanceof SqaError) return (error.more.all ?? [error]).map((each) => `${each.code} ${each.message}`);
    throw error;
  }
  return [];
}

const notes = (...models: readonly unknown[]) => built(...models).graph.notes.map(({ message }) => message);

function test(name: string, fn: () => void) {
  Deno.test(name, () => {
    clearRegistry();
    fn();
  });
}

test("S0-1 S0-3 a module has its own tables, and every object says whose it is", () => {
  const users = moduleBase("users"), orders = moduleBase("orders", { dependsOn: ["users"] });
  const user = users.table("user", { ...mixins.id(), email: t.email().unique() });
  const order = orders.table("order", { ...mixins.id(), userId: t.bigint().references(() => user.columns.id).index() });
  const { graph } = built(order, user);
  const owners = [...graph.objects.values()].filter((object) => object.kind !== "schema").map((object) =>
    `${object.name.join(".").includes("orders_") ? "orders" : "users"} ${object.origin?.module}`
  );
  deepEqual([...new Set(owners)].sort(), ["orders orders", "users users"]);
});

test("S0-2 S0-11 a module's name is lower case and checked, the same name is the same base", () => {
  equal(moduleBase("Orders"), moduleBase("orders"));
  throws(() => moduleBase("orders", { prefix: "x_" }), { code: "SQA-108" });
  throws(() => moduleBase("9lives"), { code: "SQA-101" });
  throws(() => moduleBase("with space"), { code: "SQA-101" });
});

test("S0-4 S3-22 naming patterns for a module, cut to what the database takes", () => {
  const shop = moduleBase("shop", {
    naming: {
      primaryKey: "pk_{table}",
      foreignKey: "fk_{table}_{columns}_{referred_table}",
      index: "ix_{table}_{columns}",
      unique: "uq_{table}_{columns}",
      check: "ck_{table}_{columns}",
    },
  });
  const item = shop.table("item", {
    ...mixins.id(),
    aVeryLongColumnNameThatGoesOnAndOnAndOnAndOn: t.int().nonNegative().unique(),
    parentId: t.bigint().references("shop_item.id").index(),
  });
  const names = [...built(item).graph.objects.keys()].filter((id) => !/^(table|column|schema)/.test(id)).map((id) =>
    id.split(".").at(-1)!
  );
  ok(
    names.includes("pk_shop_item") && names.includes("fk_shop_item_parent_id_shop_item") &&
      names.includes("ix_shop_item_parent_id"),
  );
  for (const name of names) ok(name.length <= 63, name);
  ok(names.some((name) => /^uq_shop_item_a_very.*_[0-9a-f]{8}$/.test(name)));
});

test("S0-5 a missing prefix is said, a schema of its own needs none", () => {
  const plain = moduleBase("plain", { prefix: false }), own = moduleBase("own", { prefix: false, schema: "own" });
  match(notes(plain.table("item", { ...mixins.id() })).join(), /^SQA-M002: table "item" of module "plain"/);
  deepEqual(notes(plain.table("plain_item", { ...mixins.id() }), own.table("item", { ...mixins.id() })), []);
  ok(built(own.table("thing", { ...mixins.id() })).graph.objects.has("table:own.thing"));
});

test("S0-6 one model for all databases", () => {
  const shop = moduleBase("shop");
  const item = shop.table("item", {
    ...mixins.id(),
    name: t.varchar(40),
    at: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
  });
  for (const dialect of dialects) ok(modelsToGraph({ models: [modelOf(item)!] }, dialect).graph.objects.size >= 4);
});

test("S0-13 S0-14 a reference to another module needs dependsOn; cycles are shown", () => {
  const users = moduleBase("users"), orders = moduleBase("orders");
  const user = users.table("user", { ...mixins.id() });
  const order = orders.table("order", {
    ...mixins.id(),
    userId: t.bigint().references((): AnyColumn => user.columns.id),
  });
  deepEqual(notes(user, order), [
    'SQA-M003: table "orders_order" refers to "users_user" of module "users": add dependsOn: ["users"] to moduleBase("orders"), or use softRef()',
  ]);
  const a = moduleBase("a", { dependsOn: ["b"] }),
    b = moduleBase("b", { dependsOn: ["c"] }),
    c = moduleBase("c", { dependsOn: ["a"] });
  deepEqual(
    mistakes(a.table("x", { ...mixins.id() }), b.table("x", { ...mixins.id() }), c.table("x", { ...mixins.id() })),
    [
      "SQA-108 modules depend on one another in a circle: a -> b -> c -> a",
    ],
  );
  const lonely = moduleBase("lonely", { dependsOn: ["orderz"] });
  deepEqual(mistakes(lonely.table("x", { ...mixins.id() }), order, user), [
    'SQA-108 module "lonely" depends on "orderz", which has no models here',
  ]);
});

test("S0-12 a renamed module renames its tables", () => {
  const billing = moduleBase("billing", { renamedFrom: "invoices" });
  const { renames } = built(billing.table("bill", { ...mixins.id() }));
  deepEqual(renames.map(({ from, to }) => `${from} ${to}`), ["table:public.invoices_bill table:public.billing_bill"]);
});

test("S0-16 soft references are checked, make no constraint, and ask for an index", () => {
  const users = moduleBase("users"), logs = moduleBase("logs");
  const user = users.table("user", { ...mixins.id() });
  const log = logs.table("entry", { ...mixins.id(), userId: t.bigint().softRef("users_user.id") });
  const { graph, softReferences } = built(user, log);
  ok(![...graph.objects.keys()].some((id) => id.startsWith("foreign_key")));
  deepEqual(softReferences, [{ from: "column:public.logs_entry.user_id", to: "column:public.users_user.id" }]);
  deepEqual(notes(user, log), ['SQA-R001: the soft reference "logs_entry.user_id" has no index; add .index()']);
  deepEqual(mistakes(user, logs.table("other", { ...mixins.id(), userId: t.bigint().softRef("users_usr.id") })), [
    'SQA-105 the soft reference of "logs_other.userId": no model is named "users_usr"',
  ]);
});

test("S0-21 a unique key of a tenant's table that leaves the tenant out is said", () => {
  const shop = moduleBase("shop");
  const columns = { ...mixins.id(), ...mixins.tenant(), slug: t.varchar(40) };
  match(
    notes(shop.table("page", columns, (self) => [self.unique(["slug"])])).join(),
    /^SQA-T001: the unique key \(slug\) of "shop_page"/,
  );
  match(notes(shop.table("page", columns, (self) => [self.index(["slug"], { unique: true })])).join(), /^SQA-T001/);
  deepEqual(notes(shop.table("page", columns, (self) => [self.unique(["tenantId", "slug"])])), []);
});

test("S0-32 a module may ask for versions of sqa", () => {
  const fine = moduleBase("fine", { requires: "^0.1" }), later = moduleBase("later", { requires: ">=2" });
  deepEqual(mistakes(fine.table("x", { ...mixins.id() })), []);
  deepEqual(mistakes(later.table("x", { ...mixins.id() })), ['SQA-126 module "later" requires sqa >=2; this is 0.1.0']);
});

test("S0-33 S1-16 S1-17 mixins add columns, and indexes where they are asked for", () => {
  const shop = moduleBase("shop");
  const item = shop.table("item", {
    ...mixins.id(),
    ...mixins.audit(),
    ...mixins.softDelete(),
    ...mixins.versioned(),
    ...mixins.tenant(t.uuid()),
  });
  deepEqual(
    Object.keys(item.columns),
    ["id", "createdAt", "createdBy", "updatedAt", "updatedBy", "deletedAt", "deletedBy", "version", "tenantId"],
  );
  const indexes = (graph: ReturnType<typeof built>["graph"]) =>
    [...graph.objects.keys()].filter((id) => id.startsWith("index"));
  deepEqual(indexes(built(item).graph), []);
  const indexed = shop.table("page", {
    ...mixins.id(),
    ...mixins.tenant(undefined, { index: true }),
    ...mixins.softDelete({ index: true }),
  });
  deepEqual(indexes(built(indexed).graph), [
    "index:public.shop_page_deleted_at_idx",
    "index:public.shop_page_tenant_id_idx",
  ]);
});

test("S1-16 keys that the database counts or a program makes, and times; a default of one database is its own", () => {
  const one = table("one", { ...mixins.id(), ...mixins.timestamps() });
  const two = table("two", { ...mixins.uuid() });
  const three = table("three", { id: t.uuid().primaryKey().on({ postgres: { default: sql`gen_random_uuid()` } }) });
  const column = (id: string) => find(built(one, two, three).graph, "column", `column:public.${id}` as never)!;
  equal(column("one.id").identity?.mode, "by default");
  deepEqual(["one.created_at", "one.updated_at"].map((id) => column(id).default?.sql), [
    "CURRENT_TIMESTAMP",
    "CURRENT_TIMESTAMP",
  ]);
  deepEqual(["two.id", "three.id"].map((id) => [column(id).type.name, column(id).default?.sql ?? null]), [
    ["uuid", null],
    ["uuid", "gen_random_uuid()"],
  ]);
  const others = modelsToGraph({ models: [modelOf(three)!] }, sqlite).graph;
  equal(find(others, "column", "column:three.id")!.default, null);
});
