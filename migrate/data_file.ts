/**
 * What `sqa new --data` writes: the body of a file that goes through a table in parts, or a TypeScript module with the rows' types as the
 * schema has them at this migration. Pure.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { labelOfId, objectId } from "../schema/id.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

/** A table to go through, by its key. */
export interface Through {
  readonly table: SchemaObject<"table">;
  readonly key: string;
}

/**
 * The table that a word names, with the key to go by: the given column, else the primary key's only one. SQA-402 for no such table or
 * column, SQA-559 where there is no key of one column.
 */
export function through(graph: SchemaGraph, word: string, key: string | undefined, dialect: Dialect): Through {
  const paths = [[word], word.split("."), ...(dialect.defaultSchema === null ? [] : [[dialect.defaultSchema, word]])];
  const table = paths.map((path) => graph.objects.get(objectId("table", path))).find((object) => object !== undefined);
  if (table?.kind !== "table") throw nothing(word, "table", [...graph.objects.values()].filter(isTable), dialect);
  const columns = columnsOf(graph, table.id);
  if (key !== undefined) {
    if (columns.some((column) => column.name.at(-1) === key)) return { table, key };
    throw nothing(key, "column", columns, dialect);
  }
  for (const object of graph.objects.values()) {
    const [first, ...more] = object.kind === "primary_key" && object.parent === table.id ? object.columns : [];
    if (first !== undefined && more.length === 0) return { table, key: first };
  }
  throw new SqaError("SQA-559", `${labelOfId(table.id)} has no primary key of one column to go by`, {
    hint: "name a column whose values are unique and never null with --key",
    exit: 64,
  });
}

function isTable(object: SchemaObject): boolean {
  return object.kind === "table";
}

function columnsOf(graph: SchemaGraph, table: ObjectId): readonly SchemaObject<"column">[] {
  const columns = [...graph.objects.values()].filter((object): object is SchemaObject<"column"> =>
    object.kind === "column" && object.parent === table
  );
  return columns.sort((a, b) => a.position - b.position);
}

function nothing(word: string, what: string, objects: readonly SchemaObject[], dialect: Dialect): SqaError {
  const names = objects.map((object) => what === "table" ? shown(object, dialect) : object.name.at(-1)!);
  return new SqaError("SQA-402", `the newest migration knows no ${what} "${word}"`, {
    exit: 64,
    hint: names.length
      ? `there are ${names.slice(0, 12).join(", ")}`
      : "write and apply the migration that makes it first",
  });
}

function shown({ name }: SchemaObject, dialect: Dialect): string {
  return (name.length > 1 && name[0] === dialect.defaultSchema ? name.slice(1) : name).join(".");
}

/** The body of a file in SQL. Without a table it is one transaction. */
export function sqlBody(place: Through | null, size: number, dialect: Dialect): string {
  if (!place) {
    return `\n-- sqa: group transaction\n-- write the statements here, each with a semicolon at its end\n\n-- sqa: end\n`;
  }
  const path = `${labelOfId(place.table.id)}.${place.key}`, name = dialect.quotePath(place.table.name);
  const key = dialect.quote(place.key);
  return `
-- The statements below are run again and again: each time for the next ${size} keys, from :first to :last, in a transaction of
-- its own. Stopped or killed, the next run goes on behind the last of them.
-- sqa: group rows ${path} ${size}
-- UPDATE ${name} SET … WHERE ${key} BETWEEN :first AND :last AND …;

-- sqa: end
`;
}

/** The statement that stands in the SQL file for the module beside it. */
export function moduleBody(): string {
  return `
-- sqa: group module
SELECT 'the rows are changed by the .data.ts file beside this one';

-- sqa: end
`;
}

/** The module: the rows' types, frozen, and a function to fill. It imports nothing, so that it needs no install where it runs. */
export function moduleText(graph: SchemaGraph, place: Through | null, size: number, dialect: Dialect): string {
  const tables = [...graph.objects.values()].filter((object): object is SchemaObject<"table"> =>
    object.kind === "table"
  );
  const rows = tables.map((table) => {
    const columns = columnsOf(graph, table.id).map((column) =>
      `    ${JSON.stringify(column.name.at(-1))}: ${typeOf(column)};\n`
    );
    return `  ${JSON.stringify(shown(table, dialect))}: {\n${columns.join("")}  };\n`;
  });
  const first = place ? JSON.stringify(shown(place.table, dialect)) : '"TABLE"';
  const key = place?.key ?? "id", name = place ? dialect.quotePath(place.table.name) : "TABLE";
  return `/** Rows as they are at this migration. Made once, from its snapshot: it does not follow the models. */
export interface Tables {
${rows.join("")}}

/** Statements within the transaction of a part. */
export interface Db {
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>;
  execute(sql: string, params?: readonly unknown[]): Promise<void>;
}

/** Each part is committed together with the record of it; killed anywhere, the next run goes on behind the last part. */
export interface Data {
  /** Goes through a table by a unique key that is never null, so many rows at a time. \`where\` leaves rows out. */
  rows<T extends keyof Tables>(
    table: T,
    options: { readonly key: keyof Tables[T] & string; readonly size?: number; readonly where?: string },
    work: (rows: readonly Tables[T][], db: Db) => Promise<void>,
  ): Promise<void>;
  /** One transaction, once. */
  once(work: (db: Db) => Promise<void>): Promise<void>;
}

export default async function (data: Data): Promise<void> {
  await data.rows(${first}, { key: ${JSON.stringify(key)}, size: ${size} }, async (rows, db) => {
    for (const row of rows) {
      // await db.execute(${
    JSON.stringify(`UPDATE ${name} SET … WHERE ${dialect.quote(key)} = ${dialect.history.placeholder(1)}`)
  }, [row.${key}]);
      void [row, db];
    }
  });
}
`;
}

/** As drivers give them; whole numbers come as whatever holds all of their digits. */
function typeOf({ type, nullable }: SchemaObject<"column">): string {
  const plain = type.dimensions > 0 ? "unknown" : families[type.family];
  return nullable && plain !== "unknown" ? `${plain} | null` : plain;
}

const families: Readonly<Record<SchemaObject<"column">["type"]["family"], string>> = {
  integer: "number | bigint | string",
  decimal: "number | string",
  float: "number",
  text: "string",
  binary: "Uint8Array",
  boolean: "boolean | number | bigint",
  temporal: "string",
  json: "unknown",
  uuid: "string",
  enum: "string",
  other: "unknown",
};
