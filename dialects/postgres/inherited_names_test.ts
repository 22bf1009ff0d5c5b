/** Columns that heirs have from their parents, which get another name: what is refused, and by which words. */
import { deepEqual, throws } from "node:assert/strict";
import { completed } from "../../diff/normalize.ts";
import { makePlan } from "../../diff/plan.ts";
import type { ObjectId } from "../../schema/object.ts";
import { type ModelMeta, modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { t, table } from "../../models/mod.ts";
import { postgres as dialect } from "./mod.ts";

/** Tables by name: their parents, and the columns that they say themselves. */
type Tables = Readonly<Record<string, readonly [parents: string, columns: string]>>;

const words = (text: string) => text.split(" ").filter((word) => word !== "");

function graphOf(tables: Tables) {
  const models = Object.entries(tables).map(([name, [parents, columns]]) =>
    table(name, Object.fromEntries(words(columns).map((column) => [column, t.int()])), { inherits: words(parents) })
  );
  const { graph } = modelsToGraph({ models: models.map(modelOf) as readonly ModelMeta[] }, dialect);
  return completed(graph, dialect, 170000);
}

/** The statements that lead from one to the other, with renames as "table.column" and the new name. */
function plan(from: Tables, to: Tables, ...renames: readonly (readonly [from: string, to: string])[]) {
  const column = (path: string): ObjectId => `column:public.${path}`;
  const hints = renames.map(([old, now]) => ({
    from: column(old),
    to: column(`${old.split(".")[0]}.${now}`),
    source: "flag" as const,
  }));
  return makePlan({
    from: graphOf(from),
    to: graphOf(to),
    dialect,
    renames: hints,
    options: { columnOrder: "lax", version: 170000 },
  })
    .plan.up.map(({ sql }) => sql);
}

Deno.test("a column is renamed in its heirs and theirs along with it", () => {
  const from = { p: ["", "a"], h: ["p", "x"], d: ["h", "y"] } as const;
  const to = { p: ["", "b"], h: ["p", "x"], d: ["h", "y"] } as const;
  deepEqual(plan(from, to, ["p.a", "b"]), ["ALTER TABLE public.p RENAME COLUMN a TO b"]);
  deepEqual(
    plan(from, to, ["p.a", "b"], ["h.a", "b"]),
    ["ALTER TABLE public.p RENAME COLUMN a TO b"],
    "nor said again",
  );
});

Deno.test("a column that a table has from elsewhere, too, keeps its name", () => {
  const from = { p: ["", "a"], q: ["", "a"], h: ["p q", "x"], d: ["h", "y"], e: ["d q", ""] } as const;
  const to = { p: ["", "b"], q: ["", "b"], h: ["p q", "x"], d: ["h", "y"], e: ["d q", ""] } as const;
  const refused = (message: string) => ({ code: "SQA-302", message });
  const ofTwo = refused('"public.p.a" cannot become "public.p.b": "public.h" has it from "public.q.a", too');
  throws(() => plan(from, { ...from, p: to.p }, ["p.a", "b"]), ofTwo);
  throws(() => plan(from, to, ["p.a", "b"], ["q.a", "b"]), ofTwo, "each parent's is renamed by itself");
  const inherited = refused('"public.d.a" cannot become "public.d.b": "public.d" has it from "public.h.a", too');
  throws(() => plan(from, { ...from, d: ["h", "b y"] }, ["d.a", "b"]), inherited);
  // The parent's column has its new name by then.
  const renamed = refused('"public.z.a" cannot become "public.z.c": "public.z" has it from "public.p.b", too');
  const split = { p: ["", "b"], z: ["p", "c x"] } as const;
  throws(() => plan({ p: from.p, z: ["p", "x"] }, split, ["p.a", "b"], ["z.a", "c"]), renamed);
  const below = refused('"public.p.a" cannot become "public.p.b": "public.e" has it from "public.q.a", too');
  throws(() => plan({ ...from, h: ["p", ""] }, { ...to, h: ["p", ""] }, ["p.a", "b"]), below);
});

Deno.test("an inherited column makes room for another one's new name only with its table", () => {
  const from = { p: ["", "b"], h: ["p", "a"], k: ["", "c"] } as const;
  const taken = { code: "SQA-302", message: '"public.h.a" cannot become "public.h.b": that name is taken' };
  throws(() => plan(from, { ...from, h: ["p", ""] }, ["h.a", "b"]), taken);
  const above = { p: ["", "a"], h: ["p", "b"], k: ["", "b"], i: ["p k", ""] } as const;
  const plain = { p: ["", "b"], h: ["p", ""], k: ["", "b"] } as const;
  deepEqual(plan(above, plain, ["p.a", "b"]), [
    "ALTER TABLE public.h DROP COLUMN b",
    "DROP TABLE public.i",
    "ALTER TABLE public.p RENAME COLUMN a TO b",
  ]);
  throws(() => plan(above, { ...plain, i: ["p k", ""] }, ["p.a", "b"]), {
    code: "SQA-302",
    message: '"public.p.a" cannot become "public.p.b": that name is taken',
  });
});
