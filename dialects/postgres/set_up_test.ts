import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { postgresDriver } from "./driver.ts";
import { postgresDialect } from "./set_up.ts";

const left = (url: string) => Object.keys(postgresDriver.at!(url).dialect.leaves!);

Deno.test("what the URL does not ask for is left alone, and it is said how to ask", () => {
  deepEqual(left("postgres://h/d"), ["role", "owner"]);
  deepEqual(left("postgres://h/d?roles=app"), ["owner"]);
  deepEqual(left("postgres://h/d?roles=app&owners=true"), []);
  deepEqual(postgresDriver.dialect, postgresDriver.at!("postgres://h/d").dialect);
  match(postgresDriver.dialect.leaves!.role!, /roles=app_\*/);
  match(postgresDriver.dialect.leaves!.owner!, /owners = true/);
});

Deno.test("one set-up is one dialect, however it is written", () => {
  equal(
    postgresDialect({ roles: ["b", "a", "b"], owners: true }),
    postgresDialect({ roles: ["a", "b"], owners: true }),
  );
  equal(postgresDriver.at!("postgres://h/d").dialect, postgresDriver.dialect);
  notEqual(
    postgresDialect({ roles: ["a"], owners: true }).setUp,
    postgresDialect({ roles: ["b"], owners: true }).setUp,
  );
});
