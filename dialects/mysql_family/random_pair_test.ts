/** Random pairs of MySQL and MariaDB schemas of all kinds, with rows: see tests/properties/mysql/pair.ts; tests/properties/campaign.ts has the settings. */
import { runCampaign, settingsFor } from "../../tests/properties/campaign.ts";
import { pairOfGroup } from "../../tests/properties/groups.ts";
import { type Places, tryPair } from "../../tests/properties/mysql/pair.ts";
import { statementsOf } from "../../tests/properties/mysql/sql.ts";
import { changedWorld, copyOf, randomWorld, remove, type World } from "../../tests/properties/mysql/world.ts";
import { randomNumbers } from "../../tests/properties/postgres/random.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import { mariadbDriver } from "../mariadb/driver.ts";
import { mysqlDriver } from "../mysql/driver.ts";

for (const url of mysqlUrls) {
  const driver = url.startsWith("mariadb:") ? mariadbDriver : mysqlDriver;
  Deno.test(`random pairs of all kinds with rows, on ${driver.dialect.label}`, () =>
    runCampaign<World, Places>({
      label: driver.dialect.name,
      settings: settingsFor({ pairs: 30, seed: 20_260_101 }),
      perPlaces: 500,
      withPlaces: (work) =>
        withDatabase(url, (fromUrl) =>
          withDatabase(url, async (toUrl) => {
            await using from = await driver.connect(fromUrl);
            await using to = await driver.connect(toUrl);
            await work({ driver, from, to, known: new Map() });
          })),
      worldsOf(seed) {
        return pairOfGroup(seed, (start, number) => {
          const first = randomWorld(randomNumbers(start), driver === mariadbDriver, 16);
          return number === 0 ? first : changedWorld(randomNumbers((start + number) * 31 + 7), first, 7);
        });
      },
      tryPair: (places, { first, second }, counts) => tryPair(places, first, second, counts),
      statementsOf,
      tools: { copyOf, remove },
    }));
}
