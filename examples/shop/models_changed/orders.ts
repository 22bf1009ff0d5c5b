/** What was sold, paid and sent. */
import { type AnyColumn, mixins, moduleBase, sql, t } from "sqa";
import { product } from "./catalog.ts";
import { user } from "./users.ts";

const orders = moduleBase("orders", { dependsOn: ["users", "catalog"] });

export const orderStatus = orders.enumType("status", ["new", "paid", "shipped", "returned", "cancelled"]);

export const order = orders.table("order", {
  ...mixins.id(),
  buyerId: t.bigint().references(() => user.columns.id, { onDelete: "restrict" }),
  shipToId: t.bigint().nullable().references("users_address.id", { onDelete: "set null" }),
  status: t.enum(orderStatus).default("new"),
  placedAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
  ...mixins.versioned(),
}, (self) => [self.index(["buyerId", { column: "placedAt", order: "desc" }])]);

export const orderLine = orders.table("line", {
  orderId: t.bigint().references((): AnyColumn => order.columns.id, { onDelete: "cascade" }),
  position: t.int().check((c) => `${c} > 0`),
  productId: t.bigint().references(() => product.columns.id, { onDelete: "restrict" }).index(),
  quantity: t.int().default(1).check((c) => `${c} > 0`),
  unitPrice: t.decimal(12, 2),
}, (self) => [self.primaryKey(["orderId", "position"])]);

export const payment = orders.table("payment", {
  ...mixins.id(),
  orderId: t.bigint().references("orders_order.id", { onDelete: "cascade" }).index(),
  amount: t.decimal(12, 2).check((c) => `${c} > 0`),
  method: t.enum("payment_method", ["card", "transfer", "voucher"]),
  paidAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
});

export const shipment = orders.table("shipment", {
  ...mixins.id(),
  orderId: t.bigint().references("orders_order.id", { onDelete: "cascade" }).index(),
  service: t.varchar(40),
  trackingCode: t.varchar(64).nullable(),
  sentAt: t.timestamptz().nullable(),
});

/** What each order is worth. */
export const orderTotal = orders.view(
  "total",
  sql`
SELECT l.order_id, count(*) AS line_count, sum(l.quantity * l.unit_price) AS total
FROM ${orderLine} l
GROUP BY l.order_id
`,
);
