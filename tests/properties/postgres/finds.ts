/** Changes of Postgres schemas that were wrong once: each there and back on every server that the run has, judged as random pairs are. */
import { equal } from "node:assert/strict";
import { postgres } from "../../../dialects/postgres/mod.ts";
import { postgresDriver } from "../../../dialects/postgres/driver.ts";
import { objectId } from "../../../schema/id.ts";
import type { Kind } from "../../../schema/object.ts";
import { postgresUrls, withDatabase } from "../../support/scratch.ts";
import { noCounts } from "../campaign.ts";
import { makeRoles, tryChange } from "./pair.ts";

/** One change, as SQL of both schemas. */
export interface Find {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Rows for the first schema: they must be there afterwards. */
  readonly rows?: string;
  /** Kind, old path and new path, dotted. */
  readonly renames?: readonly (readonly [Kind, string, string])[];
  /** The first server version that can have it. */
  readonly since?: number;
  /** No statement of the server leads back, and the plan says so. */
  readonly oneWay?: true;
  /** Its rows stop it, as the statement says they may. */
  readonly stops?: true;
}

const statements = (script: string) => postgres.split(script).map(({ sql }) => sql);

/** A test for each find and server. */
export function testFinds(finds: readonly Find[]): void {
  for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
    for (const find of finds) {
      Deno.test({
        name: `Postgres ${i + 1}: ${find.name}`,
        ignore: server === "",
        fn: () => thereAndBack(server, find),
      });
    }
  }
}

function thereAndBack(server: string, find: Find): Promise<void> {
  return withDatabase(server, (fromUrl) =>
    withDatabase(server, async (toUrl) => {
      await using from = await postgresDriver.connect(fromUrl);
      await using to = await postgresDriver.connect(toUrl);
      if (find.since && from.version < find.since) return;
      await makeRoles(from);
      const counts = noCounts();
      await tryChange({ from, to }, {
        first: statements(find.from),
        second: statements(find.to),
        rows: statements(find.rows ?? ""),
        hints: () =>
          (find.renames ?? []).map(([kind, old, now]) => ({
            from: objectId(kind, old.split(".")),
            to: objectId(kind, now.split(".")),
            source: "test",
          })),
      }, counts);
      equal([...counts.unmade.keys()].join(), "", "the server takes the test's own SQL");
      equal(counts.refused, 0, "it is planned");
      equal(counts.stopped, find.stops ? 1 : 0, "it runs, or is stopped by its rows");
      equal(counts.oneWay, find.oneWay ? 1 : 0, "there is a way back, or the plan says that there is none");
    }));
}
