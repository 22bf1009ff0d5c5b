/** Statements for one change each, as text: no server, graphs of a few objects. */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kinds, Options, SchemaObject } from "../../schema/object.ts";
import { postgres } from "./mod.ts";
import { parseType } from "./types.ts";

function object<K extends keyof Kinds>(
  kind: K,
  path: readonly string[],
  shape: Partial<Kinds[K]>,
  comment: string | null = null,
): SchemaObject {
  const parent = path.length === 1
    ? null
    : path.length === 2
    ? objectId("schema", [path[0]!])
    : objectId("table", path.slice(0, 2));
  return {
    kind,
    id: objectId(kind, path),
    name: path,
    parent,
    refs: [],
    comment,
    options: {},
    ...shape,
  } as unknown as SchemaObject;
}

const table = (name: string, options = {}, parents: readonly string[] = []) =>
  object("table", ["public", name], { inherits: parents.map((each) => objectId("table", ["public", each])), options });

let position = 0;
const column = (path: string, type: string, more: Partial<Kinds["column"]> = {}) =>
  object("column", ["public", ...path.split(".")], {
    type: parseType(type),
    nullable: true,
    default: null,
    generated: null,
    identity: null,
    collation: null,
    position: position++,
    ...more,
  });

const enumOf = (name: string, ...values: string[]) => object("enum", ["public", name], { values });

const check = (path: string, sql: string, options = {}) =>
  object("check", ["public", ...path.split(".")], { expression: { sql }, options });

const graph = (...objects: SchemaObject[]): SchemaGraph => makeGraph("postgres", [...postgres.initial, ...objects]);

function planned(from: readonly SchemaObject[], to: readonly SchemaObject[], version: number | null = null) {
  return makePlan({
    from: graph(...from),
    to: graph(...to),
    dialect: postgres,
    options: { columnOrder: "lax", version },
  }).plan;
}

interface Case {
  readonly name: string;
  readonly from: readonly SchemaObject[];
  readonly to: readonly SchemaObject[];
  readonly up: readonly string[];
  readonly down?: readonly string[];
  readonly version?: number;
}

