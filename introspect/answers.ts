/** All that a database was asked and all that it answered, as one number. */
import type { Catalog } from "../dialects/dialect.ts";
import { sha256 } from "../schema/hash.ts";

/** One question with its answer, which may be an error; null until it has come. */
export interface Asked {
  readonly sql: string;
  readonly params: readonly unknown[];
  answer: readonly Readonly<Record<string, unknown>>[] | string | null;
}

/** The same catalog; every question and its answer goes to the list, in the order of asking. */
export function remembering(catalog: Catalog, asked: Asked[]): Catalog {
  const { version, compared, queryBeside } = catalog;
  const noted = async <Row extends Record<string, unknown>>(
    sql: string,
    params: readonly unknown[],
    ask: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> => {
    const question: Asked = { sql, params, answer: null };
    asked.push(question);
    try {
      const rows = await ask();
      question.answer = rows;
      return rows;
    } catch (error) {
      question.answer = String(error);
      throw error;
    }
  };
  return {
    version,
    ...(compared ? { compared } : {}),
    query: (sql, params = []) => noted(sql, params, () => catalog.query(sql, params)),
    ...(queryBeside ? { queryBeside: (sql, whenFree) => noted(sql, [], () => queryBeside(sql, whenFree)) } : {}),
  };
}

/** A sha256 over what was asked, what was answered and `about`; null where a question has no answer or a value no JSON. */
export function printOf(about: readonly unknown[], asked: readonly Asked[]): string | null {
  try {
    const lines = [JSON.stringify(about)];
    for (const { sql, params, answer } of asked) {
      if (answer === null) return null;
      const isError = typeof answer === "string";
      lines.push(JSON.stringify([sql, params, isError ? answer : answer.length]));
      if (!isError) { for (const row of answer) lines.push(textOf(row)); }
    }
    return sha256(lines.join("\n"));
  } catch {
    // An integer beyond 2^53 is no JSON.
    return null;
  }
}

/** A row with a hash in place of each text that may be megabytes: quoting it would take longer. */
function textOf(row: Readonly<Record<string, unknown>>): string {
  for (const name in row) {
    const value = row[name];
    if (typeof value === "string" && value.length > 200) return JSON.stringify(Object.entries(row).map(short));
  }
  // An array of its entries would take six times as long.
  return JSON.stringify(row);
}

function short([name, value]: readonly [string, unknown]): readonly unknown[] {
  return typeof value === "string" && value.length > 200 ? [name, value.length, sha256(value)] : [name, value];
}
