/** A connection that keeps the plans of long queries, for the server takes three times as long to plan a reading as to run it. For tests only. */
import type { Connection } from "../../../dialects/driver.ts";

/** So long is a query whose plan is worth keeping; short ones of many values come once. */
const long = 1500;
/** A plan takes a megabyte or so, and which kinds a database has decides what is asked of it. */
const most = 40;

/**
 * The connection, of which each long query without parameters is planned once, for as long as the server keeps the plan: it makes it again
 * when schemas, operators or foreign servers have changed (plancache.c).
 */
export function keptPlans(connection: Connection): Connection {
  const names = new Map<string, string>();
  let made = 0;
  const over = (inner: Connection): Connection => {
    const query: Connection["query"] = async (sql, params) => {
      if (sql.length < long || params?.length) return await inner.query(sql, params);
      const kept = names.get(sql);
      if (kept) {
        names.delete(sql), names.set(sql, kept); // the one that was used last goes last
        return await inner.query(`execute ${kept}`);
      }
      const name = `kept_${made++}`;
      // Sent together, so that nothing of the same transaction comes between them.
      const [, rows] = await Promise.all([
        inner.execute(`prepare ${name} as ${sql}`).then(() => names.set(sql, name)),
        inner.query<never>(`execute ${name}`),
        ...(names.size < most ? [] : [forget(inner)]),
      ]);
      return rows;
    };
    return { ...inner, query, transaction: (work, options) => inner.transaction((tx) => work(over(tx)), options) };
  };
  const forget = (inner: Connection): Promise<void> => {
    const [sql, name] = names.entries().next().value!;
    names.delete(sql);
    return inner.execute(`deallocate ${name}`);
  };
  return over(connection);
}