const t = table("t");
const status = enumOf("status", "new", "paid", "sent");
const cases: readonly Case[] = [
  {
    name: "a table is made with its columns in order, keys and checks",
    from: [],
    to: [
      object("table", ["public", "t"], { inherits: [], options: { with: { fillfactor: "70" } } }, "it's"),
      column("t.id", "bigint", { identity: { mode: "always", options: {} }, nullable: false }),
      column("t.Name", "varchar(20)", { nullable: false, default: { sql: "'x'::character varying" }, collation: "C" }),
      column("t.twice", "int", { generated: { expression: { sql: "(id * 2)" }, stored: true } }),
      object("primary_key", ["public", "t", "t_pkey"], { columns: ["id"], deferrable: "no" }),
      check("t.t_check", "((id > 0))"),
    ],
    up: [
      `CREATE TABLE public.t (
  id bigint GENERATED ALWAYS AS IDENTITY,
  "Name" character varying(20) COLLATE "C" DEFAULT 'x' NOT NULL,
  twice integer GENERATED ALWAYS AS (id * 2) STORED,
  CONSTRAINT t_check CHECK (id > 0),
  CONSTRAINT t_pkey PRIMARY KEY (id)
) WITH (fillfactor = 70)`,
      "COMMENT ON TABLE public.t IS 'it''s'",
    ],
    down: ["DROP TABLE public.t"],
  },
  {
    name: "a publication lists alone what others inherit from, and nothing else whose name begins like it",
    from: [table("t"), table("tt"), table("h", {}, ["t"])],
    to: [
      table("t"),
      table("tt"),
      table("h", {}, ["t"]),
      {
        ...object("publication", ["p"], { definition: { sql: "TABLE public.tt, TABLE public.t (a) WHERE (a > 0)" } }),
        refs: [objectId("table", ["public", "t"]), objectId("table", ["public", "tt"])],
      },
    ],
    up: ["CREATE PUBLICATION p FOR TABLE public.tt, TABLE ONLY public.t (a) WHERE (a > 0)"],
  },
  {
    name: "a default leaves before its column changes type and comes back after",
    from: [t, column("t.a", "text", { default: { sql: "'1'" } })],
    to: [t, column("t.a", "int", { default: { sql: "1" } })],
    up: [
      "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a TYPE integer USING a::integer, ALTER COLUMN a SET DEFAULT 1",
    ],
    down: [
      "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a TYPE text, ALTER COLUMN a SET DEFAULT '1'",
    ],
  },
  {
    name: "a wider varchar is one plain ALTER",
    from: [t, column("t.a", "varchar(10)", { default: { sql: "'1'" } })],
    to: [t, column("t.a", "varchar(20)", { default: { sql: "'1'" } })],
    up: ["ALTER TABLE public.t ALTER COLUMN a TYPE character varying(20)"],
    down: ["ALTER TABLE public.t ALTER COLUMN a TYPE character varying(10)"],
  },
  {
    name: "a scalar becomes an array of one",
    from: [t, column("t.a", "int")],
    to: [t, column("t.a", "bigint[]")],
    up: [
      "ALTER TABLE public.t ALTER COLUMN a TYPE bigint[] USING CASE WHEN a IS NOT DISTINCT FROM NULL THEN NULL ELSE ARRAY[a]::bigint[] END",
    ],
  },
  {
    name: "a generated column is made again before 17 and altered from 17 on",
    from: [
      t,
      column("t.a", "int"),
      column("t.b", "int", { generated: { expression: { sql: "a + 1" }, stored: true } }),
    ],
    to: [t, column("t.a", "int"), column("t.b", "int", { generated: { expression: { sql: "a + 2" }, stored: true } })],
    up: [
      "ALTER TABLE public.t DROP COLUMN b",
      "ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS (a + 2) STORED",
    ],
  },
  {
    name: "a generated column is altered from 17 on",
    from: [
      t,
      column("t.a", "int"),
      column("t.b", "int", { generated: { expression: { sql: "a + 1" }, stored: true } }),
    ],
    to: [t, column("t.a", "int"), column("t.b", "int", { generated: { expression: { sql: "a + 2" }, stored: true } })],
    up: ["ALTER TABLE public.t ALTER COLUMN b SET EXPRESSION AS (a + 2)"],
    version: 170000,
  },
  {
    name: "new labels are added where they belong, and taken away by a new type",
    from: [status, t, column("t.a", "public.status", { default: { sql: "'new'::public.status" } })],
    to: [
      enumOf("status", "draft", "new", "paid", "held", "sent"),
      t,
      column("t.a", "public.status", { default: { sql: "'new'::public.status" } }),
    ],
    up: [
      "ALTER TYPE public.status ADD VALUE 'draft' BEFORE 'new'",
      "ALTER TYPE public.status ADD VALUE 'held' AFTER 'paid'",
    ],
    down: [
      "ALTER TYPE public.status RENAME TO status_old",
      "CREATE TYPE public.status AS ENUM ('new', 'paid', 'sent')",
      "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a TYPE public.status USING a::text::public.status, " +
      "ALTER COLUMN a SET DEFAULT 'new'",
      "DROP TYPE public.status_old",
    ],
  },
  {
    name: "a check that was only promised is validated",
    from: [t, column("t.a", "int"), check("t.c", "a > 0", { not_valid: true })],
    to: [t, column("t.a", "int"), check("t.c", "a > 0")],
    up: ["ALTER TABLE public.t VALIDATE CONSTRAINT c"],
    down: ["ALTER TABLE public.t DROP CONSTRAINT c", "ALTER TABLE public.t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"],
  },
  {
    name: "nothing is planned for what is only written otherwise",
    from: [t, column("t.a", "int4", { default: { sql: "'-1'::integer" } }), check("t.c", "((a > 0))")],
    to: [t, column("t.a", "integer", { default: { sql: "(-1)" } }), check("t.c", "a  >  0")],
    up: [],
    down: [],
  },
  {
    name: "hostile names are quoted",
    from: [],
    to: [table('x"; DROP TABLE y; --'), column('x"; DROP TABLE y; --.select', "int")],
    up: ['CREATE TABLE public."x""; DROP TABLE y; --" (\n  "select" integer\n)'],
  },
];

for (const { name, from, to, up, down, version } of cases) {
  Deno.test(`Postgres statements: ${name}`, () => {
    const plan = planned(from, to, version ?? null);
    const sql = (statements: readonly Statement[]) => statements.map((statement) => statement.sql);
    deepEqual(sql(plan.up), up);
    if (down) deepEqual(sql(plan.down), down);
  });
}

Deno.test("S1-25: a new enum label needs a commit before it can be used", () => {
  const plan = planned([status], [enumOf("status", "new", "paid", "sent", "gone")]);
  deepEqual(plan.up.map((statement) => statement.transaction), ["commit-after"]);
});

