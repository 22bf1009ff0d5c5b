/**
 * Tables in which other migration tools keep their histories, known by their names and columns: what a database that is taken over holds
 * beside its own schema. They are left where they are and belong to nobody's models.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { Connection } from "../dialects/driver.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { objectId, pathOfId } from "../schema/id.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

interface Tool {
  readonly tool: string;
  readonly table: RegExp;
  /** Columns that it has, among others. */
  readonly columns: readonly string[];
  /** The column that names what is applied, and the one that orders it; null: there is one row a place. */
  readonly names: string;
  readonly order: string | null;
  /** SQL for rows of something begun and not finished; `q` quotes a column. */
  readonly unfinished?: (q: (column: string) => string) => string;
  /** Further tables of the tool. */
  readonly also?: RegExp;
}

/** As the tools make them today: Alembic 1.x, Prisma 4 to 7, drizzle-kit, Flyway 5 to 11, and others that are met often. */
const tools: readonly Tool[] = [
  { tool: "Alembic", table: /^alembic_version$/, columns: ["version_num"], names: "version_num", order: null },
  {
    tool: "Prisma",
    table: /^_prisma_migrations$/,
    columns: ["id", "checksum", "migration_name", "finished_at", "rolled_back_at", "applied_steps_count"],
    names: "migration_name",
    order: "started_at",
    unfinished: (q) => `${q("finished_at")} IS NULL AND ${q("rolled_back_at")} IS NULL`,
  },
  {
    tool: "drizzle",
    table: /^__drizzle_migrations$/,
    columns: ["hash", "created_at"],
    names: "hash",
    order: "created_at",
  },
  {
    tool: "Flyway",
    table: /^(flyway_schema_history|schema_version)$/,
    columns: ["installed_rank", "version", "description", "script", "checksum", "success"],
    names: "script",
    order: "installed_rank",
    unfinished: (q) => `NOT (${q("success")} = (1 = 1))`,
  },
  {
    tool: "Liquibase",
    table: /^databasechangelog$/i,
    columns: ["id", "author", "filename", "orderexecuted", "md5sum"],
    names: "id",
    order: "orderexecuted",
    also: /^databasechangeloglock$/i,
  },
  { tool: "Django", table: /^django_migrations$/, columns: ["app", "name", "applied"], names: "name", order: "id" },
  {
    tool: "goose",
    table: /^goose_db_version$/,
    columns: ["version_id", "is_applied"],
    names: "version_id",
    order: "id",
  },
  {
    tool: "golang-migrate",
    table: /^schema_migrations$/,
    columns: ["version", "dirty"],
    names: "version",
    order: null,
    unfinished: (q) => `${q("dirty")} = (1 = 1)`,
  },
  {
    tool: "dbmate or Rails",
    table: /^schema_migrations$/,
    columns: ["version"],
    names: "version",
    order: "version",
    also: /^ar_internal_metadata$/,
  },
  {
    tool: "Knex",
    table: /^knex_migrations$/,
    columns: ["name", "batch", "migration_time"],
    names: "name",
    order: "id",
    also: /^knex_migrations_lock$/,
  },
  { tool: "TypeORM", table: /^migrations$/, columns: ["timestamp", "name"], names: "name", order: "timestamp" },
  { tool: "Sequelize", table: /^SequelizeMeta$/i, columns: ["name"], names: "name", order: "name" },
  { tool: "MikroORM", table: /^mikro_orm_migrations$/, columns: ["name", "executed_at"], names: "name", order: "id" },
  {
    tool: "Kysely",
    table: /^kysely_migration$/,
    columns: ["name", "timestamp"],
    names: "name",
    order: "timestamp",
    also: /^kysely_migration_lock$/,
  },
  {
    tool: "Atlas",
    table: /^atlas_schema_revisions$/,
    columns: ["version", "applied", "total", "hash"],
    names: "version",
    order: "version",
    unfinished: (q) => `${q("applied")} < ${q("total")}`,
  },
];

