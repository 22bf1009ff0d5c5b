/** The three examples, forward and back, on SQLite and on the newest server of each kind that SQA_TEST_POSTGRES_URLS and SQA_TEST_MYSQL_URLS name. */
import { equal, match } from "node:assert/strict";
import { fileURLToPath } from "node:url";

Deno.test("the examples run on every database that is there", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", fileURLToPath(new URL("../examples/run.ts", import.meta.url))],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  equal(code, 0, text);
  for (const name of ["shop", "files", "media"]) match(text, new RegExp(`^ok +${name} on SQLite`, "m"));
});