Deno.test("S1-25: a label is added before it is used, and taken away when nothing uses it any more", () => {
  const uses = (
    label: string,
  ) => [t, column("t.a", "public.status", { default: { sql: `'${label}'::public.status` } })];
  const more = enumOf("status", "new", "paid", "sent", "gone");
  const plan = planned([status, ...uses("new")], [more, ...uses("gone")]);
  const sql = (statements: readonly Statement[]) => statements.map((statement) => statement.sql);
  deepEqual(sql(plan.up), [
    "ALTER TYPE public.status ADD VALUE 'gone' AFTER 'sent'",
    "ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'gone'",
  ]);
  deepEqual(plan.up[0]!.transaction, "commit-after");
  deepEqual(sql(plan.down).slice(0, 4), [
    "ALTER TYPE public.status RENAME TO status_old",
    "CREATE TYPE public.status AS ENUM ('new', 'paid', 'sent')",
    "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a TYPE public.status USING a::text::public.status, " +
    "ALTER COLUMN a SET DEFAULT 'new'",
    "DROP TYPE public.status_old",
  ]);
});

Deno.test("a removed label, a narrower type and NOT NULL come with a query that counts the rows in the way", () => {
  const probes = (from: readonly SchemaObject[], to: readonly SchemaObject[]) =>
    planned(from, to).up.flatMap((statement) => statement.effects.mayFail?.probe ?? []);
  deepEqual(
    probes([status, t, column("t.a", "public.status")], [enumOf("status", "new"), t, column("t.a", "public.status")]),
    [
      "SELECT count(*) FROM public.t WHERE a::text = ANY (ARRAY['paid', 'sent']::text[])",
    ],
  );
  deepEqual(probes([t, column("t.a", "text")], [t, column("t.a", "varchar(3)")]), [
    "SELECT count(*) FROM public.t WHERE pg_catalog.char_length(a::text) > 3",
  ]);
  deepEqual(probes([t, column("t.a", "bigint")], [t, column("t.a", "smallint", { nullable: false })]), [
    "SELECT count(*) FROM public.t WHERE a < -32768 OR a > 32767",
    "SELECT count(*) FROM public.t WHERE a IS NULL",
  ]);
});

Deno.test("rows of heirs are not counted for a foreign key, which does not see them; those of partitions are", () => {
  const public_ = (name: string) => objectId("table", ["public", name]);
  const key = (table: string, to: string) =>
    object("foreign_key", ["public", table, "refers"], {
      columns: ["a"],
      references: { table: public_(to), columns: ["a"] },
      deferrable: "no",
      onDelete: "no action",
      onUpdate: "no action",
      match: "simple",
    });
  const tables = [t, table("x"), column("t.a", "integer"), column("x.a", "integer")];
  const whole = [table("p", { partition_by: "LIST (a)" }), column("p.a", "integer")];
  const part = (options: Options, inherits: readonly string[]) => ({
    ...table("part", options, inherits),
    refs: inherits.map(public_),
  });
  const own = column("part.a", "integer"), inherited = column("part.a", "integer", { options: { inherited: true } });
  const attached = [...tables, ...whole, part({ bound: "FOR VALUES IN (1)" }, ["p"]), inherited];
  const refers = { ...key("x", "p"), refs: [public_("p")] };
  const probes = (from: readonly SchemaObject[], to: readonly SchemaObject[]) =>
    planned(from, to).up.flatMap((statement) => statement.effects.mayFail?.probe ?? []);
  deepEqual(probes(tables, [...tables, key("x", "t")]), [
    "SELECT count(*) FROM ONLY public.x AS child WHERE child.a IS NOT NULL AND " +
    "NOT EXISTS (SELECT FROM ONLY public.t AS parent WHERE parent.a = child.a)",
  ]);
  deepEqual(probes(attached, [...attached, refers]), [
    "SELECT count(*) FROM ONLY public.x AS child WHERE child.a IS NOT NULL AND " +
    "NOT EXISTS (SELECT FROM public.p AS parent WHERE parent.a = child.a)",
  ]);
  deepEqual(probes([...attached, refers], [...tables, ...whole, part({}, []), own, refers]), [
    "SELECT count(*) FROM ONLY public.x AS child JOIN public.part AS part ON child.a = part.a",
  ]);
});

Deno.test("a column that goes and one that a change takes values from are told apart", () => {
  const said = (to: readonly SchemaObject[]) =>
    planned([t, column("t.a", "numeric")], to).hazards.filter(({ code }) => code === "drop-column")
      .map(({ message }) => message);
  deepEqual(said([t]), ['dropping column "public.t.a" loses its values']);
  deepEqual(said([t, column("t.a", "numeric(10,2)")]), ['column "public.t.a" loses values by this change']);
});
