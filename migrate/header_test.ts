import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { type Header, parseHeader, renderHeader } from "./header.ts";

const header: Header = {
  id: "3f2a9c1b77de",
  name: "add_orders",
  direction: "up",
  parents: ["1a2b3c4d5e6f", "aaaaaaaaaaaa"],
  dialect: "sqlite",
  from: "9c1b",
  to: "77de",
  transaction: "groups",
  renames: [{ from: "column:a.b", to: "column:a.c" }],
  allows: ["drop-column:a.x", "drop-table:y"],
  grade: "lossy",
  checksum: "h1:00",
  generator: "sqa",
};

Deno.test("a header is read back as it was written", () => {
  const text = renderHeader(header);
  const parsed = parseHeader(`${text}\nselect 1;\n`, "x.up.sql");
  deepEqual(parsed.header, header);
  equal(parsed.body, "\nselect 1;\n");
  equal(parsed.bodyLine, text.split("\n").length);
});

Deno.test("a name from a database cannot break out of the header", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.string({ minLength: 1 }), (from, to) => {
    const odd: Header = { ...header, name: to, renames: [{ from, to }], allows: [from] };
    const text = renderHeader(odd);
    equal(text.split(/[\n\r\u0085\u2028\u2029]/).length, renderHeader(header).split("\n").length - 1);
    for (const line of text.trimEnd().split("\n")) equal(line.startsWith("-- sqa: "), true);
    deepEqual(parseHeader(text, "x").header, odd);
  }));
  const bidi = renderHeader({ ...header, name: "a\u202Eb c\0" });
  equal(/[\u202E\0]/.test(bidi), false);
});

Deno.test("comments may stand between header lines and unknown keys are left alone", () => {
  const text = renderHeader(header).replace("-- sqa: dialect", "-- a note\n\n-- sqa: later-key 1 2\n-- sqa: dialect");
  deepEqual(parseHeader(text, "x").header, header);
});

Deno.test("a file without a header, or with half of one, is refused by name (SQA-502)", () => {
  const code = (text: string) => {
    let found = "";
    throws(() => parseHeader(text, "x.up.sql"), (error: { code: string }) => (found = error.code) !== "");
    return found;
  };
  equal(code("select 1;"), "SQA-502");
  equal(code("-- sqa: id 3f2a9c1b77de\nselect 1;"), "SQA-502");
  for (const key of ["id", "name", "direction", "parents", "dialect", "transaction", "down"]) {
    equal(code(renderHeader(header).replace(new RegExp(`^-- sqa: ${key} .*\n`, "m"), "")), "SQA-502", key);
  }
  equal(code(renderHeader(header).replace("1a2b3c4d5e6f", "1A2B")), "SQA-502");
  equal(code(renderHeader(header).replace("id 3f2a9c1b77de", 'id "\\u00')), "SQA-502");
});
