import { equal } from "node:assert/strict";
import { nearest } from "./suggest.ts";

Deno.test("nearest() finds the name that was meant", () => {
  equal(nearest("modles", ["models", "model_path", "dir"]), "models");
  equal(nearest("stauts", ["status", "new"]), "status");
});

Deno.test("nearest() keeps quiet when nothing is near", () => {
  equal(nearest("zzz", ["models", "dir"]), null);
});
