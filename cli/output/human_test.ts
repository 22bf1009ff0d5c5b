import { equal } from "node:assert/strict";
import type { RenameHint } from "../../diff/change.ts";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { dialect, graphOf, object } from "../../tests/support/simulated_graph.ts";
import { makeStyle } from "./colour.ts";
import { planTree } from "./human.ts";
import { dotOf } from "./dot.ts";
import { mermaidOf } from "./mermaid.ts";
import { pictureOf } from "./picture.ts";

const plain = makeStyle(false);

function tree(from: SchemaGraph, to: SchemaGraph, renames: readonly RenameHint[] = []): string {
  const { plan } = makePlan({ from, to, dialect, renames, options: { columnOrder: "lax", version: null } });
  return planTree(plan, dialect, plain);
}

Deno.test("the tree shows what is added, changed and dropped under its table", () => {
  const from = graphOf({ users: ["id int", "email text null", "legacy bool null"], logs: ["id int"] });
  const to = graphOf({ users: ["id int", "email varchar", "age int null"], teams: ["id int", "name text"] });
  equal(
    tree(from, to),
    `Plan: 2 to add, 1 to change, 2 to drop

  - table logs
  + table teams
      + column id int not null
      + column name text not null
  ~ table users
      ~ column email: type text -> varchar, not null
      + column age int
      - column legacy`,
  );
});

Deno.test("a rename is one line, and its columns are not listed as renamed", () => {
  const from = graphOf({ users: ["id int", "fullname text"] }), to = graphOf({ people: ["id int", "name text"] });
  const renames: readonly RenameHint[] = [
    { from: "table:public.users", to: "table:public.people", source: "test" },
    { from: "column:public.users.fullname", to: "column:public.people.name", source: "test" },
  ];
  equal(
    tree(from, to, renames),
    `Plan: 0 to add, 0 to change, 0 to drop, 2 to rename

  ~ table users renamed to people
      ~ column fullname renamed to name`,
  );
});

Deno.test("a check without a name says what it is also where it goes, and a part that knows whose it is says so of its table", () => {
  const users = objectId("table", ["public", "users"]), fields = { options: {}, unnamed: true };
  const check = object("check", ["public", "users", "#1"], users, { ...fields, expression: { sql: "id > 0" } });
  const from = graphOf({ users: ["id int", "legacy int"] }, check), to = graphOf({ users: ["id int", "age int null"] });
  const origin = { module: "people", file: null, line: null };
  const objects = [...to.objects.values()].map((each) =>
    (each.kind === "column" ? { ...each, origin } : each) as unknown as SchemaObject
  );
  equal(
    tree(from, makeGraph(to.dialect, objects)),
    `Plan: 1 to add, 0 to change, 2 to drop

  ~ table users [people]
      + column age int
      - column legacy
      - check constraint id > 0`,
  );
});

Deno.test("a name cannot forge a line of the tree", () => {
  const text = tree(graphOf({}), graphOf({ "x\n  - table users\u001b[2J": ["id int"] }));
  equal(text.split("\n").length, 4);
  equal(text.includes("\u001b"), false);
});

/** Two tables with names that are hard to write, one of which points to the other. */
function hardNames(): SchemaGraph {
  const users = objectId("table", ["public", "users"]), orders = objectId("table", ["public", 'a "b" c']);
  return graphOf(
    { users: ["id int"], 'a "b" c': ["id int", "buyer,id bigint null"] },
    object("primary_key", ["public", "users", "users_pkey"], users, { columns: ["id"], deferrable: "no", options: {} }),
    object("foreign_key", ["public", 'a "b" c', "fk"], orders, {
      columns: ["buyer,id"],
      references: { table: users, columns: ["id"] },
      onDelete: "no action",
      onUpdate: "no action",
      match: "simple",
      deferrable: "no",
      options: {},
    }),
  );
}

Deno.test("mermaid draws tables, keys and references, whatever the names hold", () => {
  equal(
    mermaidOf(pictureOf(hardNames(), dialect)),
    `erDiagram
  "a 'b' c" {
    int id
    bigint buyer-id FK
  }
  "users" {
    int id PK
  }
  "users" |o--o{ "a 'b' c" : "buyer,id"
`,
  );
});

Deno.test("Graphviz is told the same", () => {
  const table = (name: string, rows: string) =>
    `<<table border="0" cellborder="1" cellspacing="0"><tr><td colspan="3" bgcolor="gray90"><b>${name}</b></td></tr>${rows}</table>>`;
  const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td align="left">${cell}</td>`).join("")}</tr>`;
  equal(
    dotOf(pictureOf(hardNames(), dialect)),
    `digraph schema {
  rankdir = LR;
  node [shape = plain, fontname = "sans-serif"];
  edge [fontname = "sans-serif", fontsize = 10];
  "a \\"b\\" c" [label = ${
      table("a &quot;b&quot; c", row("id", "int not null", " ") + row("buyer,id", "bigint", "FK"))
    }];
  "users" [label = ${table("users", row("id", "int not null", "PK"))}];
  "a \\"b\\" c" -> "users" [label = "buyer,id", arrowhead = odot, arrowtail = crow, dir = both];
}
`,
  );
});
