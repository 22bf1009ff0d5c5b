/** Changes of Postgres schemas that were wrong once: each there and back on every server that the run has, judged as random pairs are. */
import { equal } from "node:assert/strict";
import { postgres } from "../../../dialects/postgres/mod.ts";
import { postgresDriver } from "../../../dialects/postgres/driver.ts";
import { objectId } from "../../../schema/id.ts";
import type { Kind } from "../../../schema/object.ts";
import { postgresUrls, withDatabase } from "../../support/scratch.ts";
import { noCounts } from "../campaign.ts";
import { campaignPlaces, makeRoles, type Places, tryChange } from "./pair.ts";

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
  /** A query for one `value`, and what it gives after the way back: for values that take another type and theirs again. */
  readonly back?: readonly [query: string, value: string];
}

const statements = (script: string) => postgres.split(script).map(({ sql }) => sql);

/** A test for each find and server. Those of a file share two databases of each server: to make them takes longer than most finds. */
export function testFinds(finds: readonly Find[]): void {
  for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
    const places = sharedPlaces(server);
    Deno.test.afterAll(places.close);
    for (const find of finds) {
      Deno.test({
        name: `Postgres ${i + 1}: ${find.name}${find.since ? ` (since ${find.since / 10_000})` : ""}`,
        ignore: server === "",
        // What one test opens the next one uses.
        sanitizeOps: false,
        sanitizeResources: false,
        fn: () => places.use((each) => thereAndBack(each, find)),
      });
    }
  }
}

/** Two databases of a server, there from the first use on; after one that fails the next one gets others. */
function sharedPlaces(server: string): {
  use(work: (places: Places) => Promise<void>): Promise<void>;
  close(): Promise<void>;
} {
  let open: { readonly places: Promise<Places>; close(): Promise<void> } | null = null;
  const close = async (): Promise<void> => {
    const last = open;
    open = null;
    await last?.close();
  };
  return {
    async use(work) {
      open ??= openPlaces(server);
      try {
        await work(await open.places);
      } catch (error) {
        await close().catch(() => {});
        throw error;
      }
    },
    close,
  };
}

function openPlaces(server: string): { readonly places: Promise<Places>; close(): Promise<void> } {
  const made = Promise.withResolvers<Places>(), over = Promise.withResolvers<void>();
  const gone = withDatabase(server, (fromUrl) =>
    withDatabase(server, async (toUrl) => {
      await using from = await postgresDriver.connect(fromUrl);
      await using to = await postgresDriver.connect(toUrl);
      await makeRoles(from);
      const { known: _, ...places } = await campaignPlaces(from, to);
      made.resolve(places);
      await over.promise;
    }));
  gone.catch(made.reject);
  return {
    places: made.promise,
    async close() {
      over.resolve();
      await gone;
    },
  };
}

async function thereAndBack(places: Places, find: Find): Promise<void> {
  if (find.since && places.from.version < find.since) return;
  const counts = noCounts();
  await tryChange({ ...places, standing: null }, {
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
  if (!find.back) return;
  const [row] = await places.from.query<{ value: string }>(find.back[0]);
  equal(row!.value, find.back[1]);
}
