/** `sqa diff --from --to` listens to --rename: the column keeps its values. */
import { equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqaWithin } from "../cli/testing/project.ts";
import { withFolder } from "./support/scratch.ts";

Deno.test("a rename that is said between two sources is one", () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, "a.sql"), "create table t (id integer primary key, a text);\n");
    writeFileSync(join(folder, "b.sql"), "create table t (id integer primary key, b text);\n");
    const diff = ["diff", "--from", "file:a.sql", "--to", "file:b.sql", "--url", "sqlite:x.db", "--sql"];
    const { code, stdout, stderr } = await sqaWithin(folder, [...diff, "--rename", "t.a=t.b"]);
    equal(code, 0, stderr);
    match(stdout, /RENAME COLUMN "?a"? TO "?b"?/);
    equal(/DROP|INSERT/.test(stdout), false, stdout);
    const wrong = await sqaWithin(folder, [...diff, "--rename", "t.x=t.b"]);
    equal(wrong.code, 64);
    match(wrong.stderr, /SQA-402.*"t\.x"/);
  }));
