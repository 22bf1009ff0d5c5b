import { deepEqual, equal, throws } from "node:assert/strict";
import { mask, parseUrl, setUpOf } from "./url.ts";

Deno.test("a URL is taken apart, percent codes and all", () => {
  const target = parseUrl("postgresql://me:p%40ss%2Fw@db.example:6000/my%20db?application_name=app");
  deepEqual(
    [target.host, target.port, target.user, target.password, target.database, target.applicationName],
    ["db.example", 6000, "me", "p@ss/w", "my db", "app"],
  );
});

Deno.test("a server that is not this machine is encrypted and verified unless the URL says otherwise", () => {
  equal(parseUrl("postgres://db.example/x").encryption, "verified");
  equal(parseUrl("postgres://127.0.0.1/x").encryption, "none");
  equal(parseUrl("postgres://[::1]/x").encryption, "none");
  equal(parseUrl("postgres:///x?host=/run/postgresql").encryption, "none");
  equal(parseUrl("postgres://db.example/x?sslmode=disable").encryption, "none");
  equal(parseUrl("postgres://db.example/x?sslmode=require").encryption, "unverified");
});

Deno.test("a socket folder may stand in the host parameter", () => {
  const target = parseUrl("postgres:///shop?host=/run/postgresql&port=5433");
  deepEqual([target.socket, target.port, target.database], ["/run/postgresql", 5433, "shop"]);
});

Deno.test("roles and owners are for sqa: the server never hears of them", () => {
  const url = "postgres://db.example/x?roles=app_*&roles=a%26b&roles=&owners=true&application_name=app";
  deepEqual(setUpOf(url), { roles: ["app_*", "a&b"], owners: true });
  deepEqual(setUpOf("postgres://db.example/x"), { roles: [], owners: false });
  deepEqual(parseUrl(url), parseUrl("postgres://db.example/x?application_name=app"));
  throws(() => setUpOf("postgres://db.example/x?owners=yes"), { code: "SQA-203" });
});

for (
  const url of [
    "postgres://u:canary@h:port/d",
    "canary",
    "mysql://u:canary@h/d",
    "postgres://u:canary%zz@h/d",
    "postgres://u:canary@h/d?sslmode=x",
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
  equal(mask("postgres://me:canary@h:1/d"), "postgres://me:***@h:1/d");
  equal(mask("postgres://h/d?password=canary&sslpassword=canary&x=1").includes("canary"), false);
  equal(mask("not a url: canary").includes("canary"), false);
  equal(mask("postgres://me@h/d"), "postgres://me@h/d");
});
