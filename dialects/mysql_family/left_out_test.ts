/** What a model says of keys, indexes and numbered columns and the servers do not have is left out, and said. Pure. */
import { deepEqual, equal, match } from "node:assert/strict";
import { normalize } from "../../diff/normalize.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import type { SqaError } from "../../schema/error.ts";
import { ofKind } from "../../schema/graph.ts";
import { raw, t, table } from "sqa";
import { mariadb } from "../mariadb/mod.ts";
import { mysql } from "../mysql/mod.ts";

const models = [
  table("p", { id: t.bigint().identity({ start: 5, always: true }).primaryKey() }),
  table("a", {
    x: t.int().references("p.id", { deferrable: "deferred" }),
    y: t.int(),
  }, (self) => [
    self.index(["x"], { name: "i", include: ["y"], method: "gin" }),
    self.index([{ column: "x", nulls: "last" }], { name: "j" }),
    self.index([{ column: "x", nulls: "first" }], { name: "k" }),
    self.unique(["y"], { name: "u", nullsDistinct: false }),
  ]),
];

for (const dialect of [mysql, mariadb]) {
  Deno.test(`${dialect.label}: the option to give on some privileges alone is left out with a note`, () => {
    const some = raw("grant", ["p", "app@%"], {
      privileges: [{ privilege: "select", grantable: true }, { privilege: "insert", grantable: false }],
    }, { in: "table:p" });
    const given = { models: [...models, some].map((model) => modelOf(model)!) };
    const normal = normalize(modelsToGraph(given, dialect).graph, dialect);
    deepEqual(ofKind(normal, "grant")[0]!.privileges, [
      { privilege: "INSERT", grantable: false },
      { privilege: "SELECT", grantable: false },
    ]);
    const [note] = normal.notes.filter(({ object }) => object === "grant:p.app@%");
    equal(
      note?.message,
      `${dialect.label} has no grant option for some of an account's privileges on an object: left out of "p.app@%"`,
    );
  });

  Deno.test(`${dialect.label}: a privilege that it does not have is an error with its line`, () => {
    const lacking = (privilege: string, options: { readonly in?: string | null } = { in: "table:p" }) => {
      const some = raw("grant", ["p", "app@%"], { privileges: [{ privilege, grantable: false }] }, options);
      try {
        modelsToGraph({ models: [...models, some].map((model) => modelOf(model)!) }, dialect);
        return null;
      } catch (error) {
        const [first] = (error as SqaError).more.all!;
        equal(first!.code, "SQA-104");
        match(first!.more.place!.file!, /left_out_test\.ts$/);
        return first!.message;
      }
    };
    const message = (what: string) => `${dialect.label} has no privilege ${what}: grant "p.app@%"`;
    equal(lacking("truncate"), message("TRUNCATE on a table"));
    equal(lacking("DELETE(id)"), message("DELETE on a column"));
    equal(lacking("EXECUTE"), message("EXECUTE on a table"));
    equal(lacking("delete history"), dialect === mysql ? message("DELETE HISTORY on a table") : null);
    for (const fine of ["ALL", "all privileges", "show  view", "REFERENCES(id)", "USAGE"]) equal(lacking(fine), null);
    equal(lacking("EXECUTE", { in: null }), null);
    equal(lacking("SELECT", { in: "schema:app" }), `${dialect.label} has no grants on a schema: grant "p.app@%"`);
  });

  Deno.test(`${dialect.label}: what it lacks of keys and indexes is left out with a note`, () => {
    const given = { models: models.map((model) => modelOf(model)!) };
    const { graph } = modelsToGraph(given, dialect), normal = normalize(graph, dialect);
    deepEqual(
      normal.notes.filter(({ code }) => code === "unsupported-option").map(({ message }) => message).sort(),
      [
        `INCLUDE columns: left out of "a.i"`,
        `NULLS LAST: left out of "a.j"`,
        `NULLS NOT DISTINCT: left out of "a.u"`,
        `deferred checks: left out of "a.a_ibfk_1"`,
        `index method gin: left out of "a.i"`,
        `numbers that no row may bring along (GENERATED ALWAYS): left out of "p.id"`,
        `options of a column's numbers (start): left out of "p.id"`,
      ].map((what) => `${dialect.label} has no ${what}`),
    );
    equal(ofKind(normal, "foreign_key")[0]!.deferrable, "no");
    deepEqual(ofKind(normal, "index").map(({ method, include }) => [method, include.length]), [
      ["btree", 0],
      ["btree", 0],
      ["btree", 0],
    ]);
  });
}