/** The history of another tool in this database. */
export interface ForeignHistory {
  readonly tool: string;
  readonly table: SchemaObject<"table">;
  /** It and the tool's further tables. */
  readonly tables: readonly ObjectId[];
  readonly definition: Tool;
}

/** The histories that a graph holds, by table. Pure. */
export function foreignHistories(graph: SchemaGraph): readonly ForeignHistory[] {
  const tables = [...graph.objects.values()].filter((object): object is SchemaObject<"table"> =>
    object.kind === "table"
  );
  const columns = new Map<ObjectId, Set<string>>();
  for (const object of graph.objects.values()) {
    if (object.kind !== "column" || object.parent === null) continue;
    const known = columns.get(object.parent) ?? new Set();
    columns.set(object.parent, known.add(object.name.at(-1)!.toLowerCase()));
  }
  return tables.flatMap((table): ForeignHistory[] => {
    const definition = tools.find((tool) =>
      tool.table.test(table.name.at(-1)!) && tool.columns.every((column) => columns.get(table.id)?.has(column))
    );
    if (!definition) return [];
    const further = tables.filter((other) =>
      definition.also?.test(other.name.at(-1)!) && other.name.slice(0, -1).join() === table.name.slice(0, -1).join()
    );
    return [{ tool: definition.tool, table, tables: [table.id, ...further.map(({ id }) => id)], definition }];
  });
}

/** The graph without these tables and what lives in them or refers to them (their sequences). */
export function withoutTables(graph: SchemaGraph, tables: readonly ObjectId[]): SchemaGraph {
  const gone = new Set<ObjectId>(tables);
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    for (const object of graph.objects.values()) {
      const owner = "ownedBy" in object ? object.ownedBy : null;
      const owned = typeof owner === "string" && gone.has(owner as ObjectId);
      if (
        owned || (object.parent !== null && gone.has(object.parent)) || object.refs.some((ref) => tables.includes(ref))
      ) {
        gone.add(object.id);
      }
    }
  }
  // A schema of the tool's own goes with its tables.
  const schemas = new Set(tables.flatMap((id) => pathOfId(id).length > 1 ? [pathOfId(id)[0]!] : []));
  for (const schema of schemas) {
    const holds = [...graph.objects.values()].some(({ id, kind, name }) =>
      kind !== "schema" && !gone.has(id) && name[0] === schema
    );
    if (!holds) gone.add(objectId("schema", [schema]));
  }
  const left = [...graph.objects.values()].filter(({ id }) => !gone.has(id));
  return makeGraph(graph.dialect, left, graph.notes.filter(({ object }) => object === null || !gone.has(object)));
}

/** Where it stands: how many it counts as applied, the last of them, and how many it has begun and not finished. */
export async function standOf(
  { table, definition }: ForeignHistory,
  connection: Connection,
  dialect: Dialect,
): Promise<{ readonly count: number; readonly last: readonly string[]; readonly unfinished: number }> {
  const path = dialect.quotePath(table.name), q = (column: string) => dialect.quote(column);
  const order = definition.order === null ? "" : ` ORDER BY ${q(definition.order)} DESC`;
  const one = async (sql: string) => (await connection.query<{ n: unknown }>(sql))[0]?.n;
  const [count, unfinished] = [
    Number(await one(`SELECT COUNT(*) AS n FROM ${path}`)),
    definition.unfinished
      ? Number(await one(`SELECT COUNT(*) AS n FROM ${path} WHERE ${definition.unfinished(q)}`))
      : 0,
  ];
  const rows = await connection.query<{ name: unknown }>(
    `SELECT ${q(definition.names)} AS name FROM ${path}${order} LIMIT ${definition.order === null ? 10 : 1}`,
  );
  const last = rows.map(({ name }) => name instanceof Uint8Array ? new TextDecoder().decode(name) : String(name));
  return { count, last, unfinished };
}
