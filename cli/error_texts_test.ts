import { deepEqual, equal } from "node:assert/strict";
import { codeOf, sourceFiles } from "../tests/support/imports.ts";
import { errorText, errorTexts } from "./error_texts.ts";

Deno.test("every error code has a text, and every text a code", () => {
  const used = new Set<string>();
  for (const file of sourceFiles()) {
    if (/(_test|_bench)\.ts$|^(tests|bench|examples)\/|error_texts\.ts$/.test(file.path)) continue;
    for (const [, number] of codeOf(file.text).matchAll(/["'`]SQA-(\d{3})["'`]/g)) used.add(number!);
  }
  deepEqual([...used].filter((number) => !(number in errorTexts)).sort(), [], "without a text");
  deepEqual(Object.keys(errorTexts).filter((number) => !used.has(number)).sort(), [], "in no source file");
});

Deno.test("a code is found in any spelling", () => {
  for (const word of ["SQA-564", "sqa-564", "SQA564", "564"]) equal(errorText(word)?.code, "SQA-564");
  equal(errorText("SQA-999"), null);
});
