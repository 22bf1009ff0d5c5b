/**
 * One schema of a database as if it were the default one: the same files, written for `public`, run in the schema of a tenant, with a
 * history of its own there. A driver around a driver: what goes in is written for the tenant's schema, what is read comes back as the
 * default one, and nobody behind it knows. Names within bodies of functions stay as they are; unqualified they are the tenant's.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { Connection, Driver, Standalone } from "../dialects/driver.ts";
import { normalize } from "../diff/normalize.ts";
import { rename } from "../diff/rename.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { kindOfId, objectId, pathOfId } from "../schema/id.ts";
import type { ObjectId } from "../schema/object.ts";

/** The driver for one tenant's schema. SQA-027 where the database has no schemas. */
export function tenantDriver(driver: Driver, schema: string): Driver {
  const { dialect } = driver, own = dialect.defaultSchema;
  if (own === null) {
    throw new SqaError("SQA-027", `${dialect.label} has no schemas for tenants`, {
      hint: 'give each tenant a database of its own: kind = "database" in [tenants]',
      exit: 78,
    });
  }
  if (own === schema) return driver;
  // It would look at the tables of the default schema.
  const { lacking: _lacking, ...withoutRights } = driver;
  const inners = new WeakMap<Connection, Connection>();
  const inner = (connection: Connection): Connection => inners.get(connection) ?? connection;
  const there = (sql: string): string => inSchema(sql, own, schema, dialect);
  const back = (sql: string): string => inSchema(sql, schema, own, dialect);

  const wrap = (connection: Connection): Connection => {
    const { server } = connection;
    const outer: Connection = {
      ...connection,
      server: {
        ...server,
        database: `${server.database}/${schema}`,
        identity: `${server.identity}/${schema}`,
      },
      version: connection.version,
      query: (sql, params) => connection.query(there(sql), params),
      execute: (sql, params) => connection.execute(there(sql), params),
      transaction: (work, options) => connection.transaction((tx) => work(wrap(tx)), options),
      close: () => connection.close(),
      [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
    };
    inners.set(outer, connection);
    return outer;
  };

  const seen: Dialect = {
    ...dialect,
    history: {
      ...dialect.history,
      ...(dialect.history.exists
        ? { exists: (path) => dialect.history.exists!(path.map((part, i) => i === 0 && part === own ? schema : part)) }
        : {}),
    },
    read: async (catalog, scope) => {
      const read = await dialect.read(inner(catalog as Connection), { ...scope, schemas: [schema] });
      return () => {
        const { objects, notes } = read();
        const graph = renamedSchema(normalize(makeGraph(dialect.name, objects, notes), dialect), schema, own, dialect);
        return { objects: [...graph.objects.values()], notes: graph.notes };
      };
    },
  };

  return {
    ...withoutRights,
    dialect: seen,
    connect: async (url, options) => wrap(await driver.connect(url, options)),
    lock: (url, name, options) => driver.lock(url, `${name}@${schema}`, options),
    migration: (connection, options, work) =>
      driver.migration(inner(connection), { ...options, searchPath: schema }, (tx) => work(wrap(tx))),
    ...(driver.standalone
      ? { standalone: async (connection) => standaloneIn(await driver.standalone!(inner(connection)), there) }
      : {}),
    canonicalize: async (connection, graph, questions) => {
      const asked = questions.map(({ object, field, expression }) => ({
        object: idIn(object, own, schema),
        field,
        expression: { ...expression, sql: there(expression.sql) },
      }));
      const answers = await driver.canonicalize(inner(connection), renamedSchema(graph, own, schema, dialect), asked);
      return answers.map((answer) => "sql" in answer ? { sql: back(answer.sql) } : answer);
    },
    scratch: (connection, work) =>
      driver.scratch(connection && inner(connection), (place, holds) => work(wrap(place), holds)),
  };
}

function standaloneIn(standalone: Standalone, there: (sql: string) => string): Standalone {
  return {
    ...standalone,
    busy: (session, sql) => standalone.busy(session, there(sql)),
    joins: (sql) => standalone.joins(there(sql)),
    shape: (sql) => standalone.shape(there(sql)),
    clear: (sql) => standalone.clear(there(sql)),
    outcome: (sql, before) => standalone.outcome(there(sql), before),
    check: (sql) => standalone.check(there(sql)),
  };
}

/** The graph with one schema under another name; unchanged where it does not hold that schema. */
function renamedSchema(graph: SchemaGraph, from: string, to: string, dialect: Dialect): SchemaGraph {
  const before = objectId("schema", [from]);
  if (!graph.objects.has(before)) return graph;
  return rename(graph, [{ from: before, to: objectId("schema", [to]), source: "the tenant" }], dialect).graph;
}

function idIn(id: ObjectId, from: string, to: string): ObjectId {
  const [first, ...rest] = pathOfId(id);
  return first === from ? objectId(kindOfId(id), [to, ...rest]) : id;
}

/** What stands before a sequence's name in a literal. */
const registered = /(nextval|currval|setval)\s*\(\s*$/i;

/**
 * The text with a schema's name replaced where it names the schema: before a dot, behind SCHEMA, and in the literals by which sequences
 * and relations are named.
 */
export function inSchema(sql: string, from: string, to: string, dialect: Dialect): string {
  if (!sql.includes(from)) return sql;
  const calls: { readonly name: string; readonly qualifier: string | null }[] = [];
  dialect.replaceIdentifiers(sql, (name, qualifier) => {
    calls.push({ name, qualifier });
    return null;
  });
  let at = -1;
  const replaced = dialect.replaceIdentifiers(sql, (name, qualifier) => {
    at++;
    if (name !== from || qualifier !== null) return null;
    return calls[at + 1]?.qualifier === from || calls[at - 1]?.name === "schema" ? to : null;
  });
  const before = `'${dialect.quote(from)}.`, after = `'${dialect.quote(to).replaceAll("'", "''")}.`;
  let text = "", rest = replaced;
  for (let i = rest.indexOf(before); i >= 0; i = rest.indexOf(before)) {
    const end = rest.indexOf("'", i + 1);
    const names = end > 0 &&
      (/^\s*::\s*(pg_catalog\s*\.\s*)?reg[a-z]+/i.test(rest.slice(end + 1)) ||
        registered.test(text + rest.slice(0, i)));
    text += rest.slice(0, i) + (names ? after : before);
    rest = rest.slice(i + before.length);
  }
  return text + rest;
}
