import { equal } from "node:assert/strict";
import { matchesGlob } from "node:path";
import { globMatcher } from "./glob.ts";

const folders = [
  "",
  "/a",
  "/a/b",
  "/.a",
  "/a/.b",
  "/a/b/c",
  "/a+b",
  "/a b",
  "/A",
  "/a.b",
  "/a$",
  "/a^",
  "/(a)",
  "/a|b",
];
const names = [
  "a.ts",
  "b.ts",
  ".ts",
  "a.TS",
  ".a.ts",
  "ab.ts",
  "a",
  "a.tsx",
  "a.d.ts",
  "a\nb.ts",
  "ü.ts",
  "😀.ts",
  "?.ts",
];
const globs = ["*.ts", "**/*.ts", "a/**/*.ts", "a/*.ts", "*/*.ts", "**/a.ts", "a/**", "**", "*", "?", "?.ts", "??.ts"]
  .concat(["a*", "**a.ts", "a**.ts", "**/**/*.ts", "a/**/b/**/*.ts", "*.{ts,js}", "[ab].ts", "!(a).ts", "a+b/*.ts"])
  .concat([".a/*.ts", ".*/*.ts", "a.b/*.ts", "a$/*.ts", "a^/*.ts", "(a)/*.ts", "a|b/*.ts", "\\*.ts", "A/*.ts", "*.T?"]);

Deno.test("a glob means what it means to node:path", () => {
  for (const glob of globs) {
    const matches = globMatcher(`/${glob}`);
    for (const path of folders.flatMap((folder) => names.map((name) => `${folder}/${name}`))) {
      equal(matches(path), matchesGlob(path, `/${glob}`), `${glob} for ${JSON.stringify(path)}`);
    }
  }
});
