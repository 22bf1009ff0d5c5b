import { deepEqual, equal, rejects } from "node:assert/strict";
import { SqaError } from "../schema/error.ts";
import { databaseOf, namedDatabase } from "./database.ts";

Deno.test("a relative file starts at the given folder, whatever it is called", async () => {
  equal((await databaseOf("sqlite:app.db", "/srv/a b%20c")).file, "/srv/a b%20c/app.db");
  equal((await databaseOf("sqlite:../app.db?mode=ro", "/srv/shop")).file, "/srv/app.db");
  equal((await databaseOf("sqlite:///var/app.db", "/srv/shop")).file, "/var/app.db");
  equal((await databaseOf("sqlite::memory:", "/srv/shop")).file, null);
});

Deno.test("what is compared of the configured database is compared of every other that is named, unless its URL says otherwise", async () => {
  const compared = { grants: true, roles: ["app_*", "a,b&c"], owners: true };
  const asked = async (url: string) => (await namedDatabase(url, "/", compared)).url;
  equal(await asked("postgres://h/d"), "postgres://h/d?roles=app_*&roles=a%2Cb%26c&owners=true");
  equal(await asked("postgres://h/d?roles=other"), "postgres://h/d?roles=other&owners=true");
  equal(await asked("sqlite:/a.db"), "sqlite:/a.db");
  deepEqual((await namedDatabase("mysql://h/d", "/", compared)).dialect.leaves ?? {}, {});
});

Deno.test("a scheme that nobody knows is an error that lists those that are known", async () => {
  const code = (error: unknown): boolean =>
    error instanceof SqaError && error.code === "SQA-016" && error.more.exit === 78;
  await rejects(databaseOf("oracle://db/x", "/"), code);
  await rejects(databaseOf("app.db", "/"), code);
});

for (
  const url of [
    "postgresql://app:a@b@db/shop",
    "postgresql://app:a/b@db/shop",
    "postgresql://app:a?b@db/shop",
    "postgresql://app:a#b@db/shop",
  ]
) {
  Deno.test(`a password with a raw delimiter is refused before anything is opened: ${url}`, async () => {
    await rejects(
      databaseOf(url, "/"),
      (error: unknown) =>
        error instanceof SqaError && error.code === "SQA-203" &&
        !JSON.stringify([error.message, error.more]).includes("shop"),
    );
  });
}
