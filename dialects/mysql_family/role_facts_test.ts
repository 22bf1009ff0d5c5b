import { equal } from "node:assert/strict";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { mariadb } from "../mariadb/mod.ts";
import { mysql } from "../mysql/mod.ts";

const role = (name: string, more: Partial<SchemaObject<"role">> = {}): SchemaObject<"role"> => ({
  kind: "role",
  id: objectId("role", [name]),
  name: [name],
  parent: null,
  refs: [],
  comment: null,
  memberships: [],
  options: {},
  ...more,
});

Deno.test("what the servers have not of a role is said in words", () => {
  const membership = { role: "base", admin: false, options: { inherit: true } };
  for (const dialect of [mysql, mariadb]) {
    equal(dialect.lacks!(role("app")), null);
    equal(dialect.lacks!(role("app", { comment: "x" })), "comments on roles");
    equal(dialect.lacks!(role("app", { memberships: [membership] })), "options of memberships");
  }
  // Characters, not bytes.
  equal(mysql.lacks!(role("ä".repeat(32))), null);
  equal(mysql.lacks!(role(`${"ä".repeat(32)}@%`)), null);
  equal(mysql.lacks!(role("a".repeat(33))), "names of roles longer than 32 characters");
  equal(mariadb.lacks!(role("a".repeat(128))), null);
  equal(mariadb.lacks!(role("a".repeat(129))), "names of roles longer than 128 characters");
  equal(mysql.lacks!(role("app@10.%")), null);
  equal(mariadb.lacks!(role("app@10.%")), "roles whose names have an @");
  equal(
    mariadb.lacks!(role("app", { memberships: [{ role: "a@b", admin: true, options: {} }] })),
    "roles whose names have an @",
  );
});
