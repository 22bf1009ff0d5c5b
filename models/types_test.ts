/** What the compiler infers from models: this file passes when it type-checks; the lines that must not are marked. */
import { type AnyColumn, type AnyTable, fields, mixins, moduleBase, partial, schema, sql, t, table } from "./mod.ts";
import { customType, enumType, featureTable, parse, relations } from "./mod.ts";

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_T extends true>(): void {}

Deno.test("row and insert types follow the columns exactly", () => {
  const status = enumType("status", ["new", "paid"]);
  const everything = table("everything", {
    id: t.bigint().identity().primaryKey(),
    always: t.int().identity({ always: true }),
    small: t.smallint().default(1),
    flag: t.boolean().nullable(),
    name: t.varchar(10),
    price: t.decimal(12, 2).default(0),
    kind: t.enum("kind", ["a", "b"]).default("a"),
    status: t.enum(status),
    prefs: t.jsonb<{ theme: string }>().nullable(),
    tags: t.array(t.text()),
    grid: t.array(t.array(t.int())).nullable(),
    data: t.bytes(),
    at: t.timestamptz().default(sql`now()`),
    day: t.date(),
    lower: t.text().generated(sql`lower(name)`),
    own: t.sql<"x">("citext"),
    maybe: t.int().nullable().generated(sql`1`),
    id2: t.text().$type<"a-1" | "a-2">(),
  });
  same<
    Eq<typeof everything.$row, {
      id: bigint;
      always: number;
      small: number;
      flag: boolean | null;
      name: string;
      price: string;
      kind: "a" | "b";
      status: "new" | "paid";
      prefs: { theme: string } | null;
      tags: string[];
      grid: number[][] | null;
      data: Uint8Array;
      at: Date;
      day: string;
      lower: string;
      own: "x";
      maybe: number | null;
      id2: "a-1" | "a-2";
    }>
  >();
  same<
    Eq<typeof everything.$insert, {
      name: string;
      status: "new" | "paid";
      tags: string[];
      data: Uint8Array;
      day: string;
      own: "x";
      id2: "a-1" | "a-2";
      id?: bigint;
      small?: number;
      flag?: boolean | null;
      price?: string;
      kind?: "a" | "b";
      prefs?: { theme: string } | null;
      grid?: number[][] | null;
      at?: Date;
    }>
  >();
});

Deno.test("S1-13 S1-21 S1-24 a bigint may be a number; enums in arrays, JSON and types of one's own have their TypeScript type", () => {
  const mood = enumType("mood", ["sad", "ok"]);
  const all = table("all", {
    count: t.bigint({ mode: "number" }),
    port: t.port().nullable(),
    moods: t.array(t.enum(mood)),
    place: t.vector(3),
    data: t.json<readonly string[]>(),
    own: customType<"x" | "y">({ sql: "text" })(),
  });
  same<
    Eq<typeof all.$row, {
      count: number;
      port: number | null;
      moods: ("sad" | "ok")[];
      place: number[];
      data: readonly string[];
      own: "x" | "y";
    }>
  >();
});

const nodes = table("nodes", {
  id: t.bigint().primaryKey(),
  parentId: t.bigint().nullable().references((): AnyColumn => nodes.columns.id),
  headId: t.bigint().references((): AnyColumn => heads.columns.id),
});
const heads = table("heads", {
  id: t.bigint().primaryKey(),
  nodeId: t.bigint().references((): AnyColumn => nodes.columns.id),
  other: t.bigint().references("nodes.id"),
}, (self) => [self.foreignKey(["nodeId", "other"], (): AnyTable => nodes, ["id", "parentId"])]);

Deno.test("references to itself and to one another leave the types whole", () => {
  same<Eq<typeof nodes.$row, { id: bigint; parentId: bigint | null; headId: bigint }>>();
  same<Eq<typeof heads.$row, { id: bigint; nodeId: bigint; other: bigint }>>();
  same<Eq<typeof nodes.$insert, { id: bigint; headId: bigint; parentId?: bigint | null }>>();
});

Deno.test("mixins, fields and partial spread with their types", () => {
  const address = fields({ street: t.text(), city: t.text() });
  const shop = table("shop", { ...mixins.id(), ...address, ...mixins.versioned(), ...mixins.tenant(t.uuid()) });
  same<Eq<typeof shop.$row, { id: bigint; street: string; city: string; version: number; tenantId: string }>>();
  same<Eq<typeof shop.$insert, { street: string; city: string; tenantId: string; id?: bigint; version?: number }>>();
  const patch = table("patch", { ...partial(address) });
  same<Eq<typeof patch.$row, { street: string | null; city: string | null }>>();
  const audited = table("audited", { ...mixins.audit(), ...mixins.softDelete() });
  same<
    Eq<typeof audited.$row, {
      createdAt: Date;
      createdBy: string | null;
      updatedAt: Date;
      updatedBy: string | null;
      deletedAt: Date | null;
      deletedBy: string | null;
    }>
  >();
});

