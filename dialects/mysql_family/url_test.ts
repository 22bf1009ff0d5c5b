import { deepEqual, equal, throws } from "node:assert/strict";
import { mask, parseUrl, placeOf } from "./url.ts";

Deno.test("a URL is taken apart, percent codes and all", () => {
  const target = parseUrl("mysql://me:p%40ss%2Fw@db.example:6000/my%20db?connect_timeout=3");
  deepEqual(
    [target.host, target.port, target.user, target.password, target.database, target.connectSeconds],
    ["db.example", 6000, "me", "p@ss/w", "my db", 3],
  );
  equal(parseUrl("mariadb://db.example/x").port, 3306);
  equal(placeOf(parseUrl("mysql://[::1]:33/x")), "[::1]:33");
});

Deno.test("a server that is not this machine is encrypted and verified unless the URL says otherwise", () => {
  equal(parseUrl("mysql://db.example/x").encryption, "verified");
  equal(parseUrl("mysql://127.0.0.1/x").encryption, "none");
  equal(parseUrl("mysql://db.example/x?socket=/run/mysqld/mysqld.sock").encryption, "none");
  equal(parseUrl("mysql://db.example/x?ssl-mode=DISABLED").encryption, "none");
  equal(parseUrl("mysql://db.example/x?ssl-mode=required").encryption, "unverified");
  equal(parseUrl("mysql://db.example/x?ssl-mode=VERIFY_CA").encryption, "authority");
});

for (
  const url of [
    "mysql://u:canary@h:port/d",
    "canary",
    "postgres://u:canary@h/d",
    "mysql://u:canary%zz@h/d",
    "mysql://u:canary@h",
    "mysql://u:canary@h/d?port=70000",
    "mysql://u:canary@h/d?ssl-mode=x",
    "mysql://u:canary@h/d?ssl-ca=/there/is/no/such/file",
  ]
) {
  Deno.test(`a malformed URL is SQA-203 and is not repeated: ${url.replace("canary", "…")}`, () => {
    throws(() => parseUrl(url), (error: Error & { code: string }) => {
      equal(error.code, "SQA-203");
      return !JSON.stringify([error.message, error]).includes("canary");
    });
  });
}

Deno.test("mask() hides every secret and nothing else", () => {
  equal(mask("mysql://me:canary@h:1/d"), "mysql://me:***@h:1/d");
  equal(mask("mysql://h/d?password=canary&x=1").includes("canary"), false);
  equal(mask("not a url: canary").includes("canary"), false);
  equal(mask("mysql://me@h/d"), "mysql://me@h/d");
});
