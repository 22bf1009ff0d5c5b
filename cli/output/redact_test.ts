import { equal, ok } from "node:assert/strict";
import { makeRedactor } from "./redact.ts";

const cases: readonly (readonly [name: string, url: string, text: string, hidden: string])[] = [
  ["a plain password", "postgresql://app:s3cretpass@db:5432/shop", "auth failed: s3cretpass", "s3cretpass"],
  ["its percent-decoded form", "postgresql://app:p%40ss%2Fword@db/shop", "got p@ss/word", "p@ss/word"],
  ["its percent-encoded form", "postgresql://app:p%40ss%2Fword@db/shop", "got p%40ss%2Fword", "p%40ss%2Fword"],
  ["a parameter", "postgresql://db/shop?user=a&password=hunter22x", "hunter22x refused", "hunter22x"],
  ["a key's passphrase", "postgresql://db/shop?sslpassword=abcdefgh1", "bad abcdefgh1", "abcdefgh1"],
  [
    "a piece of a password with an unescaped slash",
    "postgresql://app:first/second@db/shop",
    "no host second",
    "second",
  ],
  [
    "a piece of a password with an unescaped at sign",
    "postgresql://app:first@second@db/shop",
    "no host second",
    "second",
  ],
  ["a short one that stands alone", "mysql://root:abc@db/shop", "password abc", "abc"],
  ["one in a URL nobody has named", "mysql://root:x@db/shop", "dsn postgres://u:unseen@h/d", "unseen"],
];

for (const [name, url, text, hidden] of cases) {
  Deno.test(`redaction masks ${name}`, () => {
    const redactor = makeRedactor();
    redactor.hideUrl(url);
    const shown = redactor.text(`${text} (${url})`);
    ok(!shown.includes(hidden), shown);
    ok(shown.includes("***"), shown);
  });
}

Deno.test("redaction leaves words alone that merely contain a short password", () => {
  const redactor = makeRedactor();
  redactor.hideUrl("mysql://root:on@db/shop");
  equal(redactor.text("connection on host"), "connection *** host");
});

Deno.test("redaction leaves the user's name readable when the password is the same", () => {
  const redactor = makeRedactor();
  redactor.hideUrl("postgresql://postgres:postgres@db/shop");
  equal(
    redactor.text("role postgres at postgresql://postgres:postgres@db/shop"),
    "role postgres at postgresql://postgres:***@db/shop",
  );
});

Deno.test("redaction changes nothing when there is no password", () => {
  const redactor = makeRedactor();
  redactor.hideUrl("postgresql://postgres@db/shop");
  equal(
    redactor.text("select 'a:b@c' from postgresql://postgres@db/shop"),
    "select 'a:b@c' from postgresql://postgres@db/shop",
  );
});

Deno.test("S0-30: redaction masks nothing of a URL that has no secret", () => {
  const redactor = makeRedactor();
  redactor.hideUrl("sqlite:sqa.db");
  redactor.hideUrl("not a url");
  equal(redactor.text("using sqlite:sqa.db, not a url"), "using sqlite:sqa.db, not a url");
});