Deno.test("tables made from tables know their parent's rows", () => {
  const people = table("people", {
    id: t.bigint().identity().primaryKey(),
    kind: t.enum("person_kind", ["user", "admin"]),
    email: t.text(),
  });
  const employees = people.joined("employees", { salary: t.decimal(10, 2) }, (self) => [self.index(["salary"])]);
  same<Eq<typeof employees.$row, { id: bigint; kind: "user" | "admin"; email: string; salary: string }>>();
  same<Eq<typeof employees.$insert, { kind: "user" | "admin"; email: string; id?: bigint; salary: string }>>();
  const managers = employees.joined("managers", { level: t.int().default(1) });
  same<
    Eq<typeof managers.$row, { id: bigint; kind: "user" | "admin"; email: string; salary: string; level: number }>
  >();
  const admins = people.single("admin", { rights: t.int() });
  same<Eq<typeof admins.$row, { id: bigint; email: string; kind: "admin"; rights: number }>>();
  const copies = people.concrete("copies", { extra: t.text() });
  same<Eq<typeof copies.$row, { id: bigint; kind: "user" | "admin"; email: string; extra: string }>>();
});

Deno.test("S1-3 S1-6 kinds of rows are a union that their discriminator tells apart", () => {
  const files = table("files", { id: t.bigint().identity().primaryKey(), name: t.text() }, { discriminator: "type" });
  const images = files.single("image", { width: t.int() });
  const folders = files.joined("folders", { colour: t.text() }, { identity: "folder" });
  const scans = images.joined("scans", { dpi: t.int() }, (self) => [self.index(["dpi"])], { identity: "scan" });
  same<Eq<typeof images.$row, { id: bigint; name: string; type: "image"; width: number }>>();
  same<Eq<typeof folders.$row, { id: bigint; name: string; type: "folder"; colour: string }>>();
  same<Eq<typeof scans.$row, { id: bigint; name: string; type: "scan"; width: number; dpi: number }>>();
  const size = (file: typeof images.$row | typeof folders.$row) => file.type === "image" ? file.width : file.colour;
  same<Eq<ReturnType<typeof size>, string | number>>();
});

Deno.test("S1-14 S3-6 relations, features and parsed rows have their types", () => {
  const users = table("users", { id: t.int().primaryKey(), name: t.text().nullable() });
  const posts = table("posts", { id: t.int().primaryKey(), userId: t.int() });
  const own = relations(users, (r) => ({ posts: r.many(() => posts), best: r.one(() => posts) }));
  same<Eq<NonNullable<typeof own.posts.$row>, readonly { id: number; userId: number }[]>>();
  same<Eq<NonNullable<typeof own.best.$row>, { id: number; userId: number }>>();
  const video = featureTable({ key: "video", ids: ["id"] }, { id: t.varchar(64) });
  same<Eq<(typeof video.$row)["sqa_feature_version"], string>>();
  const _parse = () => parse(users, {}, { mode: "row" });
  same<Eq<ReturnType<typeof _parse>, { id: number; name: string | null }>>();
});

Deno.test("bases and schemas give the same types as table()", () => {
  const base = moduleBase("typestest");
  const one = base.table("one", { id: t.int().primaryKey(), manyWords: t.text().nullable() }, (self) => [
    self.index([{ column: "manyWords", order: "desc" }, sql`lower(${self.columns.manyWords})`]),
  ]);
  same<Eq<typeof one.$row, { id: number; manyWords: string | null }>>();
  const two = schema("s").table("two", { id: t.int() }, { comment: "x" });
  same<Eq<typeof two.$row, { id: number }>>();
});

/** Never called: each line below must be refused by the compiler. */
export function refused(): void {
  // @ts-expect-error a text is no default of a number
  t.int().default("1");
  // @ts-expect-error null is no default of a column without NULL
  t.int().default(null);
  t.int().nullable().default(null);
  // @ts-expect-error not one of the values
  t.enum("e", ["a"]).default("b");
  // @ts-expect-error no such column
  table("x", { id: t.int() }, (self) => [self.index(["nope"])]);
  // @ts-expect-error no such option
  table("x", { id: t.int() }, { coment: "x" });
  // @ts-expect-error no such action
  t.int().references("x.id", { onDelete: "destroy" });
  // @ts-expect-error no such database
  t.int().on({ oracle: {} });
  // @ts-expect-error not a column
  table("x", { id: "int" });
  const x = table("x", { id: t.int(), g: t.int().generated(sql`1`) });
  // @ts-expect-error a reference to a column that is not there
  t.int().references(() => x.columns.nope);
  // @ts-expect-error a reference to something that is no column
  t.int().references(() => "x.id");
  // @ts-expect-error a text has no smallest value
  t.text().min(1);
  // @ts-expect-error only numbers are positive
  t.text().positive();
  t.decimal(5, 2).positive().max("9.5");
  // @ts-expect-error a number has no length
  t.int().minLength(1);
  // @ts-expect-error a date has no length
  t.timestamptz().maxLength(1);
  // @ts-expect-error not a key of the parent or of its own
  x.single("a", { y: t.int() }, (self) => [self.index(["z"])]);
  // @ts-expect-error no such option of a kind of rows
  x.single("a", { y: t.int() }, { need: true });
  // @ts-expect-error a feature needs a key
  featureTable({ ids: ["id"] }, { id: t.text() });
  // @ts-expect-error the other mode gives another type
  const _parsed: typeof x.$insert = parse(x, {}, { mode: "update" });
  // @ts-expect-error a generated column takes no value
  const _row: typeof x.$insert = { id: 1, g: 2 };
}
