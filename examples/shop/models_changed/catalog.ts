/** What the shop sells. */
import { mixins, moduleBase, sql, t } from "sqa";

const catalog = moduleBase("catalog", { dependsOn: ["users"] });

/** Categories form a tree: the parent is a category itself. */
export const category = catalog.table("category", {
  ...mixins.id(),
  parentId: t.bigint().nullable().references("catalog_category.id", { onDelete: "cascade" }),
  name: t.varchar(80),
}, (self) => [self.unique(["parentId", "name"]), self.check(sql`${self.columns.parentId} <> ${self.columns.id}`)]);

export const product = catalog.table("product", {
  ...mixins.id(),
  sku: t.varchar(32).unique(),
  name: t.varchar(120),
  description: t.text().nullable(),
  netPrice: t.decimal(12, 2).check((c) => `${c} >= 0`),
  taxPercent: t.int().default(19),
  /** Computed by the database and kept with the row. */
  grossPrice: t.decimal(12, 2).generated(sql`net_price * (100 + tax_percent) / 100.0`),
  ...mixins.timestamps(),
  ...mixins.softDelete(),
}, (self) => [
  self.index([sql`lower(${self.columns.name})`], { name: "catalog_product_by_name" }),
  self.index(["createdAt"], { name: "catalog_product_for_sale", where: sql`deleted_at IS NULL` }),
]);

/** A product is in many categories, a category has many products. */
export const productCategory = catalog.table("product_category", {
  productId: t.bigint().references("catalog_product.id", { onDelete: "cascade" }),
  categoryId: t.bigint().references("catalog_category.id", { onDelete: "cascade" }),
}, (self) => [self.primaryKey(["productId", "categoryId"]), self.index(["categoryId"])]);

export const tag = catalog.table("tag", { ...mixins.id(), label: t.varchar(40).unique() });

export const productTag = catalog.table("product_tag", {
  productId: t.bigint().references("catalog_product.id", { onDelete: "cascade" }),
  tagId: t.bigint().references("catalog_tag.id", { onDelete: "cascade" }),
}, (self) => [self.primaryKey(["productId", "tagId"])]);

/** What buyers think. */
export const review = catalog.table("review", {
  ...mixins.id(),
  productId: t.bigint().references("catalog_product.id", { onDelete: "cascade" }),
  userId: t.bigint().references("users_user.id", { onDelete: "cascade" }).index(),
  stars: t.int().check((c) => `${c} BETWEEN 1 AND 5`),
  text: t.text().nullable(),
  ...mixins.timestamps(),
}, (self) => [self.unique(["productId", "userId"])]);
