/**
 * Rows by the ten thousand in one piece: the server puts each column of a result into one JSON array. That is an aggregate without groups,
 * which costs it no more than sending rows. `rowsOf` makes rows of it again. Pure.
 */

/** The query with one row in place of its own: for each of its columns the text of an array with all values, in the order of its rows; null where it has none. */
export function columnar(sql: string, columns: readonly string[]): string {
  const arrays = columns.map((name) => `pg_catalog.json_agg(found.${name})::pg_catalog.text AS ${name}`);
  return `SELECT\n  ${arrays.join(",\n  ")}\nFROM (\n${sql}\n) AS found`;
}
