/** Before the first statement: has the user the rights for all of them? Otherwise it would stop in the middle, with half of it done. */
import { SqaError } from "../schema/error.ts";
import type { Node } from "./chain.ts";
import type { Runner } from "./runner.ts";

/** Stops before anything is changed (SQA-533), with every right that is certainly missing and the statement that gives it. */
export async function refuseLacking(runner: Runner, pending: () => Promise<readonly Node[]>): Promise<void> {
  const { connection, history, options } = runner, { driver } = options;
  if (!driver.lacking) return;
  const places: { readonly node: Node | null; readonly line: number }[] = [];
  const lacking = await driver.lacking(connection, async () => {
    const nodes = await pending(), isFirst = (await history.read(connection)) === null;
    return (function* () {
      if (isFirst) {
        places.push({ node: null, line: 0 });
        yield `CREATE TABLE ${driver.dialect.quotePath(history.path)} (id text)`;
      }
      for (const node of nodes) {
        const { statements } = node.migration!.up, done = node.revision?.applied ?? 0;
        for (const { number, sql, line } of statements) {
          if (number <= done) continue;
          places.push({ node, line });
          yield sql;
        }
      }
    })();
  });
  const first = lacking[0];
  if (!first) return;
  const place = places[first.statement];
  const grants = [...new Set(lacking.map(({ grant }) => `${grant};`))];
  throw new SqaError("SQA-533", `the files need rights that the database's user does not have: ${first.what}`, {
    ...(place?.node ? { place: { file: place.node.migration!.paths.up, line: place.line } } : {}),
    detail: [...new Set(lacking.map(({ what }) => what))].join("\n"),
    hint: `nothing was changed; let somebody who may run: ${grants.join(" ")}`,
  });
}
