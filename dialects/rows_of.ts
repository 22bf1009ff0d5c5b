/** Rows that a database has sent in one piece, each column as one JSON array: that spares the client to decode small cells by the hundred thousand. Pure. */

/** The rows one by one, each a new object; a column that is no text has no values. Equal texts become one: the names of tables and types come again and again. */
export function* rowsOf(
  answer: Readonly<Record<string, unknown>>,
  columns: readonly string[],
): Generator<Record<string, unknown>, void, undefined> {
  const strings = new Map<string, string>();
  const one = (value: unknown) => {
    if (typeof value !== "string") return value;
    const known = strings.get(value);
    if (known !== undefined) return known;
    strings.set(value, value);
    return value;
  };
  const values = columns.map((name) => {
    const text = answer[name];
    return typeof text === "string" ? JSON.parse(text) as readonly unknown[] : [];
  });
  const count = values[0]!.length;
  for (let i = 0; i < count; i++) {
    const row: Record<string, unknown> = {};
    for (let c = 0; c < columns.length; c++) row[columns[c]!] = one(values[c]![i]);
    yield row;
  }
}
