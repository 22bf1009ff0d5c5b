import { equal } from "node:assert/strict";
import { wantsColour } from "./colour.ts";
import { safe, safeColoured, safeLine } from "./terminal.ts";
import { makeStyle } from "./colour.ts";

Deno.test("colour is decided by the flag, NO_COLOR, FORCE_COLOR, TERM and the terminal, in that order", () => {
  equal(wantsColour(true, { NO_COLOR: "1" }, false), true);
  equal(wantsColour(undefined, { NO_COLOR: "1", FORCE_COLOR: "1" }, true), false);
  equal(wantsColour(undefined, { FORCE_COLOR: "1", TERM: "dumb" }, false), true);
  equal(wantsColour(undefined, { FORCE_COLOR: "0" }, true), false);
  equal(wantsColour(undefined, { TERM: "dumb" }, true), false);
  equal(wantsColour(undefined, {}, true), true);
  equal(wantsColour(undefined, {}, false), false);
});

Deno.test("a name cannot move the cursor or turn the reading order around", () => {
  equal(safe("a\u001b[2Jb\u202ec\r"), "a\\u001b[2Jb\\u202ec\\u000d");
  equal(safeLine("a\nb\tc"), "a\\nb\\tc");
});

Deno.test("sqa's own colours survive the escaping of what they colour", () => {
  const text = makeStyle(true).add("x\u0007");
  equal(safeColoured(text), "\u001b[32mx\\u0007\u001b[39m");
});
