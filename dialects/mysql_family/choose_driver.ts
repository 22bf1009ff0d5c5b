/** "mysql://" may lead to either server: the one that answers decides. A server that is away is taken for what the URL says. */
import type { Driver } from "../driver.ts";
import { askVersion, versionOf } from "./connection.ts";

/** Loads the driver of the server behind the URL. */
export async function chooseDriver(
  url: string,
  drivers: { readonly mysql: () => Promise<Driver>; readonly mariadb: () => Promise<Driver> },
): Promise<Driver> {
  if (/^mariadb:/i.test(url)) return await drivers.mariadb();
  const text = await askVersion(url).catch(() => null);
  return text !== null && versionOf(text).isMariadb ? await drivers.mariadb() : await drivers.mysql();
}
