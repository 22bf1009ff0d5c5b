import { equal, throws } from "node:assert/strict";
import { withBeside } from "./beside.ts";

const none = { attach: [], pragmas: [], functions: [] };

Deno.test("what the config says of a file goes into its URL, paths from the config's folder", () => {
  equal(withBeside("sqlite:/a.db", none, "/app"), "sqlite:/a.db");
  const url = withBeside("sqlite:/a.db", {
    attach: ["audit = data/a b.db", "cache=:memory:"],
    pragmas: ["user_version=5"],
    functions: ["fn.ts", "/lib/fn.ts"],
  }, "/app");
  const query = new URLSearchParams(url.slice(url.indexOf("?")));
  equal(query.get("attach.audit"), "/app/data/a b.db");
  equal(query.get("attach.cache"), ":memory:");
  equal(query.get("pragma.user_version"), "5");
  equal(query.getAll("functions").join(), "/app/fn.ts,/lib/fn.ts");
});

Deno.test("paths in the URL itself are made absolute too", () => {
  equal(withBeside("sqlite:/a.db?attach.b=b.db&x=y", none, "/app"), "sqlite:/a.db?attach.b=%2Fapp%2Fb.db&x=y");
});

Deno.test("what is not NAME=VALUE is a mistake in the config", () => {
  throws(() => withBeside("sqlite:/a.db", { ...none, attach: ["audit.db"] }, "/"), { code: "SQA-014" });
  throws(() => withBeside("sqlite:/a.db", { ...none, pragmas: ["=5"] }, "/"), { code: "SQA-014" });
});
