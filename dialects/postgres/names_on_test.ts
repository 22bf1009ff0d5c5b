import { deepEqual } from "node:assert/strict";
import { normalize } from "../../diff/normalize.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { raw, t, table } from "../../models/mod.ts";
import { makeGraph, ofKind } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { postgres } from "./mod.ts";

function made(kind: "grant" | "owner", name: readonly string[], more: object): SchemaObject {
  const bare = { kind, id: objectId(kind, name), name, parent: "table:public.t", refs: [], comment: null };
  return { ...bare, ...more } as unknown as SchemaObject;
}

Deno.test("a grant and an owner have one path, however a model writes it", () => {
  const ids = (name: readonly string[], options = {}) => {
    const grant = made("grant", name, { privileges: [{ privilege: "SELECT", grantable: false }], options });
    return [...normalize(makeGraph("postgres", [grant]), postgres).objects.keys()];
  };
  for (const path of [["app"], ["t", "app"], ["public", "t", "app"], ["public", "t", "table", "app"]]) {
    deepEqual(ids(path), ["grant:public.t.table.app"]);
  }
  // A table named like the role, or like a kind, is no part of the path by accident.
  deepEqual(ids(["table"]), ["grant:public.t.table.table"]);
  deepEqual(ids(["app"], { target: "ROUTINE f()" }), ["grant:public.t.table.ROUTINE f().app"]);
  const owner = made("owner", ["t"], { role: "app" });
  deepEqual([...normalize(makeGraph("postgres", [owner]), postgres).objects.keys()], ["owner:public.t.table"]);
});

Deno.test("a role may have privileges on several objects, each under its name alone", () => {
  const select = { privileges: [{ privilege: "SELECT", grantable: false }] };
  const models = [
    table("users", { id: t.int() }),
    table("log", { id: t.int() }),
    raw("grant", "reader", select, { in: "table:users" }),
    raw("grant", "reader", select, { in: "table:public.log" }),
  ];
  const { graph } = modelsToGraph({ models: models.map((model) => modelOf(model)!) }, postgres);
  deepEqual(ofKind(graph, "grant").map(({ id }) => id), [
    "grant:public.log.table.reader",
    "grant:public.users.table.reader",
  ]);
});
