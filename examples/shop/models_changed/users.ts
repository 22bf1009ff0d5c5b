/** Who buys and who works in the shop. */
import { mixins, moduleBase, t } from "sqa";

const users = moduleBase("users");

/** Everybody with an account. */
export const user = users.table("user", {
  ...mixins.id(),
  email: t.varchar(320).unique().check((c) => `${c} LIKE '%_@_%'`),
  fullName: t.varchar(80).renamedFrom("display_name"),
  kind: t.enum("user_kind", ["customer", "employee"]).default("customer"),
  ...mixins.audit(),
}, { comment: "Everybody with an account" });

/** Employees are users with a salary and, most of them, a boss: a table of its own that shares the user's id. */
export const employee = user.joined("employee", {
  badge: t.char(6).unique(),
  salary: t.decimal(10, 2).check((c) => `${c} >= 0`),
  bossId: t.bigint().nullable().references("users_employee.id", { onDelete: "set null" }).index(),
});

export const address = users.table("address", {
  ...mixins.id(),
  userId: t.bigint().references("users_user.id", { onDelete: "cascade" }),
  street: t.text(),
  zip: t.varchar(12),
  city: t.varchar(80),
  country: t.char(2).default("DE"),
}, (self) => [self.index(["userId"])]);

export type User = typeof user.$row;
export type NewUser = typeof user.$insert;
