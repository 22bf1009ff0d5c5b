/** Statements of one transaction on their way, one behind the other. */
import type { Driver } from "../dialects/driver.ts";

/** A statement, and the answer to it: sent already, or sent when it is asked for. */
export interface OnItsWay<Item> {
  readonly item: Item;
  readonly answer: () => Promise<void>;
}

/** So many statements, and so many characters of them, are under way at once. */
const mostAhead = 64, mostCharactersAhead = 256 * 1024;

/**
 * Sends them without waiting for each answer where one that fails ends the transaction (`Driver.failsAsAWhole`): those behind it do nothing
 * then. Gives each when it is the first without an answer, for which the caller waits; elsewhere it is sent then. Before each is sent, `before`
 * is awaited. Where the caller stops, or an error comes, `abandoned` is told of what is still under way, and awaited.
 */
export async function* ahead<Item extends { readonly sql: string }>(
  items: Iterable<Item>,
  driver: Pick<Driver, "failsAsAWhole">,
  send: (sql: string) => Promise<void>,
  before: (next: Item, first: Item | undefined) => Promise<void> | void,
  abandoned: (answers: Promise<unknown>) => Promise<unknown> = (answers) => answers,
): AsyncGenerator<OnItsWay<Item>, void, undefined> {
  const most = driver.failsAsAWhole ? mostAhead : 1, under: OnItsWay<Item>[] = [];
  let characters = 0;
  const settle = async function* () {
    yield under[0]!;
    characters -= under.shift()!.item.sql.length;
  };
  try {
    for (const item of items) {
      while (under.length && (under.length >= most || characters + item.sql.length > mostCharactersAhead)) {
        yield* settle();
      }
      await before(item, under[0]?.item);
      characters += item.sql.length;
      if (most === 1) under.push({ item, answer: () => send(item.sql) });
      else {
        const answer = send(item.sql);
        answer.catch(() => {});
        under.push({ item, answer: () => answer });
      }
    }
    while (under.length) yield* settle();
  } finally {
    if (most > 1 && under.length) await abandoned(Promise.allSettled(under.map(({ answer }) => answer())));
  }
}
