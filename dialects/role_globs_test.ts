import { deepEqual, equal } from "node:assert/strict";
import { isPattern, namesRole } from "./role_globs.ts";

Deno.test("a glob of roles: stars and question marks, all else is itself", () => {
  const named = (globs: readonly string[], roles: readonly string[]) => roles.filter(namesRole(globs));
  deepEqual(named([], ["app", ""]), []);
  deepEqual(named(["app_*", "reader"], ["app_", "app_a/b\nc", "app", "reader", "readers", "App_x"]), [
    "app_",
    "app_a/b\nc",
    "reader",
  ]);
  deepEqual(named(["r?"], ["r", "r1", "r🐘", "r12"]), ["r1", "r🐘"]);
  deepEqual(named(["a.b", "[x]", "{a,b}", "-1", "a@%"], ["a.b", "axb", "x", "[x]", "a", "{a,b}", "-1", "a@%"]), [
    "a.b",
    "[x]",
    "{a,b}",
    "-1",
    "a@%",
  ]);
});

Deno.test("a glob without stars and question marks is one name", () => {
  equal(isPattern("app"), false);
  equal(isPattern("app_*"), true);
});
