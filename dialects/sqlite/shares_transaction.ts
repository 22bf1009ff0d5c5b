/**
 * Does the statement make, change or drop objects and nothing else (`Dialect.sharesTransaction`)? Temporary tables are the connection's;
 * CREATE TABLE AS runs a query.
 */
export function sharesTransaction(sql: string): boolean {
  return /^(create|alter|drop)\s/i.test(sql) && !/\b(temp|temporary)\b/i.test(sql) &&
    !/^create\s+table\b.*\bas\s+(select|with|values)\b/is.test(sql);
}
